/** Block F: remote start and stop, unlock, triggers. */
import type {
  RequestStartTransactionRequest, RequestStartTransactionResponse, RequestStopTransactionRequest, RequestStopTransactionResponse,
  TriggerMessageRequest, TriggerMessageResponse, UnlockConnectorRequest, UnlockConnectorResponse,
} from '../../ocpp/v201/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi, TriggerKind } from '../../station/api.ts';
import { fromIdToken, wireStatusInfo } from './wire.ts';

/** F01, F02. B02.FR.05: not before the CSMS has accepted us. */
export function requestStart(station: StationApi, request: RequestStartTransactionRequest): RequestStartTransactionResponse {
  if (station.bootStatus !== 'Accepted') return { status: 'Rejected', ...wireStatusInfo({ reasonCode: 'CSNotAccepted' }) };
  const { status, transactionId, reason } = station.remoteControl.requestStart({
    idToken: fromIdToken(request.idToken),
    remoteStartId: request.remoteStartId,
    ...(request.evseId === undefined ? {} : { evseId: request.evseId }),
    ...(request.groupIdToken === undefined ? {} : { groupIdToken: fromIdToken(request.groupIdToken) }),
    ...(request.chargingProfile === undefined ? {} : { chargingProfile: request.chargingProfile }),
  });
  return { status, ...(transactionId === undefined ? {} : { transactionId }), ...wireStatusInfo(reason) };
}

/** F03. */
export function requestStop(station: StationApi, { transactionId }: RequestStopTransactionRequest): RequestStopTransactionResponse {
  if (station.bootStatus !== 'Accepted') return { status: 'Rejected', ...wireStatusInfo({ reasonCode: 'CSNotAccepted' }) };
  const { status, reason } = station.remoteControl.requestStop(transactionId);
  return { status, ...wireStatusInfo(reason) };
}

/** F05. */
export async function unlock(station: StationApi, { evseId, connectorId }: UnlockConnectorRequest): Promise<UnlockConnectorResponse> {
  const status = await station.remoteControl.unlock(evseId, connectorId, { stopRunning: false });
  if (status === 'NotSupported') throw new CallFault('NotSupported', 'this connector has no lock');
  return { status };
}

const TRIGGERS: ReadonlySet<string> = new Set<TriggerKind>([
  'BootNotification', 'Heartbeat', 'MeterValues', 'StatusNotification', 'TransactionEvent', 'LogStatusNotification',
  'FirmwareStatusNotification', 'SignChargingStationCertificate',
]);

/** F06. The answer goes first, then what it promised. */
export function trigger(station: StationApi, { requestedMessage, evse }: TriggerMessageRequest): IncomingAnswer {
  const kind = TRIGGERS.has(requestedMessage) ? (requestedMessage as TriggerKind) : 'Other';
  const { status, reason, send } = station.remoteControl.trigger(kind, {
    ...(evse === undefined ? {} : { evseId: evse.id, ...(evse.connectorId === undefined ? {} : { connectorId: evse.connectorId }) }),
  });
  const payload: TriggerMessageResponse = { status, ...wireStatusInfo(reason) };
  return { payload, ...(send === undefined ? {} : { afterwards: send }) };
}
