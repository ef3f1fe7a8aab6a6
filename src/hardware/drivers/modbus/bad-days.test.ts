/** What every Modbus controller must survive, through the bytes: bad lines, lost adapters, power dips, hung stations. */
import { describe, expect, it } from 'vitest';
import { benchOf, CONTROLLERS, modelOf, type EmulatedController } from '../../../../tests/fixtures/modbus/controllers.ts';
import type { EmulatedBox } from '../../../../tests/fixtures/modbus/emulated-box.ts';
import type { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import type { Mishap } from '../../../../tests/fixtures/modbus/modbus-slave.ts';
import { describeSettings } from '../../serial/buses.ts';
import { ModbusDevice } from '../../serial/modbus-device.ts';
import { testModbusController } from './test-controller.ts';

async function charging(controller: EmulatedController, maxCurrentA = 12): Promise<ModbusBench<EmulatedBox>> {
  const bench = benchOf(controller);
  await bench.start();
  await bench.charging(maxCurrentA);
  expect(bench.emulator.closed).toBe(true);
  return bench;
}

describe.each(CONTROLLERS)('$model', (controller) => {
  it('at the start: no energy, and nothing that a car could start by itself', async () => {
    const bench = benchOf(controller);
    bench.emulator.plugIn();
    await bench.start();
    await bench.seconds(20);
    expect(bench.emulator.currentA).toBe(0);
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: false, faults: [] });
  });

  it('never more than was offered, down to the tenth; never more than it can itself', async () => {
    const bench = await charging(controller, 16);
    for (const offeredA of [15.9, 12.34, 10, 8.5, 6, 100]) {
      await bench.offer({ energise: true, maxCurrentA: offeredA });
      bench.emulator.mostA = 0;
      await bench.seconds(6);
      expect(bench.emulator.mostA).toBeLessThanOrEqual(Math.min(offeredA, bench.charger.facts.maxCurrentA));
      expect(bench.emulator.limitA).toBeGreaterThan(Math.min(offeredA, 16) - 1.01);
    }
  });

  it.each<Mishap[]>([
    ['badCrc', 'noise', 'half', 'silence', 'badCrc', 'silence'], ['garbage', 'garbage', 'slow', 'late', 'slow', 'late'], ['late', 'late', 'noise', 'late', 'half', 'garbage'],
  ])('a bad line is no bad controller: %s, %s, %s, ...', async (...mishaps) => {
    const bench = await charging(controller);
    bench.emulator.slave.mishaps.push(...mishaps);
    const from = bench.states.length;
    await bench.seconds(15);
    expect(bench.emulator.slave.mishaps).toEqual([]);
    expect(bench.states.slice(from).every(({ link, contactorClosed }) => link === 'up' && contactorClosed)).toBe(true);
    expect(bench.emulator.currentA).toBe(12);
  });

  it('busy once is asked again in the next round', async () => {
    const bench = await charging(controller);
    bench.emulator.slave.mishaps.push('busy', 'busy');
    await bench.seconds(10);
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: true });
  });

  it('the adapter is pulled: told within a second; put back: read, armed and asserted anew', async () => {
    const bench = await charging(controller);
    bench.port.unplug();
    await bench.seconds(1);
    expect(bench.state).toMatchObject({ link: 'down', connectors: [{ plugged: true }] });
    expect(bench.state.linkDetail).toBeTruthy();
    await expect(bench.clock.waitFor(bench.charger.offer({ energise: true, maxCurrentA: 8 }))).rejects.toMatchObject({ code: 'ChargerUnreachable' });
    await bench.seconds(60);
    bench.port.replug();
    await bench.seconds(20);
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: true });
    expect(bench.emulator.currentA).toBeCloseTo(8, 1); // what was wanted last
  });

  it('it dies: told within 12 s; it comes back by itself', async () => {
    const bench = await charging(controller);
    bench.emulator.slave.dead = true;
    await bench.seconds(14);
    expect(bench.state.link).toBe('down');
    bench.emulator.slave.dead = false;
    await bench.seconds(20);
    expect(bench.state.link).toBe('up');
    expect(bench.emulator.currentA).toBe(12);
  });

  it.each([300, 4000, 30_000])('a power dip of %i ms in mid-charge: what it began with is put right within 4 s of its answering, and the charge goes on', async (ms) => {
    const bench = await charging(controller, 8);
    bench.emulator.brownOut(ms);
    await bench.seconds(ms / 1000 + 2 + 4);
    bench.emulator.mostA = 0;
    await bench.seconds(20);
    expect(bench.state.link).toBe('up');
    expect(bench.emulator.mostA).toBeCloseTo(8, 1);
  });

  it('a power dip without a session: whatever it begins with, 6 s later nothing flows', async () => {
    const bench = benchOf(controller);
    await bench.start();
    bench.emulator.plugIn();
    await bench.seconds(5);
    bench.emulator.brownOut();
    await bench.seconds(2 + 6);
    bench.emulator.mostA = 0;
    await bench.seconds(30);
    expect(bench.emulator.mostA).toBe(0);
    expect(bench.state).toMatchObject({ link: 'up', contactorClosed: false });
  });

  it('the station hangs: nothing flows any more; it comes to itself, and the charge goes on', async () => {
    const bench = await charging(controller);
    bench.hang();
    await bench.seconds(45);
    expect(bench.emulator.currentA).toBe(0);
    bench.supervise();
    await bench.seconds(15);
    expect(bench.emulator.currentA).toBe(12);
  });

  it('the tab dies: what its failsafe promises', async () => {
    const bench = await charging(controller);
    const { failsafe } = bench.charger.facts;
    // Nobody says goodbye: the line just falls silent.
    bench.port.unplug();
    await bench.seconds((failsafe.afterS ?? 0) + 8);
    expect(bench.emulator.currentA).toBe(failsafe.onHostDeath === 'stops' ? 0 : 12);
  });

  it('contacts that weld: a fault, while the line is up', async () => {
    const bench = await charging(controller);
    bench.emulator.welded = true;
    await bench.offer({ energise: false, maxCurrentA: 0 });
    await bench.seconds(25);
    if (!bench.state.contactorClosed) return; // this one doesn't see its contactor
    expect(bench.state.faults).toContainEqual(expect.objectContaining({ code: 'PowerSwitchFailure', vendorCode: 'disobeys' }));
  });

  it('the test button only reads', async () => {
    const bench = benchOf(controller);
    const answer = await bench.clock.waitFor(testModbusController({ serial: bench.serial, clock: bench.clock }, { model: controller.model, portId: 'port' }));
    expect(answer.facts.map(({ label }) => label)).toEqual(expect.arrayContaining(['Controller', 'Line', 'Pilot']));
    expect(answer.ok || answer.sentence.includes('measures no energy') || answer.sentence.includes('before this outlet serves')).toBe(true);
    expect(bench.emulator.slave.requests.map(([, fn]) => fn).filter((fn) => fn === undefined || fn > 4)).toEqual([]);
  });

  it('isn\'t taken for another on the same kind of line', async () => {
    const bench = benchOf(controller);
    const own = modelOf(controller.model);
    const lease = bench.buses.lease('port', own.line);
    await bench.seconds(1);
    const taken: string[] = [];
    for (const { model: name } of CONTROLLERS) {
      const model = modelOf(name);
      if (describeSettings(model.line) !== describeSettings(own.line) || model.device.variant !== own.device.variant) continue;
      const device = new ModbusDevice(lease.bus, { ...model.device, unit: own.device.unit });
      if (await bench.clock.waitFor(model.identify(device).then(() => true, () => false))) taken.push(name);
    }
    // A box with two connectors is both of them.
    expect(taken).toEqual(controller.model === 'pracht-alpha-2' ? ['pracht-alpha', 'pracht-alpha-2'] : [controller.model]);
  });
});
