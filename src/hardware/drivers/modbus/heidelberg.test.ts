import { beforeEach, describe, expect, it } from 'vitest';
import { HeidelbergEmulator } from '../../../../tests/fixtures/modbus/heidelberg-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { heidelberg } from './heidelberg.ts';

let bench: ModbusBench<HeidelbergEmulator>;
const sixteen = { energise: true, maxCurrentA: 16 };

beforeEach(async () => {
  bench = await ModbusBench.started(heidelberg, (clock, line) => new HeidelbergEmulator(clock, line));
});

async function charging(): Promise<void> {
  bench.emulator.plugged = true;
  bench.emulator.wants = true;
  await bench.offer(sixteen);
  await bench.seconds(5);
}

describe('at the start', () => {
  it('who it is, and what it allows', () => {
    expect(bench.charger.facts).toMatchObject({ vendor: 'Heidelberg', firmware: 'A1B', serialNumber: 'EC42', minCurrentA: 6, maxCurrentA: 16 });
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: false, faults: [], connectors: [{ pilot: 'A', plugged: false }] });
  });
  it('no standby, failsafe 0 A, watchdog 10 s, no energy', () => {
    expect(bench.emulator.watchdog).toEqual({ ms: 10_000, failsafeTenths: 0, standby: 4 });
    expect(bench.emulator.commandTenths).toBe(0);
  });
  it('another device at its address isn\'t driven', async () => {
    const other = new ModbusBench(heidelberg, (clock, line) => {
      const emulator = new HeidelbergEmulator(clock, line);
      emulator.layout = 0x4242;
      return emulator;
    });
    await other.start();
    expect(other.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('no Energy Control') });
    expect(other.emulator.watchdog.ms).toBe(15_000); // untouched
  });
});

describe('a session', () => {
  it('plugs, charges at the offered current, follows a new limit, pauses, and is metered', async () => {
    bench.emulator.plugged = true;
    await bench.seconds(3);
    expect(bench.state.connectors[0]).toMatchObject({ pilot: 'B', plugged: true });
    await charging();
    expect(bench.state).toMatchObject({ contactorClosed: true, phasesInUse: 3, connectors: [{ pilot: 'C' }], meter: { powerW: 11_040, currentA: [16, 16, 16], voltageV: [230, 230, 230] } });
    await bench.offer({ energise: true, maxCurrentA: 7.35 });
    expect(bench.emulator.commandTenths).toBe(73); // never above
    await bench.offer({ energise: true, maxCurrentA: 5 });
    expect(bench.emulator.commandTenths).toBe(0);
    await bench.seconds(3);
    expect(bench.state.contactorClosed).toBe(false);
  });

  it('the register is the box\'s own, and never falls', async () => {
    const startWh = bench.state.meter.energyImportWh;
    const trueWh = bench.emulator.trueWh;
    await charging();
    await bench.seconds(3600);
    await bench.offer({ energise: false, maxCurrentA: 0 });
    await bench.seconds(5);
    expect(Math.abs(bench.state.meter.energyImportWh - startWh - (bench.emulator.trueWh - trueWh))).toBeLessThanOrEqual(1);
    const registers = bench.states.map(({ meter }) => meter.energyImportWh);
    expect(registers.every((wh, index) => index === 0 || wh >= (registers[index - 1] ?? 0))).toBe(true);
  });

  it('over a restart, and on with another box whose counter is lower', async () => {
    await charging();
    await bench.seconds(600);
    const before = bench.state.meter.energyImportWh;
    bench.emulator.trueWh = 10;
    await bench.restart();
    expect(bench.state.meter.energyImportWh).toBeGreaterThanOrEqual(before);
    await charging();
    await bench.seconds(360);
    expect(bench.state.meter.energyImportWh - before).toBeGreaterThan(1000);
  });
});

