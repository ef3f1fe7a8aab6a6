/** One profile over time: when which of its periods holds (K01.FR.10 to FR.13, FR.30, FR.36, FR.37, FR.42). Pure. */
import { capOf, type Cap } from './cap.ts';
import type { ChargingProfile, ChargingSchedule } from './profile.ts';
import { append, constant, type Step, type Steps } from './steps.ts';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;

export function recurrencyMs({ kind, recurrency }: ChargingProfile): number {
  if (kind !== 'Recurring') return Infinity;
  return recurrency === 'Weekly' ? 7 * DAY_MS : DAY_MS;
}

/**
 * Null where the profile has nothing to say.
 * @param zeroMs what a Relative profile counts from: energy could flow (K01.FR.42)
 * @param tuple which of up to three schedules (ISO 15118 only, K15.FR.22)
 */
export function profileSteps(profile: ChargingProfile, window: Window, zeroMs: number, tuple = 0): Steps<Cap | null> {
  const schedule = profile.schedules[tuple] ?? profile.schedules[0];
  const fromMs = Math.max(window.fromMs, profile.validFromMs ?? -Infinity);
  const toMs = Math.min(window.toMs, profile.validToMs ?? Infinity);
  if (schedule === undefined || fromMs >= toMs) return constant(window.fromMs, null);
  const steps: Step<Cap | null>[] = [{ atMs: window.fromMs, value: null }];
  const firstMs = profile.kind === 'Relative' ? zeroMs : (schedule.startMs ?? zeroMs);
  const cycleMs = recurrencyMs(profile);
  const caps = schedule.periods.map((period) => capOf(period, schedule));
  const skipped = cycleMs === Infinity ? 0 : Math.max(0, Math.floor((fromMs - firstMs) / cycleMs));
  for (let startMs = firstMs + (skipped === 0 ? 0 : skipped * cycleMs); startMs < toMs; startMs += cycleMs) {
    addCycle(steps, schedule, caps, startMs, Math.min(toMs, startMs + cycleMs), fromMs);
    if (cycleMs === Infinity) break;
  }
  return steps;
}

/** The part of one run of a schedule that lies between `fromMs` and `untilMs`. */
function addCycle(steps: Step<Cap | null>[], schedule: ChargingSchedule, caps: readonly Cap[], startMs: number, untilMs: number, fromMs: number): void {
  const endMs = Math.min(untilMs, schedule.durationS === undefined ? Infinity : startMs + schedule.durationS * 1000);
  if (endMs <= fromMs) return;
  const { periods } = schedule;
  for (let index = firstPeriod(schedule, (fromMs - startMs) / 1000); index < periods.length; index++) {
    const atMs = startMs + (periods[index]?.startS ?? 0) * 1000;
    if (atMs >= endMs) break;
    const untilNextMs = index + 1 < periods.length ? startMs + (periods[index + 1]?.startS ?? 0) * 1000 : Infinity;
    if (untilNextMs > fromMs) append(steps, Math.max(atMs, fromMs), caps[index] ?? null);
  }
  if (Number.isFinite(endMs)) append(steps, endMs, null);
}

/** Index of the period that holds at this offset; 0 if none has begun. */
function firstPeriod({ periods }: ChargingSchedule, offsetS: number): number {
  let low = 0;
  let high = periods.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((periods[middle]?.startS ?? 0) <= offsetS) low = middle;
    else high = middle - 1;
  }
  return low;
}
