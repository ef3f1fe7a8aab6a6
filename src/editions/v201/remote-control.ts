/** Block F: remote start and stop, unlock, triggers. */
import type {
  RequestStartTransactionRequest, RequestStartTransactionResponse, RequestStopTransactionRequest, RequestStopTransactionResponse,
  TriggerMessageRequest, TriggerMessageResponse, UnlockConnectorRequest, UnlockConnectorResponse,
} from '../../ocpp/v201/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromProfile } from './charging-profile.ts';
import { fromIdToken, wireStatusInfo } from './wire.ts';

export const remoteControlHandlers: BlockHandlers = ({ station }) => [
  ['RequestStartTransaction', on((request: RequestStartTransactionRequest) => requestStart(station, request))],
  ['RequestStopTransaction', on((request: RequestStopTransactionRequest) => requestStop(station, request))],
  ['UnlockConnector', on((request: UnlockConnectorRequest) => unlock(station, request))],
  ['TriggerMessage', (request: TriggerMessageRequest) => trigger(station, request)],
];

/** F01, F02. B02.FR.05: not before the CSMS has accepted us. */
function requestStart(station: StationApi, request: RequestStartTransactionRequest): RequestStartTransactionResponse {
  if (station.bootStatus !== 'Accepted') return { status: 'Rejected', ...wireStatusInfo({ reasonCode: 'CSNotAccepted' }) };
  const { status, transactionId, reason } = station.remoteControl.requestStart({
    idToken: fromIdToken(request.idToken),
    remoteStartId: request.remoteStartId,
    ...(request.evseId === undefined ? {} : { evseId: request.evseId }),
    ...(request.groupIdToken === undefined ? {} : { groupIdToken: fromIdToken(request.groupIdToken) }),
    ...(request.chargingProfile === undefined ? {} : { chargingProfile: fromProfile(request.chargingProfile) }),
  });
  return { status, ...(transactionId === undefined ? {} : { transactionId }), ...wireStatusInfo(reason) };
}

/** F03. */
function requestStop(station: StationApi, { transactionId }: RequestStopTransactionRequest): RequestStopTransactionResponse {
  if (station.bootStatus !== 'Accepted') return { status: 'Rejected', ...wireStatusInfo({ reasonCode: 'CSNotAccepted' }) };
  const { status, reason } = station.remoteControl.requestStop(transactionId);
  return { status, ...wireStatusInfo(reason) };
}

/** F05. */
async function unlock(station: StationApi, { evseId, connectorId }: UnlockConnectorRequest): Promise<UnlockConnectorResponse> {
  const status = await station.remoteControl.unlock(evseId, connectorId, { stopRunning: false });
  if (status === 'NotSupported') throw new CallFault('NotSupported', 'this connector has no lock');
  return { status };
}

/** F06. The answer goes first, then what it promised. */
function trigger(station: StationApi, { requestedMessage, evse }: TriggerMessageRequest): IncomingAnswer {
  const { status, reason, send } = station.remoteControl.trigger(requestedMessage, {
    ...(evse === undefined ? {} : { evseId: evse.id, ...(evse.connectorId === undefined ? {} : { connectorId: evse.connectorId }) }),
  });
  const payload: TriggerMessageResponse = { status, ...wireStatusInfo(reason) };
  return { payload, ...(send === undefined ? {} : { afterwards: send }) };
}
