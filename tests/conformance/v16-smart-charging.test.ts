/** 1.6's Smart Charging profile (sections 3.13, 5.5, 5.7, 5.16), case by case. */
import { describe, expect, it } from 'vitest';
import type { World } from '../scenarios/world.ts';
import { CARD, chargePoint, charging, configure, offline, statuses } from './charge-point.ts';
import { at, type Periods } from './charging-profiles.ts';

type Fields = Readonly<Record<string, unknown>>;
const DURATION = 300;

function profile(world: World, chargingProfileId: number, periods: Periods, more: Fields = {}, scheduleMore: Fields = {}): Fields {
  return {
    chargingProfileId, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
    chargingSchedule: {
      chargingRateUnit: 'A', startSchedule: at(world), chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit, numberPhases: 3 })), ...scheduleMore,
    }, ...more,
  };
}

async function install(world: World, connectorId: number, csChargingProfiles: Fields): Promise<void> {
  expect(await world.ask('SetChargingProfile', { connectorId, csChargingProfiles })).toEqual({ status: 'Accepted' });
}

interface Composite {
  readonly status: string; readonly connectorId: number; readonly scheduleStart: string;
  readonly chargingSchedule: { readonly duration: number; readonly chargingRateUnit: string; readonly startSchedule?: string; readonly minChargingRate?: number;
    readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[] };
}
async function composite(world: World, connectorId: number, duration = DURATION, chargingRateUnit = 'A'): Promise<Composite> {
  const asked = world.clock.wallMs();
  const answer = await world.ask('GetCompositeSchedule', { connectorId, duration, chargingRateUnit }) as unknown as Composite;
  expect(answer).toMatchObject({ status: 'Accepted', connectorId, chargingSchedule: { duration, chargingRateUnit } });
  expect(Math.abs(Date.parse(answer.scheduleStart) - asked)).toBeLessThanOrEqual(1000);
  expect(answer.chargingSchedule).not.toHaveProperty('startSchedule'); // errata 3.57
  return answer;
}
const limits = async (...args: Parameters<typeof composite>): Promise<number[]> => (await composite(...args)).chargingSchedule.chargingSchedulePeriod.map(({ limit }) => limit);
const currents = (world: World, connectorId = 1): number[] => (world.agent.snapshot().evses[connectorId - 1]?.currentA ?? []).map((current) => Math.round(current));

/** `[seconds from start, limit]`, as the cases write them: the first period is now, the others within a second. */
function expectPeriods(answer: Composite, start: string, wanted: readonly (readonly [number, number])[]): void {
  const told = answer.chargingSchedule.chargingSchedulePeriod;
  expect(told.map(({ limit }) => limit)).toEqual(wanted.map(([, limit]) => limit));
  expect(told[0]?.startPeriod).toBe(0);
  told.slice(1).forEach(({ startPeriod }, index) => {
    const ms = Date.parse(answer.scheduleStart) + startPeriod * 1000;
    expect(Math.abs(ms - Date.parse(start) - (wanted[index + 1]?.[0] ?? 0) * 1000)).toBeLessThan(1000);
  });
}

