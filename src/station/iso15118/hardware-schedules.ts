import { Signal } from '../../base/signal.ts';
import type { Evse } from '../evse.ts';
import type { ScheduleSource } from './schedule-source.ts';

/** What the hardware gives, for as long as asked. */
export function hardwareSchedules(evses: readonly Evse[]): ScheduleSource {
  return {
    composites: (evseId, durationS) => [{
      durationS, unit: 'A', periods: [{ startS: 0, limit: evses.find(({ id }) => id === evseId)?.limitedCurrentA() ?? 0 }],
    }],
    onTxProfile: new Signal(),
    onComposite: new Signal(),
    setEvSchedule: () => undefined,
  };
}
