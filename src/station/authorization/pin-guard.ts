/** C04.FR.06: who tries PINs waits longer and longer. */
import type { Clock, Store } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';

const FAILURES_KEY = 'pinFailures';
/** A driver may mistype. */
const FREE_FAILURES = 3;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;

export class PinGuard {
  private failures = 0;
  /** Monotonic ms. */
  private blockedUntilMs = 0;

  constructor(private readonly clock: Clock, private readonly journal: Journal) {}

  /** A restart doesn't shorten the wait: it begins anew. */
  async load(store: Store): Promise<void> {
    const failures = await store.get('meta', FAILURES_KEY);
    this.failures = typeof failures === 'number' && Number.isInteger(failures) && failures > 0 ? failures : 0;
    this.blockedUntilMs = this.clock.monotonicMs() + this.waitMs();
  }

  /** Until the next PIN is looked at; 0: now. */
  get remainingMs(): number {
    return Math.max(0, this.blockedUntilMs - this.clock.monotonicMs());
  }

  decided(right: boolean): void {
    if (right && this.failures === 0) return;
    this.failures = right ? 0 : this.failures + 1;
    this.blockedUntilMs = this.clock.monotonicMs() + this.waitMs();
    if (right) this.journal.delete('meta', FAILURES_KEY);
    else this.journal.put('meta', FAILURES_KEY, this.failures);
  }

  private waitMs(): number {
    return this.failures < FREE_FAILURES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - FREE_FAILURES));
  }
}
