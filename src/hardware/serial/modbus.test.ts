import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../platform/virtual/seeded-random.ts';
import type { Framing } from './framing.ts';
import { asciiFraming, encodeAscii, pduOfAscii } from './modbus-ascii.ts';
import { decodeReply, encodePdu, ModbusException, type ModbusRequest } from './modbus-pdu.ts';
import { encodeRtu, pduOfRtu, rtuFraming } from './modbus-rtu.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (pair) => Number.parseInt(pair, 16));
const FLOAT_16 = [0x4180, 0];

/** Encoded frames of real devices. */
const RTU: readonly (readonly [device: string, unit: number, request: ModbusRequest, frame: string])[] = [
  ['SDM630 volts', 1, { fn: 4, address: 0, count: 2 }, '01 04 00 00 00 02 71 CB'],
  ['SDM630 import', 1, { fn: 4, address: 0x48, count: 2 }, '01 04 00 48 00 02 F1 DD'],
  ['Heidelberg state block', 1, { fn: 4, address: 5, count: 14 }, '01 04 00 05 00 0E 61 CF'],
  ['Heidelberg 16 A', 1, { fn: 6, address: 261, value: 160 }, '01 06 01 05 00 A0 98 4F'],
  ['Heidelberg 16 A by FC16', 1, { fn: 16, address: 261, values: [160] }, '01 10 01 05 00 01 02 00 A0 B6 BD'],
  ['Heidelberg failsafe 0', 1, { fn: 6, address: 262, value: 0 }, '01 06 01 06 00 00 68 37'],
  ['Heidelberg watchdog 10 s', 1, { fn: 6, address: 257, value: 10_000 }, '01 06 01 01 27 10 C3 CA'],
  ['Heidelberg no standby', 1, { fn: 6, address: 258, value: 4 }, '01 06 01 02 00 04 28 35'],
  ['EVSE-WB block', 1, { fn: 3, address: 1000, count: 8 }, '01 03 03 E8 00 08 C4 7C'],
  ['EVSE-WB 16 A', 1, { fn: 16, address: 1000, values: [16] }, '01 10 03 E8 00 01 02 00 10 83 B4'],
  ['EVSE-WB off', 1, { fn: 16, address: 1000, values: [0] }, '01 10 03 E8 00 01 02 00 00 82 78'],
  ['Mennekes heartbeat', 50, { fn: 6, address: 0x0d00, value: 0x55aa }, '32 06 0D 00 55 AA 31 8A'],
  ['Mennekes 16 A', 50, { fn: 16, address: 0x0302, values: FLOAT_16 }, '32 10 03 02 00 02 04 41 80 00 00 83 16'],
  ['Mennekes release', 50, { fn: 6, address: 0x0d05, value: 1 }, '32 06 0D 05 00 01 5F 64'],
];
const ASCII: readonly (readonly [device: string, request: ModbusRequest, frame: string])[] = [
  ['ABL state', { fn: 3, address: 4, count: 1 }, ':010300040001F7\r\n'],
  ['ABL 16 A', { fn: 16, address: 0x14, values: [0x010a] }, ':01100014000102010ACD\r\n'],
  ['ABL off', { fn: 16, address: 0x14, values: [0x03e8] }, ':0110001400010203E8ED\r\n'],
  ['ABL currents', { fn: 3, address: 0x2e, count: 5 }, ':0103002E0005C9\r\n'],
];

describe('frames as the devices want them', () => {
  it.each(RTU)('%s', (_device, unit, request, frame) => {
    expect(encodeRtu(unit, encodePdu(request))).toEqual(hex(frame));
  });
  it.each(ASCII)('%s', (_device, request, frame) => {
    expect(new TextDecoder().decode(encodeAscii(1, encodePdu(request)))).toBe(frame);
  });
});

