/** The offset from UTC of the clocks that a driver sees (ClockCtrlr; California pricing 3.3). */
import type { Settings } from './device-model/types.ts';

/** Minutes; null: nobody has set one, so the device's own time zone serves. */
export function screenOffsetMin(settings: Settings, nowMs: number): number | null {
  const inZone = zoneOffsetMin(settings.string('ClockCtrlr.TimeZone', ''), nowMs);
  if (inZone !== null) return inZone;
  const turn = Date.parse(settings.string('ClockCtrlr.NextTimeOffsetTransitionDateTime', ''));
  const next = minutes(settings.string('ClockCtrlr.TimeOffset[NextTransition]', ''));
  if (next !== null && nowMs >= turn) return next;
  return minutes(settings.string('ClockCtrlr.TimeOffset', ''));
}

/** As `Europe/Oslo`, and this machine knows it. */
export function isTimeZone(zone: string): boolean {
  return zoneOffsetMin(zone, 0) !== null;
}

/** The last zone asked for: making its format is far dearer than using it. */
let known: { readonly zone: string; readonly format: Intl.DateTimeFormat | null } = { zone: '', format: null };

/** Null: this machine knows no such zone. */
function zoneOffsetMin(zone: string, atMs: number): number | null {
  if (zone !== known.zone) known = { zone, format: formatOf(zone) };
  if (known.format === null) return null;
  const parts = new Map(known.format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shownMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return Math.round((shownMs - atMs) / 60_000);
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  // `+02:00` is a zone to Intl, but not to OCPP: that is what TimeOffset is for.
  if (!/^[A-Za-z]/.test(zone)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
  } catch {
    return null;
  }
}

function minutes(offset: string): number | null {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(offset);
  return match === null ? null : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}
