/** The offset from UTC of the clocks that a driver sees (ClockCtrlr; California pricing 3.3). */
import type { Settings } from './device-model/types.ts';

/** Minutes; null: nobody has set one, so the device's own time zone serves. */
export function screenOffsetMin(settings: Settings, nowMs: number): number | null {
  const turn = Date.parse(settings.string('ClockCtrlr.NextTimeOffsetTransitionDateTime', ''));
  const next = minutes(settings.string('ClockCtrlr.TimeOffset[NextTransition]', ''));
  if (next !== null && nowMs >= turn) return next;
  return minutes(settings.string('ClockCtrlr.TimeOffset', ''));
}

function minutes(offset: string): number | null {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(offset);
  return match === null ? null : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
