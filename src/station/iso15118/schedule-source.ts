/** Where schedules come from: what this block wants of smart charging. */
import type { Signal } from '../../base/signal.ts';
import type { Schedule } from './schedule.ts';

export interface ScheduleSource {
  /** K15.FR.22: one to three composite schedules of an EVSE from now on, of at most `maxPeriods` periods each. */
  composites(evseId: number, durationS: number, maxPeriods: number): readonly Schedule[];
  /** The CSMS has set a TxProfile on an EVSE. */
  readonly onTxProfile: Signal<{ readonly evseId: number }>;
  /** The composite schedule of an EVSE has changed otherwise than by time going on (K16.FR.02). */
  readonly onComposite: Signal<{ readonly evseId: number }>;
  /** K15.FR.14: the car's own plan counts in the composite schedule from now on; null: it has none. */
  setEvSchedule(evseId: number, schedule: Schedule | null): void;
}
