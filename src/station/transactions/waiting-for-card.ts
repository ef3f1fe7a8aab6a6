/** A car that waits for its driver's card: in 1.6 not for ever (section 4.9 B6, errata 3.20). */
import type { Draft } from './draft.ts';

/** The wait begins, or begins anew; nothing where nobody waits or the edition knows no such limit. */
export function awaitCard({ record, transaction, context: { nowMs, config } }: Draft): void {
  const waits = record.pluggedConnectorId !== null && record.authorization === null && transaction === null && !record.finished;
  record.cardDeadlineMs = waits && config.cardTimeoutMs !== null ? nowMs + config.cardTimeoutMs : null;
}

/** An outlet that is reserved, broken or off keeps nobody waiting; when it is back, the wait begins anew. */
export function restartWait(draft: Draft): void {
  if (draft.record.cardDeadlineMs === null) return;
  draft.record.finished = false;
  awaitCard(draft);
}

/** G03; section 4.9 H2: what was left over when it was switched off is over; a car that is there waits from now on. */
export function serviceChanged(draft: Draft, operative: boolean): void {
  if (draft.transaction !== null) return;
  if (!operative) draft.setAuthorization(null);
  draft.record.finished = false;
  draft.record.cardDeadlineMs = null;
  if (operative) awaitCard(draft);
}

export function superviseWait({ record, context: { nowMs } }: Draft): void {
  const { cardDeadlineMs, finished, faulted, reserved, operative } = record;
  if (cardDeadlineMs !== null && !finished && !faulted && reserved === null && operative && nowMs >= cardDeadlineMs) record.finished = true;
}
