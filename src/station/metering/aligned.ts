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
/** A timer that comes later than this slept, or the clock was set: its boundary has passed without values. */
const PUNCTUAL_MS = 1000;

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
  private readonly stopWatching: readonly Stop[];

  constructor(private readonly deps: AlignedDeps) {
    this.stopWatching = [deps.settings.onChange('AlignedDataCtrlr.', () => this.schedule()), deps.time.onStepped.on(() => this.schedule())];
  }

  /** (Re)starts from the present time; called when the clock was set. */
  schedule(): void {
    this.stopTimer();
    this.stopEndedTimer();
    if (!this.deps.time.synchronised || !this.deps.settings.boolean('AlignedDataCtrlr.Enabled', true)) return;
    const interval = 'AlignedDataCtrlr.Interval';
    this.every(interval, (stop) => (this.stopTimer = stop), (atMs) => this.take(atMs));
    this.every(this.deps.edition() === 'ocpp1.6' ? interval : 'AlignedDataCtrlr.TxEndedInterval', (stop) => (this.stopEndedTimer = stop), (atMs) => {
      for (const evse of this.deps.evses) evse.dispatch({ type: 'sample', kind: 'endedClock', atMs });
    });
  }

  stop(): void {
    this.stopTimer();
    this.stopEndedTimer();
    for (const stop of this.stopWatching) stop();
  }

  private every(intervalName: string, started: (stop: Stop) => void, take: (atMs: number) => void): void {
    const intervalMs = this.deps.settings.number(intervalName, 0) * 1000;
    if (intervalMs <= 0) return;
    const boundary = nextBoundary(this.deps.time.nowMs(), intervalMs);
    const wait = (): void => started(this.deps.clock.after(Math.max(1, boundary - this.deps.time.nowMs()), () => {
      const lateMs = this.deps.time.nowMs() - boundary;
      if (lateMs < 0) return wait(); // a timer may fire a hair early
      if (lateMs <= PUNCTUAL_MS) take(boundary);
      this.every(intervalName, started, take);
    }));
    wait();
  }

  private take(atMs: number): void {
    const { settings, evses, report } = this.deps;
    const measurands = settings.list('AlignedDataCtrlr.Measurands');
    const inUse = evses.some((evse) => evse.record.transaction !== null);
    if (inUse && settings.boolean('AlignedDataCtrlr.SendDuringIdle', false)) return; // J01.FR.20: not for any of them
    for (const evse of evses) {
      if (evse.record.transaction !== null) {
        const quietInUse = settings.boolean(`AlignedDataCtrlr(${evse.id}).SendDuringIdle`, false); // J01.FR.19
        if (!quietInUse) evse.dispatch({ type: 'sample', kind: 'clock', atMs });
        continue;
      }
      const value = evse.meterValue(measurands, 'Sample.Clock', atMs);
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
