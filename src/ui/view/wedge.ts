/** A card reader that types like a keyboard: told from a person by its pace, and its number made a UID. Pure. */
import type { WedgeFormat } from '../../link/hardware.ts';

export interface TypedKey {
  /** `KeyboardEvent.key`. */
  readonly key: string;
  readonly atMs: number;
  /** Ctrl, Alt or Meta is held, or the key repeats because it is: no reader does that. */
  readonly held: boolean;
}

/** `typing`: a reader is at it, as far as its pace tells. `card`: it has finished. */
export type Typed = { readonly kind: 'nothing' } | { readonly kind: 'began' } | { readonly kind: 'typing' } | { readonly kind: 'card'; readonly digits: string };

/** Readers type a key in 1 to 20 ms; nobody keeps to less than this over eight keys. */
const GAP_MS = 50;
/** From so many keys at that pace on it is a reader's. */
const SURE_AFTER = 4;
const FEWEST = 6;
const MOST = 24;
const ENDS: ReadonlySet<string> = new Set(['Enter', 'Tab']);

export class WedgeListener {
  private digits = '';
  private lastMs = Number.NEGATIVE_INFINITY;

  take({ key, atMs, held }: TypedKey): Typed {
    const soon = atMs - this.lastMs <= GAP_MS;
    this.lastMs = atMs;
    if (key === 'Shift') return { kind: this.isSure ? 'typing' : 'nothing' }; // before a capital
    if (held) return this.nothing();
    if (ENDS.has(key)) {
      const { digits } = this;
      this.digits = '';
      return soon && digits.length >= FEWEST ? { kind: 'card', digits } : { kind: 'nothing' };
    }
    if (!/^[0-9A-Fa-f]$/.test(key)) return this.nothing();
    this.digits = soon ? this.digits + key : key;
    if (this.digits.length > MOST) return this.nothing();
    return { kind: this.digits.length === 1 ? 'began' : this.isSure ? 'typing' : 'nothing' };
  }

  private get isSure(): boolean {
    return this.digits.length >= SURE_AFTER;
  }

  private nothing(): Typed {
    this.digits = '';
    return { kind: 'nothing' };
  }
}

/** UID in hexadecimal capitals; null: what was typed isn't written as this reader is set to write. */
export function uidOf(digits: string, { digits: written, byteOrder, uidBytes }: WedgeFormat): string | null {
  if (written === 'decimal' && !/^\d+$/.test(digits)) return null;
  const number = BigInt(written === 'decimal' ? digits : `0x${digits}`);
  const typed = written === 'hexadecimal' ? digits : number.toString(16);
  // A decimal number has lost its leading zeros: four bytes, or seven, unless a set-up says how many there are.
  const bytes = uidBytes ?? (written === 'hexadecimal' ? Math.ceil(digits.length / 2) : typed.length <= 8 ? 4 : 7);
  const hex = (written === 'hexadecimal' && uidBytes !== undefined ? number.toString(16) : typed).toUpperCase().padStart(bytes * 2, '0');
  if (hex.length > bytes * 2) return null;
  const pairs = hex.match(/../g) ?? [];
  return (byteOrder === 'reversed' ? pairs.reverse() : pairs).join('');
}