describe('Central Smart Charging', () => {
  it('TC_056_CS TxDefaultProfile, Absolute without a start: relative to the start of charging', async () => {
    const world = await chargePoint();
    const { startSchedule: _, ...schedule } = profile(world, 1, [[0, 6]], {}, { duration: DURATION })['chargingSchedule'] as Record<string, unknown>;
    await install(world, 1, { ...profile(world, 1, []), chargingSchedule: schedule });
    expect(await limits(world, 1)).toEqual([6]);
    await charging(world);
    await world.seconds(10);
    expect(currents(world)).toEqual([6, 6, 6]);
  });

  it('TC_056_CS TxDefaultProfile in W', async () => {
    const world = await chargePoint();
    await install(world, 1, profile(world, 1, [[0, 6000]], {}, { chargingRateUnit: 'W', duration: 400 }));
    expect(await limits(world, 1, DURATION, 'W')).toEqual([6000]);
  });

  it('TC_057_CS TxProfile of the running transaction', async () => {
    const world = await chargePoint();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', transactionId: 1001 }, { duration: 400 }));
    expect(await limits(world, 1)).toEqual([6]);
    await world.seconds(10);
    expect(currents(world)).toEqual([6, 6, 6]);
  });

  it('TC_058_1_CS TxProfile without a transaction: Rejected', async () => {
    const world = await chargePoint();
    for (const transactionId of [{}, { transactionId: 1001 }]) {
      expect(await world.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', ...transactionId }) }))
        .toEqual({ status: 'Rejected' });
    }
  });

  it('TC_058_2_CS TxProfile of another transaction: Rejected', async () => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', transactionId: 999 }) }))
      .toEqual({ status: 'Rejected' });
  });

  it('TC_082_CS TxDefaultProfile during a transaction takes it over', async () => {
    const world = await chargePoint();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 6]], {}, { duration: 400 }));
    expect(await limits(world, 1)).toEqual([6]);
    await world.seconds(10);
    expect(currents(world)).toEqual([6, 6, 6]);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
    expect(world.csms.of('StopTransaction')).toHaveLength(0);
  });

  it('SuspendedEVSE while a profile allows nothing', async () => {
    const world = await chargePoint();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 0], [60, 10]]));
    await world.seconds(10);
    expect(statuses(world).at(-1)).toBe('SuspendedEVSE');
    await world.seconds(60);
    expect(statuses(world).at(-1)).toBe('Charging');
  });
});

describe('GetCompositeSchedule', () => {
  it('TC_066_CS three purposes combined', async () => {
    const world = await chargePoint();
    await charging(world);
    const start = at(world, -2);
    const window = { validFrom: start, validTo: at(world, 401) };
    await install(world, 0, profile(world, 1, [[0, 10]], { chargingProfilePurpose: 'ChargePointMaxProfile' }, { startSchedule: start, duration: 86_400 }));
    await install(world, 1, profile(world, 2, [[0, 6], [60, 10], [120, 8], [180, 15], [260, 8]], window, { startSchedule: start, duration: 300 }));
    await install(world, 1, profile(world, 3, [[0, 8], [50, 11], [140, 16], [200, 6], [240, 12]], { ...window, chargingProfilePurpose: 'TxProfile', transactionId: 1001 }, { startSchedule: start, duration: 260 }));
    // After the TxProfile's 260 s the default's 8 A hold until it ends at 300 s (section 3.13.1).
    expectPeriods(await composite(world, 1, 400), start, [[0, 8], [50, 10], [200, 6], [240, 10], [260, 8], [300, 10]]);
  });

  it('TC_072_CS two levels of one purpose', async () => {
    const world = await chargePoint();
    const start = at(world, -2);
    const window = { validFrom: start, validTo: at(world, 401) };
    await install(world, 1, profile(world, 1, [[0, 6], [100, 8], [200, 10]], { ...window, stackLevel: 0 }, { startSchedule: start, duration: 400 }));
    await install(world, 1, profile(world, 2, [[0, 7], [100, 9]], { ...window, stackLevel: 1 }, { startSchedule: start, duration: 150 }));
    expectPeriods(await composite(world, 1, 350), start, [[0, 7], [100, 9], [150, 8], [200, 10]]);
  });

  it('an unknown connector is Rejected, an unknown unit a CALLERROR (errata 3.24)', async () => {
    const world = await chargePoint();
    expect(await world.ask('GetCompositeSchedule', { connectorId: 5, duration: 60 })).toEqual({ status: 'Rejected' });
    expect(await world.ask('GetCompositeSchedule', { connectorId: 1, duration: 60, chargingRateUnit: 'kW' })).toHaveProperty('error');
  });

  it('section 5.7 connector 0: all connectors together, but not above ChargePointMaxProfile', async () => {
    const world = await chargePoint({ evses: 2 });
    await install(world, 1, profile(world, 1, [[0, 10]]));
    expect(await limits(world, 0)).toEqual([42]);
    await install(world, 0, profile(world, 2, [[0, 20]], { chargingProfilePurpose: 'ChargePointMaxProfile' }));
    expect(await limits(world, 0)).toEqual([20]);
  });

  it('minChargingRate is told', async () => {
    const world = await chargePoint();
    await install(world, 1, profile(world, 1, [[0, 16]], {}, { minChargingRate: 8 }));
    expect((await composite(world, 1)).chargingSchedule.minChargingRate).toBe(8);
  });
});

