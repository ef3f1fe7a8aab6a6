/** Event ids that never come twice, also over a crash: a block of them is reserved in the books before its first is used. */
import type { Store } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';

const KEY = 'eventIdsReserved';
const BLOCK = 1000;

export class EventNumbers {
  private last = 0;
  private reserved = 0;

  constructor(private readonly journal: Journal) {}

  async load(store: Store): Promise<void> {
    const reserved = await store.get('meta', KEY);
    this.last = typeof reserved === 'number' ? reserved : 0;
    this.reserved = this.last;
  }

  next(): number {
    this.last += 1;
    if (this.last > this.reserved) {
      this.reserved = this.last + BLOCK;
      this.journal.put('meta', KEY, this.reserved);
    }
    return this.last;
  }
}
