/**
 * Connector status to the CSMS (G01, B04; 1.6 sections 4.9, 5.9): every change, all after a boot, and after a long
 * outage all again. Status isn't queued: what counts is what holds now.
 */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Stop } from '../../base/signal.ts';
import type { Clock } from '../../platform/ports.ts';
import type { CsmsPort } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { StatusReport } from '../reports.ts';

interface Told {
  /** What the CSMS was told last, in the terms of the edition that it speaks. */
  readonly signature: string;
}

export interface StatusDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly log: Log;
  readonly current: () => readonly StatusReport[];
}

export class StatusReporter {
  private port: CsmsPort | null = null;
  private told = new Map<string, Told>();
  /** What has yet to last, by connector. */
  private waiting = new Map<string, { readonly signature: string; readonly stop: Stop }>();
  private lostMs: number | null = null;
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly deps: StatusDeps) {}

  /** B01.FR.05, B04: `fresh` after a boot; else depends on how long the link was gone (OfflineThreshold). */
  ready(port: CsmsPort, fresh: boolean): void {
    this.port = port;
    const offlineMs = this.lostMs === null ? 0 : this.deps.clock.monotonicMs() - this.lostMs;
    const thresholdMs = this.deps.settings.number('OCPPCommCtrlr.OfflineThreshold', 60) * 1000;
    if (fresh || (this.lostMs !== null && offlineMs > thresholdMs)) this.told.clear();
    this.lostMs = null;
    this.refresh();
  }

  lost(): void {
    if (this.port !== null) this.lostMs = this.deps.clock.monotonicMs();
    this.port = null;
    for (const { stop } of this.waiting.values()) stop();
    this.waiting.clear();
  }

  /** Something may have changed. */
  refresh(): void {
    const port = this.port;
    if (port === null) return;
    for (const report of this.deps.current()) {
      const key = `${report.evseId}/${report.connectorId}`;
      if (this.told.get(key)?.signature === signature(report, port.edition)) this.forgetWaiting(key);
      else this.sendWhenStable(port, key, report);
    }
  }

  /** F06: TriggerMessage(StatusNotification). */
  trigger(port: CsmsPort | null, evseId?: number, connectorId?: number): void {
    if (port === null) return;
    for (const report of this.deps.current()) {
      if (evseId !== undefined && report.evseId !== evseId) continue;
      if (connectorId !== undefined && report.connectorId !== connectorId) continue;
      this.send(port, `${report.evseId}/${report.connectorId}`, report);
    }
  }

  /** MinimumStatusDuration: a state that doesn't last isn't told. Faults and the first report don't wait. */
  private sendWhenStable(port: CsmsPort, key: string, report: StatusReport): void {
    const minimumS = this.deps.settings.number('ChargingStation.MinimumStatusDuration', 0);
    if (minimumS <= 0 || !this.told.has(key) || report.phase === 'Faulted') {
      this.forgetWaiting(key);
      this.send(port, key, report);
      return;
    }
    const next = signature(report, port.edition);
    if (this.waiting.get(key)?.signature === next) return;
    this.forgetWaiting(key); // it must be stable for so long
    const stop = this.deps.clock.after(minimumS * 1000, () => {
      this.waiting.delete(key);
      const now = this.deps.current().find((current) => `${current.evseId}/${current.connectorId}` === key);
      if (now !== undefined && this.port === port && signature(now, port.edition) === next) this.send(port, key, now);
    });
    this.waiting.set(key, { signature: next, stop });
  }

  private forgetWaiting(key: string): void {
    this.waiting.get(key)?.stop();
    this.waiting.delete(key);
  }

  private send(port: CsmsPort, key: string, report: StatusReport): void {
    const told: Told = { signature: signature(report, port.edition) };
    this.told.set(key, told);
    this.sending = this.sending.then(async () => {
      try {
        await port.deliver(report, { offline: false });
      } catch (error) {
        // Not told after all: the next refresh says what holds then.
        if (this.told.get(key) === told) this.told.delete(key);
        this.deps.log('debug', 'status', `StatusNotification: ${describeError(error)}`);
      }
    });
  }
}

/** 2.x tells five states, 1.6 nine and the error. */
function signature(report: StatusReport, edition: string): string {
  return edition === 'ocpp1.6' ? `${report.phase}/${report.fault?.code ?? ''}/${report.info ?? ''}` : report.status;
}
