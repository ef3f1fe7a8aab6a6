/** What all readers at a serial port share: the line and its losses, one report per card, and the pace of asking. */
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock, SerialSettings } from '../../../platform/ports.ts';
import type { CardType, ReaderFacts, ReaderListener, TokenReader } from '../../reader.ts';
import type { Bus } from '../../serial/bus.ts';
import type { BusLease } from '../../serial/buses.ts';
import { toHex } from '../../serial/framing.ts';
import { cardOf, Presence } from './cards.ts';

export interface Found { readonly uid: readonly number[]; readonly type: CardType }

/** One kind of reader. */
export interface ReaderModel {
  readonly line: SerialSettings;
  readonly facts: ReaderFacts;
  /** A card that wasn't seen for so long has been taken away. */
  readonly goneMs: number;
  /** Between one question and the next; absent: it talks by itself. */
  readonly pollMs?: number;
  /** Wakes it, and asks who it is. @throws KerbsideError `NoReply` | `WrongDevice` | `PortLost` */
  begin?(bus: Bus): Promise<Partial<ReaderFacts>>;
  /** Null: no card. */
  poll?(bus: Bus): Promise<Found | null>;
  /** Of one that talks by itself: what came, as it came. */
  hear?(bytes: Uint8Array): readonly Found[];
  show?(bus: Bus, decision: 'accepted' | 'rejected'): Promise<void>;
}

const RETRY_MS = 3000;
const START_PATIENCE_MS = 3000;
/** So many questions without an answer, and it counts as lost. */
const LOST_AFTER = 5;

export class SerialReader implements TokenReader {
  facts: ReaderFacts;
  private listener: ReaderListener | null = null;
  private readonly presence: Presence;
  private up = false;
  private detail = 'not connected yet';
  private begun = false;
  private failures = 0;
  private cards = 0;
  private stopTimer: Stop = () => {};
  private stopped = false;
  private firstState: (() => void) | null = null;
  private readonly subscriptions: Stop[] = [];

  constructor(private readonly deps: { readonly clock: Clock; readonly log: Log; readonly lease: BusLease; readonly model: ReaderModel }) {
    this.facts = deps.model.facts;
    this.presence = new Presence(deps.clock, deps.model.goneMs);
  }

  async start(listener: ReaderListener): Promise<void> {
    const { lease, clock, model } = this.deps;
    this.listener = listener;
    this.subscriptions.push(
      lease.bus.onTraffic.on(({ direction, bytes }) => {
        listener.onLine?.(direction, bytes, toHex(bytes));
        if (direction === 'in' && model.hear !== undefined) for (const found of model.hear(bytes)) this.found(found);
      }),
      lease.bus.onState.on((state) => (state.up ? this.next(0) : this.lost(state.detail))),
    );
    await new Promise<void>((resolve) => {
      const stopWaiting = clock.after(START_PATIENCE_MS, () => this.firstState?.());
      this.firstState = () => {
        stopWaiting();
        this.firstState = null;
        resolve();
      };
      this.next(0);
    });
    if (!this.up) this.report();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopTimer();
    for (const stop of this.subscriptions.splice(0)) stop();
    await this.deps.lease.release();
    this.listener = null;
  }

  show(decision: 'accepted' | 'rejected'): void {
    const { model, lease, log } = this.deps;
    if (!this.up) return;
    model.show?.(lease.bus, decision).catch((error: unknown) => log('debug', 'reader', describeError(error)));
  }

  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[] {
    const { vendor, model, firmware } = this.facts;
    return [
      { label: 'Reader', value: `${vendor} ${model}${firmware === undefined ? '' : ` ${firmware}`}` },
      { label: 'Reader link', value: this.up ? 'up' : this.detail, warn: !this.up },
      { label: 'Cards read', value: String(this.cards) },
    ];
  }

  private next(delayMs: number): void {
    this.stopTimer();
    if (!this.stopped) this.stopTimer = this.deps.clock.after(delayMs, () => void this.round());
  }

  private async round(): Promise<void> {
    const { lease, model, log } = this.deps;
    const { bus } = lease;
    if (this.stopped) return;
    if (!bus.state.up) return this.lost(bus.state.detail); // its return starts the next round
    try {
      if (!this.begun) {
        this.facts = { ...model.facts, ...(await model.begin?.(bus)) };
        this.begun = true;
      }
      const found = (await model.poll?.(bus)) ?? null;
      if (this.stopped) return;
      this.failures = 0;
      if (!this.up) {
        this.up = true;
        this.report();
      }
      this.firstState?.();
      if (found !== null) this.found(found);
      if (model.pollMs !== undefined) this.next(model.pollMs);
    } catch (error) {
      log('debug', 'reader', describeError(error));
      this.failures += 1;
      if (!this.begun || this.failures >= LOST_AFTER) this.lost(describeError(error));
      this.next(this.begun ? (model.pollMs ?? RETRY_MS) : RETRY_MS);
    }
  }

  private found({ uid, type }: Found): void {
    const card = cardOf(uid, type);
    if (typeof card === 'string') {
      if (this.presence.isNew(card)) this.listener?.onRefused(card);
      return;
    }
    if (!this.presence.isNew(card.idToken)) return;
    this.cards += 1;
    this.listener?.onCard(card);
  }

  private lost(why: string): void {
    this.begun = false;
    if (!this.up && this.detail === why) return;
    if (this.up) this.deps.log('warn', 'reader', `the ${this.facts.model} is lost: ${why}`);
    this.up = false;
    this.detail = why;
    this.report();
  }

  private report(): void {
    this.listener?.onState(this.up ? { link: 'up' } : { link: 'down', linkDetail: this.detail });
  }
}
