/** The meter's signatures of a session's first and last reading, which its driver takes along. */
import type { SignedReading } from '../../hardware/charger.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Evse } from '../evse.ts';
import type { Journal } from '../journal.ts';

export interface SignedRecord {
  /** Null: the meter's signature of the start was not there, or the books lost it. */
  readonly start: SignedReading | null;
  readonly end: SignedReading;
}

interface Begun { readonly transactionId: string; readonly start: SignedReading }

const KEY = 'signedStart.';

export class SignedRecords {
  private readonly begun = new Map<number, Begun>();

  constructor(private readonly journal: Journal) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('meta')) {
      if (key.startsWith(KEY)) this.begun.set(Number(key.slice(KEY.length)), value as unknown as Begun);
    }
  }

  started(evse: Evse, transactionId: string): void {
    const start = evse.hardware?.meter.signed;
    if (start === undefined) return;
    const begun = { transactionId, start };
    this.begun.set(evse.id, begun);
    this.journal.put('meta', `${KEY}${evse.id}`, begun as unknown as Stored);
  }

  /** Null: the meter doesn't sign. */
  ended(evse: Evse, transactionId: string): SignedRecord | null {
    const begun = this.begun.get(evse.id);
    if (this.begun.delete(evse.id)) this.journal.delete('meta', `${KEY}${evse.id}`);
    const end = evse.hardware?.meter.signed;
    return end === undefined ? null : { start: begun?.transactionId === transactionId ? begun.start : null, end };
  }
}
