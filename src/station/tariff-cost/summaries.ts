/** What a driver takes along: the summary of the last session of each outlet, until its driver has left. */
import type { Clock } from '../../platform/ports.ts';
import type { Evse } from '../evse.ts';
import type { EndedTransaction } from '../transactions/draft.ts';
import type { History, HistoryEntry } from '../transactions/history.ts';
import type { FinalCost } from './tariff-cost.ts';

export interface Summary {
  readonly entry: HistoryEntry;
  /** Monotonic ms at which privacy takes it off the display. */
  readonly untilMs: number;
}

export interface SummariesDeps {
  readonly clock: Clock;
  readonly history: History;
  readonly changed: () => void;
  readonly offline: () => boolean;
  readonly costOf: (evseId: number, transactionId: string) => number | null;
  /** The transaction lasts until the bay is empty (I03.FR.05). */
  readonly endsWithBay: () => boolean;
  /** Its price was counted here, by the extension. */
  readonly priced: (evseId: number) => boolean;
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
    const { history, clock } = this.deps;
    const entry = history.add(evse.id, ended, this.deps.offline(), this.deps.costOf(evse.id, ended.transaction.id) ?? ended.transaction.cost);
    if (this.deps.endsWithBay() && evse.hardware?.bayOccupied === false && evse.record.pluggedConnectorId === null) return; // nobody is left to read it
    const shownMs = this.deps.priced(evse.id) ? PRICED_SHOWN_MS : SHOWN_MS;
    const untilMs = clock.monotonicMs() + shownMs;
    this.shown.set(evse.id, { entry, untilMs });
    clock.after(shownMs, () => {
      if (this.shown.get(evse.id)?.untilMs === untilMs && evse.record.pluggedConnectorId === null) this.dismiss(evse.id);
    });
  }

  /** The next session has begun, or the driver has read it. */
  dismiss(evseId: number): void {
    if (this.shown.delete(evseId)) this.deps.changed();
  }

  /** I03: the final cost, which comes after the end. False: no such transaction. */
  final(transactionId: string, final: FinalCost): boolean {
    const entry = this.deps.history.setCost(transactionId, final);
    if (entry === null) return false;
    const summary = this.shown.get(entry.evseId);
    if (summary?.entry.transactionId === transactionId) this.shown.set(entry.evseId, { ...summary, entry });
    this.deps.changed();
    return true;
  }
}
