/** Sections 5.11, 5.12, 5.14, 5.17, 5.18, and ExtendedTriggerMessage of the security whitepaper. */
import type {
  ChangeAvailabilityRequest, ExtendedTriggerMessageRequest, RemoteStartTransactionRequest, RemoteStopTransactionRequest, ResetRequest,
  TriggerMessageRequest, UnlockConnectorRequest,
} from '../../ocpp/v16/index.ts';
import type { BridgeContext, IncomingAnswer } from '../../csms/edition.ts';
import type { TriggerKind } from '../../station/api.ts';
import { fromConnectorId } from './connectors.ts';
import { ownTransactionId } from './transactions.ts';

interface Status<S extends string> { readonly status: S }

/** 1.6 tokens have no type: one that stands for "whatever the reader reads". */
const TOKEN_TYPE = 'ISO14443';

export function remoteStart({ station }: BridgeContext, { idTag, connectorId, chargingProfile }: RemoteStartTransactionRequest): Status<'Accepted' | 'Rejected'> {
  if (station.bootStatus !== 'Accepted') return { status: 'Rejected' };
  const place = connectorId === undefined ? undefined : fromConnectorId(station, connectorId);
  if (place === null) return { status: 'Rejected' };
  const { status } = station.remoteControl.requestStart({
    idToken: { value: idTag, type: TOKEN_TYPE }, ...(place ?? {}), ...(chargingProfile === undefined ? {} : { chargingProfile }),
  });
  return { status };
}

export function remoteStop(context: BridgeContext, { transactionId }: RemoteStopTransactionRequest): Status<'Accepted' | 'Rejected'> {
  const { station } = context;
  const own = ownTransactionId(context, transactionId);
  if (own === undefined || station.bootStatus !== 'Accepted') return { status: 'Rejected' };
  return { status: station.remoteControl.requestStop(own).status };
}

/** Soft ends transactions and restarts; Hard likewise: the tab can't cut its own power. Both differ in the reason told. */
export function reset({ station }: BridgeContext, { type }: ResetRequest): Status<'Accepted' | 'Rejected'> {
  const { status } = station.provisioning.reset('Immediate', undefined, type === 'Soft' ? 'Other' : 'ImmediateReset');
  return { status: status === 'Rejected' ? 'Rejected' : 'Accepted' };
}

export function changeAvailability({ station }: BridgeContext, { connectorId, type }: ChangeAvailabilityRequest): Status<'Accepted' | 'Rejected' | 'Scheduled'> {
  const place = connectorId === 0 ? {} : fromConnectorId(station, connectorId);
  if (place === null) return { status: 'Rejected' };
  // An EVSE with one connector is what 1.6 means by a connector.
  const evse = 'evseId' in place ? station.evses.find((candidate) => candidate.id === place.evseId) : undefined;
  const target = evse !== undefined && evse.connectorIds.length === 1 ? { evseId: evse.id } : place;
  return { status: station.availability.change(type === 'Operative', target).status };
}

export async function unlock({ station }: BridgeContext, { connectorId }: UnlockConnectorRequest): Promise<Status<'Unlocked' | 'UnlockFailed' | 'NotSupported'>> {
  const place = fromConnectorId(station, connectorId);
  if (place === null) return { status: 'NotSupported' };
  const status = await station.remoteControl.unlock(place.evseId, place.connectorId, { stopRunning: true });
  switch (status) {
    case 'Unlocked': case 'NotSupported': return { status };
    case 'UnknownConnector': return { status: 'NotSupported' };
    case 'UnlockFailed': case 'OngoingAuthorizedTransaction': return { status: 'UnlockFailed' };
  }
}

const KINDS: Readonly<Record<string, TriggerKind>> = {
  BootNotification: 'BootNotification', Heartbeat: 'Heartbeat', MeterValues: 'MeterValues', StatusNotification: 'StatusNotification',
  FirmwareStatusNotification: 'FirmwareStatusNotification', LogStatusNotification: 'LogStatusNotification',
  SignChargePointCertificate: 'SignChargingStationCertificate',
};

/** The answer goes first, then what it promised. */
export function trigger({ station }: BridgeContext, { requestedMessage, connectorId }: TriggerMessageRequest | ExtendedTriggerMessageRequest): IncomingAnswer {
  const place = connectorId === undefined ? {} : connectorId === 0 ? { evseId: 0, connectorId: 0 } : fromConnectorId(station, connectorId);
  if (place === null) return { payload: { status: 'Rejected' } };
  const { status, send } = station.remoteControl.trigger(KINDS[requestedMessage] ?? 'Other', place);
  return { payload: { status }, ...(send === undefined ? {} : { afterwards: send }) };
}
