/** What follows from an EVSE's record: what the hardware shall do, and what others see. Pure, so always re-derivable. */
import type { ChargerState } from '../../hardware/charger.ts';
import type { ConnectorPhase, ConnectorStatus } from '../types.ts';
import { mayEnergise } from './charging-state.ts';
import type { EvseRecord } from './state.ts';

/** Energy may be offered now (before limits are looked at). */
export function desiredEnergise(record: EvseRecord, withheld: boolean): boolean {
  return mayEnergise(record) && !withheld;
}

/**
 * A plug stays locked while a session runs or the cable is held after a deauthorisation; a cable whose session hasn't
 * begun, or has ended, is free.
 */
export function desiredLock(record: EvseRecord, unlockOnEvSideDisconnect: boolean): boolean {
  const tx = record.transaction;
  if (record.pluggedConnectorId === null) return tx !== null && !unlockOnEvSideDisconnect && record.authorization !== null;
  if (record.heldFor !== null) return true;
  if (tx !== null && tx.ending === null && tx.stopReason === null) return record.authorization !== null;
  return tx === null && record.authorization !== null;
}

/** The connector that a waiting card is for: the only one, or the first that can serve. */
function servingConnector(record: EvseRecord, state: ChargerState): number | null {
  if (record.pluggedConnectorId !== null) return record.pluggedConnectorId;
  if (record.transaction?.connectorId != null) return record.transaction.connectorId;
  return state.connectors.find((connector) => !record.inoperativeConnectors.includes(connector.id))?.id ?? null;
}

/** Section 4.9 of OCPP 1.6, and the basis of the 2.x status. */
export function connectorPhase(record: EvseRecord, state: ChargerState, connectorId: number, stationOperative: boolean): ConnectorPhase {
  const hardware = state.connectors.find((connector) => connector.id === connectorId);
  const faulted = state.link === 'down' || state.faults.length > 0 || (hardware?.faults.length ?? 0) > 0 || state.refusal !== undefined;
  if (faulted) return 'Faulted';
  const inUse = servingConnector(record, state) === connectorId;
  const tx = record.transaction;
  if (tx === null || !inUse) {
    if (!stationOperative || !record.operative || record.inoperativeConnectors.includes(connectorId)) return 'Unavailable';
  }
  if (!inUse) return hardware?.plugged === true ? 'Preparing' : 'Available';
  if (tx !== null) {
    if (tx.ending !== null || tx.stopReason !== null) return record.pluggedConnectorId === null ? 'Preparing' : 'Finishing';
    switch (tx.chargingState) {
      case 'Charging': return 'Charging';
      case 'SuspendedEV': return 'SuspendedEV';
      case 'SuspendedEVSE': return 'SuspendedEVSE';
      case 'EVConnected': case 'Idle': return tx.everCharged ? 'SuspendedEV' : 'Preparing'; // 1.6: nothing goes back to Preparing
    }
  }
  if (record.pluggedConnectorId !== null) return record.finished ? 'Finishing' : 'Preparing';
  return record.authorization !== null ? 'Preparing' : 'Available';
}

/**
 * A transaction may wait for its car to come back, or be begun by a car that only stands in the bay; the connector is
 * free meanwhile, and told as such (G01.FR.04).
 */
export function connectorStatus(phase: ConnectorPhase, record: EvseRecord): ConnectorStatus {
  switch (phase) {
    case 'Available': case 'Unavailable': case 'Faulted': case 'Reserved': return phase;
    case 'Preparing': case 'Finishing': case 'SuspendedEV':
      return record.pluggedConnectorId === null && (phase === 'SuspendedEV' || (record.transaction !== null && record.authorization === null)) ? 'Available' : 'Occupied';
    default: return 'Occupied';
  }
}
