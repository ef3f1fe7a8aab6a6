import { describe, expect, it } from 'vitest';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/hardware/drivers/modbus/create.ts';
import '../../src/hardware/installation/named-ports.ts';
import '../../src/hardware/serial/buses.ts';
import '../../src/hardware/installation/recognise.ts';
import '../../src/hardware/metered-charger.ts';
import '../../src/hardware/meters.ts';
import type { EvseProfile, HardwareProfile } from '../../src/link/hardware-profile.ts';
import type { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { MeterEmulator } from '../fixtures/meters/meter-emulator.ts';
import { sdm630Kind } from '../fixtures/meters/meter-kinds.ts';
import { EvseWbEmulator } from '../fixtures/modbus/evse-wb-emulator.ts';
import { CH340, heidelbergAt, LIMIT, profile, writes, Yard } from '../fixtures/modbus/yard.ts';
import { World, type WorldOptions } from './world.ts';

async function started(yard: Yard, config: HardwareProfile, options: WorldOptions = {}): Promise<World> {
  const world = new World({ ...options, hardware: { config, serial: yard.plugIn } });
  await world.start(12);
  return world;
}

describe('a hardware profile', () => {
  it('two controllers on one pair of wires: each car charges at its own EVSE, and its own Wh are billed', async () => {
    const yard = new Yard();
    const world = await started(yard, profile({}));
    expect(world.csms.of('StatusNotification').map(({ evseId, connectorStatus }) => `${String(evseId)} ${String(connectorStatus)}`)).toEqual(['1 Available', '2 Available']);
    for (const unit of [1, 2]) {
      yard.park(unit);
      await world.seconds(3);
      await world.card({ value: `CARD000${unit}`, type: 'ISO14443' }, unit);
    }
    yard.box(2).demandA = 8;
    await world.seconds(600);
    const energy = world.state.evses.map(({ transaction }) => transaction);
    expect(energy).toMatchObject([{ idToken: 'CARD0001', chargingState: 'Charging' }, { idToken: 'CARD0002', chargingState: 'Charging' }]);
    expect(energy[0]?.energyWh).toBeGreaterThan(1750); // 16 A, 3 phases, 10 min: 1840 Wh
    expect(energy[1]?.energyWh).toBeGreaterThan(880);
    expect(energy[1]?.energyWh).toBeLessThan(1000);
    expect(world.state.evses.map(({ meterWh }) => Math.round(meterWh))).toEqual([1, 2].map((unit) => Math.floor(yard.box(unit).trueWh)).map((wh) => expect.closeTo(wh, -1.3)));
    await world.clock.waitFor(world.agent.stop());
  });

  it('the breaker caps what is written to the controller, whatever operator and profiles allow', async () => {
    const yard = new Yard();
    const world = await started(yard, profile({ evses: [heidelbergAt('rs485', 1, { breakerA: 10 }), heidelbergAt('rs485', 2, { cableA: 13 })] }));
    for (const unit of [1, 2]) {
      yard.park(unit);
      await world.seconds(3);
      await world.card({ value: `CARD000${unit}`, type: 'ISO14443' }, unit);
      await world.ask('SetChargingProfile', {
        evseId: unit, chargingProfile: {
          id: unit, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
          chargingSchedule: [{ id: 1, startSchedule: '2026-06-01T00:00:00Z', chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 32 }] }],
        },
      });
    }
    await world.seconds(120);
    expect(yard.box(1).currentA).toBe(10);
    expect(yard.box(2).currentA).toBe(13);
    expect(Math.max(...writes(yard.box(1), LIMIT))).toBe(100);
    expect(Math.max(...writes(yard.box(2), LIMIT))).toBe(130);
    await world.clock.waitFor(world.agent.stop());
  });

  it('the main breaker is shared: two cars never draw more than it bears, and nobody sets it higher', async () => {
    const yard = new Yard();
    const world = await started(yard, profile({ supply: { breakerA: 20, phases: 3, earthing: 'TN-S' } }));
    expect(await world.ask('SetVariables', { setVariableData: [{ component: { name: 'Kerbside' }, variable: { name: 'SupplyCurrentLimit' }, attributeValue: '63' }] }))
      .toMatchObject({ setVariableResult: [{ attributeStatus: 'Rejected' }] });
    for (const unit of [1, 2]) {
      yard.park(unit);
      await world.seconds(3);
      await world.card({ value: `CARD000${unit}`, type: 'ISO14443' }, unit);
    }
    let most = 0;
    for (let second = 0; second < 300; second++) {
      await world.seconds(1);
      most = Math.max(most, yard.box(1).currentA + yard.box(2).currentA);
    }
    expect(most).toBeLessThanOrEqual(20);
    expect(most).toBeGreaterThan(15);
    await world.clock.waitFor(world.agent.stop());
  });

  it('two adapters that look alike are told apart by who answers, and again after both were plugged in the other way round', async () => {
    const yard = new Yard([[2], [1]]);
    const config = profile({ ports: [{ id: 'first', ...CH340 }, { id: 'second', ...CH340 }], evses: [heidelbergAt('first', 1), heidelbergAt('second', 2)] });
    const world = await started(yard, config);
    await world.seconds(10);
    expect(world.agent.snapshot().evses.map(({ controller }) => controller.link)).toEqual(['up', 'up']);
    yard.park(2);
    await world.seconds(3);
    await world.card(undefined, 2);
    await world.seconds(60);
    expect([yard.box(1).currentA, yard.box(2).currentA]).toEqual([0, 16]);
    // Both come back under names of their own.
    for (const adapter of yard.adapters) adapter.unplug();
    await world.seconds(5);
    expect(world.agent.snapshot().evses.map(({ controller }) => controller.link)).toEqual(['down', 'down']);
    for (const unit of [1, 2]) {
      const adapter = yard.serial.plug(CH340);
      const box = yard.box(unit);
      adapter.received.on((bytes) => box.slave.receive(bytes));
      Object.assign(box.slave, { line: adapter });
    }
    await world.seconds(60);
    expect(world.agent.snapshot().evses.map(({ controller }) => controller.link)).toEqual(['up', 'up']);
    expect([yard.box(1).currentA, yard.box(2).currentA]).toEqual([0, 16]);
    await world.clock.waitFor(world.agent.stop());
  });

  it('a set-up of before there were profiles goes on, with its register', async () => {
    const yard = new Yard([[1]]);
    const world = new World({ hardware: { config: { kind: 'modbus', model: 'heidelberg', portId: 'virtual-1' }, serial: yard.plugIn } });
    await world.start(12);
    expect(world.agent.snapshot().station.hardware).toBe('modbus');
    expect(world.agent.snapshot().evses).toMatchObject([{ controller: { link: 'up', vendor: 'Heidelberg' }, maxPowerW: 11_040 }]);
    expect((await world.store.entries('drivers')).map(([key]) => key)).toEqual(['heidelberg-1']);
    await world.clock.waitFor(world.agent.stop());
  });

  it('controllers that measure nothing, each with a meter on the same pair of wires: what the meters count is billed', async () => {
    const boxes: EvseWbEmulator[] = [];
    const meters: MeterEmulator[] = [];
    const plugIn = (clock: VirtualClock): VirtualSerialPorts => {
      const serial = new VirtualSerialPorts({ clock });
      const line = serial.plug(CH340);
      for (const unit of [1, 2]) {
        const box = new EvseWbEmulator(clock, line, unit, 1000);
        const meter = new MeterEmulator({ ...sdm630Kind, unit: 10 + unit }, line);
        Object.assign(meter.world, { importWh: unit * 1_000_000 });
        boxes.push(box);
        meters.push(meter);
        line.received.on((bytes) => {
          box.slave.receive(bytes);
          meter.slave.receive(bytes);
        });
        box.demandA = unit === 1 ? 16 : 8;
        draw(clock, box, meter);
      }
      return serial;
    };
    const evse = (id: number): EvseProfile => ({
      id, controller: { kind: 'modbus', model: 'evse-wb', portId: 'rs485', unit: id }, meter: { model: 'sdm630', portId: 'rs485', unit: 10 + id }, breakerA: 16, cableA: 32, phases: 3,
    });
    const world = new World({ hardware: { config: profile({ evses: [evse(1), evse(2)] }), serial: plugIn } });
    await world.start(15);
    expect(world.state.evses.map(({ meterWh }) => meterWh)).toEqual([1_000_000, 2_000_000]);
    for (const id of [1, 2]) {
      boxes[id - 1]?.plugIn();
      await world.seconds(5);
      await world.card({ value: `CARD000${id}`, type: 'ISO14443' }, id);
    }
    await world.seconds(120);
    for (const id of [1, 2]) {
      await world.card({ value: `CARD000${id}`, type: 'ISO14443' }, id);
      boxes[id - 1]?.unplug();
    }
    await world.seconds(10);
    const told = world.csms.of('TransactionEvent');
    const idOf = (event: (typeof told)[number]): string => (event.transactionInfo as { transactionId: string }).transactionId;
    const billedWh = told.filter(({ eventType }) => eventType === 'Started').map((first) => {
      const last = told.find((event) => event.eventType === 'Ended' && idOf(event) === idOf(first));
      return { id: (first.evse as { id: number }).id, wh: registerOf(last, 'Transaction.End') - registerOf(first, 'Transaction.Begin') };
    });
    // All that the meters have counted, 16 A and 8 A on three phases for two minutes and a bit, but for the second until the contactor has opened.
    expect(billedWh.map(({ id }) => id)).toEqual([1, 2]);
    billedWh.forEach(({ wh }, index) => expect(Math.abs(wh - ((meters[index]?.world.importWh ?? 0) - (index + 1) * 1_000_000))).toBeLessThan(3.1));
    expect(billedWh[0]?.wh).toBeGreaterThan(350);
    expect(world.agent.snapshot().evses.map(({ controller }) => controller.facts.filter(({ label }) => label === 'Breaker'))).toEqual([1, 2].map(() => [{ label: 'Breaker', value: '16 A' }]));
    await world.clock.waitFor(world.agent.stop());
  });
});

function registerOf(event: unknown, context: string): number {
  const values = (event as { meterValue?: { sampledValue: { context: string; value: number; measurand: string }[] }[] }).meterValue ?? [];
  return values.flatMap((value) => value.sampledValue).find((sample) => sample.context === context && sample.measurand.endsWith('Import.Register'))?.value ?? -1;
}

/** What the car takes goes through the meter, half a second at a time. */
function draw(clock: VirtualClock, box: EvseWbEmulator, meter: MeterEmulator): void {
  const amperes = box.currentA;
  const { world } = meter;
  world.amperes = [amperes, amperes, amperes];
  world.watts = world.volts.map((volts) => volts * amperes);
  world.importWh += world.watts.reduce((total, watts) => total + watts, 0) * 0.5 / 3600;
  clock.after(500, () => draw(clock, box, meter));
}