describe('ClearChargingProfile', () => {
  it('TC_067_CS by id, by purpose and level, and all', async () => {
    const world = await chargePoint();
    const start = at(world, -2);
    const window = { validFrom: start, validTo: at(world, 401) };
    await install(world, 1, profile(world, 1, [[0, 6], [60, 8], [200, 10]], { stackLevel: 1 }, { startSchedule: start, duration: 400 }));
    await install(world, 1, profile(world, 2, [[0, 7], [100, 9]], { ...window, stackLevel: 0 }, { startSchedule: start, duration: 400 }));
    await install(world, 0, profile(world, 3, [[0, 11], [200, 12]], { ...window, chargingProfilePurpose: 'ChargePointMaxProfile' }, { startSchedule: start, duration: 86_400 }));
    expect(await world.ask('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
    expectPeriods(await composite(world, 1, 350), start, [[0, 7], [100, 9]]);
    expect(await world.ask('ClearChargingProfile', { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 })).toEqual({ status: 'Accepted' });
    expectPeriods(await composite(world, 1, 350), start, [[0, 11], [200, 12]]);
    expect(await world.ask('ClearChargingProfile', {})).toEqual({ status: 'Accepted' });
    expectPeriods(await composite(world, 1, 350), start, [[0, 32]]);
  });

  it('nothing matches: Unknown; an id makes the rest be ignored (errata 3.26)', async () => {
    const world = await chargePoint();
    expect(await world.ask('ClearChargingProfile', {})).toEqual({ status: 'Unknown' });
    await install(world, 1, profile(world, 1, [[0, 6]]));
    expect(await world.ask('ClearChargingProfile', { connectorId: 7 })).toEqual({ status: 'Unknown' });
    expect(await world.ask('ClearChargingProfile', { id: 1, stackLevel: 5 })).toEqual({ status: 'Accepted' });
  });
});

describe('RemoteStartTransaction with a profile', () => {
  const remoteStart = (world: World, chargingProfile: Fields): Promise<Fields> => world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1, chargingProfile });

  it('TC_059_CS the transaction that starts follows it', async () => {
    const world = await chargePoint();
    expect(await remoteStart(world, profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' }, { duration: 400 }))).toEqual({ status: 'Accepted' });
    world.ev().plugIn();
    await world.seconds(15);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
    expect(await limits(world, 1)).toEqual([6]);
    expect(currents(world)).toEqual([6, 6, 6]);
    // Errata 3.42: one of the same level replaces it, one of another stands beside it.
    await install(world, 1, profile(world, 2, [[0, 9]], { chargingProfilePurpose: 'TxProfile', transactionId: 1001 }));
    expect(await limits(world, 1)).toEqual([9]);
    expect(await world.ask('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Unknown' });
  });

  it('section 5.11 without a connectorId it goes to the connector that the cable goes into, over a power cut too', async () => {
    const world = await chargePoint({ evses: 2 });
    const sent = profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' });
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, chargingProfile: sent })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    world.kill();
    await world.start(5);
    world.ev(2).plugIn();
    await world.seconds(15);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 2 }]);
    expect(await limits(world, 2)).toEqual([6]);
    expect(currents(world, 2)).toEqual([6, 6, 6]);
    expect(await limits(world, 1)).toEqual([32]);
  });

  it('TC_060_CS a profile of another purpose: Rejected, nothing starts', async () => {
    const world = await chargePoint();
    world.ev().plugIn();
    await world.seconds(2);
    expect(await remoteStart(world, profile(world, 1, [[0, 6]]))).toEqual({ status: 'Rejected' });
    await world.seconds(10);
    expect(world.csms.of('StartTransaction')).toHaveLength(0);
  });
});

