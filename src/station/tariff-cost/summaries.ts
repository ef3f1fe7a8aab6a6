/** What a driver takes along: the summary of the last session of each outlet, until its driver has left. */
import type { Clock } from '../../platform/ports.ts';
import type { Evse } from '../evse.ts';
import type { SignedRecord } from '../metering/signed-record.ts';
import type { EndedTransaction } from '../transactions/draft.ts';
import type { History, HistoryEntry } from '../transactions/history.ts';
import type { IdToken } from '../types.ts';
import type { FinalCost } from './tariff-cost.ts';

export interface Summary {
  readonly entry: HistoryEntry;
  /** Monotonic ms at which privacy takes it off the display. */
  readonly untilMs: number;
  /** It has: the cable is still in, and only its own token brings it back. */
  readonly hidden: boolean;
}

export interface SummariesDeps {
  readonly clock: Clock;
  readonly history: History;
  readonly evses: readonly Evse[];
  readonly changed: () => void;
  readonly offline: () => boolean;
  readonly costOf: (evseId: number, transactionId: string) => number | null;
  /** The transaction lasts until the bay is empty (I03.FR.05). */
  readonly endsWithBay: () => boolean;
  /** Its price was counted here, by the extension. */
  readonly priced: (evseId: number) => boolean;
  readonly signed: (evse: Evse, transactionId: string) => SignedRecord | null;
  readonly same: (a: IdToken, b: IdToken) => boolean;
}

const SHOWN_MS = 60_000;
/** What a total price must be there for, unless the next session begins (California pricing, 1.10). */
const PRICED_SHOWN_MS = 300_000;

export class Summaries {
  private readonly shown = new Map<number, Summary>();

  constructor(private readonly deps: SummariesDeps) {}

  get(evseId: number): Summary | undefined {
    return this.shown.get(evseId);
  }

  ended(evse: Evse, ended: EndedTransaction): void {
    const { history } = this.deps;
    const { id, cost } = ended.transaction;
    const entry = history.add(evse.id, ended, this.deps.offline(), this.deps.costOf(evse.id, id) ?? cost, this.deps.signed(evse, id));
    if (this.deps.endsWithBay() && evse.hardware?.bayOccupied === false && evse.record.pluggedConnectorId === null) return; // nobody is left to read it
    this.show(evse.id, entry, this.deps.priced(evse.id) ? PRICED_SHOWN_MS : SHOWN_MS);
  }

  /** The driver has read it. With the cable still in the outlet stays his, and so does the way back to it. */
  dismiss(evseId: number): void {
    const summary = this.shown.get(evseId);
    if (summary === undefined) return;
    if (this.isPlugged(evseId)) this.shown.set(evseId, { ...summary, hidden: true });
    else this.shown.delete(evseId);
    this.deps.changed();
  }

  /** The next session has begun. */
  forget(evseId: number): void {
    if (this.shown.delete(evseId)) this.deps.changed();
  }

  /** A cable went: what waited for that only is over. */
  unplugged(evseId: number): void {
    if (this.shown.get(evseId)?.hidden === true && !this.isPlugged(evseId)) this.forget(evseId);
  }

  /**
   * The token of a session that ended, shown again while its receipt is hidden: it comes back.
   * @returns the EVSE; null: no receipt is hidden from this token
   */
  reopen(token: IdToken, evseIds: readonly number[]): number | null {
    for (const [evseId, { entry, hidden }] of this.shown) {
      if (!hidden || !evseIds.includes(evseId) || entry.idToken === undefined || !this.deps.same(entry.idToken, token)) continue;
      this.show(evseId, entry, SHOWN_MS);
      this.deps.changed();
      return evseId;
    }
    return null;
  }

  /** I03: the final cost, which comes after the end. False: no such transaction. */
  final(transactionId: string, final: FinalCost): boolean {
    const entry = this.deps.history.setCost(transactionId, final);
    if (entry === null) return false;
    const summary = this.shown.get(entry.evseId);
    if (summary?.entry.transactionId === transactionId) this.shown.set(entry.evseId, { ...summary, entry });
    this.priced(entry.evseId, transactionId);
    this.deps.changed();
    return true;
  }

  /** The CSMS has told a price after the end: from then on it stays as long as a price must. */
  priced(evseId: number, transactionId: string): void {
    const summary = this.shown.get(evseId);
    if (summary?.entry.transactionId === transactionId && !summary.hidden) this.show(evseId, summary.entry, PRICED_SHOWN_MS);
  }

  private show(evseId: number, entry: HistoryEntry, shownMs: number): void {
    const untilMs = this.deps.clock.monotonicMs() + shownMs;
    this.shown.set(evseId, { entry, untilMs, hidden: false });
    this.deps.clock.after(shownMs, () => {
      if (this.shown.get(evseId)?.untilMs === untilMs) this.dismiss(evseId);
    });
  }

  private isPlugged(evseId: number): boolean {
    return this.deps.evses.find(({ id }) => id === evseId)?.record.pluggedConnectorId != null;
  }
}