describe('nobody is there', () => {
  it('a hung station: the polls end, and the box stops the car', async () => {
    await charging();
    expect(bench.emulator.currentA).toBe(16);
    bench.hang();
    await bench.seconds(30);
    expect(bench.emulator.currentA).toBe(0);
  });

  it('the adapter is pulled: the box stops the car; it is told Faulted; plugged in again, it goes on as it was', async () => {
    await charging();
    bench.port.unplug();
    await bench.seconds(1);
    expect(bench.state).toMatchObject({ link: 'down' });
    await bench.seconds(15);
    expect(bench.emulator.currentA).toBe(0);
    bench.port.replug();
    await bench.seconds(6);
    expect(bench.state).toMatchObject({ link: 'up' });
    expect(bench.emulator.currentA).toBe(16);
    await expect(bench.clock.waitFor(bench.charger.offer(sixteen))).resolves.toBeUndefined();
  });

  it('the box is dead: down within 10 s, an offer fails with a reason, and it comes back by itself', async () => {
    bench.emulator.slave.dead = true;
    await bench.seconds(14);
    expect(bench.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('answer') });
    await expect(bench.clock.waitFor(bench.charger.offer(sixteen))).rejects.toMatchObject({ code: 'ChargerUnreachable' });
    bench.emulator.slave.dead = false;
    await bench.seconds(8);
    expect(bench.state.link).toBe('up');
  });
});

describe('what it reports', () => {
  it('locked from afar by whoever was here before: unlocked, once', async () => {
    const locked = await ModbusBench.started(heidelberg, (clock, line) => new HeidelbergEmulator(clock, line), (box) => Object.assign(box, { remoteLock: 0 }));
    await locked.charging(16);
    expect(locked.emulator).toMatchObject({ remoteLock: 1, currentA: 16 });
    expect(locked.writes(259)).toEqual([1]);
    await locked.restart();
    expect(locked.writes(259)).toEqual([1]);
  });

  it('locked from the start it tells nothing of a car: as good as lost, until it does', async () => {
    const locked = new ModbusBench(heidelberg, (clock, line) => new HeidelbergEmulator(clock, line));
    Object.assign(locked.emulator, { lockedOutside: true, plugged: true });
    await locked.start();
    await locked.seconds(5);
    expect(locked.state).toMatchObject({ link: 'down', linkDetail: expect.stringContaining('pilot is off'), faults: [] });
    locked.emulator.lockedOutside = false;
    await locked.seconds(3);
    expect(locked.state).toMatchObject({ link: 'up', connectors: [{ pilot: 'B', plugged: true }] });
  });


  it.each([
    ['an internal error', (box: HeidelbergEmulator) => { box.broken = true; }, { faults: [{ code: 'InternalError', vendorCode: '11' }] }],
    ['the lock input', (box: HeidelbergEmulator) => { box.lockedOutside = true; }, { faults: [], connectors: [{ pilot: 'F' }] }],
  ])('%s', async (_what, happens, expected) => {
    await charging();
    happens(bench.emulator);
    await bench.seconds(3);
    expect(bench.state).toMatchObject({ contactorClosed: false, ...expected });
  });

  it('heat that takes current away isn\'t a fault', async () => {
    await charging();
    bench.emulator.derating = true;
    await bench.seconds(3);
    expect(bench.state).toMatchObject({ contactorClosed: true, faults: [], meter: { currentA: [8, 8, 8] } });
    expect(bench.charger.technicianFacts()).toContainEqual({ label: 'Derating', value: 'yes: it is hot', warn: true });
  });

  it('a bad line is no bad box: CRC errors, noise, half answers and silence are asked again', async () => {
    await charging();
    bench.emulator.slave.mishaps.push('badCrc', 'noise', 'half', 'silence', 'badCrc', 'silence');
    const from = bench.states.length;
    await bench.seconds(12);
    expect(bench.states.slice(from).every(({ link }) => link === 'up')).toBe(true);
    expect(bench.emulator.currentA).toBe(16);
  });
});
