/** From what a reader reads to a card as OCPP writes it, and to one report per card, however long it lies there. */
import { hexOf } from '../../../base/hex.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { CardRefusal, CardType, PresentedCard } from '../../reader.ts';

/** ISO 14443-3: a UID of four bytes that begins so is made up anew each time, as phones do. */
const RANDOM_UID = 0x08;
const ISO15693_HEAD = 0xe0;

/** Upper-case hexadecimal, no separators: the UID, most significant byte first. */
export function cardOf(uid: readonly number[], type: CardType): PresentedCard | CardRefusal {
  if (uid.length === 0 || uid.length > 10 || uid.every((byte) => byte === 0)) return 'Unreadable';
  if (type === 'ISO14443' && uid.length === 4 && uid[0] === RANDOM_UID) return 'RandomUid';
  // Their UIDs begin with E0; on the air, and in some readers, the last byte comes first.
  const turned = type === 'ISO15693' && uid.at(-1) === ISO15693_HEAD && uid[0] !== ISO15693_HEAD;
  return { idToken: hexOf(turned ? [...uid].reverse() : uid).toUpperCase(), type };
}

/** Readers see a card many times a second. */
export class Presence {
  private last: { readonly id: string; seenMs: number } | null = null;

  /** @param goneMs not seen for so long, it has been taken away, and the same card counts again */
  constructor(private readonly clock: Clock, private readonly goneMs: number) {}

  /** Whether this is a new one. */
  isNew(id: string): boolean {
    const now = this.clock.monotonicMs();
    const known = this.last !== null && this.last.id === id && now - this.last.seenMs < this.goneMs;
    this.last = { id, seenMs: now };
    return !known;
  }
}
