/** How replies are told apart on a line where a browser can't see gaps between characters. */

/** What a framing makes of the bytes that have come so far. */
export type Framed =
  /** The first `length` bytes are a whole frame. */
  | { readonly kind: 'frame'; readonly length: number }
  /** It may become one. */
  | { readonly kind: 'more' }
  /** The first `skip` bytes can't be the start of one. */
  | { readonly kind: 'garbage'; readonly skip: number };

export interface Framing {
  /** Looks at the start of `bytes`; `request` is what was asked, so that only its reply counts. */
  look(bytes: Uint8Array, request: Uint8Array): Framed;
}

export const MORE: Framed = { kind: 'more' };
export const SKIP_ONE: Framed = { kind: 'garbage', skip: 1 };

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
