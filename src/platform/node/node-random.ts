import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '../ports.ts';

/** Node's cryptographic generator. */
export const nodeRandom: Random = {
  next(): number {
    const bytes = randomBytes(8);
    // 53 bits, as Math.random: 27 from one word, 26 from the other.
    return ((bytes.readUInt32LE(0) >>> 5) * 0x4000000 + (bytes.readUInt32LE(4) >>> 6)) / 0x20000000000000;
  },
  uuid: () => randomUUID(),
};
