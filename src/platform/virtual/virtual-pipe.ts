import type { Stop } from '../../base/signal.ts';
import type { Clock } from '../ports.ts';

interface Parcel {
  readonly dueMs: number;
  readonly bytes: number;
  readonly deliver: () => void;
}

/** One direction of a connection: first in, first out, each parcel after its latency, nothing while frozen. */
export class VirtualPipe {
  private queue: Parcel[] = [];
  private frozen = false;
  private ended = false;
  private lastDueMs = 0;
  private stopTimer: Stop | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly latencyMs: () => number,
  ) {}

  /** Bytes sent and not delivered. */
  get bytes(): number {
    return this.queue.reduce((sum, parcel) => sum + parcel.bytes, 0);
  }

  push(deliver: () => void, bytes = 0): void {
    if (this.ended) return;
    this.lastDueMs = Math.max(this.lastDueMs, this.clock.monotonicMs() + this.latencyMs());
    this.queue.push({ dueMs: this.lastDueMs, bytes, deliver });
    if (this.queue.length === 1) this.arm();
  }

  freeze(): void {
    this.frozen = true;
    this.stopTimer?.();
    this.stopTimer = null;
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    this.arm();
  }

  /** Nothing is delivered any more. */
  end(): void {
    this.ended = true;
    this.queue = [];
    this.stopTimer?.();
    this.stopTimer = null;
  }

  private arm(): void {
    const head = this.queue[0];
    if (head === undefined || this.frozen) return;
    this.stopTimer = this.clock.after(Math.max(0, head.dueMs - this.clock.monotonicMs()), () => {
      this.stopTimer = null;
      this.queue.shift();
      // Armed first, since delivering may end the pipe, freeze it or push more.
      this.arm();
      head.deliver();
    });
  }
}
