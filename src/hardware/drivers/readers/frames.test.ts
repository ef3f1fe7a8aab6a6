import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../platform/virtual/seeded-random.ts';
import type { Framing } from '../../serial/framing.ts';
import { FIND_A, typeA, typeB } from './pn532.ts';
import { answerOf, encodePn532, pn532Framing, PN532_ACK } from './pn532-frame.ts';
import { Rdm6300Assembler } from './rdm6300.ts';
import { tagOf, twn4Framing } from './twn4.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (pair) => Number.parseInt(pair, 16));
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.of(...parts.flatMap((part) => [...part]));

describe('PN532 frames', () => {
  it.each([
    ['SAMConfiguration', [0x14, 0x01, 0x00, 0x01], '00 00 FF 05 FB D4 14 01 00 01 16 00'],
    ['GetFirmwareVersion', [0x02], '00 00 FF 02 FE D4 02 2A 00'],
    ['InListPassiveTarget', FIND_A, '00 00 FF 04 FC D4 4A 01 00 E1 00'],
  ])('%s', (_what, command, frame) => {
    expect(encodePn532(command)).toEqual(hex(frame));
  });

  const found = hex('00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 A1 B2 C3 D4 E5 80 40 00');
  const firmware = hex('00 00 FF 06 FA D5 03 32 01 06 07 E8 00');
  const ask = encodePn532(FIND_A);

  it('an answer to InListPassiveTarget, with and without its ACK', () => {
    for (const bytes of [found, joined(PN532_ACK, found)]) {
      expect(pn532Framing.look(bytes, ask)).toEqual({ kind: 'frame', length: bytes.length });
      expect(typeA(answerOf(bytes) ?? [])).toEqual({ uid: [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80], type: 'ISO14443' });
    }
  });
  it('GetFirmwareVersion\'s answer', () => {
    expect(answerOf(joined(PN532_ACK, firmware))).toEqual([0x32, 1, 6, 7]);
  });
  it('the answer to another command isn\'t one', () => {
    expect(pn532Framing.look(firmware, ask)).toEqual({ kind: 'garbage', skip: firmware.length });
  });
  it('an error frame is an answer that says no', () => {
    const error = hex('00 00 FF 01 FF 7F 81 00');
    expect(pn532Framing.look(joined(PN532_ACK, error), ask)).toEqual({ kind: 'frame', length: 14 });
    expect(answerOf(joined(PN532_ACK, error))).toBeNull();
  });
  it('a byte at a time: nothing before the last one', () => {
    const whole = joined(PN532_ACK, found);
    for (let length = 0; length < whole.length - 1; length++) expect(pn532Framing.look(whole.subarray(0, length), ask).kind, String(length)).toBe('more');
  });
  it('one bit wrong anywhere in the number is no card', () => {
    for (let at = 5; at < found.length - 1; at++) {
      const bad = Uint8Array.from(found);
      bad[at] = (bad[at] ?? 0) ^ 0x04;
      expect(pn532Framing.look(bad, ask).kind, String(at)).not.toBe('frame');
    }
  });
  it('no card, and cards that are cut off', () => {
    expect([typeA([]), typeA([0]), typeA([1, 1, 0, 0x44, 0, 7, 4, 0xa1]), typeB([]), typeB([1, 1, 0x51, 1, 2, 3, 4]), typeB([1, 1, 0x50, 1, 2])]).toEqual([null, null, null, null, null, null]);
  });
});

describe('RDM6300 frames', () => {
  const frame = hex('02 31 33 30 30 35 44 31 44 41 35 46 36 03');
  it('13005D1DA5', () => {
    expect(new Rdm6300Assembler().take(frame)).toEqual([[0x13, 0x00, 0x5d, 0x1d, 0xa5]]);
  });
  it('in pieces, after noise, twice', () => {
    const assembler = new Rdm6300Assembler();
    const found = [...joined(Uint8Array.of(0x00, 0x02, 0x31, 0x02), frame, frame)].flatMap((byte) => assembler.take(Uint8Array.of(byte)));
    expect(found).toHaveLength(2);
  });
  it('one bit wrong is no card', () => {
    for (let at = 0; at < frame.length; at++) {
      const bad = Uint8Array.from(frame);
      bad[at] = (bad[at] ?? 0) ^ 0x01;
      expect(new Rdm6300Assembler().take(bad), String(at)).toEqual([]);
    }
  });
});

