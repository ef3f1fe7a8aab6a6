/** A QR code as one path: no markup, no image, sharp at every size. */
import { encode } from 'uqr';

export interface QrPath { readonly size: number; readonly path: string }

/** Longer texts need the room more than the redundancy. */
const LONG = 400;

/** Null: more text than a code can hold. */
export function qrPath(text: string): QrPath | null {
  try {
    const { size, data } = encode(text, { ecc: text.length > LONG ? 'L' : 'M', border: 2 });
    const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
    return { size, path };
  } catch {
    return null;
  }
}