describe('answers', () => {
  const volts: ModbusRequest = { fn: 4, address: 0, count: 2 };
  const asked = encodeRtu(1, encodePdu(volts));

  it('SDM630 says 230.0 V', () => {
    const frame = hex('01 04 04 43 66 00 00 0E 1F');
    expect(rtuFraming.look(frame, asked)).toEqual({ kind: 'frame', length: 9 });
    expect(decodeReply(volts, pduOfRtu(frame))).toEqual([0x4366, 0]);
  });
  it('an exception is one, with its code and what it means', () => {
    const frame = hex('01 84 02 C2 C1');
    expect(rtuFraming.look(frame, asked)).toEqual({ kind: 'frame', length: 5 });
    expect(() => decodeReply(volts, pduOfRtu(frame))).toThrow(ModbusException);
    expect(() => decodeReply(volts, pduOfRtu(frame))).toThrow(/illegal address/);
  });
  it('one bit wrong anywhere is no answer', () => {
    const frame = hex('01 04 04 43 66 00 00 0E 1F');
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const damaged = Uint8Array.from(frame);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(rtuFraming.look(damaged, asked).kind).not.toBe('frame');
    }
  });
  it('another device\'s answer, or one to another function, isn\'t ours', () => {
    expect(rtuFraming.look(encodeRtu(2, Uint8Array.of(4, 4, 0, 0, 0, 0)), asked).kind).toBe('garbage');
    expect(rtuFraming.look(encodeRtu(1, Uint8Array.of(3, 4, 0, 0, 0, 0)), asked).kind).toBe('garbage');
  });
  it('a length that isn\'t what was asked is refused, whatever its CRC says', () => {
    expect(() => decodeReply(volts, Uint8Array.of(4, 2, 0x43, 0x66))).toThrow(/doesn't fit/);
  });
  it('ABL may begin its answer with >', () => {
    const request: ModbusRequest = { fn: 3, address: 4, count: 1 };
    const [colon, ...rest] = encodeAscii(1, Uint8Array.of(3, 2, 0, 0xb2));
    expect(colon).toBe(0x3a);
    const frame = Uint8Array.of(0x3e, ...rest);
    expect(asciiFraming.look(frame, encodeAscii(1, encodePdu(request)))).toEqual({ kind: 'frame', length: frame.length });
    expect(decodeReply(request, pduOfAscii(frame))).toEqual([0xb2]);
  });
  it.each<[ModbusRequest, number[]]>([
    [{ fn: 3, address: 0, count: 126 }, []], [{ fn: 6, address: 0, value: 70_000 }, []], [{ fn: 16, address: 0, values: [] }, []],
    [{ fn: 3, address: -1, count: 1 }, []],
  ])('what can\'t be asked is refused before it is sent: %j', (request) => {
    expect(() => encodePdu(request)).toThrow(expect.objectContaining({ code: 'BadModbusRequest' }));
  });
});

/** What a reader of the line does with a stream: how many frames it finds, and that it always goes on. */
function read(framing: Framing, stream: Uint8Array, request: Uint8Array): number {
  let frames = 0;
  for (let at = 0; at < stream.length; ) {
    const found = framing.look(stream.subarray(at), request);
    if (found.kind === 'more') break;
    const step = found.kind === 'frame' ? found.length : found.skip;
    if (!(step > 0)) throw new RangeError(`no way on at ${at}`);
    if (found.kind === 'frame') frames += 1;
    at += step;
  }
  return frames;
}

describe('100,000 random streams: no crash, no hang, no false frame', () => {
  const request: ModbusRequest = { fn: 4, address: 5, count: 14 };
  it.each([
    ['RTU', rtuFraming, encodeRtu(1, encodePdu(request))], ['ASCII', asciiFraming, encodeAscii(1, encodePdu(request))],
  ] as const)('%s', (_name, framing, asked) => {
    const random = new SeededRandom(1);
    let frames = 0;
    for (let run = 0; run < 100_000; run++) {
      const stream = Uint8Array.from({ length: Math.floor(random.next() * 64) }, () => Math.floor(random.next() * 256));
      // Half of them begin as an answer would.
      if (run % 2 === 0) stream.set(asked.subarray(0, Math.min(2, stream.length)));
      frames += read(framing, stream, asked);
    }
    // A 16-bit CRC lets one frame in 65,536 through; few random ones even have the length of one.
    expect(frames).toBe(0);
  }, 60_000);
});
