/**
 * Persist, then act. Blocks write what they decided into the journal within one synchronous turn; all writes of a turn
 * become one atomic batch, and batches that arrive while the disk is busy travel together. What must not happen before
 * the record is safe waits for `durable()`.
 */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Clock, Collection, Store, Stored, StoreWrite } from '../platform/ports.ts';

const RETRY_AFTER_MS = 1000;

export class Journal {
  private pending: StoreWrite[] = [];
  private waiting: (() => void)[] = [];
  /** Who wants to know of the first failure, too. */
  private readonly trying = new Set<(written: boolean) => void>();
  private running: Promise<void> | null = null;
  private closed = false;
  /** Why the last commit failed; null while the store works. New transactions aren't started while it fails. */
  failure: KerbsideError | null = null;
  /** Called when `failure` appears or goes. */
  onHealth: () => void = () => {};

  constructor(private readonly store: Store, private readonly clock: Clock, private readonly log: Log) {}

  put(collection: Collection, key: string, value: Stored): void {
    this.write({ op: 'put', collection, key, value });
  }

  delete(collection: Collection, key: string): void {
    this.write({ op: 'delete', collection, key });
  }

  /** Resolves when everything written so far is on the disk. Waits as long as the store takes to recover. */
  durable(): Promise<void> {
    if (this.pending.length === 0 && this.running === null) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.flushSoon();
    });
  }

  /** As `durable`, but false as soon as the store fails. It is tried again all the same. */
  tryDurable(): Promise<boolean> {
    if (this.failure !== null) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.trying.add(resolve);
      void this.durable().then(() => {
        this.trying.delete(resolve);
        resolve(true);
      });
    });
  }

  /** Nothing is written after this; what is pending stays unwritten, as after a power cut. */
  close(): void {
    this.closed = true;
  }

  private write(write: StoreWrite): void {
    if (this.closed) return;
    this.pending.push(write);
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.running !== null || this.closed) return;
    this.running = Promise.resolve().then(() => this.flush());
  }

  private async flush(): Promise<void> {
    while ((this.pending.length > 0 || this.waiting.length > 0) && !this.closed) {
      const batch = this.pending;
      const waiting = this.waiting;
      this.pending = [];
      this.waiting = [];
      await this.commit(batch);
      for (const resolve of waiting) resolve();
    }
    this.running = null;
  }

  /** A full or broken disk loses nothing: the batch stays in memory and is tried again. */
  private async commit(batch: readonly StoreWrite[]): Promise<void> {
    while (batch.length > 0 && !this.closed) {
      try {
        await this.store.commit(batch);
        this.report(null);
        return;
      } catch (error) {
        const failure = error instanceof KerbsideError ? error : new KerbsideError('StoreBroken', describeError(error));
        this.report(failure);
        for (const resolve of this.trying) resolve(false);
        this.trying.clear();
        await new Promise<void>((resolve) => void this.clock.after(RETRY_AFTER_MS, resolve));
      }
    }
  }

  private report(failure: KerbsideError | null): void {
    if (this.failure?.code === failure?.code) return;
    this.failure = failure;
    this.log(failure ? 'error' : 'info', 'books', failure ? describeError(failure) : 'the store works again');
    this.onHealth();
  }
}
