import type { Stop } from '../base/signal.ts';
import type { Clock } from './ports.ts';

export interface ClockGap {
  /** How much later than asked a timer came, ms: the tab was frozen or the machine overloaded. */
  readonly lateMs: number;
  /**
   * How far the wall clock moved beyond monotonic time, ms, either way: it was set, or the machine slept (on some
   * systems monotonic time stands still meanwhile).
   */
  readonly wallJumpMs: number;
}

export interface ClockGapOptions {
  /** How often to look, ms. */
  readonly periodMs?: number;
  /** What counts as a gap, ms. */
  readonly limitMs?: number;
}

/** Reports holes in time: a frozen tab, a sleeping tablet, a clock that was set. */
export function watchClockGaps(clock: Clock, onGap: (gap: ClockGap) => void, options: ClockGapOptions = {}): Stop {
  const { periodMs = 1000, limitMs = 5000 } = options;
  let stop: Stop = () => undefined;
  const look = (): void => {
    const beforeMs = clock.monotonicMs();
    const beforeWallMs = clock.wallMs();
    stop = clock.after(periodMs, () => {
      const passedMs = clock.monotonicMs() - beforeMs;
      const lateMs = passedMs - periodMs;
      const wallJumpMs = clock.wallMs() - beforeWallMs - passedMs;
      look();
      if (lateMs > limitMs || Math.abs(wallJumpMs) > limitMs) onGap({ lateMs, wallJumpMs });
    });
  };
  look();
  return () => stop();
}
