import { beforeEach, describe, expect, it } from 'vitest';
import { MennekesEmulator } from '../../../../tests/fixtures/modbus/mennekes-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { mennekes } from './mennekes.ts';
import { float32, floatWords } from './modbus-model.ts';

let bench: ModbusBench<MennekesEmulator>;
const start = (prepare?: (box: MennekesEmulator) => void): Promise<ModbusBench<MennekesEmulator>> =>
  ModbusBench.started(mennekes, (clock, line) => new MennekesEmulator(clock, line), prepare);
beforeEach(async () => {
  bench = await start();
});
const out = (): string[] => bench.lines.filter((line) => line.startsWith('out ')).map((line) => line.slice(4));

describe('Amtron Compact', () => {
  it('floats are IEEE 754, high word first', () => {
    expect(floatWords(16)).toEqual([0x4180, 0]);
    expect(float32(0x4180, 0)).toBe(16);
    expect(float32(...floatWords(6.5))).toBe(6.5);
  });

  it('who it is, and what its switches and wires allow', () => {
    expect(bench.charger.facts).toMatchObject({
      vendor: 'Mennekes', firmware: '2.0.14', serialNumber: '1384207', phases: 3, phaseSwitching: true, fixedSinglePhase: true, minCurrentA: 6, maxCurrentA: 16,
      connectors: [{ type: 'cType2', canLock: false }],
    });
  });

  it('the wire carries the frames that the box wants: heartbeat, 16 A, release', async () => {
    await bench.charging(16);
    expect(out()).toEqual(expect.arrayContaining(['32 06 0D 00 55 AA 31 8A', '32 10 03 02 00 02 04 41 80 00 00 83 16', '32 06 0D 05 00 01 5F 64']));
    // The limit stands before the release.
    expect(out().indexOf('32 10 03 02 00 02 04 41 80 00 00 83 16')).toBeLessThan(out().indexOf('32 06 0D 05 00 01 5F 64'));
  });

  it('a heartbeat at least every 5 s, and none from a hung station: then it pauses by itself', async () => {
    await bench.charging();
    const before = bench.writes(0x0d00).length;
    await bench.seconds(60);
    expect(bench.writes(0x0d00).length - before).toBeGreaterThanOrEqual(12);
    bench.hang();
    const releases = bench.writes(0x0d05).length;
    await bench.seconds(30);
    expect(bench.emulator.masterLost).toBe(true);
    expect(bench.emulator.currentA).toBe(0);
    expect(bench.writes(0x0d05)).toHaveLength(releases); // it was its own doing
  });

  it('after missed heartbeats it is told its limit and release anew', async () => {
    await bench.charging(12);
    bench.hang();
    await bench.seconds(30);
    bench.supervise();
    await bench.seconds(6);
    expect(bench.state).toMatchObject({ link: 'up', faults: [], contactorClosed: true });
    expect(bench.emulator.currentA).toBe(12);
  });

  it.each([false, true])('one that has blocked itself without a session is unblocked (stubborn: %s), and gives nothing meanwhile', async (stubborn) => {
    bench.emulator.stubborn = stubborn;
    bench.emulator.plugIn();
    bench.hang();
    await bench.seconds(30);
    expect(bench.emulator.masterLost).toBe(true);
    bench.emulator.mostA = 0;
    bench.supervise();
    await bench.seconds(20);
    expect(bench.emulator).toMatchObject({ masterLost: false, release: 0, mostA: 0 });
    expect(bench.state).toMatchObject({ link: 'up', connectors: [{ plugged: true }] });
  });

  it('0.0 A would be no limit: it is never written; withholding is the release\'s affair', async () => {
    await bench.charging(16);
    await bench.offer({ energise: false, maxCurrentA: 16 });
    await bench.offer({ energise: true, maxCurrentA: 3 });
    await bench.seconds(5);
    expect(bench.emulator.release).toBe(0);
    expect(bench.emulator.currentRegister).toBe(16);
    expect(out().filter((frame) => frame.startsWith('32 10 03 02') && frame.includes('04 00 00 00 00'))).toEqual([]);
  });

  it('a box that is released without a limit is given one at once', async () => {
    await bench.charging(10);
    Object.assign(bench.emulator, { currentRegister: 0 });
    await bench.seconds(3);
    expect(bench.emulator.currentRegister).toBe(10);
  });

  it('its fallback is set to pause, once; older layouts are taken as they are', async () => {
    expect(bench.emulator.fallback).toBe(1);
    await bench.restart();
    expect(bench.emulator.fallbackWrites).toBe(1);
    expect(bench.charger.facts.failsafe).toMatchObject({ onHostDeath: 'stops', afterS: 10 });
    for (const [fallback, rating] of [[0, { onHostDeath: 'carriesOn' }], [1, { onHostDeath: 'stops' }], [8, { onHostDeath: 'fallsBack', fallbackA: 8, afterS: 10 }]] as const) {
      const old = await start((box) => Object.assign(box, { layout: 0x0102, fallback }));
      expect(old.emulator.fallbackWrites).toBe(0);
      expect(old.charger.facts.failsafe).toMatchObject(rating);
    }
  });

  it('a box that would carry on, or fall back, is stopped by the driver when the station hangs', async () => {
    for (const fallback of [0, 8]) {
      const old = await start((box) => Object.assign(box, { layout: 0x0102, fallback }));
      await old.charging(12);
      old.hang();
      await old.seconds(16);
      expect(old.emulator).toMatchObject({ release: 0, currentA: 0 });
    }
  });

  it('the oldest layout has neither pilot, total nor temperature, and is driven by its state', async () => {
    const old = await start((box) => Object.assign(box, { layout: 0x0100 }));
    await old.charging(16);
    expect(old.charger.facts).not.toHaveProperty('serialNumber');
    expect(old.charger.facts).toMatchObject({ phaseSwitching: false });
    expect(old.state).toMatchObject({ contactorClosed: true, connectors: [{ pilot: 'C' }], meter: { powerW: 11_040, currentA: [16, 16, 16] } });
    expect(old.state.meter).not.toHaveProperty('temperatureC');
    const before = old.state.meter.energyImportWh;
    await old.seconds(360);
    expect(old.state.meter.energyImportWh - before).toBeGreaterThan(1050); // summed up
  });

  it('meter, temperature and register', async () => {
    await bench.charging(16);
    expect(bench.state.meter).toMatchObject({ powerW: 11_040, currentA: [16, 16, 16], voltageV: [230, 230, 230], temperatureC: 31.5 });
    expect(Math.abs(bench.state.meter.energyImportWh - bench.emulator.trueWh)).toBeLessThan(10);
  });

  it('three phases to one and back: the release is taken first, and nothing flows while it switches', async () => {
    await bench.charging(16);
    expect(bench.state.phasesInUse).toBe(3);
    for (const phases of [1, 3] as const) {
      await bench.offer({ energise: true, maxCurrentA: 16, phases });
      expect(bench.emulator.release).toBe(0);
      await bench.seconds(20);
      expect(bench.emulator).toMatchObject({ phases, switchedUnderLoad: false, currentA: 16 });
      expect(bench.state.phasesInUse).toBe(phases);
    }
    expect(bench.writes(0x0d04)).toEqual([1, 0]);
  });

  it('a car that keeps drawing isn\'t switched', async () => {
    await bench.charging(16);
    bench.emulator.welded = true;
    await bench.offer({ energise: true, maxCurrentA: 16, phases: 1 });
    await bench.seconds(60);
    expect(bench.writes(0x0d04)).toEqual([]);
    expect(bench.state.faults).toMatchObject([{ vendorCode: 'disobeys' }]);
  });

  it('wired to one phase, or built with one: nothing to switch', async () => {
    expect((await start((box) => Object.assign(box, { gridPhases: 0 }))).charger.facts).toMatchObject({ phases: 1, phaseSwitching: false });
    expect((await start((box) => Object.assign(box, { phaseOptions: 1 }))).charger.facts).toMatchObject({ phases: 3, phaseSwitching: false });
  });

  it('an error of its own is told with its code; service mode refuses', async () => {
    await bench.charging(16);
    bench.emulator.error = 27;
    await bench.seconds(4);
    expect(bench.state).toMatchObject({ faults: [{ code: 'InternalError', vendorCode: '27' }], contactorClosed: false, connectors: [{ plugged: true }] });
    Object.assign(bench.emulator, { error: 0, service: true });
    await bench.seconds(4);
    expect(bench.state.refusal).toContain('service mode');
    expect(bench.emulator.release).toBe(0);
  });

  it('a socket tells whether its plug is held', async () => {
    const socket = await start((box) => Object.assign(box, { cable: 2 }));
    expect(socket.charger.facts.connectors).toEqual([{ id: 1, type: 'sType2', canLock: false }]);
    expect(socket.state.connectors[0]?.locked).toBe(true);
    expect(await socket.clock.waitFor(socket.charger.unlock(1))).toBe('NotSupported');
  });

  it('it is restarted only when it is idle', async () => {
    bench.emulator.plugIn();
    await bench.clock.waitFor(bench.charger.reset());
    expect(bench.emulator.restarts).toBe(0);
    bench.emulator.unplug();
    await bench.clock.waitFor(bench.charger.reset());
    expect(bench.emulator.restarts).toBe(1);
  });
});
