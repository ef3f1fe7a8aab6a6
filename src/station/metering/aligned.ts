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
  readonly report: (report: MeterValuesReport) => void;
}

export class AlignedSampler {
  private stopTimer: Stop = () => {};
  private readonly stopWatching: Stop;

  constructor(private readonly deps: AlignedDeps) {
    this.stopWatching = deps.settings.onChange('AlignedDataCtrlr.', () => this.schedule());
  }

  /** (Re)starts from the present time; called when the clock was set. */
  schedule(): void {
    this.stopTimer();
    const intervalMs = this.intervalMs();
    if (intervalMs <= 0 || !this.deps.time.synchronised) return;
    const now = this.deps.time.nowMs();
    const boundary = nextBoundary(now, intervalMs);
    this.stopTimer = this.deps.clock.after(boundary - now, () => {
      // A timer may fire a hair early; the values then belong to the boundary all the same.
      if (this.deps.time.nowMs() >= boundary - 5) this.take();
      this.schedule();
    });
  }

  stop(): void {
    this.stopTimer();
    this.stopWatching();
  }

  private intervalMs(): number {
    const { settings } = this.deps;
    return settings.boolean('AlignedDataCtrlr.Enabled', true) ? settings.number('AlignedDataCtrlr.Interval', 0) * 1000 : 0;
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
