/** How full the device's storage is, for whoever monitors it. */
import type { Stop } from '../base/signal.ts';
import type { Clock, Store } from '../platform/ports.ts';

const EVERY_MS = 600_000;

export class StoreGauge {
  /** In percent of what the platform allows; null: it doesn't say. */
  usedPercent: string | null = null;
  private stopTimer: Stop = () => {};

  constructor(private readonly clock: Clock, private readonly store: Store) {}

  start(): void {
    this.store.usage().then(({ usedBytes, quotaBytes }) => {
      this.usedPercent = quotaBytes === null || quotaBytes <= 0 ? null : Math.min(100, (usedBytes / quotaBytes) * 100).toFixed(1);
    }, () => undefined); // a store that can't tell has worse to report than its fill
    this.stopTimer = this.clock.after(EVERY_MS, () => this.start());
  }

  stop(): void {
    this.stopTimer();
  }
}
