/** What follows from an EVSE's record: what the hardware shall do, and what others see. Pure, so always re-derivable. */
import type { ChargerState } from '../../hardware/charger.ts';
import type { ConnectorPhase, ConnectorStatus } from '../types.ts';
import { isConnectorBroken } from './broken.ts';
import { mayEnergise } from './charging-state.ts';
import { awaitsAuthorization, type EvseRecord } from './state.ts';

/** Energy may be offered now (before limits are looked at). */
export function desiredEnergise(record: EvseRecord, withheld: boolean): boolean {
  return mayEnergise(record) && !withheld;
}

/**
 * A plug stays locked while a session runs or the cable is held after a deauthorisation; a cable whose session hasn't
 * begun, or has ended, is free.
 */
export function desiredLock(record: EvseRecord): boolean {
  const tx = record.transaction;
  if (record.heldFor !== null) return true;
  // E10.FR.01: only the car's end was pulled, and the session goes on.
  if (record.pluggedConnectorId === null) return tx !== null && tx.connectorId !== null && tx.stopReason === null && record.authorization !== null;
  if (tx !== null && tx.ending === null && tx.stopReason === null) return record.authorization !== null;
  return tx === null && record.authorization !== null;
}

/** The connector that this EVSE's session is at; null: none yet. */
function sessionConnector(record: EvseRecord): number | null {
  return record.pluggedConnectorId ?? record.transaction?.connectorId ?? null;
}

function isOff(record: EvseRecord, connectorId: number, stationOperative: boolean): boolean {
  return !stationOperative || !record.operative || record.inoperativeConnectors.includes(connectorId);
}

/**
 * H01.FR.23: reserved whoever plugs in, until its token comes (G01.FR.09); other connectors of the EVSE can't be used.
 * Null: not reserved.
 */
function reservedStatus(record: EvseRecord, connectorId: number): 'Reserved' | 'Unavailable' | null {
  if (record.reserved === null || record.authorization !== null) return null;
  if (record.transaction !== null && !awaitsAuthorization(record)) return null;
  return record.reserved.connectorIds.includes(connectorId) ? 'Reserved' : 'Unavailable';
}

/** Section 4.9 of OCPP 1.6, and what the driver's display goes by. */
export function connectorPhase(record: EvseRecord, state: ChargerState, connectorId: number, stationOperative: boolean): ConnectorPhase {
  if (isConnectorBroken(state, connectorId)) return 'Faulted';
  const at = sessionConnector(record);
  const inUse = at === null || at === connectorId;
  const tx = record.transaction;
  // Section 4.9 F8: off when the driver has unplugged.
  const leaving = tx === null && ((at === connectorId && record.finished && record.cardDeadlineMs === null) || isCableHeld(record, state, connectorId));
  if ((tx === null || !inUse) && !leaving && isOff(record, connectorId, stationOperative)) return 'Unavailable';
  const reserved = reservedStatus(record, connectorId);
  if (reserved !== null) return reserved;
  // One EVSE serves one connector at a time.
  if (!inUse) return 'Unavailable';
  if (tx !== null) {
    if (tx.ending !== null || tx.stopReason !== null) return record.pluggedConnectorId === null && tx.begun !== true ? 'Preparing' : 'Finishing';
    switch (tx.chargingState) {
      case 'Charging': return 'Charging';
      case 'SuspendedEV': return 'SuspendedEV';
      case 'SuspendedEVSE': return 'SuspendedEVSE';
      case 'EVConnected': case 'Idle': return tx.everCharged || tx.begun === true ? 'SuspendedEV' : 'Preparing'; // 1.6: nothing goes back to Preparing
    }
  }
  if (record.pluggedConnectorId !== null) return record.finished ? 'Finishing' : 'Preparing';
  if (record.authorization !== null) return 'Preparing';
  return isCableHeld(record, state, connectorId) ? 'Finishing' : 'Available';
}

/** The session is over and only the car's end was pulled: the cable stays locked in for its driver, or is just being let go. */
export function isCableHeld({ pluggedConnectorId, authorization, transaction }: EvseRecord, { connectors }: ChargerState, connectorId: number): boolean {
  return pluggedConnectorId === null && authorization === null && transaction === null && connectors.some(({ id, locked }) => id === connectorId && locked);
}

/**
 * 2.x: a connector is Occupied by a cable (G01.FR.03), also by one that stays locked in when the car's end is pulled. One whose driver hasn't plugged in yet, or whose car left while its
 * transaction goes on, is Available, or Unavailable where it is to become so (G01.FR.05). Other connectors of an EVSE in
 * use keep their status (G01.FR.08).
 */
export function connectorStatus(record: EvseRecord, state: ChargerState, connectorId: number, stationOperative: boolean): ConnectorStatus {
  if (isConnectorBroken(state, connectorId)) return 'Faulted';
  const own = state.connectors.find((connector) => connector.id === connectorId);
  const plugged = record.pluggedConnectorId === connectorId || own?.plugged === true || (own?.locked === true && desiredLock(record));
  const inSession = record.transaction !== null && record.pluggedConnectorId === connectorId;
  if (!inSession && isOff(record, connectorId, stationOperative)) return 'Unavailable';
  return reservedStatus(record, connectorId) ?? (plugged ? 'Occupied' : 'Available');
}
