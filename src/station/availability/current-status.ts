/** The status of every connector as it is now, and of the station as a whole (1.6 connector 0). */
import type { ChargerFault } from '../../hardware/charger.ts';
import type { Evse } from '../evse.ts';
import type { StatusReport } from '../reports.ts';
import type { StationTime } from '../time.ts';
import { connectorPhase, connectorStatus, isCableHeld } from '../transactions/levels.ts';

export function currentStatus(evses: readonly Evse[], stationOperative: boolean, inService: (evse: Evse) => boolean, time: StationTime): StatusReport[] {
  const timestamp = time.stamp();
  const station: StatusReport = {
    kind: 'status',
    evseId: 0,
    connectorId: 0,
    status: stationOperative ? 'Available' : 'Unavailable',
    phase: stationOperative ? 'Available' : 'Unavailable',
    fault: null,
    timestamp,
  };
  return [station, ...evses.flatMap((evse) => evseStatus(evse, inService(evse), timestamp))];
}

function evseStatus(evse: Evse, inService: boolean, timestamp: StatusReport['timestamp']): StatusReport[] {
  const state = evse.hardware;
  if (state === null) return [];
  return evse.charger.facts.connectors.map(({ id }): StatusReport => {
    const phase = connectorPhase(evse.record, state, id, inService);
    const own = state.connectors.find((connector) => connector.id === id);
    const fault = own?.faults[0] ?? state.faults[0] ?? unreachable(evse);
    const { transaction } = evse.record;
    const evSideOff = transaction === null ? isCableHeld(evse.record, state, id) : transaction.chargingState === 'Idle' && transaction.everCharged;
    return {
      kind: 'status',
      evseId: evse.id,
      connectorId: id,
      status: connectorStatus(evse.record, state, id, inService),
      phase,
      fault: phase === 'Faulted' ? fault : null,
      ...(evSideOff ? { info: 'EV side disconnected' } : {}),
      timestamp,
    };
  });
}

function unreachable(evse: Evse): ChargerFault | null {
  if (evse.hardware?.refusal !== undefined) return { code: 'InternalError', info: evse.hardware.refusal };
  return evse.hardware?.link === 'down' ? { code: 'InternalError', vendorCode: 'ControllerUnreachable' } : null;
}
