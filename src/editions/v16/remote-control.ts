/** Sections 5.11, 5.12, 5.14, 5.17, 5.18, and ExtendedTriggerMessage of the security whitepaper. */
import type {
  ChangeAvailabilityRequest, ExtendedTriggerMessageRequest, RemoteStartTransactionRequest, RemoteStopTransactionRequest, ResetRequest,
  TriggerMessageRequest, UnlockConnectorRequest,
} from '../../ocpp/v16/index.ts';
import type { BridgeContext, IncomingAnswer } from '../../csms/edition.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromConnectorId } from './connectors.ts';
import { fromProfile } from './smart-charging.ts';
import { ownTransactionId } from './transactions.ts';
import { TOKEN_TYPE } from './wire.ts';

interface Status<S extends string> { readonly status: S }

export const remoteControlHandlers: BlockHandlers = (context) => [
  ['RemoteStartTransaction', on((request: RemoteStartTransactionRequest) => remoteStart(context, request))],
  ['RemoteStopTransaction', on((request: RemoteStopTransactionRequest) => remoteStop(context, request))],
  ['Reset', on((request: ResetRequest) => reset(context, request))],
  ['ChangeAvailability', on((request: ChangeAvailabilityRequest) => changeAvailability(context, request))],
  ['UnlockConnector', on((request: UnlockConnectorRequest) => unlock(context, request))],
  ['TriggerMessage', (request: TriggerMessageRequest) => trigger(context, request, 'Plain')],
  ['ExtendedTriggerMessage', (request: ExtendedTriggerMessageRequest) => trigger(context, request, 'Signed')],
];

function remoteStart({ station, nowMs }: BridgeContext, { idTag, connectorId, chargingProfile }: RemoteStartTransactionRequest): Status<'Accepted' | 'Rejected'> {
  if (station.bootStatus !== 'Accepted') return { status: 'Rejected' };
  const place = connectorId === undefined ? undefined : fromConnectorId(station, connectorId);
  if (place === null) return { status: 'Rejected' };
  const { status } = station.remoteControl.requestStart({
    idToken: { value: idTag, type: TOKEN_TYPE }, ...(place ?? {}), ...(chargingProfile === undefined ? {} : { chargingProfile: fromProfile(chargingProfile, nowMs()) }),
  });
  return { status };
}

function remoteStop(context: BridgeContext, { transactionId }: RemoteStopTransactionRequest): Status<'Accepted' | 'Rejected'> {
  const { station } = context;
  const own = ownTransactionId(context, transactionId);
  if (own === undefined || station.bootStatus !== 'Accepted') return { status: 'Rejected' };
  return { status: station.remoteControl.requestStop(own).status };
}

/** Soft ends transactions and restarts; Hard likewise: the tab can't cut its own power. Both differ in the reason told. */
function reset({ station }: BridgeContext, { type }: ResetRequest): Status<'Accepted' | 'Rejected'> {
  const { status } = station.provisioning.reset('Immediate', undefined, type === 'Soft' ? 'Other' : 'ImmediateReset');
  return { status: status === 'Rejected' ? 'Rejected' : 'Accepted' };
}

async function changeAvailability({ station }: BridgeContext, { connectorId, type }: ChangeAvailabilityRequest): Promise<Status<'Accepted' | 'Rejected' | 'Scheduled'>> {
  const place = connectorId === 0 ? {} : fromConnectorId(station, connectorId);
  if (place === null) return { status: 'Rejected' };
  // An EVSE with one connector is what 1.6 means by a connector.
  const evse = 'evseId' in place ? station.evses.find((candidate) => candidate.id === place.evseId) : undefined;
  const target = evse !== undefined && evse.connectorIds.length === 1 ? { evseId: evse.id } : place;
  return { status: (await station.availability.change(type === 'Operative', target)).status };
}

async function unlock({ station }: BridgeContext, { connectorId }: UnlockConnectorRequest): Promise<Status<'Unlocked' | 'UnlockFailed' | 'NotSupported'>> {
  const place = fromConnectorId(station, connectorId);
  if (place === null) return { status: 'NotSupported' };
  const status = await station.remoteControl.unlock(place.evseId, place.connectorId, { stopRunning: true });
  switch (status) {
    case 'Unlocked': case 'NotSupported': return { status };
    case 'UnknownConnector': return { status: 'NotSupported' };
    case 'UnlockFailed': case 'OngoingAuthorizedTransaction': return { status: 'UnlockFailed' };
  }
}

/** The answer goes first, then what it promised. `firmware`: each of the two messages asks for its own status of an update. */
function trigger(
  { station }: BridgeContext, { requestedMessage, connectorId }: TriggerMessageRequest | ExtendedTriggerMessageRequest, firmware: 'Plain' | 'Signed',
): IncomingAnswer {
  const place = connectorId === undefined ? {} : connectorId === 0 ? { evseId: 0, connectorId: 0 } : fromConnectorId(station, connectorId);
  if (place === null) return { payload: { status: 'Rejected' } };
  const { status, send } = station.remoteControl.trigger(
    requestedMessage === 'SignChargePointCertificate' ? 'SignChargingStationCertificate'
      : requestedMessage === 'FirmwareStatusNotification' ? `${firmware}FirmwareStatusNotification` : requestedMessage, place);
  return { payload: { status }, ...(send === undefined ? {} : { afterwards: send }) };
}
