import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../platform/virtual/seeded-random.ts';
import { em580Faults } from './carlo-gavazzi.ts';
import { minimalDer } from './der-signature.ts';
import { METER_NAMES, meterModel } from './models.ts';
import { spans, toReading, valuesOf } from './read-values.ts';
import { counter, f32, i16, i32, i32Low, i64Low, t5, t6, u16, u32, u64, type Value } from './registers.ts';

describe('numbers in registers', () => {
  it.each<readonly [string, Value, readonly number[], number | undefined]>([
    ['float 230.0 V of the SDM630', f32(0), [0x4366, 0x0000], 230],
    ['float in kWh, as Wh', f32(0, 1000), [0x449a, 0x51ec], 1234.56 * 1000],
    ['float not a number', f32(0), [0x7fc0, 0], undefined],
    ['float infinite', f32(0), [0x7f80, 0], undefined],
    ['low word first', i32Low(0, 0.1), [0x08fd, 0x0000], 230.1],
    ['low word first, negative', i32Low(0, 0.1), [0xffff, 0xffff], -0.1],
    ['Carlo Gavazzi: not there', i32Low(0), [0xffff, 0x7fff], undefined],
    ['high word first', u32(0, 0.01), [0x0001, 0x0000], 655.36],
    ['ABB: unsigned not there', u32(0), [0xffff, 0xffff], undefined],
    ['ABB: signed not there', i32(0), [0x7fff, 0xffff], undefined],
    ['signed', i32(0, 0.01), [0xffff, 0xff9c], -1],
    ['16 bits', u16(0, 0.01), [5000], 50],
    ['16 bits, signed', i16(0, 0.001), [0xfc18], -1],
    ['16 bits not there', u16(0), [0xffff], undefined],
    ['64 bits', u64(0, 10), [0, 0, 0x0001, 0xe240], 1_234_560],
    ['64 bits not there', u64(0), [0xffff, 0xffff, 0xffff, 0xffff], undefined],
    ['64 bits, low word first', i64Low(0), [0xd687, 0x0012, 0, 0], 1_234_567],
    ['64 bits, low word first, negative', i64Low(0), [0xffff, 0xffff, 0xffff, 0xffff], -1],
    ['Iskra T5', t5(0), [0xfe00, 0x59d8], 230],
    ['Iskra T5, great exponent', t5(0), [0x0302, 0x0000], (2 << 16) * 1000],
    ['Iskra T6, negative', t6(0), [0xffff, 0xfff6], -1],
    ['Iskra counter', counter(414, 418), [1, 0, 0, 0, 0, 1234], 12_340],
    ['Iskra counter, tenths', counter(415, 420), [0xffff, 0, 0, 0, 0, 0, 25], 2.5],
  ])('%s', (_what, value, words, expected) => {
    expect(value.words).toBe(words.length);
    expect(value.decode(words)).toBe(expected);
  });

  it('100,000 random blocks per meter: a whole reading or a refusal, never a crash or half a number', () => {
    const random = new SeededRandom(20);
    const rounds = Math.ceil(100_000 / METER_NAMES.length);
    let readings = 0;
    for (const name of METER_NAMES) {
      const model = meterModel(name);
      if (model === undefined) throw new RangeError(name);
      const values = valuesOf(model.map);
      for (let round = 0; round < rounds; round++) {
        const words = new Map<number, number>();
        for (const { address, words: count } of values) for (let at = 0; at < count; at++) words.set(address + at, Math.floor(random.next() * 65_536));
        try {
          const reading = toReading(model.map, words, 0);
          readings += 1;
          if (!(reading.energyImportWh >= 0) || !Number.isFinite(reading.powerW)) throw new RangeError(JSON.stringify(reading));
          if (!reading.currentA.every((amperes) => amperes >= 0)) throw new RangeError(JSON.stringify(reading));
        } catch (error) {
          expect(error).toMatchObject({ code: 'BadReading' });
        }
      }
    }
    expect(readings).toBeGreaterThan(10_000);
  });
});

describe('requests', () => {
  it('as few as the meter bears', () => {
    const at = (model: string) => {
      const found = meterModel(model);
      return found === undefined ? [] : spans(valuesOf(found.map), found);
    };
    expect(at('sdm630')).toEqual([{ address: 0, count: 80 }, { address: 0x50, count: 2 }, { address: 0x15a, count: 12 }]);
    expect(at('sdm120')).toEqual([[0, 2], [6, 2], [0x0c, 2], [0x18, 2], [0x1e, 2], [0x46, 10]].map(([address, count]) => ({ address, count })));
    expect(Math.max(...at('em24').map(({ count }) => count))).toBeLessThanOrEqual(10);
    expect(at('em340')).toEqual([{ address: 0, count: 52 }, { address: 0x34, count: 30 }]);
    for (const name of METER_NAMES) expect(at(name).every(({ count }) => count <= 125), name).toBe(true);
  });
});

describe('EM580', () => {
  it.each([
    [0, []],
    [0b1, [{ code: 'PowerMeterFailure', vendorCode: '0x0001', info: 'V1N over range' }]],
    [0x3200, [{ code: 'PowerMeterFailure', vendorCode: '0x3200', info: 'frequency out of range, EVCS module faulty, measuring module faulty' }]],
  ])('device state %i', (state, expected) => {
    expect(em580Faults(state)).toEqual(expected);
  });
});

describe('signatures in their shortest form', () => {
  const bytes = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const tail = '2a9b5ad6da8a3234e5df67fbddd2dd98b454c74625f9340a2e82fc81c4b41d49'.replace('2a', '6a');
  it.each([
    ['as it should be', `30440220015d226c5f20ebebfd9f0d1da2aa696dd4f77f3708eecde72b4a346ae03b8ce40220${tail}`, null],
    ['a zero too many', `30440220005d226c5f20ebebfd9f0d1da2aa696dd4f77f3708eecde72b4a346ae03b8ce40220${tail}`,
      `3043021f5d226c5f20ebebfd9f0d1da2aa696dd4f77f3708eecde72b4a346ae03b8ce40220${tail}`],
    ['two zeros, one of them needed', `304402200000806c5f20ebebfd9f0d1da2aa696dd4f77f3708eecde72b4a346ae03b8ce40220${tail}`,
      `3043021f00806c5f20ebebfd9f0d1da2aa696dd4f77f3708eecde72b4a346ae03b8ce40220${tail}`],
    ['no sequence', '310402010102', null], ['a length that lies', '30050201010201', null], ['empty', '', null], ['an integer of nothing', '30020200', null],
  ])('%s', (_what, given, expected) => {
    expect(minimalDer(bytes(given))).toEqual(bytes(expected ?? given));
  });
  it('100,000 random ones: never longer, and what is in its shortest form stays', () => {
    const random = new SeededRandom(21);
    for (let round = 0; round < 100_000; round++) {
      const given = Array.from({ length: Math.floor(random.next() * 12) }, (_, index) => (random.next() < 0.5 ? [0x30, 6, 2, 1, 0, 2, 1, 0][index] ?? 0 : Math.floor(random.next() * 256)));
      const short = minimalDer(given);
      if (short.length > given.length || JSON.stringify(minimalDer(short)) !== JSON.stringify(short)) throw new RangeError(JSON.stringify(given));
    }
  });
});
