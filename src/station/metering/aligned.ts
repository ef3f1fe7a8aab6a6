/**
 * Clock-aligned values (J01; 1.6 section 4.7): at the interval's boundaries counted from 00:00:00 UTC, exactly, for every
 * EVSE, idle ones too. In a transaction they travel as its event (J01.FR.22).
 */
import type { Stop } from '../../base/signal.ts';
import type { Clock } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { MeterValuesReport } from '../reports.ts';
import type { StationTime } from '../time.ts';

const DAY_MS = 86_400_000;

export interface AlignedDeps {
  readonly clock: Clock;
  readonly time: StationTime;
  readonly settings: Settings;
  readonly evses: readonly Evse[];
  /** 1.6 has one interval for both series (ClockAlignedDataInterval). */
  readonly edition: () => string;
  readonly report: (report: MeterValuesReport) => void;
}

export class AlignedSampler {
  private stopTimer: Stop = () => {};
  private stopEndedTimer: Stop = () => {};
  private readonly stopWatching: Stop;

  constructor(private readonly deps: AlignedDeps) {
    this.stopWatching = deps.settings.onChange('AlignedDataCtrlr.', () => this.schedule());
  }

  /** (Re)starts from the present time; called when the clock was set. */
  schedule(): void {
    this.stopTimer();
    this.stopEndedTimer();
    if (!this.deps.time.synchronised || !this.deps.settings.boolean('AlignedDataCtrlr.Enabled', true)) return;
    const interval = 'AlignedDataCtrlr.Interval';
    this.every(interval, (stop) => (this.stopTimer = stop), () => this.take());
    this.every(this.deps.edition() === 'ocpp1.6' ? interval : 'AlignedDataCtrlr.TxEndedInterval', (stop) => (this.stopEndedTimer = stop), () => {
      for (const evse of this.deps.evses) evse.dispatch({ type: 'sample', kind: 'endedClock' });
    });
  }

  stop(): void {
    this.stopTimer();
    this.stopEndedTimer();
    this.stopWatching();
  }

  private every(intervalName: string, started: (stop: Stop) => void, take: () => void): void {
    const intervalMs = this.deps.settings.number(intervalName, 0) * 1000;
    if (intervalMs <= 0) return;
    const now = this.deps.time.nowMs();
    const boundary = nextBoundary(now, intervalMs);
    started(this.deps.clock.after(boundary - now, () => {
      // A timer may fire a hair early; the values then belong to the boundary all the same.
      if (this.deps.time.nowMs() >= boundary - 5) take();
      this.every(intervalName, started, take);
    }));
  }

  private take(): void {
    const { settings, evses, report } = this.deps;
    const measurands = settings.list('AlignedDataCtrlr.Measurands');
    const quietInUse = settings.boolean('AlignedDataCtrlr.SendDuringIdle', false); // J01.FR.19
    for (const evse of evses) {
      if (evse.record.transaction !== null) {
        if (!quietInUse) evse.dispatch({ type: 'sample', kind: 'clock' });
        continue;
      }
      const value = evse.meterValue(measurands, 'Sample.Clock');
      if (value === null) continue;
      report({ kind: 'meterValues', evseId: evse.id, connectorId: null, transactionId: null, meterValues: [value] });
    }
  }
}

/** The first boundary after `nowMs`, counted from midnight UTC; the interval starts over each midnight. */
export function nextBoundary(nowMs: number, intervalMs: number): number {
  const midnight = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const next = midnight + (Math.floor((nowMs - midnight) / intervalMs) + 1) * intervalMs;
  return Math.min(next, midnight + DAY_MS);
}
