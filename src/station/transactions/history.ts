/** Ended transactions: the newest are kept for the technician, the last of each EVSE for its driver. */
import type { Wording } from '../../base/language.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';
import type { SignedRecord } from '../metering/signed-record.ts';
import type { IdToken } from '../types.ts';
import type { EndedTransaction } from './draft.ts';

const KEPT = 200;

export interface HistoryEntry {
  readonly transactionId: string;
  readonly evseId: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly startWh: number;
  readonly endWh: number;
  readonly seconds: number;
  /** As the CSMS told it for the end; null: not known. */
  readonly cost: number | null;
  /** What it had come to when it ended, by all that was known then. */
  readonly soFar?: number;
  /** Breakdown of the final cost, and where the invoice is. */
  readonly receipt?: Wording;
  readonly qrText?: string;
  readonly stoppedReason: string;
  readonly offline: boolean;
  /** Whose it was; absent in books of before it was kept. */
  readonly idToken?: IdToken;
  readonly groupIdToken?: IdToken;
  /** The meter's own signatures; absent: it doesn't sign. */
  readonly signed?: SignedRecord;
}

export class History {
  private entries = new Map<string, HistoryEntry>();
  private order = 0;

  constructor(private readonly journal: Journal) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('history')) {
      this.entries.set(key, value as unknown as HistoryEntry);
      this.order = Math.max(this.order, Number(key) || 0);
    }
  }

  /** @param soFar running cost at the end; null: nobody told one */
  add(evseId: number, ended: EndedTransaction, offline: boolean, soFar: number | null, signed: SignedRecord | null = null): HistoryEntry {
    const { transaction } = ended;
    const entry: HistoryEntry = {
      transactionId: transaction.id,
      evseId,
      startedMs: transaction.startedAt.wallMs,
      endedMs: ended.endedAt.wallMs,
      startWh: transaction.startWh,
      endWh: ended.endWh,
      seconds: Math.max(0, Math.round((ended.endedAt.run === transaction.startedAt.run
        ? ended.endedAt.monotonicMs - transaction.startedAt.monotonicMs
        : (ended.endedAt.wallMs ?? 0) - (transaction.startedAt.wallMs ?? 0)) / 1000)),
      cost: null,
      ...(soFar === null ? {} : { soFar }),
      stoppedReason: ended.reason,
      offline,
      ...(transaction.idToken === null ? {} : { idToken: transaction.idToken }),
      ...(transaction.groupIdToken === null ? {} : { groupIdToken: transaction.groupIdToken }),
      ...(signed === null ? {} : { signed }),
    };
    this.put(String(++this.order).padStart(12, '0'), entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= KEPT) break;
      this.entries.delete(oldest);
      this.journal.delete('history', oldest);
    }
    return entry;
  }

  all(): readonly HistoryEntry[] {
    return [...this.entries.values()];
  }

  /** N10. */
  remove(which: (entry: HistoryEntry) => boolean): void {
    for (const [key, entry] of this.entries) {
      if (!which(entry)) continue;
      this.entries.delete(key);
      this.journal.delete('history', key);
    }
  }

  /** I03: the final cost came after the end. False: no such transaction. */
  setCost(transactionId: string, final: Pick<HistoryEntry, 'receipt' | 'qrText'> & { readonly cost: number }): HistoryEntry | null {
    for (const [key, entry] of this.entries) {
      if (entry.transactionId !== transactionId) continue;
      const updated = { ...entry, ...final };
      this.put(key, updated);
      return updated;
    }
    return null;
  }

  private put(key: string, entry: HistoryEntry): void {
    this.entries.set(key, entry);
    this.journal.put('history', key, entry as unknown as Stored);
  }
}
