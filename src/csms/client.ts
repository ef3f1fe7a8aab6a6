/** Keeps the station connected: which profile, when, and why not (B10; part 4 section 5.3). */
import type { Log } from '../base/log.ts';
import { Signal, type Stop } from '../base/signal.ts';
import type { Clock, Network, Random } from '../platform/ports.ts';
import type { StationApi } from '../station/api.ts';
import type { CsmsPort } from '../station/csms-port.ts';
import type { Settings } from '../station/device-model/types.ts';
import { backOffMs } from './back-off.ts';
import type { CredentialSource } from './credentials.ts';
import { Connection, type FrameSeen } from './connection.ts';
import type { BridgeMemory, EditionName } from './edition.ts';
import type { LoadEdition } from './editions.ts';
import type { Explanation } from './explain.ts';
import { SlotOrder, type NetworkSlot } from './slot-order.ts';

export interface CsmsClientDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly settings: Settings;
  readonly station: StationApi;
  readonly memory: BridgeMemory;
  readonly log: Log;
  readonly loadEdition: LoadEdition;
  readonly slots: () => readonly NetworkSlot[];
  /** The profile that worked last, in whatever run. */
  readonly lastWorking?: () => NetworkSlot | null;
  readonly identity: () => string;
  readonly credentials: CredentialSource;
  readonly editions: readonly EditionName[];
  readonly nowMs: () => number;
}

/** The client's part of the screens' picture. */
export interface ClientView {
  readonly url: string;
  readonly link: 'connected' | 'connecting' | 'disconnected';
  readonly edition: EditionName | null;
  readonly offlineSinceMs: number | null;
  readonly explanation: Explanation | null;
  readonly nextAttemptInMs: number | null;
}

export class CsmsClient {
  readonly onUp = new Signal<{ port: CsmsPort; slotChanged: boolean }>();
  readonly onDown = new Signal<{ why: string }>();
  readonly onFrame = new Signal<FrameSeen>();
  /** The CSMS sent what is no message of its edition. */
  readonly onInvalid = new Signal<string>();
  readonly onChange = new Signal<void>();
  /** In use, or tried last. */
  activeSlot: NetworkSlot | null = null;
  private readonly order: SlotOrder;
  private connection: Connection | null = null;
  private edition: EditionName | null = null;
  private failures = 0;
  private lastGoodSlot: number | null = null;
  private lastGoodEdition: string | null = null;
  private stopTimer: Stop = () => {};
  private nextAttemptMs: number | null = null;
  private offlineSinceMs: number | null;
  private explanation: Explanation | null = null;
  private running = false;

  constructor(private readonly deps: CsmsClientDeps) {
    const { settings } = deps;
    this.offlineSinceMs = deps.nowMs();
    this.order = new SlotOrder(deps.slots, () => settings.list('OCPPCommCtrlr.NetworkConfigurationPriority'),
      () => settings.number('OCPPCommCtrlr.NetworkProfileConnectionAttempts', 3), deps.lastWorking);
  }

  start(): void {
    this.running = true;
    this.connect();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.stopTimer();
    this.connection?.close();
    if (this.connection !== null) this.down('stopped');
  }

  /** The next attempt comes now; a connection that stands is kept. */
  reconnectNow(): void {
    if (!this.running || this.connection !== null) return;
    this.stopTimer();
    this.failures = 0;
    this.connect();
  }

  /** Ends the present connection and begins with the first profile again, e.g. after the profiles changed. */
  restart(): void {
    this.connection?.close();
    if (this.connection !== null) this.down('restarted');
    this.order.restart();
    this.reconnectNow();
  }

  view(): ClientView {
    return {
      url: this.activeSlot?.csmsUrl ?? this.deps.slots()[0]?.csmsUrl ?? '',
      link: this.edition !== null ? 'connected' : this.connection !== null ? 'connecting' : 'disconnected',
      edition: this.edition,
      offlineSinceMs: this.edition === null ? this.offlineSinceMs : null,
      explanation: this.edition === null ? this.explanation : null,
      nextAttemptInMs: this.nextAttemptMs === null ? null : Math.max(0, this.nextAttemptMs - this.deps.clock.monotonicMs()),
    };
  }

  private connect(): void {
    this.nextAttemptMs = null;
    const slot = this.order.next();
    if (slot === null || !this.running) return;
    this.activeSlot = slot;
    const { clock, random, network, settings, station, memory, log, loadEdition, editions, nowMs } = this.deps;
    const connection: Connection = new Connection({
      clock, random, network, settings, station, memory, log, loadEdition, editions, nowMs,
      onUp: (bridge) => this.up(slot, bridge),
      onDown: (explanation, close) => {
        if (this.connection !== connection) return;
        this.explanation = explanation;
        const wasUp = this.edition !== null;
        if (close.kind !== 'closed') this.deps.credentials.failed(slot, close);
        log(wasUp ? 'warn' : 'info', 'csms', explanation.sentence);
        this.down(explanation.code);
        this.scheduleAttempt();
      },
      onFrame: (frame) => this.onFrame.emit(frame),
      onInvalid: (why) => this.onInvalid.emit(why),
    }, slot, this.deps.identity(), this.deps.credentials.next(slot, this.order.round));
    this.connection = connection;
    this.onChange.emit();
  }

  private up(slot: NetworkSlot, port: CsmsPort): void {
    // B10.FR.10. A CSMS that now speaks another edition hasn't seen this station register in it either.
    const slotChanged = this.lastGoodSlot !== null && (this.lastGoodSlot !== slot.slot || this.lastGoodEdition !== port.edition);
    this.lastGoodSlot = slot.slot;
    this.lastGoodEdition = port.edition;
    this.deps.credentials.worked(slot);
    this.order.succeeded();
    this.failures = 0;
    this.edition = port.edition as EditionName;
    this.explanation = null;
    this.deps.log('info', 'csms', `connected in ${port.edition}`);
    this.onUp.emit({ port, slotChanged });
    this.onChange.emit();
  }

  private down(why: string): void {
    const wasUp = this.edition !== null;
    this.connection = null;
    this.edition = null;
    if (wasUp) {
      this.offlineSinceMs = this.deps.nowMs();
      this.onDown.emit({ why });
    }
    this.onChange.emit();
  }

  private scheduleAttempt(): void {
    if (!this.running) return;
    this.failures += 1;
    const delayMs = backOffMs(this.deps.settings, this.failures, this.deps.random.next());
    this.nextAttemptMs = this.deps.clock.monotonicMs() + delayMs;
    this.stopTimer = this.deps.clock.after(delayMs, () => this.connect());
  }
}
