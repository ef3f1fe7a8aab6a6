/** ChargingStateEnumType (2.0.1) from what is known of an EVSE. */
import type { ChargingState } from '../types.ts';
import type { StepContext } from './context.ts';
import type { EvseRecord } from './state.ts';

/** A car that was just offered energy takes a while to ask for it; only then is it the car that suspends. */
export const SUSPENDED_EV_AFTER_MS = 20_000;

/** Energy may flow: authorised, plugged in, nothing forbids it. */
export function mayEnergise(record: EvseRecord): boolean {
  const tx = record.transaction;
  return record.authorization !== null && record.pluggedConnectorId !== null && !record.faulted && !record.awaitsSignature
    && (tx === null || (tx.ending === null && tx.stopReason === null && !tx.deauthorized));
}

export function chargingState(record: EvseRecord, context: Pick<StepContext, 'nowMs' | 'withheld'>): ChargingState {
  const tx = record.transaction;
  if (record.pluggedConnectorId === null) return 'Idle';
  // E15: a car that has ended its session takes nothing more, though the contactor still moves.
  if (record.contactorClosed && tx?.stopReason !== 'StoppedByEV') return 'Charging';
  if (tx?.deauthorized === true) return tx.stopReason === null ? 'SuspendedEVSE' : 'EVConnected';
  if (!mayEnergise(record)) return record.authorization !== null && record.faulted ? 'SuspendedEVSE' : 'EVConnected';
  if (context.withheld) return 'SuspendedEVSE';
  // After a restart it goes on charging as soon as the hardware does: not a suspension before it had its time.
  const resuming = tx?.resumedMs != null && context.nowMs - tx.resumedMs < SUSPENDED_EV_AFTER_MS;
  if (resuming && tx.chargingState === 'Charging') return 'Charging';
  const waitedMs = tx?.offeredSinceMs == null ? 0 : context.nowMs - tx.offeredSinceMs;
  // A car that was just plugged in, or plugged in again, hasn't suspended anything yet (E10).
  const settled = tx?.everCharged === true && tx.chargingState !== 'Idle' && tx.chargingState !== 'EVConnected';
  return settled || waitedMs >= SUSPENDED_EV_AFTER_MS ? 'SuspendedEV' : 'EVConnected';
}
