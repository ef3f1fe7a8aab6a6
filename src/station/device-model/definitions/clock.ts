/** ClockCtrlr: time comes from the CSMS alone; what the station's screen shows is offset from UTC. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

export const clock: readonly Definition[] = rows('ClockCtrlr', [
  ['DateTime', 'dateTime', undefined, READ_ONLY],
  ['TimeSource', 'SequenceList', 'Heartbeat', { ...CONSTANT, valuesList: ['Heartbeat'] }],
  ['TimeAdjustmentReportingThreshold', 'integer', '20', { unit: 's', minLimit: 0, maxLimit: 86_400 }],
]);
