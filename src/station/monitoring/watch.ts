/** One look at a monitored value: what changes, and what there is to tell (N07). Pure. */
import { isThreshold, type Monitor } from './monitor.ts';

export interface WatchState {
  /** The CSMS has been told that the threshold is exceeded. */
  readonly alerting: boolean;
  /** What a Delta is measured against; undefined: the variable had no value yet. */
  readonly baseline: string | undefined;
}

export interface Finding {
  readonly state: WatchState;
  readonly event: { readonly trigger: 'Alerting' | 'Delta'; readonly cleared: boolean } | null;
}

/** @param hysteresisPercent of the threshold, how far a value must come back before the alert is cleared */
export function look(monitor: Monitor, numeric: boolean, state: WatchState, value: string | undefined, hysteresisPercent: number): Finding {
  const nothing: Finding = { state, event: null };
  if (isThreshold(monitor.type)) {
    const alerting = exceeds(monitor, state.alerting, toNumber(value), hysteresisPercent);
    if (alerting === null || alerting === state.alerting) return nothing;
    return { state: { ...state, alerting }, event: { trigger: 'Alerting', cleared: !alerting } };
  }
  if (monitor.type !== 'Delta') return nothing;
  if (state.baseline === undefined || (numeric && Number.isNaN(toNumber(state.baseline)))) return { state: { ...state, baseline: value }, event: null };
  if (!differs(numeric, state.baseline, value, monitor.value)) return nothing;
  return { state: { ...state, baseline: value }, event: { trigger: 'Delta', cleared: false } };
}

/** N07.FR.16, N07.FR.17, N07.FR.02. Null: no value, nothing can be said. */
function exceeds({ type, value: threshold }: Monitor, alerting: boolean, value: number, hysteresisPercent: number): boolean | null {
  if (Number.isNaN(value)) return null;
  const band = alerting ? Math.abs(threshold) * (hysteresisPercent / 100) : 0;
  return type === 'UpperThreshold' ? value > threshold - band : value < threshold + band;
}

/** N07.FR.18: numbers by more than `value`; N07.FR.19: anything else by any change. */
function differs(numeric: boolean, before: string, now: string | undefined, value: number): boolean {
  if (!numeric) return now !== before;
  const difference = Math.abs(toNumber(now) - toNumber(before));
  return !Number.isNaN(difference) && difference > value;
}

/** NaN for no value. */
function toNumber(value: string | undefined): number {
  return value === undefined || value === '' ? Number.NaN : Number(value);
}
