import { describe, expect, it } from 'vitest';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/hardware/drivers/modbus/create.ts';
import '../../src/hardware/installation/recognise.ts';
import type { HardwareProfile } from '../../src/link/hardware-profile.ts';
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
});
