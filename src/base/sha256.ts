/**
 * SHA-256 (FIPS 180-4) of text, at once: where a lookup can't wait for WebCrypto. For names of records, not for
 * signatures or passwords.
 */
const K = new Uint32Array(64);
const INITIAL = new Uint32Array(8);

/** The standard's constants: the first bits of the fractions of the roots of the primes. */
function fillConstants(): void {
  const fraction = (root: number): number => Math.floor((root % 1) * 0x1_0000_0000);
  for (let candidate = 2, count = 0; count < 64; candidate++) {
    if (!isPrime(candidate)) continue;
    K[count] = fraction(Math.cbrt(candidate));
    if (count < 8) INITIAL[count] = fraction(Math.sqrt(candidate));
    count += 1;
  }
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) return false;
  return true;
}

fillConstants();

/** @returns 64 lower-case hexadecimal digits */
export function sha256(text: string): string {
  const message = padded(new TextEncoder().encode(text));
  const hash = Uint32Array.from(INITIAL);
  const words = new Uint32Array(64);
  for (let offset = 0; offset < message.byteLength; offset += 64) compress(hash, words, message, offset);
  return [...hash].map((word) => word.toString(16).padStart(8, '0')).join('');
}

function padded(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const all = new Uint8Array(length);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setBigUint64(length - 8, BigInt(bytes.length) * 8n);
  return view;
}

function compress(hash: Uint32Array, words: Uint32Array, message: DataView, offset: number): void {
  for (let index = 0; index < 64; index++) {
    words[index] = index < 16 ? message.getUint32(offset + index * 4)
      : (at(words, index - 16) + sigma(at(words, index - 15), 7, 18, 3) + at(words, index - 7) + sigma(at(words, index - 2), 17, 19, 10));
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let index = 0; index < 64; index++) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + at(K, index) + at(words, index)) >>> 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) >>> 0) + (((a & b) ^ (a & c) ^ (b & c)) >>> 0);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) >>> 0, c, b, a, (first + second) >>> 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    hash[index] = at(hash, index) + word;
  });
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function sigma(word: number, first: number, second: number, shift: number): number {
  return (turn(word, first) ^ turn(word, second) ^ (word >>> shift)) >>> 0;
}
