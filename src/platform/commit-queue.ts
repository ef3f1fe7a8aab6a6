import { KerbsideError } from '../base/errors.ts';
import type { StoreWrite } from './ports.ts';
import { copyStored } from './stored-value.ts';

interface Waiting {
  readonly writes: readonly StoreWrite[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One flush of the disk carries at most so many records, so that no commit waits for long behind others. */
const MAX_WRITES_PER_FLUSH = 2000;

/**
 * Runs commits one after another in the order accepted. What waits meanwhile shares the next flush of the disk, which
 * is what takes the time. A shared flush that fails is tried again batch by batch, so that no batch fails for another.
 */
export class CommitQueue {
  private waiting: Waiting[] = [];
  private running: Promise<void> | null = null;

  /** @param flush writes all or nothing, and rejects with a KerbsideError */
  constructor(private readonly flush: (writes: readonly StoreWrite[]) => Promise<void>) {}

  /** @throws KerbsideError `NotStorable`, or what `flush` throws */
  async commit(writes: readonly StoreWrite[]): Promise<void> {
    const copies = writes.map((write) => (write.op === 'put' ? { ...write, value: copyStored(write.value) } : write));
    return new Promise((resolve, reject) => {
      this.waiting.push({ writes: copies, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // lets the commits of this turn gather
    while (this.waiting.length > 0) {
      const shared = this.take();
      try {
        await this.flush(shared.flatMap((one) => one.writes));
        for (const one of shared) one.resolve();
      } catch (error) {
        await this.afterFailure(shared, error);
      }
    }
    this.running = null;
  }

  private async afterFailure(shared: readonly Waiting[], error: unknown): Promise<void> {
    // Where the store is gone there's no point in trying each.
    const hopeless = error instanceof KerbsideError && error.code === 'StoreClosed';
    if (shared.length === 1 || hopeless) {
      for (const one of shared) one.reject(error);
      return;
    }
    for (const one of shared) await this.flush(one.writes).then(one.resolve, one.reject);
  }

  private take(): Waiting[] {
    let writes = 0;
    let count = 0;
    for (const one of this.waiting) {
      writes += one.writes.length;
      if (count > 0 && writes > MAX_WRITES_PER_FLUSH) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }
}
