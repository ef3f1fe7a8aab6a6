import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts, type VirtualDevice } from '../../../platform/virtual/virtual-serial-ports.ts';
import { checksum, toBytes } from './rapi-frame.ts';
import { RapiLink } from './rapi-link.ts';
import { OPENEVSE_LINE } from './openevse-charger.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly device: VirtualDevice;
  readonly link: RapiLink;
  /** Command lines as they came, without CR. */
  readonly taken: string[];
  readonly events: string[];
  /** What to say to a line; default: nothing. */
  answer: (line: string) => string | null;
}

async function makeBench(): Promise<Bench> {
  const clock = new VirtualClock();
  const serial = new VirtualSerialPorts({ clock });
  const device = serial.plug({ id: 'port' });
  const events: string[] = [];
  const link = new RapiLink(await serial.open('port', OPENEVSE_LINE), clock, { onEvent: ({ line }) => void events.push(line), onLine: () => undefined });
  const bench: Bench = { clock, device, link, taken: [], events, answer: () => null };
  device.received.on((bytes) => {
    for (const line of String.fromCharCode(...bytes).split('\r').filter((each) => each !== '')) {
      bench.taken.push(line);
      const answer = bench.answer(line);
      if (answer !== null) device.send(toBytes(answer));
    }
  });
  return bench;
}

const frame = (body: string): string => `${body}^${checksum(body)}\r`;
const idOf = (line: string): string => / (:[0-9A-F]{2})\^/.exec(line)?.[1] ?? '';

describe('commands', () => {
  test('one at a time, each with an id of its own, 01 to FF', async () => {
    const bench = await makeBench();
    bench.answer = (line) => frame(`$OK ${idOf(line)}`);
    const all = Array.from({ length: 300 }, () => bench.link.command('GS'));
    await bench.clock.advance(1);
    expect(bench.taken.length).toBeLessThanOrEqual(1);
    await bench.clock.waitFor(Promise.all(all));
    const ids = bench.taken.map(idOf);
    expect(ids.slice(0, 2)).toEqual([':01', ':02']);
    expect(ids.slice(254, 256)).toEqual([':FF', ':01']);
    expect(ids).not.toContain(':00');
  });

  test('no answer in 1.5 s: once more under a new id; then NoReply', async () => {
    const bench = await makeBench();
    await expect(bench.clock.waitFor(bench.link.command('GS'))).rejects.toMatchObject({ code: 'NoReply' });
    expect(bench.clock.monotonicMs()).toBeCloseTo(3000, -2);
    expect(bench.taken.map(idOf)).toEqual([':01', ':02']);
  });

  test('a late answer isn’t taken for that of the next command', async () => {
    const bench = await makeBench();
    bench.answer = (line) => (line.startsWith('$GS') ? null : frame(`$OK 240 ${idOf(line)}`));
    const late = bench.link.command('GS');
    const next = bench.link.command('GG');
    await bench.clock.advance(1600);
    bench.device.send(toBytes(frame('$OK 01 0 01 0200 :01')));
    await expect(bench.clock.waitFor(late)).rejects.toMatchObject({ code: 'NoReply' });
    expect(await bench.clock.waitFor(next)).toMatchObject({ ok: true, tokens: ['240'] });
  });

  test('an event between command and answer is heard as one', async () => {
    const bench = await makeBench();
    bench.answer = (line) => `${frame('$AT 02 02 32 0700')}${frame(`$OK 1 ${idOf(line)}`)}`;
    expect(await bench.clock.waitFor(bench.link.command('G0'))).toMatchObject({ ok: true, tokens: ['1'] });
    expect(bench.events).toEqual(['$AT 02 02 32 0700^37']);
  });

  test('damaged on the way: asked again with an id, this time and ever after', async () => {
    const bench = await makeBench();
    let commands = 0;
    bench.answer = (line) => (++commands === 2 ? frame('$NK') : frame(`$OK ${idOf(line)}`));
    await bench.clock.waitFor(bench.link.command('GV'));
    expect(await bench.clock.waitFor(bench.link.command('GS'))).toMatchObject({ ok: true });
    await bench.clock.waitFor(bench.link.command('GS'));
    expect(bench.taken.map(idOf)).toEqual([':01', ':02', ':03', ':04']);
  });

  test('firmware that refuses ids is asked without; a refusal without an id is an answer then', async () => {
    const bench = await makeBench();
    bench.answer = (line) => (idOf(line) !== '' || line.startsWith('$G5') ? frame('$NK') : frame('$OK 5'));
    expect(await bench.clock.waitFor(bench.link.command('GS'))).toMatchObject({ ok: true, tokens: ['5'] });
    expect(await bench.clock.waitFor(bench.link.command('G5'))).toMatchObject({ ok: false, tokens: [] });
    expect(bench.taken).toEqual(['$GS :01^2B', '$GS^30', '$G5^56']);
  });

  test('a command that must not be given twice isn’t', async () => {
    const bench = await makeBench();
    await expect(bench.clock.waitFor(bench.link.command('FR', 1))).rejects.toMatchObject({ code: 'NoReply' });
    expect(bench.taken).toHaveLength(1);
  });

  test('what doesn’t fit the buffer is never sent', async () => {
    const bench = await makeBench();
    await expect(bench.clock.waitFor(bench.link.command(`FP 0 0 ${'x'.repeat(20)}`))).rejects.toMatchObject({ code: 'CommandTooLong' });
    expect(bench.taken).toEqual([]);
  });

  test('the port is lost: what waits fails at once, what follows too', async () => {
    const bench = await makeBench();
    const waiting = bench.link.command('GS');
    waiting.catch(() => undefined);
    await bench.clock.advance(100);
    bench.device.unplug();
    await expect(bench.clock.waitFor(waiting, 10)).rejects.toMatchObject({ code: 'PortLost' });
    await expect(bench.clock.waitFor(bench.link.command('GS'), 10)).rejects.toMatchObject({ code: 'PortLost' });
  });

  test('any noise around and between the answers: a command gets its own answer or none', async () => {
    const noise = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 12 }), { minLength: 8, maxLength: 8 });
    await fc.assert(fc.asyncProperty(noise, async (pieces) => {
      const bench = await makeBench();
      let count = 0;
      bench.answer = (line) => `${pieces[count % 8]}${frame(`$OK ${line.slice(1, 3)} ${idOf(line)}`)}${pieces[(++count + 3) % 8]}`;
      for (const command of ['GS', 'GG', 'GU', 'GE']) {
        const reply = await bench.clock.waitFor(bench.link.command(command).catch(() => null));
        if (reply !== null) expect(reply).toMatchObject({ ok: true, tokens: [command] });
      }
    }), { numRuns: 100 });
  });
});
