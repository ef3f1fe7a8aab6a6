/** Waiting before the next connection attempt (OCPP 2.0.1 part 4 section 5.3); governs 1.6 as well. */
import type { Settings } from '../station/device-model/types.ts';

/** However the variables are set, a dead CSMS isn't hammered. */
const FLOOR_MS = 200;

/**
 * @param failures consecutive attempts that have failed, 1 for the first
 * @param random uniform in [0, 1)
 */
export function backOffMs(settings: Settings, failures: number, random: number): number {
  const minimumS = settings.number('OCPPCommCtrlr.RetryBackOffWaitMinimum', 5);
  const repeatTimes = settings.number('OCPPCommCtrlr.RetryBackOffRepeatTimes', 5);
  const rangeS = settings.number('OCPPCommCtrlr.RetryBackOffRandomRange', 5);
  const doublings = Math.min(Math.max(0, failures - 1), repeatTimes);
  return Math.max(FLOOR_MS, (minimumS * 2 ** doublings + random * rangeS) * 1000);
}
