/** How meters put numbers into Modbus registers. A value that the meter marks as "not there" is undefined. */

/** A quantity: where it is, and what becomes of its words. */
export interface Value {
  readonly address: number;
  readonly words: number;
  /** In the unit of the reading; undefined: the meter has none. */
  decode(words: readonly number[]): number | undefined;
}

type Decoder = (words: readonly number[]) => number | undefined;

function value(address: number, words: number, scale: number, decode: Decoder): Value {
  return {
    address, words,
    decode: (raw) => {
      const number = decode(raw);
      return number === undefined ? undefined : exact(number * scale);
    },
  };
}

/** Without the noise of binary fractions: 2301 * 0.1 is 230.1. */
function exact(number: number): number {
  return Number(number.toPrecision(12));
}

const word = (words: readonly number[], index: number): number => words[index] ?? 0;
const u32High = (words: readonly number[]): number => word(words, 0) * 0x1_0000 + word(words, 1);
const u32Low = (words: readonly number[]): number => word(words, 1) * 0x1_0000 + word(words, 0);
const signed = (bits: number, number: number): number => (number >= 2 ** (bits - 1) ? number - 2 ** bits : number);
/** Nothing but ones: ABB says so "not there" for unsigned numbers; the largest positive one for signed ones. */
const unlessAllOnes = (words: readonly number[], number: number): number | undefined => (words.every((w) => w === 0xffff) ? undefined : number);
const unlessLargest = (bits: number, number: number): number | undefined => (number === 2 ** (bits - 1) - 1 ? undefined : number);

/** IEEE 754 single, high word first. */
export function f32(address: number, scale = 1): Value {
  return value(address, 2, scale, (words) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint16(0, word(words, 0));
    view.setUint16(2, word(words, 1));
    const number = view.getFloat32(0);
    return Number.isFinite(number) ? shortest(number) : undefined;
  });
}

/** The decimal that was meant: the shortest one that is this float. */
function shortest(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(float.toPrecision(digits));
    if (Math.fround(decimal) === float) return decimal;
  }
  return float;
}

export function u16(address: number, scale = 1): Value {
  return value(address, 1, scale, (words) => unlessAllOnes(words, word(words, 0)));
}

export function i16(address: number, scale = 1): Value {
  return value(address, 1, scale, (words) => unlessLargest(16, signed(16, word(words, 0))));
}

/** High word first. */
export function u32(address: number, scale = 1): Value {
  return value(address, 2, scale, (words) => unlessAllOnes(words, u32High(words)));
}

export function i32(address: number, scale = 1): Value {
  return value(address, 2, scale, (words) => unlessLargest(32, signed(32, u32High(words))));
}

/** Low word first (Carlo Gavazzi). */
export function i32Low(address: number, scale = 1): Value {
  return value(address, 2, scale, (words) => unlessLargest(32, signed(32, u32Low(words))));
}

/** High word first. Beyond 2^53 no number is exact, and no meter counts. */
export function u64(address: number, scale = 1): Value {
  return value(address, 4, scale, (words) => unlessAllOnes(words, words.reduce((sum, w) => sum * 0x1_0000 + w, 0)));
}

/** Low word first. */
export function i64Low(address: number, scale = 1): Value {
  return value(address, 4, scale, (words) => {
    const bits = [...words].reverse().reduce((sum, w) => (sum << 16n) | BigInt(w), 0n);
    const number = BigInt.asIntN(64, bits);
    return number === 2n ** 63n - 1n ? undefined : Number(number);
  });
}

/** Iskra T5: a signed decimal exponent and 24 unsigned bits. */
export function t5(address: number, scale = 1): Value {
  return value(address, 2, scale, (words) => decimal(words, (mantissa) => mantissa));
}

/** Iskra T6: the same with 24 signed bits. */
export function t6(address: number, scale = 1): Value {
  return value(address, 2, scale, (words) => decimal(words, (mantissa) => signed(24, mantissa)));
}

function decimal(words: readonly number[], mantissaOf: (bits: number) => number): number {
  const exponent = signed(8, word(words, 0) >> 8);
  return mantissaOf((word(words, 0) & 0xff) * 0x1_0000 + word(words, 1)) * 10 ** exponent;
}

/** Iskra's counters: 32 bits here, their decimal exponent in a register of its own before. */
export function counter(exponentAddress: number, address: number): Value {
  const at = address - exponentAddress;
  return value(exponentAddress, at + 2, 1, (words) => u32High(words.slice(at)) * 10 ** signed(16, word(words, 0)));
}