describe('TWN4 lines', () => {
  const look = (text: string) => twn4Framing.look(new TextEncoder().encode(text), new Uint8Array());
  it.each([
    ['0000\r', { kind: 'frame', length: 5 }], ['0001', { kind: 'more' }], ['?0000\r', { kind: 'garbage', skip: 1 }], ['000\r', { kind: 'garbage', skip: 4 }], ['\r', { kind: 'garbage', skip: 1 }],
  ])('%j', (text, expected) => {
    expect(look(text)).toEqual(expected);
  });
  it('tags', () => {
    expect(tagOf([0])).toBeNull();
    expect(tagOf([1, 0x80, 32, 4, 1, 2, 3])).toBeNull();
    expect(tagOf([1, 0x80, 32, 4, 1, 2, 3, 4])).toEqual({ uid: [1, 2, 3, 4], type: 'ISO14443' });
    expect(tagOf([1, 0x49, 26, 4, 1, 2, 3, 4])).toEqual({ uid: [1, 2, 3, 4], type: 'Local' });
  });
});

describe('100,000 random streams each: no crash, no hang, no false card', () => {
  /** Bytes that look like the reader's, so that more than the first one is tried. */
  const stream = (random: SeededRandom, likely: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: 1 + Math.floor(random.next() * 24) }, () => (random.next() < 0.7 ? (likely[Math.floor(random.next() * likely.length)] ?? 0) : Math.floor(random.next() * 256)));

  function digest(framing: Framing, bytes: Uint8Array, request: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let rest = bytes; rest.length > 0; ) {
      const result = framing.look(rest, request);
      if (result.kind === 'more') break;
      const used = result.kind === 'frame' ? result.length : result.skip;
      if (!(used > 0 && used <= rest.length)) throw new RangeError(`${used} of ${rest.length} bytes used`);
      if (result.kind === 'frame') frames.push(rest.slice(0, used));
      rest = rest.subarray(used);
    }
    return frames;
  }

  it('PN532', () => {
    const random = new SeededRandom(31);
    const ask = encodePn532(FIND_A);
    const start = [0x00, 0x00, 0xff, 0x05, 0xfb, 0xd5, 0x4b, 0x00, 0x01, 0x7f];
    for (let round = 0; round < 100_000; round++) {
      for (const frame of digest(pn532Framing, stream(random, start), ask)) {
        const answer = answerOf(frame);
        // What is taken for an answer has a sum that fits; five bytes at random seldom do, and then are no card.
        if (answer !== null && typeA(answer) !== null) throw new RangeError(`a card out of nothing: ${[...frame].join(' ')}`);
      }
    }
  });
  it('TWN4', () => {
    const random = new SeededRandom(32);
    const digits = [...new TextEncoder().encode('0001804F\r')];
    for (let round = 0; round < 100_000; round++) {
      for (const frame of digest(twn4Framing, stream(random, digits), new Uint8Array())) {
        if (frame.length % 2 !== 1 || frame.at(-1) !== 0x0d) throw new RangeError(String(frame));
      }
    }
  });
  it('RDM6300', () => {
    const random = new SeededRandom(33);
    const likely = [0x02, 0x03, ...new TextEncoder().encode('0123456789ABCDEF')];
    const assembler = new Rdm6300Assembler();
    let cards = 0;
    for (let round = 0; round < 100_000; round++) {
      for (const id of assembler.take(stream(random, likely))) {
        if (id.length !== 5) throw new RangeError(String(id));
        cards += 1;
      }
    }
    expect(cards).toBeLessThan(5); // an XOR of 8 bits fits by chance
  });
});
