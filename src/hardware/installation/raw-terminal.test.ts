import { expect, it, test } from 'vitest';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts } from '../../platform/virtual/virtual-serial-ports.ts';
import { encodePdu } from '../serial/modbus-pdu.ts';
import { encodeRtu } from '../serial/modbus-rtu.ts';
import { describeBytes, exchangeRaw, onlyReads } from './raw-terminal.ts';

const READ = encodeRtu(1, encodePdu({ fn: 3, address: 5, count: 2 }));
const WRITE = encodeRtu(1, encodePdu({ fn: 6, address: 261, value: 160 }));
const text = (line: string): Uint8Array => new TextEncoder().encode(line);

test.each<[string, Uint8Array, boolean]>([
  ['a Modbus read', READ, true], ['a Modbus write', WRITE, false], ['a read with a damaged check sum', Uint8Array.of(...READ.subarray(0, 7), 0), false],
  ['a RAPI question', text('$GS^30\r'), true], ['a RAPI setting', text('$SC 16^00\r'), false], ['two commands in one', text('$GS^30\r$FD^00\r'), false], ['noise', Uint8Array.of(1, 2, 3), false],
])('%s reads only: %s', (_what, bytes, reads) => expect(onlyReads(bytes)).toBe(reads));

test.each<[Uint8Array, string]>([
  [READ, 'unit 1: read holding registers, 5, 2 of them'], [WRITE, 'unit 1: write register, 261, value 160'],
  [encodeRtu(1, Uint8Array.of(3, 4, 0, 7, 1, 0)), 'unit 1: read holding registers: 7 256'], [encodeRtu(9, Uint8Array.of(0x83, 2)), 'unit 9: read holding registers refused, exception 2'],
  [text('$OK 01 0\r'), '$OK 01 0'], [Uint8Array.of(0, 255), '2 bytes that are neither text nor a Modbus frame'],
])('bytes are put in words', (bytes, words) => expect(describeBytes(bytes)).toBe(words));

it('what may change a device isn\'t sent before it is confirmed; the line is let go after', async () => {
  const clock = new VirtualClock();
  const serial = new VirtualSerialPorts({ clock });
  const device = serial.plug({ id: 'a' });
  const received: number[] = [];
  device.received.on((bytes) => {
    received.push(...bytes);
    device.send(encodeRtu(1, encodePdu({ fn: 6, address: 261, value: 160 })));
  });
  const raw = { portId: 'a', line: '19200 8E1', bytes: WRITE, listenMs: 500 };
  await expect(exchangeRaw({ serial, clock }, { ...raw, confirmed: false })).rejects.toMatchObject({ code: 'NeedsConfirmation', sentence: expect.stringContaining('write register, 261') as string });
  await clock.advance(1000);
  expect(received).toEqual([]);
  expect(await clock.waitFor(exchangeRaw({ serial, clock }, { ...raw, confirmed: true }))).toEqual({ hex: '01 06 01 05 00 A0 98 4F', decoded: 'unit 1: write register, 261, value 160' });
  expect(received).toEqual([...WRITE]);
  expect(device.isOpen).toBe(false);
  await expect(exchangeRaw({ serial, clock }, { ...raw, bytes: new Uint8Array(), confirmed: true })).rejects.toMatchObject({ code: 'BadBytes' });
});
