import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/platform/ports.ts';

/** A clock, and the way to let its time pass. */
export interface ClockWorld {
  readonly clock: Clock;
  pass(ms: number): Promise<void>;
}

/** What every Clock must do. Delays are short, since some clocks are real. */
export function clockContract(name: string, makeWorld: () => ClockWorld): void {
  describe(`${name} keeps the contract of Clock`, () => {
    test('monotonic time goes on and never falls', async () => {
      const { clock, pass } = makeWorld();
      const first = clock.monotonicMs();
      await pass(5);
      const second = clock.monotonicMs();
      expect(second).toBeGreaterThan(first);
      expect(clock.monotonicMs()).toBeGreaterThanOrEqual(second);
    });

    test('wall time is of this century, in ms', () => {
      const { clock } = makeWorld();
      expect(clock.wallMs()).toBeGreaterThan(Date.UTC(2020, 0, 1));
      expect(clock.wallMs()).toBeLessThan(Date.UTC(2100, 0, 1));
    });

    test('calls once, not before its time, and in order', async () => {
      const { clock, pass } = makeWorld();
      const startMs = clock.monotonicMs();
      const seen: [string, number][] = [];
      clock.after(20, () => seen.push(['b', clock.monotonicMs() - startMs]));
      clock.after(5, () => seen.push(['a', clock.monotonicMs() - startMs]));
      expect(seen).toEqual([]);
      await pass(60);
      expect(seen.map(([label]) => label)).toEqual(['a', 'b']);
      expect(seen[0]?.[1]).toBeGreaterThanOrEqual(5);
      expect(seen[1]?.[1]).toBeGreaterThanOrEqual(20);
    });

    test.each([0, -5, Number.NaN])('a delay of %s means soon, never at once', async (delayMs) => {
      const { clock, pass } = makeWorld();
      let calls = 0;
      clock.after(delayMs, () => (calls += 1));
      expect(calls).toBe(0);
      await pass(20);
      expect(calls).toBe(1);
    });

    test('stopped: never calls; stopping twice or after the call is harmless', async () => {
      const { clock, pass } = makeWorld();
      let calls = 0;
      const stop = clock.after(5, () => (calls += 1));
      stop();
      stop();
      const late = clock.after(1, () => (calls += 10));
      await pass(30);
      late();
      expect(calls).toBe(10);
    });

    test.each([2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY])('a delay of %s ms doesn’t fire early', async (delayMs) => {
      const { clock, pass } = makeWorld();
      let calls = 0;
      const stop = clock.after(delayMs, () => (calls += 1));
      await pass(20);
      expect(calls).toBe(0);
      stop();
    });
  });
}
