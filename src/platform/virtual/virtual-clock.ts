import { KerbsideError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Clock } from '../ports.ts';
import { settle } from './settle.ts';
import { TimerHeap, type VirtualTimer } from './timer-heap.ts';

export interface VirtualClockOptions {
  /** Where the wall clock starts, ms since 1970 UTC. Default 2026-01-01T00:00:00Z. */
  readonly wallStartMs?: number;
  /** What `monotonicMs()` starts at, ms. Default 0. */
  readonly monotonicStartMs?: number;
}

const DEFAULT_WALL_START_MS = Date.UTC(2026, 0, 1);

/** More timers than this at one instant can only be a loop that feeds itself. */
const MAX_TIMERS_PER_INSTANT = 100_000;

/** Far above the precision of a double at the age of a simulated year. */
const SHORTEST_WAIT_MS = 0.001;

/** Below this many, stopped timers aren't worth collecting. */
const COMPACT_ABOVE = 1024;

/** A clock that stands still until told to move. Timers run in order; promises settle between any two of them. */
export class VirtualClock implements Clock {
  private nowMs: number;
  private wallOffsetMs: number;
  private heap = new TimerHeap();
  private order = 0;
  private stopped = 0;
  private advancing = false;
  private outside = 0;

  constructor(options: VirtualClockOptions = {}) {
    this.nowMs = options.monotonicStartMs ?? 0;
    this.wallOffsetMs = (options.wallStartMs ?? DEFAULT_WALL_START_MS) - this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs + this.wallOffsetMs;
  }

  after(delayMs: number, fn: () => void): Stop {
    // NaN and negative delays mean "at once", as with setTimeout. A wait, however short, must move a large clock on.
    const delay = delayMs > 0 ? Math.max(delayMs, SHORTEST_WAIT_MS) : 0;
    const timer: VirtualTimer = { dueMs: this.nowMs + delay, order: this.order++, fn };
    this.heap.push(timer);
    return () => {
      if (timer.fn === null) return;
      timer.fn = null;
      this.stopped += 1;
      if (this.stopped > COMPACT_ABOVE && this.stopped * 2 > this.heap.size) {
        this.heap.compact();
        this.stopped = 0;
      }
    };
  }

  /** Lets the wall clock jump by `byMs` (either way); monotonic time and timers don't notice. */
  stepWall(byMs: number): void {
    this.wallOffsetMs += byMs;
  }

  /** Sets the wall clock, ms since 1970 UTC. */
  setWall(wallMs: number): void {
    this.wallOffsetMs = wallMs - this.nowMs;
  }

  /**
   * Moves time on by `ms`, running what falls due. Resolves when everything, promises too, is quiet.
   * @throws whatever a timer's function throws; KerbsideError `VirtualTimeBusy` | `VirtualTimeStuck`
   */
  async advance(ms: number): Promise<void> {
    await this.run(this.nowMs + ms, () => false);
  }

  /**
   * Moves time on, timer by timer, until `condition` holds. Answers whether it did within `maxMs`.
   * Without it time ends up exactly `maxMs` later.
   */
  async advanceUntil(condition: () => boolean, maxMs: number): Promise<boolean> {
    return this.run(this.nowMs + maxMs, condition);
  }

  /** Moves time on until `promise` is settled and hands on its outcome. @throws KerbsideError `VirtualTimeout` */
  async waitFor<T>(promise: Promise<T>, maxMs = 3_600_000): Promise<T> {
    let done = false;
    const finish = (): void => void (done = true);
    promise.then(finish, finish);
    if (!(await this.advanceUntil(() => done, maxMs))) {
      throw new KerbsideError('VirtualTimeout', `not settled within ${maxMs} ms of virtual time`);
    }
    return promise;
  }

  /** Lets promises settle without moving time; runs timers that are due already. */
  async settle(): Promise<void> {
    await this.advance(0);
  }

  /**
   * Work that goes on outside the virtual world (a dynamic import, real crypto, a real disk): time stands still until
   * it is done, so that it takes none.
   */
  async external<T>(work: Promise<T>): Promise<T> {
    this.outside += 1;
    try {
      return await work;
    } finally {
      this.outside -= 1;
    }
  }

  /** Milliseconds until the next timer; null if none is set. */
  nextTimerInMs(): number | null {
    const next = this.heap.peek();
    return next === undefined ? null : Math.max(0, next.dueMs - this.nowMs);
  }

  private async quiet(): Promise<void> {
    do await settle();
    while (this.outside > 0);
  }

  private async run(targetMs: number, condition: () => boolean): Promise<boolean> {
    if (this.advancing) throw new KerbsideError('VirtualTimeBusy', 'advance() called while time is already moving');
    this.advancing = true;
    try {
      await this.quiet();
      let atInstant = 0;
      for (;;) {
        if (condition()) return true;
        const timer = this.heap.peek();
        if (timer === undefined || timer.dueMs > targetMs) break;
        this.heap.pop();
        atInstant = timer.dueMs > this.nowMs ? 0 : atInstant + 1;
        if (atInstant > MAX_TIMERS_PER_INSTANT) {
          throw new KerbsideError('VirtualTimeStuck', `timers at ${this.nowMs} ms keep setting timers without delay`);
        }
        if (timer.dueMs > this.nowMs) this.nowMs = timer.dueMs;
        const fn = timer.fn;
        timer.fn = null;
        fn?.();
        await this.quiet();
      }
      if (targetMs > this.nowMs) this.nowMs = targetMs;
      return condition();
    } finally {
      this.advancing = false;
    }
  }
}

/**
 * The clock as one process sees it: its monotonic time starts at 0 with the process, and when the process is killed
 * its timers die with it. Give each life of a crashed station its own.
 */
export class ProcessClock implements Clock {
  private readonly bornMs: number;
  private readonly pending = new Set<Stop>();
  private alive = true;

  constructor(private readonly world: VirtualClock) {
    this.bornMs = world.monotonicMs();
  }

  monotonicMs(): number {
    return this.world.monotonicMs() - this.bornMs;
  }

  wallMs(): number {
    return this.world.wallMs();
  }

  after(delayMs: number, fn: () => void): Stop {
    if (!this.alive) return () => undefined;
    const stopTimer = this.world.after(delayMs, () => {
      this.pending.delete(stop);
      fn();
    });
    const stop = (): void => {
      this.pending.delete(stop);
      stopTimer();
    };
    this.pending.add(stop);
    return stop;
  }

  /** The process is gone: none of its timers fires any more, new ones neither. */
  kill(): void {
    this.alive = false;
    for (const stop of [...this.pending]) stop();
  }
}
