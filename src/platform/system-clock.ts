import type { Stop } from '../base/signal.ts';
import type { Clock } from './ports.ts';

/** The longest delay that `setTimeout` takes; a longer one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The clock of the machine: alike in a page, in a worker and in Node. */
export class SystemClock implements Clock {
  monotonicMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  after(delayMs: number, fn: () => void): Stop {
    const dueMs = performance.now() + (delayMs > 0 ? delayMs : 0);
    let timer: ReturnType<typeof setTimeout>;
    const wake = (): void => {
      // Woken too early: a leg of a long delay has passed, or the machine's timer was a little ahead.
      if (performance.now() < dueMs) arm();
      else fn();
    };
    const arm = (): void => {
      const leftMs = Math.ceil(dueMs - performance.now());
      timer = setTimeout(wake, Math.min(Math.max(0, leftMs), MAX_TIMEOUT_MS));
    };
    arm();
    return () => clearTimeout(timer);
  }
}
