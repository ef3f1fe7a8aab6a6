/** Whole stations on real drivers and emulated controllers: never unsafe, and nothing lost that was charged. */
import { describe, expect, it } from 'vitest';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/hardware/drivers/esp32-evse/create.ts';
import '../../src/hardware/drivers/modbus/create.ts';
import '../../src/hardware/installation/recognise.ts';
import type { ControllerProfile, HardwareProfile } from '../../src/link/hardware-profile.ts';
import type { ModbusModel } from '../../src/link/hardware.ts';
import { checkProfile } from '../../src/link/profile-check.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import type { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts, type VirtualDevice } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { Esp32EvseAtEmulator } from '../fixtures/esp32-evse/esp32-evse-at-emulator.ts';
import { CONTROLLERS, modelOf } from '../fixtures/modbus/controllers.ts';
import type { EmulatedBox } from '../fixtures/modbus/emulated-box.ts';
import type { SlaveLine } from '../fixtures/modbus/modbus-slave.ts';
import { World } from './world.ts';

interface Kind { readonly name: string; readonly controller: ControllerProfile; readonly phaseSwitching: boolean;
  /** After the host's death; null: it carries on. */
  readonly stopsAfterS: number | null;
  emulator(clock: VirtualClock, line: SlaveLine): EmulatedBox }

const STOPS_AFTER_S: Readonly<Record<string, number>> = { heidelberg: 10, mennekes: 10, 'esp32-evse': 30 };
const SWITCHES_PHASES = ['mennekes', 'kse', 'edgetech'];
/** Those that serve without a meter beside them. */
const KINDS: readonly Kind[] = [
  ...CONTROLLERS.filter(({ model }) => modelOf(model).measures).map(({ model, emulator }): Kind => ({
    name: model, controller: { kind: 'modbus', model: model as ModbusModel, portId: 'line' }, phaseSwitching: SWITCHES_PHASES.includes(model), stopsAfterS: STOPS_AFTER_S[model] ?? null, emulator,
  })),
  { name: 'esp32-evse-at', controller: { kind: 'esp32-evse-at', portId: 'line' }, phaseSwitching: false, stopsAfterS: 30, emulator: (clock, line) => new Esp32EvseAtEmulator(clock, line) },
];

class Wall {
  box!: EmulatedBox;
  adapter!: VirtualDevice;

  constructor(private readonly kind: Kind) {}

  readonly plugIn = (clock: VirtualClock): VirtualSerialPorts => {
    const serial = new VirtualSerialPorts({ clock, random: new SeededRandom(4) });
    this.adapter = serial.plug({ id: 'usb-1' });
    this.box = this.kind.emulator(clock, this.adapter);
    this.adapter.received.on((bytes) => this.box.receive(bytes));
    return serial;
  };
}

async function started(kind: Kind, evse: Partial<HardwareProfile['evses'][number]> = {}): Promise<{ world: World; wall: Wall }> {
  const wall = new Wall(kind);
  const config: HardwareProfile = {
    kind: 'profile', version: 1, name: 'Wall', supply: { phases: 3, earthing: 'TN-S' }, ports: [{ id: 'line', seenAs: 'usb-1' }],
    evses: [{ id: 1, controller: kind.controller, breakerA: 16, cableA: 20, ...evse }], readers: [],
  };
  checkProfile(config);
  const world = new World({ hardware: { config, serial: wall.plugIn } });
  await world.start(12);
  return { world, wall };
}

async function charging(kind: Kind, evse: Partial<HardwareProfile['evses'][number]> = {}): Promise<{ world: World; wall: Wall }> {
  const { world, wall } = await started(kind, evse);
  wall.box.plugIn();
  await world.seconds(5);
  expect(await world.card()).toMatchObject({ status: 'Accepted' });
  await world.seconds(20);
  expect(wall.box.currentA).toBeGreaterThan(5);
  return { world, wall };
}

const limit = (world: World, id: number, periods: Record<string, unknown>[]): ReturnType<World['ask']> => world.ask('SetChargingProfile', {
  evseId: 1, chargingProfile: {
    id, stackLevel: id, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative',
    chargingSchedule: [{ id, chargingRateUnit: 'A', chargingSchedulePeriod: periods }],
  },
});
const transactionIds = (world: World): Set<unknown> => new Set(world.csms.of('TransactionEvent').map((event) => (event['transactionInfo'] as { transactionId: string }).transactionId));
const statuses = (world: World): unknown[] => world.csms.of('StatusNotification').map(({ connectorStatus }) => connectorStatus);

