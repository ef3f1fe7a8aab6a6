/** ClockCtrlr: time comes from the CSMS alone; what the station's screen shows is offset from UTC. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

/** RFC 3339. */
const OFFSET = /^$|^[+-](0\d|1[0-4]):[0-5]\d$/;
const MOMENT = /^$|^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

export const clock: readonly Definition[] = rows('ClockCtrlr', [
  ['DateTime', 'dateTime', undefined, READ_ONLY],
  ['TimeSource', 'SequenceList', 'Heartbeat', { ...CONSTANT, valuesList: ['Heartbeat'] }],
  // For what the screen shows; '' : as the device is set. A zone, which knows its own summer time, goes before an offset.
  ['TimeZone', 'string', '', { maxLength: 64 }],
  ['TimeOffset', 'string', '', { pattern: OFFSET }],
  ['TimeOffset', 'string', '', { pattern: OFFSET, instance: 'NextTransition' }],
  ['NextTimeOffsetTransitionDateTime', 'string', '', { pattern: MOMENT }],
  ['TimeAdjustmentReportingThreshold', 'integer', '20', { unit: 's', minLimit: 0, maxLimit: 86_400 }],
]);
