import { expect, test } from 'vitest';
import type { Settings } from '../station/device-model/types.ts';
import { backOffMs } from './back-off.ts';

function settings(minimumS: number, repeatTimes: number, rangeS: number): Settings {
  const values: Record<string, number> = { RetryBackOffWaitMinimum: minimumS, RetryBackOffRepeatTimes: repeatTimes, RetryBackOffRandomRange: rangeS };
  return { number: (name: string) => values[name.replace('OCPPCommCtrlr.', '')] } as unknown as Settings;
}

test('part 4 section 5.3: doubles from the minimum, so many times, then stays', () => {
  const waits = [1, 2, 3, 4, 5].map((failures) => backOffMs(settings(3, 2, 0), failures, 0.9));
  expect(waits).toEqual([3000, 6000, 12_000, 12_000, 12_000]);
});

test('the random part is added once and not doubled', () => {
  expect(backOffMs(settings(1, 3, 10), 3, 0.5)).toBe(4000 + 5000);
});

test('0 and 1 are legal, and still don\'t hammer a dead CSMS', () => {
  expect(backOffMs(settings(0, 0, 0), 7, 0.9)).toBe(200);
  expect(backOffMs(settings(1, 0, 0), 7, 0.9)).toBe(1000);
});