describe.each(KINDS)('a station on $name', (kind) => {
  it('serves a car, bills what the controller counted, and stops it', async () => {
    const { world, wall } = await charging(kind);
    const startedWh = wall.box.trueWh;
    const registerWh = world.state.evses[0]?.meterWh ?? 0;
    await world.seconds(600);
    const drawnWh = wall.box.trueWh - startedWh;
    expect(drawnWh).toBeGreaterThan(1500);
    expect(Math.abs((world.state.evses[0]?.meterWh ?? 0) - registerWh - drawnWh)).toBeLessThan(25);
    await world.card();
    await world.seconds(12);
    expect(wall.box.currentA).toBe(0);
    wall.box.unplug();
    await world.seconds(8);
    expect(world.csms.story.at(-1)).toBe('Ended/StopAuthorized');
    expect(statuses(world)).toEqual(['Available', 'Occupied', 'Available']);
  });

  it('never more than the least of breaker, cable, controller and profiles', async () => {
    const { world, wall } = await charging(kind, { breakerA: 13, cableA: 10 });
    for (const [id, limitA] of [[1, 16], [2, 8], [3, 6.4], [4, 20]] as const) {
      expect(await limit(world, id, [{ startPeriod: 0, limit: limitA }])).toMatchObject({ status: 'Accepted' });
      await world.seconds(10);
      wall.box.mostA = 0;
      await world.seconds(20);
      expect(wall.box.mostA).toBeLessThanOrEqual(Math.min(10, limitA));
      expect(wall.box.mostA).toBeGreaterThan(Math.min(10, limitA) - 1.01);
    }
  });

  it.each(['the adapter is pulled', 'it falls silent', 'its power dips'])('lost in mid-charge (%s): Faulted, the transaction is kept, and goes on when it is back', async (how) => {
    const { world, wall } = await charging(kind);
    const before = world.csms.story.length;
    if (how === 'the adapter is pulled') wall.adapter.unplug();
    else if (how === 'it falls silent') wall.box.slave.dead = true;
    else wall.box.brownOut(20_000);
    await world.seconds(18);
    expect(statuses(world).at(-1)).toBe('Faulted');
    expect(world.state.evses[0]?.transaction).toMatchObject({ idToken: 'CARD0001' });
    expect(world.csms.story.slice(before).filter((event) => event.startsWith('Ended'))).toEqual([]);
    if (how === 'the adapter is pulled') wall.adapter.replug();
    else if (how === 'it falls silent') wall.box.slave.dead = false;
    await world.seconds(40);
    expect(statuses(world).at(-1)).toBe('Occupied');
    expect(world.state.evses[0]?.transaction).toMatchObject({ chargingState: 'Charging' });
    expect(wall.box.currentA).toBeGreaterThan(5);
    await world.card();
    await world.seconds(12);
    expect(wall.box.currentA).toBe(0);
    wall.box.unplug();
    await world.seconds(8);
    expect(world.csms.story.at(-1)).toMatch(/^Ended/);
    expect(transactionIds(world).size).toBe(1);
    const numbers = world.csms.of('TransactionEvent').map(({ seqNo }) => seqNo);
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });

  it('the car leaves while it is lost: the transaction ends when it is back', async () => {
    const { world, wall } = await charging(kind);
    wall.adapter.unplug();
    await world.seconds(15);
    wall.box.unplug();
    wall.adapter.replug();
    await world.seconds(20);
    expect(world.state.evses[0]?.transaction).toBeNull();
    expect(world.csms.story.at(-1)).toMatch(/^Ended/);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('the tab dies in mid-charge: what the failsafe says happens; the next one takes over the same transaction and the register', async () => {
    const { world, wall } = await charging(kind);
    const registerWh = world.state.evses[0]?.meterWh ?? 0;
    world.kill();
    await world.clock.advance((kind.stopsAfterS ?? 60) * 1000 + 2000);
    expect(wall.box.currentA > 0).toBe(kind.stopsAfterS === null);
    await world.start(15);
    await world.seconds(20);
    expect(world.state.evses[0]?.transaction).toMatchObject({ chargingState: 'Charging', idToken: 'CARD0001' });
    expect(wall.box.currentA).toBeGreaterThan(5);
    expect(transactionIds(world).size).toBe(1);
    expect(world.state.evses[0]?.meterWh).toBeGreaterThan(registerWh);
  });

  it('E06.FR.16: a fault of the controller stops energy and the transaction; when it has gone the outlet serves again', async () => {
    const { world, wall } = await charging(kind);
    wall.box.fault = 'InternalError';
    await world.seconds(10);
    expect(wall.box.currentA).toBe(0);
    expect(statuses(world).at(-1)).toBe('Faulted');
    expect(world.csms.of('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'AbnormalCondition', transactionInfo: { stoppedReason: 'Other' } });
    wall.box.fault = null;
    wall.box.unplug();
    await world.seconds(20);
    wall.box.plugIn();
    await world.card();
    await world.seconds(20);
    expect(wall.box.currentA).toBeGreaterThan(5);
  });
});

describe.each(KINDS.filter(({ phaseSwitching }) => phaseSwitching))('phases by profile on $name', (kind) => {
  it('three, one, three: never switched under load; what it uses is told', async () => {
    const { world, wall } = await charging(kind);
    for (const [id, numberPhases] of [[1, 1], [2, 3]] as const) {
      expect(await limit(world, id, [{ startPeriod: 0, limit: 16, numberPhases }])).toMatchObject({ status: 'Accepted' });
      await world.seconds(40);
      expect(wall.box).toMatchObject({ phases: numberPhases, switchedUnderLoad: false });
      expect(wall.box.currentA).toBeGreaterThan(5);
    }
    const told = world.csms.of('TransactionEvent').flatMap(({ numberOfPhasesUsed }) => (numberOfPhasesUsed === undefined ? [] : [numberOfPhasesUsed]));
    expect(told).toEqual([3, 1, 3]);
  });

  it('a phase of the CSMS\'s choice can\'t be had, except the one that it is', async () => {
    const { world } = await charging(kind);
    expect(await limit(world, 1, [{ startPeriod: 0, limit: 16, numberPhases: 1, phaseToUse: 2 }])).toMatchObject({ status: 'Rejected' });
    expect(await limit(world, 1, [{ startPeriod: 0, limit: 16, numberPhases: 1, phaseToUse: 1 }])).toMatchObject({ status: 'Accepted' });
  });
});
