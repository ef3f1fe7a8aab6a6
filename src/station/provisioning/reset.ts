/** B11, B12; 1.6 section 5.14: the transactions end first, then the station restarts from its books. */
import type { Clock } from '../../platform/ports.ts';
import type { Reason } from '../api.ts';
import type { BootReason } from '../csms-port.ts';
import type { Evse } from '../evse.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StoppedReason } from '../types.ts';

/** How long the Ended events may take to get out before the restart; the books keep them anyway. */
const DELIVERY_MS = 5000;
const CONTACTOR_MS = 15_000;
/** Lets the answer to the Reset request go out first. */
const ANSWER_MS = 200;

export interface ResetDeps {
  readonly clock: Clock;
  readonly evses: readonly Evse[];
  readonly outbox: Outbox;
  /** Ends this run; the host starts the next one, which tells the CSMS this reason. */
  readonly reboot: (reason: BootReason) => void;
}

export class Reset {
  /** An OnIdle reset waits for the last transaction. */
  pending = false;
  private running = false;

  constructor(private readonly deps: ResetDeps) {}

  request(type: 'Immediate' | 'OnIdle', evseId?: number, stopReason: StoppedReason = 'ImmediateReset'):
    { readonly status: 'Accepted' | 'Rejected' | 'Scheduled'; readonly reason?: Reason } {
    if (evseId !== undefined) {
      // B11.FR.09: EVSE.AllowReset isn't offered: one process serves all EVSEs.
      return { status: 'Rejected', reason: { reasonCode: 'UnsupportedRequest', additionalInfo: 'only the whole station can be reset' } };
    }
    if (this.running) return { status: 'Rejected', reason: { reasonCode: 'Unspecified', additionalInfo: 'a reset is under way' } };
    const busy = this.deps.evses.some((evse) => evse.record.transaction !== null);
    if (type === 'OnIdle' && busy) {
      this.pending = true;
      return { status: 'Scheduled' };
    }
    this.deps.clock.after(ANSWER_MS, () => void this.run(type === 'OnIdle' ? 'ScheduledReset' : 'RemoteReset', stopReason));
    return { status: 'Accepted' };
  }

  /** Called after every change of an EVSE. */
  check(): void {
    if (!this.pending || this.running || this.deps.evses.some((evse) => evse.record.transaction !== null)) return;
    this.pending = false;
    void this.run('ScheduledReset', 'Other');
  }

  /** Restart at the technician's wish. */
  local(): void {
    void this.run('LocalReset', 'Reboot');
  }

  private async run(reason: BootReason, stopReason: StoppedReason): Promise<void> {
    if (this.running) return;
    this.running = true;
    const { evses, outbox, clock } = this.deps;
    for (const evse of evses) evse.dispatch({ type: 'stop', trigger: 'ResetCommand', reason: stopReason, idToken: null });
    await this.allEnded();
    await outbox.drained(DELIVERY_MS);
    clock.after(0, () => this.deps.reboot(reason));
  }

  private async allEnded(): Promise<void> {
    const ended = (): boolean => this.deps.evses.every((evse) => evse.record.transaction === null);
    if (ended()) return;
    await new Promise<void>((resolve) => {
      const stops = this.deps.evses.map((evse) => evse.onChange.on(() => {
        if (ended()) finish();
      }));
      const stopTimer = this.deps.clock.after(CONTACTOR_MS, () => finish());
      const finish = (): void => {
        stopTimer();
        for (const stop of stops) stop();
        resolve();
      };
    });
  }
}
