/** How full the device's storage is, for whoever monitors it, and a word when it gets full (security event MemoryExhaustion). */
import { Signal, type Stop } from '../base/signal.ts';
import type { Clock, Store } from '../platform/ports.ts';

const EVERY_MS = 600_000;
const NEARLY_FULL_PERCENT = 90;
/** Below this it may be told again. */
const ROOM_AGAIN_PERCENT = 80;
/** Small books on a disk that others fill: there is no percentage that would show it in time. */
const MIN_FREE_BYTES = 8 * 1024 * 1024;

export class StoreGauge {
  /** In percent of what the platform allows; null: it doesn't say. */
  usedPercent: string | null = null;
  /** It is getting full: a sentence. Once, until there was room again. */
  readonly onFilling = new Signal<string>();
  private told = false;
  private stopTimer: Stop = () => {};

  constructor(private readonly clock: Clock, private readonly store: Store) {}

  start(): void {
    this.store.usage().then(({ usedBytes, quotaBytes }) => this.read(usedBytes, quotaBytes), () => undefined); // a store that can't tell has worse to report than its fill
    this.stopTimer = this.clock.after(EVERY_MS, () => this.start());
  }

  stop(): void {
    this.stopTimer();
  }

  private read(usedBytes: number, quotaBytes: number | null): void {
    if (quotaBytes === null || quotaBytes <= 0) {
      this.usedPercent = null;
      return;
    }
    const percent = Math.min(100, (usedBytes / quotaBytes) * 100);
    const freeBytes = Math.max(0, quotaBytes - usedBytes);
    this.usedPercent = percent.toFixed(1);
    if (percent < ROOM_AGAIN_PERCENT && freeBytes >= 2 * MIN_FREE_BYTES) this.told = false;
    if (this.told || (percent < NEARLY_FULL_PERCENT && freeBytes >= MIN_FREE_BYTES)) return;
    this.told = true;
    this.onFilling.emit(`the storage is ${this.usedPercent} % full, ${Math.floor(freeBytes / 1024)} kB are left`);
  }
}
