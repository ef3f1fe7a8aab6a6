/** Where schedules come from: what this block wants of smart charging. */
import type { Signal } from '../../base/signal.ts';
import type { Schedule } from './schedule.ts';

export interface ScheduleSource {
  /** K15.FR.22: one to three composite schedules of an EVSE from now on, of at most `maxPeriods` periods each. */
  composites(evseId: number, durationS: number, maxPeriods: number): readonly Schedule[];
  /** The CSMS has set a TxProfile on an EVSE. */
  readonly onTxProfile: Signal<{ readonly evseId: number }>;
  /** Some composite schedule may have changed otherwise than by time going on. */
  readonly onRecalculated: Signal<void>;
  /** K15.FR.14: the car's own plan, from `fromMs` (wall) on, counts in the composite schedule; null: it has none. */
  setEvPlan(evseId: number, plan: (Schedule & { readonly fromMs: number }) | null): void;
}
