/** Start and stop points: what a changed condition means for the transaction (E01, E06). */
import type { TriggerReason } from '../types.ts';
import type { Draft } from './draft.ts';
import { conditions, isPowerPathClosed, startPointReached, stopPointReached, type Conditions } from './points.ts';
import type { EvseRecord } from './state.ts';

/** After a condition changed: does a transaction start, does it stop, or is there just something to tell? */
export function settle(draft: Draft, before: EvseRecord, trigger: TriggerReason): void {
  const { record, context } = draft;
  const was = conditions(before);
  const now = conditions(record);
  const tx = draft.transaction;
  if (tx === null) {
    if (!record.faulted) begin(draft, was, now, trigger);
    return;
  }
  if (tx.ending !== null) return;
  if (stopPointReached(context.config.stopPoints, was, now)) {
    const reason = tx.stopReason ?? (tx.deauthorized ? 'DeAuthorized' : trigger === 'EVDeparted' ? 'Local' : record.faulted ? 'Other' : 'StoppedByEV');
    draft.endWhenStill({ trigger, reason, idToken: null });
    return;
  }
  if (trigger === 'Authorized' || trigger === 'RemoteStart') {
    // A new authorization after one that ended lifts what the old one had stopped.
    tx.stopReason = null;
    tx.deauthorized = false;
    tx.tokenReported = false;
  }
  if (trigger === 'ChargingStateChanged') {
    const stopped = tx.deauthorized && tx.stopReason === 'DeAuthorized' && !record.contactorClosed;
    if (draft.refreshChargingState()) draft.update(stopped ? 'Deauthorized' : trigger, { forceChargingState: true });
  } else {
    draft.update(trigger);
  }
}

/** E01: which point starts it. With DataSigned it is the meter's signed value, asked for once driver and car are there (E01.FR.04). */
function begin(draft: Draft, was: Conditions, now: Conditions, trigger: TriggerReason): void {
  const { startPoints, signsReadings } = draft.context.config;
  const waits = signsReadings && startPoints.includes('DataSigned');
  const others = startPoints.filter((point) => point !== 'DataSigned');
  if (!waits || others.length > 0) {
    if (startPointReached(waits ? others : startPoints, was, now)) draft.start(trigger);
  }
  if (waits && draft.transaction === null && isPowerPathClosed(now) && !isPowerPathClosed(was)) draft.record.awaitsSignature = true;
}
