import { afterEach, expect, test, vi } from 'vitest';
import { BrowserClock } from '../../src/platform/browser/browser-clock.ts';
import { watchClockGaps, type ClockGap } from '../../src/platform/clock-gap.ts';
import { NodeClock } from '../../src/platform/node/node-clock.ts';
import { ProcessClock, VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { clockContract } from './clock.contract.ts';

const passReally = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

clockContract('VirtualClock', () => {
  const clock = new VirtualClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});
clockContract('ProcessClock', () => {
  const world = new VirtualClock();
  return { clock: new ProcessClock(world), pass: (ms) => world.advance(ms) };
});
clockContract('NodeClock', () => ({ clock: new NodeClock(), pass: passReally }));
clockContract('BrowserClock', () => ({ clock: new BrowserClock(), pass: passReally }));

afterEach(() => void vi.useRealTimers());

test('the machine’s clock fires a delay beyond 2^31 ms at its time', async () => {
  vi.useFakeTimers();
  const clock = new NodeClock();
  let calls = 0;
  clock.after(2 ** 31 + 5000, () => (calls += 1));
  await vi.advanceTimersByTimeAsync(2 ** 31 + 4999);
  expect(calls).toBe(0);
  await vi.advanceTimersByTimeAsync(2);
  expect(calls).toBe(1);
});

test('a stop between two legs of a long delay holds', async () => {
  vi.useFakeTimers();
  const clock = new NodeClock();
  let calls = 0;
  const stop = clock.after(2 ** 33, () => (calls += 1));
  await vi.advanceTimersByTimeAsync(2 ** 32);
  stop();
  await vi.advanceTimersByTimeAsync(2 ** 33);
  expect(calls).toBe(0);
});

/** A clock whose timers come late, as a frozen tab's do. */
class FreezingClock extends VirtualClock {
  frozenMs = 0;
  override monotonicMs(): number {
    return super.monotonicMs() + this.frozenMs;
  }
}

test('a hole in monotonic time is a gap; a late timer of half a second is none', async () => {
  const clock = new FreezingClock();
  const gaps: ClockGap[] = [];
  const stop = watchClockGaps(clock, (gap) => gaps.push(gap), { periodMs: 1000, limitMs: 5000 });
  await clock.advance(10_500);
  clock.frozenMs += 500;
  await clock.advance(2000);
  expect(gaps).toEqual([]);
  clock.frozenMs += 60_000;
  clock.stepWall(60_000); // a frozen tab's wall clock goes on as well
  await clock.advance(2000);
  expect(gaps).toEqual([{ lateMs: 60_000, wallJumpMs: 0 }]);
  stop();
  clock.frozenMs += 60_000;
  await clock.advance(10_000);
  expect(gaps).toHaveLength(1);
});

test.each([3_600_000, -3_600_000])('a wall clock that jumps by %s ms is told, once', async (jumpMs) => {
  const clock = new VirtualClock();
  const gaps: ClockGap[] = [];
  watchClockGaps(clock, (gap) => gaps.push(gap));
  await clock.advance(3500);
  clock.stepWall(jumpMs);
  await clock.advance(10_000);
  expect(gaps).toEqual([{ lateMs: 0, wallJumpMs: jumpMs }]);
});
