import { describe, expect, it } from 'vitest';
import { Esp32EvseAtBench } from '../../../../tests/fixtures/esp32-evse/esp32-evse-at-bench.ts';
import { faultsOf, stateOf } from './esp32-evse-meaning.ts';
import { testEsp32Evse } from './test-esp32-evse.ts';

const start = Esp32EvseAtBench.started;

describe('esp32-evse by AT commands', () => {
  it('states and error bits mean the same by name and by number', () => {
    expect(['A', 'B1', 'B2', 'C1', 'C2', 'D1', 'D2', 'E', 'F'].map((name, index) => [stateOf(name), stateOf(index)])).toEqual(
      ['A', 'B1', 'B2', 'C1', 'C2', 'D1', 'D2', 'E', 'F'].map((name) => [name, name]));
    expect([stateOf('A '), stateOf('X'), stateOf(9), stateOf(-1)]).toEqual(['A', null, null, null]);
    expect(faultsOf('E', 0b11111111).map(({ code }) => code)).toEqual([
      'EVCommunicationError', 'EVCommunicationError', 'ConnectorLockFailure', 'ConnectorLockFailure', 'GroundFailure', 'InternalError', 'HighTemperature', 'InternalError']);
    expect(faultsOf('E', null)).toMatchObject([{ code: 'OtherError', vendorCode: 'E' }]);
    expect(faultsOf('C2', 0)).toEqual([]);
  });

  it('who it is; it is made to wait for authorisation, and flash is written once', async () => {
    const bench = await start();
    expect(bench.charger.facts).toMatchObject({ firmware: 'v2.0.1', maxCurrentA: 32, phases: 3 });
    expect(bench.emulator).toMatchObject({ requireAuth: true, defaultTenths: 60, defaultTimeLimitS: 30, enabled: false, flashWrites: 3 });
    await bench.restart();
    expect(bench.emulator.flashWrites).toBe(3);
  });

  it('L3\'s voltage isn\'t known: this firmware repeats L2\'s', async () => {
    const bench = await start();
    await bench.charging(16);
    expect(bench.state.meter).toMatchObject({ voltageV: [230, 231], currentA: [16, 16, 16], powerW: 11_040 });
  });

  it('after a power dip nothing flows until it is authorised anew, at the limit', async () => {
    const bench = await start();
    await bench.charging(12);
    bench.port.unplug();
    bench.emulator.brownOut();
    bench.emulator.mostA = 0;
    await bench.seconds(30);
    expect(bench.emulator.currentA).toBe(0);
    bench.port.replug();
    bench.emulator.mostA = 0;
    await bench.seconds(12);
    expect(bench.emulator.mostA).toBe(12);
  });

  it('a restart that goes unnoticed on the line is seen by its uptime', async () => {
    const bench = await start();
    await bench.charging(12);
    bench.emulator.brownOut(200);
    await bench.seconds(12);
    expect(bench.state.link).toBe('up');
    expect(bench.emulator).toMatchObject({ currentA: 12, currentTenths: 120 });
  });

  it('its time limit ends a charge that nobody supervises', async () => {
    const bench = await start();
    await bench.charging(16);
    await bench.seconds(300);
    expect(bench.emulator.currentA).toBe(16);
    bench.hang();
    await bench.seconds(12 + 2 + 30);
    expect(bench.emulator.currentA).toBe(0);
    bench.supervise();
    await bench.seconds(6);
    expect(bench.emulator.currentA).toBe(16);
  });

  it('a bad line is no bad controller: silence, garbage, halves, slow answers, chatter', async () => {
    const bench = await start();
    await bench.charging(12);
    bench.emulator.lineMishaps.push('silence', 'garbage', 'half', 'slow', 'chatter', 'damagedName', 'chatter', 'silence', 'slow');
    const from = bench.states.length;
    await bench.seconds(20);
    expect(bench.emulator.lineMishaps).toEqual([]);
    expect(bench.states.slice(from).every(({ link, contactorClosed }) => link === 'up' && contactorClosed)).toBe(true);
    expect(bench.emulator.currentA).toBe(12);
  });

  it('echo and subscriptions that somebody left on disturb nothing', async () => {
    const bench = await start((box) => Object.assign(box, { echo: true }));
    for (let second = 0; second < 20; second++) {
      bench.emulator.chatter('+STATE=4');
      bench.emulator.chatter('+ENABLE=1');
      await bench.seconds(1);
    }
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: false, connectors: [{ pilot: 'A' }] });
  });

  it('silent for good: told within 12 s, and found again', async () => {
    const bench = await start();
    await bench.charging(12);
    bench.emulator.slave.dead = true;
    await bench.seconds(14);
    expect(bench.state.link).toBe('down');
    bench.emulator.slave.dead = false;
    await bench.seconds(12);
    expect(bench.state.link).toBe('up');
    expect(bench.emulator.currentA).toBe(12);
  });

  it('firmware that doesn\'t name its errors, nor its uptime, is driven', async () => {
    const bench = await start((box) => Object.assign(box, { old: true }));
    await bench.charging(16);
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: true });
    bench.emulator.fault = 'GroundFailure';
    await bench.seconds(4);
    expect(bench.state).toMatchObject({ faults: [{ code: 'OtherError', vendorCode: 'E' }], contactorClosed: false, connectors: [{ plugged: true }] });
  });

  it('a made-up meter serves only beside a real one', async () => {
    const bench = await start((box) => Object.assign(box, { meterMode: 0 }));
    expect(bench.state.refusal).toContain('meter');
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(0);
  });

  it('the test button only reads, and says what it found', async () => {
    const bench = new Esp32EvseAtBench();
    const deps = { serial: bench.serial, clock: bench.clock };
    expect(await bench.clock.waitFor(testEsp32Evse(deps, 'port'))).toMatchObject({ ok: true, sentence: 'An esp32-evse answers.' });
    expect(bench.emulator.commands.every((command) => command.endsWith('?'))).toBe(true);
    bench.emulator.slave.dead = true;
    expect(await bench.clock.waitFor(testEsp32Evse(deps, 'port'))).toMatchObject({ ok: false, sentence: expect.stringContaining('AT commands') });
  });
});
