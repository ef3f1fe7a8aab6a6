/** The operator's buttons, put into the words of whichever edition the station speaks. */
import { KerbsideError } from '../../base/errors.ts';
import type { SandboxCsms } from './sandbox-csms.ts';

export interface OperatorCommand {
  readonly do: 'remoteStart' | 'remoteStop' | 'operative' | 'inoperative' | 'reset' | 'resetOnIdle' | 'unlock' | 'status';
  readonly station: string;
  readonly evse: number;
  readonly idToken?: string;
}

/** Remote start ids must be new to the station even after this program's restart. */
let lastRemoteStartId = Math.floor(Date.now() / 1000) % 1_000_000_000;

/**
 * @returns the station's own answer
 * @throws KerbsideError `StationOffline` | `NoTransaction` | what `SandboxCsms.call` throws
 */
export async function command(csms: SandboxCsms, order: OperatorCommand): Promise<unknown> {
  const edition = csms.stations().find((station) => station.id === order.station)?.edition;
  const [action, payload] = edition === 'ocpp1.6' ? inV16(csms, order) : inV201(csms, order);
  return csms.call(order.station, action, payload);
}

function inV201(csms: SandboxCsms, order: OperatorCommand): readonly [string, object] {
  const evse = { id: order.evse };
  switch (order.do) {
    case 'remoteStart':
      return ['RequestStartTransaction', {
        remoteStartId: ++lastRemoteStartId,
        idToken: { idToken: order.idToken ?? 'DEMO-0001', type: 'Central' },
        evseId: order.evse,
      }];
    case 'remoteStop':
      return ['RequestStopTransaction', { transactionId: runningOn(csms, order) }];
    case 'operative':
      return ['ChangeAvailability', { operationalStatus: 'Operative', evse }];
    case 'inoperative':
      return ['ChangeAvailability', { operationalStatus: 'Inoperative', evse }];
    case 'reset':
      return ['Reset', { type: 'Immediate' }];
    case 'resetOnIdle':
      return ['Reset', { type: 'OnIdle' }];
    case 'unlock':
      return ['UnlockConnector', { evseId: order.evse, connectorId: 1 }];
    case 'status':
      return ['TriggerMessage', { requestedMessage: 'StatusNotification', evse: { id: order.evse, connectorId: 1 } }];
  }
}

function inV16(csms: SandboxCsms, order: OperatorCommand): readonly [string, object] {
  const connectorId = order.evse;
  switch (order.do) {
    case 'remoteStart':
      return ['RemoteStartTransaction', { idTag: order.idToken ?? 'DEMO-0001', connectorId }];
    case 'remoteStop':
      return ['RemoteStopTransaction', { transactionId: Number(runningOn(csms, order)) }];
    case 'operative':
      return ['ChangeAvailability', { connectorId, type: 'Operative' }];
    case 'inoperative':
      return ['ChangeAvailability', { connectorId, type: 'Inoperative' }];
    case 'reset':
      return ['Reset', { type: 'Hard' }];
    case 'resetOnIdle':
      return ['Reset', { type: 'Soft' }];
    case 'unlock':
      return ['UnlockConnector', { connectorId }];
    case 'status':
      return ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId }];
  }
}

function runningOn(csms: SandboxCsms, { station, evse }: OperatorCommand): string {
  const running = csms.books().transactions.findLast((record) => record.stationId === station && record.evseId === evse && record.endedAt === null);
  if (running === undefined) throw new KerbsideError('NoTransaction', `none on ${station} EVSE ${evse}`, 'No transaction runs there.');
  return running.id;
}
