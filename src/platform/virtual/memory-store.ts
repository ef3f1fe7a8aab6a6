import { KerbsideError } from '../../base/errors.ts';
import { Signal } from '../../base/signal.ts';
import type { Clock, Collection, Random, Store, StoreWrite, Stored } from '../ports.ts';
import { byCodeUnits, copyStored } from '../stored-value.ts';

export interface MemoryStoreOptions {
  /** Where latency passes. Without a clock every commit is on the disk at once. */
  readonly clock?: Clock;
  /** Needed for a latency range and for `crash('random')`. */
  readonly random?: Random;
  /** How long a commit takes, ms: fixed or between two bounds. Default 0. */
  readonly commitLatencyMs?: number | readonly [min: number, max: number];
  /** A commit that would leave more than this many bytes (of JSON) fails with `StoreFull`. */
  readonly quotaBytes?: number;
}

type Books = Map<Collection, Map<string, Stored>>;

interface PendingCommit {
  readonly writes: readonly StoreWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Books in memory, with the faults of a disk. What counts as "on the disk" is what survives `crash()`.
 */
export class MemoryStore implements Store {
  /** Each batch that reached the disk, in order: the moment to crash a station between two commits. */
  readonly committed = new Signal<{ readonly writes: readonly StoreWrite[]; readonly index: number }>();
  private books: Books = new Map();
  private pending: PendingCommit[] = [];
  private state: 'open' | 'closed' | 'dead' = 'open';
  private lastDueMs = 0;
  private failures: KerbsideError[] = [];
  private count = 0;

  constructor(private readonly options: MemoryStoreOptions = {}) {}

  /** Batches on the disk so far. */
  get commits(): number {
    return this.count;
  }

  async get(collection: Collection, key: string): Promise<Stored | undefined> {
    if (this.state !== 'open') return this.gone();
    const value = this.books.get(collection)?.get(key);
    return value === undefined ? undefined : copyStored(value);
  }

  async entries(collection: Collection): Promise<[key: string, value: Stored][]> {
    if (this.state !== 'open') return this.gone();
    const records = [...(this.books.get(collection) ?? [])];
    return records.sort((a, b) => byCodeUnits(a[0], b[0])).map(([key, value]) => [key, copyStored(value)]);
  }

  async commit(writes: readonly StoreWrite[]): Promise<void> {
    if (this.state !== 'open') return this.gone();
    const copies = writes.map((write) => (write.op === 'put' ? { ...write, value: copyStored(write.value) } : write));
    return new Promise((resolve, reject) => {
      const commit: PendingCommit = { writes: copies, resolve, reject };
      this.pending.push(commit);
      const delayMs = this.latency();
      if (delayMs === null) this.land(commit);
      else this.options.clock?.after(delayMs, () => this.land(commit));
    });
  }

  async usage(): Promise<{ usedBytes: number; quotaBytes: number | null; persisted: boolean | null }> {
    if (this.state !== 'open') return this.gone();
    return { usedBytes: bytesOf(this.books), quotaBytes: this.options.quotaBytes ?? null, persisted: false };
  }

  /** What is on the disk, for whoever watches its growth. */
  counts(): { readonly bytes: number; readonly records: ReadonlyMap<Collection, number> } {
    return { bytes: bytesOf(this.books), records: new Map([...this.books].map(([collection, records]) => [collection, records.size])) };
  }

  async close(): Promise<void> {
    if (this.state === 'dead') return never();
    this.state = 'closed';
    // As a real store does: what was accepted is written before it closes.
    for (const commit of [...this.pending]) this.land(commit);
  }

  /** The next `count` commits fail and write nothing. */
  failNextCommits(count: number, code: 'StoreFull' | 'StoreBroken' = 'StoreFull'): void {
    for (let i = 0; i < count; i++) this.failures.push(failure(code));
  }

  /** No failure that was announced comes any more. */
  mend(): void {
    this.failures = [];
  }

  /**
   * Power loss. Whoever still holds this store waits for ever (a dead process runs no code); the new store has what
   * had reached the disk. Commits under way are lost, kept, or, by the seed, kept up to some point in their order.
   */
  crash(underWay: 'lost' | 'kept' | 'random' = 'lost', options: MemoryStoreOptions = this.options): MemoryStore {
    const commits = this.pending;
    this.pending = [];
    this.state = 'dead';
    const keep =
      underWay === 'lost'
        ? 0
        : underWay === 'kept'
          ? commits.length
          : Math.floor((this.options.random?.next() ?? 0) * (commits.length + 1));
    const next = new MemoryStore(options);
    next.books = cloneBooks(this.books);
    for (const commit of commits.slice(0, keep)) apply(next.books, commit.writes);
    return next;
  }

  private land(commit: PendingCommit): void {
    const index = this.pending.indexOf(commit);
    if (index < 0) return; // lost in a crash, or written by close()
    this.pending.splice(index, 1);
    const failed = this.failures.shift() ?? this.overQuota(commit.writes);
    if (failed !== undefined) return commit.reject(failed);
    apply(this.books, commit.writes);
    this.count += 1;
    commit.resolve();
    this.committed.emit({ writes: commit.writes, index: this.count });
  }

  private overQuota(writes: readonly StoreWrite[]): KerbsideError | undefined {
    if (this.options.quotaBytes === undefined) return undefined;
    const trial = cloneBooks(this.books);
    apply(trial, writes);
    const bytes = bytesOf(trial);
    // Deleting must stay possible when the disk is full.
    if (bytes <= this.options.quotaBytes || bytes < bytesOf(this.books)) return undefined;
    return failure('StoreFull');
  }

  /** Milliseconds until a commit accepted now lands, never before those accepted earlier; null: at once. */
  private latency(): number | null {
    const { clock, random, commitLatencyMs = 0 } = this.options;
    if (clock === undefined || commitLatencyMs === 0) return null;
    const drawnMs =
      typeof commitLatencyMs === 'number'
        ? commitLatencyMs
        : commitLatencyMs[0] + (random?.next() ?? 0.5) * (commitLatencyMs[1] - commitLatencyMs[0]);
    const nowMs = clock.monotonicMs();
    this.lastDueMs = Math.max(this.lastDueMs, nowMs + drawnMs);
    return this.lastDueMs - nowMs;
  }

  private gone(): Promise<never> {
    if (this.state === 'closed') throw new KerbsideError('StoreClosed', 'the store is closed');
    return never();
  }
}

function failure(code: 'StoreFull' | 'StoreBroken'): KerbsideError {
  return code === 'StoreFull'
    ? new KerbsideError(code, 'no room left for this batch', 'The storage of this device is full. Free some space.')
    : new KerbsideError(code, 'the medium failed', 'The storage of this device failed. It may need to be replaced.');
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function apply(books: Books, writes: readonly StoreWrite[]): void {
  for (const write of writes) {
    let records = books.get(write.collection);
    if (records === undefined) books.set(write.collection, (records = new Map()));
    if (write.op === 'put') records.set(write.key, write.value);
    else records.delete(write.key);
  }
}

/** Values are never changed in place, so a copy of the maps is a copy of the books. */
function cloneBooks(books: Books): Books {
  return new Map([...books].map(([collection, records]) => [collection, new Map(records)]));
}

function bytesOf(books: Books): number {
  let bytes = 0;
  for (const records of books.values()) {
    for (const [key, value] of records) bytes += key.length + JSON.stringify(value).length;
  }
  return bytes;
}
