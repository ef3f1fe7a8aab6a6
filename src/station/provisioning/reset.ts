/**
 * B11, B12; 1.6 section 5.14: the transactions end first, then the station restarts from its books, or one EVSE's
 * controller restarts alone. What waits for its transactions to end takes no new ones meanwhile.
 */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Clock } from '../../platform/ports.ts';
import type { Reason } from '../api.ts';
import type { BootReason } from '../csms-port.ts';
import type { Evse } from '../evse.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StoppedReason, TriggerReason } from '../types.ts';

/** How long the Ended events may take to get out before the restart; the books keep them anyway. */
const DELIVERY_MS = 5000;
const CONTACTOR_MS = 15_000;
/** Lets the answer to the Reset request go out first. */
const ANSWER_MS = 200;
/** A controller takes so long at most to be back after its restart; then it counts as unreachable. */
const CONTROLLER_MS = 30_000;
/** So long at least an EVSE is out of service, so that its CSMS can tell that it was. */
const OUT_OF_SERVICE_MS = 2000;

export interface ResetDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly evses: readonly Evse[];
  readonly outbox: Outbox;
  /** Why no reset is possible now (B11.FR.06, B12.FR.10); null: it is. */
  readonly prevented: () => Reason | null;
  /** Ends this run; the host starts the next one, which tells the CSMS this reason. */
  readonly reboot: (reason: BootReason) => void;
  /** What is in service has changed. */
  readonly changed: () => void;
}

export interface ResetAnswer { readonly status: 'Accepted' | 'Rejected' | 'Scheduled'; readonly reason?: Reason }

export class Reset {
  /** An OnIdle reset of the station waits for the last transaction. */
  pending = false;
  private running = false;
  /** EVSEs whose reset waits for their transaction, and those that are being reset. */
  private readonly waiting = new Set<number>();
  private readonly resetting = new Set<number>();

  constructor(private readonly deps: ResetDeps) {}

  request(type: 'Immediate' | 'OnIdle', evseId?: number, stopReason: StoppedReason = 'ImmediateReset'): ResetAnswer {
    const evses = this.deps.evses.filter((evse) => evseId === undefined || evse.id === evseId);
    if (evses.length === 0) return { status: 'Rejected', reason: { reasonCode: 'UnknownEvse' } };
    if (this.running || (evseId !== undefined && this.resetting.has(evseId))) {
      return { status: 'Rejected', reason: { reasonCode: 'Unspecified', additionalInfo: 'a reset is under way' } };
    }
    const reason = this.deps.prevented();
    if (reason !== null) return { status: 'Rejected', reason };
    if (type === 'OnIdle' && evses.some(isBusy)) {
      if (evseId === undefined) this.pending = true;
      else this.waiting.add(evseId);
      this.deps.changed();
      return { status: 'Scheduled' }; // B12.FR.01
    }
    this.deps.clock.after(ANSWER_MS, () => {
      if (evseId === undefined) void this.run('RemoteReset', stopReason);
      else for (const evse of evses) void this.resetEvse(evse, stopReason);
    });
    return { status: 'Accepted' };
  }

  /** The whole station is about to restart. */
  get restarting(): boolean {
    return this.running;
  }

  /** Unavailable: it waits for its reset, or is in it. */
  outOfService(evseId: number): boolean {
    return this.pending || this.waiting.has(evseId) || this.resetting.has(evseId);
  }

  /** Called after every change of an EVSE. */
  check(): void {
    if (this.running) return;
    if (this.pending && !this.deps.evses.some(isBusy)) {
      this.pending = false;
      void this.run('ScheduledReset', 'Other');
    }
    for (const evse of this.deps.evses) {
      if (this.waiting.has(evse.id) && !isBusy(evse)) void this.resetEvse(evse, 'Other');
    }
  }

  /** Restart at the technician's wish. */
  local(): void {
    void this.run('LocalReset', 'Reboot');
  }

  /**
   * The mains are gone and a back-up supply carries the station for a moment: what it charges ends and is told now (1.6
   * section 7.36, PowerLoss). Resolves when the CSMS has it, or after some seconds: the books keep it anyway.
   */
  async powerFailing(): Promise<void> {
    this.deps.log('warn', 'station', 'the mains are gone; every transaction ends');
    await this.endAll(this.deps.evses, 'PowerLoss', 'AbnormalCondition');
    await this.deps.outbox.drained(DELIVERY_MS);
  }

  private async run(reason: BootReason, stopReason: StoppedReason): Promise<void> {
    if (this.running) return;
    this.running = true;
    const { evses, outbox, clock } = this.deps;
    await this.endAll(evses, stopReason);
    await outbox.drained(DELIVERY_MS);
    clock.after(0, () => this.deps.reboot(reason));
  }

  /** B11.FR.08, B12.FR.07/08: the others go on. */
  private async resetEvse(evse: Evse, stopReason: StoppedReason): Promise<void> {
    if (this.running || this.resetting.has(evse.id)) return;
    this.waiting.delete(evse.id);
    this.resetting.add(evse.id);
    await this.endAll([evse], stopReason);
    this.deps.changed();
    this.deps.log('info', `evse ${evse.id}`, 'its controller restarts');
    try {
      await evse.restartController();
    } catch (error) {
      this.deps.log('warn', `evse ${evse.id}`, `the controller didn't take its restart: ${describeError(error)}`);
    }
    await new Promise<void>((resolve) => void this.deps.clock.after(OUT_OF_SERVICE_MS, resolve));
    await this.until([evse], () => evse.hardware?.link === 'up', CONTROLLER_MS);
    this.resetting.delete(evse.id);
    this.deps.changed();
  }

  private async endAll(evses: readonly Evse[], reason: StoppedReason, trigger: TriggerReason = 'ResetCommand'): Promise<void> {
    for (const evse of evses) evse.dispatch({ type: 'stop', trigger, reason, idToken: null });
    await this.until(evses, () => !evses.some(isBusy), CONTACTOR_MS);
  }

  /** Resolves when it holds, at the latest after so long. */
  private async until(evses: readonly Evse[], holds: () => boolean, longestMs: number): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        stopTimer();
        for (const stop of stops) stop();
        resolve();
      };
      const stops = evses.map((evse) => evse.onChange.on(() => {
        if (holds()) finish();
      }));
      const stopTimer = this.deps.clock.after(longestMs, finish);
    });
  }
}

function isBusy(evse: Evse): boolean {
  return evse.record.transaction !== null;
}
