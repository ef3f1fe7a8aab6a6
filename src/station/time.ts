/**
 * The station's time. The core counts in monotonic time; wall time is an offset learnt from the CSMS (B01.FR.06,
 * G02.FR.06). Before the first synchronisation of a run a plausible machine clock with the last known offset serves for
 * display, but what goes into the books is stamped when the offset is known: no guess reaches the wire.
 */
import { Signal } from '../base/signal.ts';
import type { Clock } from '../platform/ports.ts';
import type { Timestamp } from './types.ts';

/** Corrections smaller than this are network jitter; following them would make timestamps wander. */
const JITTER_MS = 1000;

export interface TimeMemory {
  /** Number of this run; ascending over restarts. */
  readonly run: number;
  /** CSMS time minus machine wall time at the last synchronisation of any run. */
  readonly lastOffsetMs: number | null;
  /** Wall time of the newest thing in the books: time can't be before it. */
  readonly floorMs: number;
  /** The newest guess that an earlier run wrote while it wasn't synchronised: later guesses aren't before it. */
  readonly guessFloorMs?: number;
}

export class StationTime {
  /** The clock was set, by so many ms: what waits for a time of day waits anew. */
  readonly onStepped = new Signal<number>();
  private anchor: { monotonicMs: number; wallMs: number } | null = null;
  private newestMs: number;
  private newestGuessMs: number;
  private readonly bornMs: number;

  constructor(private readonly clock: Clock, readonly memory: TimeMemory) {
    this.newestMs = memory.floorMs;
    this.newestGuessMs = Math.max(memory.floorMs, memory.guessFloorMs ?? 0);
    this.bornMs = clock.monotonicMs();
  }

  get synchronised(): boolean {
    return this.anchor !== null;
  }

  /** CSMS time minus the machine's, for the technician and the next run; null before the first synchronisation. */
  get offsetMs(): number | null {
    return this.anchor === null ? null : this.wallAt(this.clock.monotonicMs()) - this.clock.wallMs();
  }

  /** Learns the CSMS's time. Returns true if this was the first time, so that older records can be stamped now. */
  synchronise(csmsMs: number): { first: boolean; steppedMs: number } {
    if (!Number.isFinite(csmsMs)) return { first: false, steppedMs: 0 };
    const now = this.clock.monotonicMs();
    const first = this.anchor === null;
    const steppedMs = first ? 0 : csmsMs - this.wallAt(now);
    if (first || Math.abs(steppedMs) > JITTER_MS) this.anchor = { monotonicMs: now, wallMs: csmsMs };
    const stepped = Math.abs(steppedMs) > JITTER_MS ? steppedMs : 0;
    if (stepped !== 0) this.onStepped.emit(stepped);
    return { first, steppedMs: stepped };
  }

  /** Now, for the books. */
  stamp(): Timestamp {
    const monotonicMs = this.clock.monotonicMs();
    if (this.anchor === null) {
      this.newestGuessMs = Math.max(this.newestGuessMs, Math.round(this.provisionalMs()));
      return { wallMs: null, monotonicMs, run: this.memory.run, guessMs: this.newestGuessMs };
    }
    // Within the books time never falls, whatever the CSMS's clock does.
    this.newestMs = Math.max(this.newestMs, Math.round(this.wallAt(monotonicMs)));
    return { wallMs: this.newestMs, monotonicMs, run: this.memory.run };
  }

  /**
   * The wall time of a record. Records of this run are exact once synchronised; one left unstamped by an earlier run
   * gets that run's best guess.
   */
  resolve(timestamp: Timestamp): Timestamp {
    if (timestamp.wallMs !== null) return timestamp;
    if (timestamp.run === this.memory.run) {
      if (this.anchor === null) return timestamp;
      return { ...timestamp, wallMs: Math.round(Math.max(this.memory.floorMs, this.wallAt(timestamp.monotonicMs))) };
    }
    // Never later than this run's beginning: the guess of a machine whose clock ran ahead would overtake what followed.
    const guess = Math.max(this.memory.floorMs, timestamp.guessMs ?? 0);
    return { ...timestamp, wallMs: this.anchor === null ? guess : Math.max(this.memory.floorMs, Math.min(guess, Math.round(this.wallAt(this.bornMs)))) };
  }

  /** The best guess of now for display and expiry checks. */
  nowMs(): number {
    return this.anchor === null ? this.provisionalMs() : this.wallAt(this.clock.monotonicMs());
  }

  private provisionalMs(): number {
    return Math.max(this.clock.wallMs() + (this.memory.lastOffsetMs ?? 0), this.newestGuessMs);
  }

  private wallAt(monotonicMs: number): number {
    const anchor = this.anchor;
    return anchor === null ? this.provisionalMs() : anchor.wallMs + (monotonicMs - anchor.monotonicMs);
  }
}
