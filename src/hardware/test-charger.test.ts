import { expect, test } from 'vitest';
import { OpenEvseBench } from '../../tests/fixtures/openevse-bench.ts';
import { testCharger, type ChargerTest } from './test-charger.ts';

function tryPort(bench: OpenEvseBench, portId = 'port'): Promise<ChargerTest> {
  return bench.clock.waitFor(testCharger({ serial: bench.serial, clock: bench.clock }, portId));
}

test('a controller that is fit answers with its facts; nothing is changed on it, and the port is free again', async () => {
  const bench = new OpenEvseBench();
  expect(await tryPort(bench)).toEqual({
    ok: true, sentence: 'An OpenEVSE answers.',
    facts: [{ label: 'Firmware', value: '8.2.3' }, { label: 'RAPI', value: '5.2.1' }, { label: 'State', value: 'not connected' }, { label: 'Current', value: '6 to 32 A' }],
  });
  expect(bench.commands.every((command) => command.startsWith('G'))).toBe(true);
  expect(bench.device.isOpen).toBe(false);
});

test('a controller with its checks off isn’t fit', async () => {
  const bench = new OpenEvseBench();
  bench.emulator.setFlags(0x000b);
  const { ok, sentence } = await tryPort(bench);
  expect(ok).toBe(false);
  expect(sentence).toContain('diode check, ground check are switched off');
});

test('nothing answers: said so, and the port is free again', async () => {
  const bench = new OpenEvseBench();
  bench.emulator.hang(60_000);
  expect(await tryPort(bench)).toMatchObject({ ok: false, sentence: expect.stringContaining('nothing answers') as string });
  expect(bench.device.isOpen).toBe(false);
});

test('a board that restarts when the port is opened is waited for', async () => {
  const bench = new OpenEvseBench();
  bench.device.opened.on(() => bench.emulator.powerCycle());
  expect(await tryPort(bench)).toMatchObject({ ok: true });
});

test('the port is busy, or gone: the reason in words', async () => {
  const bench = new OpenEvseBench();
  bench.device.failNextOpens(1, 'busy');
  expect((await tryPort(bench)).sentence).toContain('Close other programs');
  expect((await tryPort(bench, 'another')).sentence).toContain('plugged in');
});

test('something else that answers is no OpenEVSE', async () => {
  const bench = new OpenEvseBench();
  const other = bench.serial.plug({ id: 'other' });
  other.received.on((bytes) => other.send(new TextEncoder().encode(bytes.length > 0 ? '$NK^21\r' : '')));
  expect(await tryPort(bench, 'other')).toMatchObject({ ok: false, sentence: 'Something answers, but not like an OpenEVSE.' });
});
