/** What only time brings about in a transaction. */
import { mayEnergise, SUSPENDED_EV_AFTER_MS } from './charging-state.ts';
import { registerWh, type Draft } from './draft.ts';
import { suspendInvalid } from './ending.ts';
import { superviseWait } from './waiting-for-card.ts';

/** A controller that can't be reached still meters until its watchdog stops the car: its last word is worth waiting for. */
const UNREACHABLE_MS = 300_000;

/** Runs after every event, so that no event can leave a due change behind. */
export function supervise(draft: Draft): void {
  const { record, context } = draft;
  const authorization = record.authorization;
  if (authorization?.connectDeadlineMs != null && context.nowMs >= authorization.connectDeadlineMs && record.pluggedConnectorId === null) {
    connectTimeout(draft);
  }
  if (record.awaitsSignature) awaitSignature(draft);
  superviseWait(draft);
  const tx = draft.transaction;
  if (tx === null) return;
  if (record.contactorClosed && context.phasesInUse !== null) tx.phasesUsed = context.phasesInUse;
  if (tx.ending !== null) {
    const patienceMs = context.reachable ? 0 : UNREACHABLE_MS;
    if ((draft.still && !context.signaturePending) || context.nowMs >= tx.ending.deadlineMs + patienceMs) {
      const { trigger, reason, idToken } = tx.ending;
      tx.ending = null;
      draft.end(trigger, reason, idToken);
    }
    return;
  }
  if (tx.energyCapWh !== null && registerWh(context.reading) >= tx.energyCapWh) suspendInvalid(draft);
  const offered = mayEnergise(record) && !context.withheld;
  if (!offered || record.contactorClosed) tx.offeredSinceMs = null;
  else tx.offeredSinceMs ??= context.nowMs;
  const waitedOut = tx.offeredSinceMs !== null && context.nowMs - tx.offeredSinceMs >= SUSPENDED_EV_AFTER_MS;
  if ((waitedOut || context.withheld) && draft.refreshChargingState()) {
    draft.update('ChargingStateChanged', { forceChargingState: true });
  }
}

/** E01.FR.04. */
function awaitSignature(draft: Draft): void {
  const { record, context } = draft;
  const ready = record.authorization !== null && record.pluggedConnectorId !== null && !record.faulted && draft.transaction === null;
  if (ready && context.reading.signed === undefined) return;
  record.awaitsSignature = false;
  if (ready) draft.start('SignedDataReceived');
}

/** E03.FR.05, F02.FR.07, C01.FR.26: authorised, but no cable came. */
function connectTimeout(draft: Draft): void {
  const { context } = draft;
  const tx = draft.transaction;
  draft.setAuthorization(null);
  if (tx === null) return;
  if (context.config.stopPoints.includes('ParkingBayOccupancy')) draft.update('EVConnectTimeout');
  else draft.end('EVConnectTimeout', 'Timeout', null);
}
