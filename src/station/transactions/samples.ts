/** Meter values of a transaction: told at once, or kept for its end (J02, E06.FR.11). */
import type { MeterValue } from '../types.ts';
import type { Draft } from './draft.ts';

/** Why a sample is taken: for an Updated event, or (`ended`, `endedClock`) to be kept for the Ended one. */
export type SampleKind = 'periodic' | 'clock' | 'trigger' | 'ended' | 'endedClock';

export function sample(draft: Draft, kind: SampleKind): void {
  const tx = draft.transaction;
  if (tx === null || tx.ending !== null) return;
  const { context, record } = draft;
  // Which EVSE it will be isn't known yet: no meter speaks for it (E03.FR.11).
  if (record.authorization?.floating === true && record.pluggedConnectorId === null) {
    if (kind === 'trigger') draft.update('Trigger', { forceChargingState: true });
    return;
  }
  switch (kind) {
    case 'periodic': {
      const value = context.meterValue('updated', 'Sample.Periodic');
      if (value !== null) draft.update('MeterValuePeriodic', { meterValues: [value] });
      return;
    }
    case 'clock': {
      const value = context.meterValue('aligned', 'Sample.Clock');
      if (value !== null) draft.update('MeterValueClock', { meterValues: [value] });
      return;
    }
    case 'trigger':
      return draft.update('Trigger', { meterValues: [context.meterValue('updated', 'Trigger')], forceChargingState: true });
    case 'ended': case 'endedClock': {
      const value = kind === 'ended' ? context.meterValue('ended', 'Sample.Periodic') : context.meterValue('alignedEnded', 'Sample.Clock');
      if (value !== null) tx.endedValues = thin([...tx.endedValues, value]);
    }
  }
}

/** Kept for the Ended event at most, the first among them; the last comes with the event. */
export const MAX_ENDED_VALUES = 120;

/**
 * E06.FR.13: where it gets too many, the one whose neighbours are closest goes: the 2nd, then the 4th, the 6th …, never
 * the first or the last, so that what stays is spread evenly.
 */
function thin(values: readonly MeterValue[]): readonly MeterValue[] {
  if (values.length <= MAX_ENDED_VALUES) return values;
  let dropped = 1;
  let closest = Infinity;
  for (let index = 1; index < values.length - 1; index++) {
    const before = values[index - 1]?.timestamp;
    const after = values[index + 1]?.timestamp;
    const gapMs = before === undefined || after === undefined || before.run !== after.run ? Infinity : after.monotonicMs - before.monotonicMs;
    if (gapMs >= closest) continue;
    closest = gapMs;
    dropped = index;
  }
  return values.filter((_, index) => index !== dropped);
}
