import { beforeEach, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts, type VirtualDevice } from '../../platform/virtual/virtual-serial-ports.ts';
import { AtDevice, atFraming } from './at-device.ts';
import { Buses } from './buses.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ask = bytes('AT+STATE?\r\n');
const set = bytes('AT+CHCUR=160\r\n');

describe('AT lines', () => {
  it.each([
    ['value and OK', '\r\n+STATE=4\r\n\r\nOK\r\n', { kind: 'frame', length: 18 }],
    ['bare line feeds', '+STATE=4\nOK\n', { kind: 'frame', length: 12 }],
    ['an ERROR', '\r\nERROR\r\n', { kind: 'frame', length: 9 }],
    ['not ended yet', '\r\n+STATE=4\r\n', { kind: 'more' }],
    ['something that was subscribed to', '+ENABLE=1\r\n', { kind: 'garbage', skip: 11 }],
    ['an OK of something else', 'OK\r\n+STATE=4\r\nOK\r\n', { kind: 'garbage', skip: 4 }],
    ['a boot', '\n\nRDY\n\0', { kind: 'garbage', skip: 6 }],
    ['an answer with a name that was damaged', '#STATE=4\r\nOK\r\n', { kind: 'garbage', skip: 10 }],
  ])('to a question: %s', (_what, text, found) => {
    expect(atFraming.look(bytes(text), ask)).toEqual(found);
  });
  it('to a setting: OK is enough, whatever stands before it', () => {
    expect(atFraming.look(bytes('\r\nOK\r\n'), set)).toEqual({ kind: 'frame', length: 6 });
    expect(atFraming.look(bytes('+STATE=4\r\nOK\r\n'), set)).toEqual({ kind: 'garbage', skip: 10 });
  });
  it('a line that never ends is thrown away', () => {
    expect(atFraming.look(bytes('x'.repeat(400)), ask)).toEqual({ kind: 'garbage', skip: 400 });
  });

  it('100,000 random streams: no crash, no hang, no false frame', () => {
    const random = new SeededRandom(8);
    const pieces = ['+STATE=', 'OK', 'ERRO', '\r\n', '+ENABLE=1\r\n', '4', '\n'].map(bytes);
    let frames = 0;
    for (let run = 0; run < 100_000; run++) {
      const request = run % 4 < 3 ? ask : set;
      let stream = Uint8Array.from({ length: Math.floor(random.next() * 48) }, () => Math.floor(random.next() * 256));
      // A third of them begin with what an answer is made of, but never with a whole one.
      const piece = pieces[Math.floor(random.next() * pieces.length)] ?? new Uint8Array();
      if (run % 3 === 0) stream = Uint8Array.of(...piece, 0x23, ...stream);
      for (let at = 0; at < stream.length; ) {
        const found = atFraming.look(stream.subarray(at), request);
        if (found.kind === 'more') break;
        const step = found.kind === 'frame' ? found.length : found.skip;
        if (!(step > 0)) throw new RangeError(`no way on at ${at}`);
        if (found.kind === 'frame') frames += 1;
        at += step;
      }
    }
    expect(frames).toBe(0);
  }, 60_000);
});

describe('the device', () => {
  let clock: VirtualClock;
  let port: VirtualDevice;
  let device: AtDevice;
  const asked: string[] = [];
  let answers: (string | null)[] = [];

  beforeEach(async () => {
    clock = new VirtualClock();
    const serial = new VirtualSerialPorts({ clock, random: new SeededRandom(2) });
    port = serial.plug({ id: 'port' });
    asked.length = 0;
    let heard = '';
    port.received.on((chunk) => {
      heard += String.fromCharCode(...chunk);
      if (!heard.endsWith('\n')) return;
      asked.push(heard.trim());
      heard = '';
      const answer = answers.shift();
      if (answer !== null && answer !== undefined) port.send(bytes(answer));
    });
    device = new AtDevice(new Buses(clock, serial).lease('port', { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 }).bus);
    await clock.advance(10);
  });

  it('reads numbers and quoted text', async () => {
    answers = ['\r\n+EMETERVOLTAGE=230000,231000,229500\r\n\r\nOK\r\n', '\r\n+VER="v2.0.1"\r\n\r\nOK\r\n', '\r\nERROR\r\n'];
    expect(await clock.waitFor(device.numbers('EMETERVOLTAGE'))).toEqual([230_000, 231_000, 229_500]);
    expect(await clock.waitFor(device.query('VER'))).toEqual(['v2.0.1']);
    expect(await clock.waitFor(device.numbers('ERROR'))).toBeNull();
    expect(asked).toEqual(['AT+EMETERVOLTAGE?', 'AT+VER?', 'AT+ERROR?']);
  });
  it('what should be a number and isn\'t is refused', async () => {
    answers = ['\r\n+CHCUR=16x\r\n\r\nOK\r\n'];
    await expect(clock.waitFor(device.numbers('CHCUR'))).rejects.toMatchObject({ code: 'BadAtReply' });
  });
  it('what is set is read back: another value, or an ERROR, is no success', async () => {
    answers = ['OK\r\n', '+CHCUR=160\r\nOK\r\n', 'OK\r\n', '+CHCUR=960\r\nOK\r\n', 'ERROR\r\n'];
    await expect(clock.waitFor(device.set('CHCUR', 160))).resolves.toBeUndefined();
    await expect(clock.waitFor(device.set('CHCUR', 160))).rejects.toMatchObject({ code: 'Refused' });
    await expect(clock.waitFor(device.set('CHCUR', 20))).rejects.toMatchObject({ code: 'Refused' });
  });
  it('silence is asked again, and has an end', async () => {
    answers = [null, '+STATE=0\r\nOK\r\n'];
    expect(await clock.waitFor(device.numbers('STATE'))).toEqual([0]);
    answers = [];
    await expect(clock.waitFor(device.numbers('STATE'))).rejects.toMatchObject({ code: 'NoReply' });
  });
});
