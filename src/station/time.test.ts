import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../platform/virtual/virtual-clock.ts';
import { StationTime } from './time.ts';

const T0 = Date.UTC(2026, 5, 1, 12);

describe('StationTime', () => {
  it('a 1970 clock never gets into the books (MicroOcpp#311)', () => {
    const clock = new VirtualClock({ wallStartMs: 0 });
    const time = new StationTime(clock, { run: 1, lastOffsetMs: null, floorMs: T0 });
    const before = time.stamp();
    expect(before.wallMs).toBeNull();
    clock.stepWall(500);
    time.synchronise(T0 + 60_000);
    expect(time.resolve(before).wallMs).toBe(T0 + 60_000);
  });

  it('records of this run are stamped exactly once the offset is known', async () => {
    const clock = new VirtualClock({ wallStartMs: 12345 });
    const time = new StationTime(clock, { run: 1, lastOffsetMs: null, floorMs: 0 });
    const early = time.stamp();
    await clock.advance(90_000);
    time.synchronise(T0);
    expect(time.resolve(early).wallMs).toBe(T0 - 90_000);
  });

  it('a record of an earlier run keeps that run\'s guess, but isn\'t later than this run\'s beginning', () => {
    const clock = new VirtualClock({ wallStartMs: T0 });
    const time = new StationTime(clock, { run: 2, lastOffsetMs: 0, floorMs: T0 - 1000 });
    time.synchronise(T0);
    expect(time.resolve({ wallMs: null, monotonicMs: 5, run: 1, guessMs: T0 - 500 }).wallMs).toBe(T0 - 500);
    expect(time.resolve({ wallMs: null, monotonicMs: 5, run: 1, guessMs: T0 + 9_000_000 }).wallMs).toBe(T0);
    expect(time.resolve({ wallMs: null, monotonicMs: 5, run: 1, guessMs: 7 }).wallMs).toBe(T0 - 1000);
  });

  it('guesses don\'t go back over a restart with a clock that was set back', () => {
    const clock = new VirtualClock({ wallStartMs: T0 - 3_600_000 });
    const time = new StationTime(clock, { run: 3, lastOffsetMs: 0, floorMs: T0 - 7_200_000, guessFloorMs: T0 });
    expect(time.stamp().guessMs).toBe(T0);
  });

  it('the machine\'s clock may jump by hours: the station\'s doesn\'t', async () => {
    const clock = new VirtualClock({ wallStartMs: T0 });
    const time = new StationTime(clock, { run: 1, lastOffsetMs: null, floorMs: 0 });
    time.synchronise(T0);
    clock.stepWall(-7_200_000);
    await clock.advance(1000);
    expect(time.stamp().wallMs).toBe(T0 + 1000);
  });

  it('a CSMS whose clock goes back doesn\'t turn the books back', async () => {
    const clock = new VirtualClock();
    const time = new StationTime(clock, { run: 1, lastOffsetMs: null, floorMs: 0 });
    time.synchronise(T0);
    await clock.advance(10_000);
    const before = time.stamp().wallMs ?? 0;
    expect(time.synchronise(T0 - 3_600_000).steppedMs).toBe(-3_610_000);
    expect(time.stamp().wallMs).toBe(before);
  });

  it('network jitter isn\'t followed', async () => {
    const clock = new VirtualClock();
    const time = new StationTime(clock, { run: 1, lastOffsetMs: null, floorMs: 0 });
    time.synchronise(T0);
    await clock.advance(60_000);
    time.synchronise(T0 + 60_000 - 700);
    expect(time.nowMs()).toBe(T0 + 60_000);
  });

  it('nonsense from the CSMS is no time', () => {
    const time = new StationTime(new VirtualClock(), { run: 1, lastOffsetMs: null, floorMs: 0 });
    time.synchronise(Number.NaN);
    expect(time.synchronised).toBe(false);
  });
});
