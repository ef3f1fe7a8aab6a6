/**
 * Registration with the CSMS: B01 accepted, B02 pending, B03 rejected; heartbeat and clock (G02; 1.6 sections 4.2, 4.6).
 * One boot per run: a mere reconnect sends no BootNotification, a change of network profile does (B10.FR.10).
 */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { Clock } from '../../platform/ports.ts';
import type { BootAnswer, BootInfo, BootReason, CsmsPort } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { StationTime } from '../time.ts';

/** When the CSMS leaves the choice to us (interval 0 with a status other than Accepted, B02.FR.07, B03.FR.05). */
const OWN_RETRY_S = 30;
/** Time must be asked for at least once a day (G02.FR.07). */
const MAX_HEARTBEAT_S = 86_400;

export interface BootDeps {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly time: StationTime;
  readonly log: Log;
  readonly info: () => Omit<BootInfo, 'reason'>;
  /** The CSMS's clock moved by so much against ours. */
  readonly clockSet: (steppedMs: number) => void;
  /** Takes the CSMS's heartbeat interval as the variable's new value (B01.FR.04). */
  readonly setHeartbeatInterval: (seconds: number) => void;
}

export class Boot {
  status: 'Accepted' | 'Pending' | 'Rejected' | null = null;
  lastHeartbeatMs: number | null = null;
  /** Registered and connected: everything may be sent. `fresh`: it has just been accepted, so all must be told anew. */
  readonly onReady = new Signal<{ port: CsmsPort; fresh: boolean }>();
  readonly onChange = new Signal<void>();
  private port: CsmsPort | null = null;
  private stopTimer: Stop = () => {};
  private reason: BootReason;

  constructor(private readonly deps: BootDeps, reason: BootReason) {
    this.reason = reason;
    deps.settings.onChange('OCPPCommCtrlr.HeartbeatInterval', () => {
      if (this.status === 'Accepted' && this.port !== null) this.scheduleHeartbeat();
    });
  }

  /** The CSMS while it is connected and has accepted us. */
  get acceptedPort(): CsmsPort | null {
    return this.status === 'Accepted' ? this.port : null;
  }

  /** The CSMS while it is connected and hasn't refused us: what it asks for may be sent (B02.FR.02). */
  get connectedPort(): CsmsPort | null {
    return this.status === 'Accepted' || this.status === 'Pending' ? this.port : null;
  }

  connected(port: CsmsPort, slotChanged: boolean): void {
    this.port = port;
    if (this.status === 'Accepted' && !slotChanged) {
      this.ready(port, false);
      return;
    }
    if (slotChanged) {
      this.status = null;
      this.reason = 'Unknown'; // no reboot: another CSMS, or another edition, gets to know us (B10.FR.10)
    }
    void this.register();
  }

  disconnected(): void {
    this.port = null;
    this.stopTimer();
    // A registration that wasn't completed starts over on the next connection.
    if (this.status !== 'Accepted') this.status = null;
    this.onChange.emit();
  }

  stop(): void {
    this.stopTimer();
    this.port = null;
  }

  /** F06: TriggerMessage(BootNotification), while not accepted (F06.FR.17). */
  triggerBoot(): void {
    void this.register('Triggered');
  }

  triggerHeartbeat(): void {
    void this.heartbeat(this.connectedPort);
  }

  private async register(reason: BootReason = this.reason): Promise<void> {
    this.stopTimer();
    const port = this.port;
    if (port === null) return;
    let retryS = OWN_RETRY_S;
    try {
      const answer = await port.bootNotification({ ...this.deps.info(), reason });
      if (this.port !== port) return;
      this.take(answer, port);
      if (answer.status === 'Accepted') return;
      if (answer.intervalS > 0) retryS = answer.intervalS;
    } catch (error) {
      if (this.port !== port) return;
      this.deps.log('warn', 'boot', `BootNotification got no usable answer: ${describeError(error)}`);
    }
    this.onChange.emit();
    this.stopTimer = this.deps.clock.after(retryS * 1000, () => void this.register());
  }

  private take(answer: BootAnswer, port: CsmsPort): void {
    const { log } = this.deps;
    this.status = answer.status;
    log('info', 'boot', `the CSMS answered ${answer.status}`);
    if (answer.status === 'Rejected') return;
    this.synchronise(answer.currentTimeMs);
    if (answer.status !== 'Accepted') return;
    if (answer.intervalS > 0) this.deps.setHeartbeatInterval(answer.intervalS);
    this.ready(port, true);
  }

  private synchronise(csmsMs: number): void {
    const { steppedMs } = this.deps.time.synchronise(csmsMs);
    if (steppedMs === 0) return;
    this.deps.log('warn', 'clock', `the CSMS's clock moved by ${Math.round(steppedMs / 1000)} s`);
    this.deps.clockSet(steppedMs);
  }

  private ready(port: CsmsPort, fresh: boolean): void {
    this.scheduleHeartbeat();
    this.onReady.emit({ port, fresh });
    this.onChange.emit();
  }

  private scheduleHeartbeat(): void {
    this.stopTimer();
    const configuredS = this.deps.settings.number('OCPPCommCtrlr.HeartbeatInterval', 300);
    const intervalS = configuredS > 0 ? Math.min(configuredS, MAX_HEARTBEAT_S) : MAX_HEARTBEAT_S;
    this.stopTimer = this.deps.clock.after(intervalS * 1000, () => void this.heartbeat());
  }

  private async heartbeat(port: CsmsPort | null = this.acceptedPort): Promise<void> {
    if (port === null) return;
    if (this.status === 'Accepted') this.scheduleHeartbeat();
    try {
      const { currentTimeMs } = await port.heartbeat();
      if (this.port !== port) return;
      this.lastHeartbeatMs = this.deps.time.nowMs();
      this.synchronise(currentTimeMs);
      this.onChange.emit();
    } catch (error) {
      this.deps.log('debug', 'boot', `heartbeat: ${describeError(error)}`);
    }
  }
}
