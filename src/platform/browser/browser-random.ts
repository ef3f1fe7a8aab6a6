import type { Random } from '../ports.ts';

/** The browser's cryptographic generator. Works in insecure contexts too, where `crypto.randomUUID` is missing. */
export const browserRandom: Random = {
  next(): number {
    const words = crypto.getRandomValues(new Uint32Array(2));
    // 53 bits, as Math.random: 27 from one word, 26 from the other.
    return (((words[0] ?? 0) >>> 5) * 0x4000000 + ((words[1] ?? 0) >>> 6)) / 0x20000000000000;
  },

  uuid(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
};
