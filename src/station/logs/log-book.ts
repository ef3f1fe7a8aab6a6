/**
 * The station's own log lines, kept over restarts: a ring of chunks in the books. It writes past the journal, seldom and
 * a chunk at a time, so that neither a talkative part nor a full disk can hold up a charge.
 */
import type { LogLevel } from '../../base/log.ts';
import type { Stop } from '../../base/signal.ts';
import type { Clock, Store, Stored, StoreWrite } from '../../platform/ports.ts';
import type { StationTime } from '../time.ts';
import type { Timestamp } from '../types.ts';
import { redact } from './redact.ts';

export interface BookLine {
  /** Wall ms, as well as it was known when the line was written down. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly source: string;
  readonly text: string;
}

interface PendingLine extends Omit<BookLine, 'atMs'> {
  readonly timestamp: Timestamp;
}

const FLUSH_MS = 10_000;
const CHUNK_LINES = 100;
/** About a megabyte at the usual length of a line. */
const MAX_CHUNKS = 100;
const MAX_TEXT = 500;

export class LogBook {
  private pending: PendingLine[] = [];
  /** Keys of the chunks on the disk, oldest first. */
  private chunks: string[] = [];
  private store: Store | null = null;
  private nextChunk = 1;
  private stopTimer: Stop | null = null;

  /** @param name prefix of its keys in the `logs` collection */
  constructor(private readonly name: string, private readonly deps: { readonly clock: Clock; readonly time: StationTime }) {}

  async load(store: Store): Promise<void> {
    const keys = (await store.entries('logs')).map(([key]) => key).filter((key) => key.startsWith(`${this.name}-`));
    this.chunks = [...keys, ...this.chunks];
    this.store = store;
  }

  add(level: LogLevel, source: string, text: string): void {
    this.pending.push({ timestamp: this.deps.time.stamp(), level, source, text: redact(text).slice(0, MAX_TEXT) });
    if (this.pending.length >= CHUNK_LINES) void this.flush();
    else this.stopTimer ??= this.deps.clock.after(FLUSH_MS, () => void this.flush());
  }

  /** Lines of that time, oldest first; both bounds count. */
  async read(oldestMs = Number.NEGATIVE_INFINITY, latestMs = Number.POSITIVE_INFINITY): Promise<BookLine[]> {
    const stored: BookLine[] = [];
    for (const key of this.chunks) {
      const chunk = await this.store?.get('logs', key).catch(() => undefined);
      if (Array.isArray(chunk)) stored.push(...(chunk as unknown as BookLine[]));
    }
    return [...stored, ...this.pending.map((line) => this.final(line))].filter(({ atMs }) => atMs >= oldestMs && atMs <= latestMs);
  }

  /** What is pending goes to the disk; what can't is dropped: a log is never worth a charge. */
  async flush(): Promise<void> {
    this.stopTimer?.();
    this.stopTimer = null;
    const { store } = this;
    if (store === null || this.pending.length === 0) return;
    const lines = this.pending.map((line) => this.final(line));
    this.pending = [];
    const key = `${this.name}-${String(this.deps.time.memory.run).padStart(10, '0')}-${String(this.nextChunk++).padStart(8, '0')}`;
    this.chunks.push(key);
    const dropped = this.chunks.splice(0, Math.max(0, this.chunks.length - MAX_CHUNKS));
    const writes: StoreWrite[] = [
      { op: 'put', collection: 'logs', key, value: lines as unknown as Stored },
      ...dropped.map((old): StoreWrite => ({ op: 'delete', collection: 'logs', key: old })),
    ];
    await store.commit(writes).catch(() => undefined);
  }

  private final({ timestamp, ...line }: PendingLine): BookLine {
    const { wallMs, guessMs } = this.deps.time.resolve(timestamp);
    return { atMs: wallMs ?? guessMs ?? 0, ...line };
  }
}