describe('sections 3.13 and 5.16', () => {
  it('3.13.2 a profile of the same purpose and level replaces; one valid later leaves the default behaviour until then', async () => {
    const world = await chargePoint();
    await install(world, 1, profile(world, 1, [[0, 6]]));
    await install(world, 1, profile(world, 2, [[0, 9]]));
    expect(await limits(world, 1)).toEqual([9]);
    expect(await world.ask('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Unknown' });
    await install(world, 1, profile(world, 3, [[0, 7]], { validFrom: at(world, 100) }));
    expect(await limits(world, 1)).toEqual([32, 7]);
  });

  it('3.13.1 a TxDefaultProfile of a connector replaces that of connector 0 there, whatever its level', async () => {
    const world = await chargePoint({ evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 6]], { stackLevel: 5 }));
    await install(world, 2, profile(world, 2, [[0, 9]], { stackLevel: 1 }));
    expect(await limits(world, 1)).toEqual([6]);
    expect(await limits(world, 2)).toEqual([9]);
  });

  it('3.13.3 all connectors together stay below ChargePointMaxProfile', async () => {
    const world = await chargePoint({ evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 20]], { chargingProfilePurpose: 'ChargePointMaxProfile' }));
    world.ev(1).setEv({ demandW: 22_000 });
    world.ev(2).setEv({ demandW: 22_000 });
    await charging(world);
    world.ev(2).plugIn();
    await world.seconds(2);
    await world.card({ value: 'CARD0002', type: 'ISO14443' }, 2);
    await world.seconds(30);
    expect([currents(world, 1)[0], currents(world, 2)[0]]).toEqual([10, 10]);
  });

  it('3.13.6 offline the profiles go on', async () => {
    const world = await chargePoint();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 12], [60, 8]], { chargingProfilePurpose: 'TxProfile', transactionId: 1001 }));
    await offline(world);
    await world.seconds(60);
    expect(currents(world)).toEqual([8, 8, 8]);
  });

  it('errata 3.37 profiles persist over a power cut', async () => {
    const world = await chargePoint();
    await install(world, 1, profile(world, 1, [[0, 6]]));
    world.kill();
    await world.start();
    expect(await limits(world, 1)).toEqual([6]);
  });

  it('errata 3.39 an unknown connector is a PropertyConstraintViolation', async () => {
    const world = await chargePoint();
    expect(await world.ask('SetChargingProfile', { connectorId: 9, csChargingProfiles: profile(world, 1, [[0, 6]]) })).toEqual({ error: 'PropertyConstraintViolation' });
  });

  it.each([
    ['TxProfile on connector 0', 0, { chargingProfilePurpose: 'TxProfile', transactionId: 1001 }],
    ['ChargePointMaxProfile on a connector', 1, { chargingProfilePurpose: 'ChargePointMaxProfile' }],
    ['Recurring without recurrencyKind', 1, { chargingProfileKind: 'Recurring' }],
    ['a stack level above ChargeProfileMaxStackLevel', 1, { stackLevel: 100 }],
  ])('%s is Rejected', async (_name, connectorId, more) => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('SetChargingProfile', { connectorId, csChargingProfiles: profile(world, 1, [[0, 6]], more) })).toEqual({ status: 'Rejected' });
  });

  it('section 9.4 the profile and its keys are told', async () => {
    const world = await chargePoint();
    const keys = ['ChargeProfileMaxStackLevel', 'ChargingScheduleAllowedChargingRateUnit', 'ChargingScheduleMaxPeriods', 'MaxChargingProfilesInstalled', 'ConnectorSwitch3to1PhaseSupported', 'SupportedFeatureProfiles'];
    const { configurationKey } = await world.ask('GetConfiguration', { key: keys });
    expect(configurationKey).toMatchObject([
      { value: '99', readonly: true }, { value: 'Current,Power', readonly: true }, { value: '1024', readonly: true }, { value: '100', readonly: true },
      { value: 'true', readonly: true }, { value: expect.stringContaining('SmartCharging') as string, readonly: true },
    ]);
  });

  it('2.0.1\'s external limits and rate changes have no words in 1.6: the car follows, nothing goes out', async () => {
    const world = await chargePoint();
    await charging(world);
    await configure(world, 'MeterValueSampleInterval', '0');
    const before = world.csms.received.length;
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 8 }] }));
    await world.seconds(10);
    expect(currents(world)).toEqual([8, 8, 8]);
    expect(world.csms.received.slice(before)).toEqual([]);
  });
});
