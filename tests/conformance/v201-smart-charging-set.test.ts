/** K01: charging profiles as a CSMS sets them. */
import { describe, expect, it } from 'vitest';
import type { World } from '../scenarios/world.ts';
import { charging, events, set, station } from './charging-station.ts';
import { at, composite, drawnA, install, moments, profile, report, schedule, setProfile, transactionId, type Periods } from './charging-profiles.ts';

const TX_DEFAULT = { chargingProfilePurpose: 'TxDefaultProfile' };
const MAX = { chargingProfilePurpose: 'ChargingStationMaxProfile' };
const RELATIVE = { chargingProfileKind: 'Relative' };

function txProfile(world: World, id: number, periods: Periods, more: object = {}): ReturnType<typeof profile> {
  return profile(world, id, periods, { chargingProfilePurpose: 'TxProfile', transactionId: transactionId(world), ...RELATIVE, ...more });
}

describe('K01 what is accepted', () => {
  it('TC_K_01_CS K01.FR.07 K01.FR.15 TxDefaultProfile of one EVSE, and is reported as it came', async () => {
    const world = await station({}, { evses: 2 });
    const sent = await install(world, 1, profile(world, 11, [[0, 6]], TX_DEFAULT, { duration: 300 }));
    expect(await report(world, 5, { chargingProfileId: [11] })).toMatchObject({
      status: 'Accepted', parts: [{ requestId: 5, evseId: 1, chargingLimitSource: 'CSO', tbc: false }], profiles: [sent],
    });
    expect(moments(await composite(world, 1, 200)).map(([, limit]) => limit)).toEqual([6]);
    expect(moments(await composite(world, 2, 200)).map(([, limit]) => limit)).toEqual([32]);
  });

  it('TC_K_03_CS ChargingStationMaxProfile on EVSE 0', async () => {
    const world = await station();
    const sent = await install(world, 0, profile(world, 12, [[0, 6]], MAX, { duration: 300 }));
    expect(await report(world, 6, { chargingProfileId: [12] })).toMatchObject({ status: 'Accepted', parts: [{ evseId: 0 }], profiles: [sent] });
  });

  it('TC_K_10_CS K01.FR.14 TxDefaultProfile of all EVSEs: applied to each, installed once', async () => {
    const world = await station({}, { evses: 2 });
    const sent = await install(world, 0, profile(world, 13, [[0, 6]], TX_DEFAULT, { duration: 300 }));
    expect(await report(world, 7, { chargingProfileId: [13] })).toMatchObject({ status: 'Accepted', parts: [{ evseId: 0, tbc: false }], profiles: [sent] });
    for (const evseId of [1, 2]) expect(moments(await composite(world, evseId, 200)).map(([, limit]) => limit)).toEqual([6]);
    expect((await report(world, 8, TX_DEFAULT)).profiles).toHaveLength(1);
  });

  it('TC_K_60_CS K01.FR.02 K01.FR.04 K01.FR.42 TxProfile of the running transaction, counted from when energy could flow', async () => {
    const world = await station();
    await charging(world);
    const readyMs = Date.parse(events(world).find((event) => event.triggerReason === 'Authorized')?.timestamp ?? '');
    await world.seconds(40);
    const sent = await install(world, 1, txProfile(world, 14, [[0, 6], [100, 8]]));
    expect(await report(world, 9, { chargingProfileId: [14] })).toMatchObject({ status: 'Accepted', profiles: [sent] });
    const [[, first] = [], [changeMs, second] = []] = moments(await composite(world, 1, 200));
    expect([first, second]).toEqual([6, 8]);
    expect(Math.abs((changeMs ?? 0) - readyMs - 100_000)).toBeLessThanOrEqual(1000);
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(6, 0);
    await world.seconds(80);
    expect(drawnA(world)).toBeCloseTo(8, 0);
  });

  it('TC_K_19_CS Recurring, with the kind of recurrency and a start', async () => {
    const world = await station();
    for (const [index, recurrencyKind] of ['Daily', 'Weekly'].entries()) {
      await install(world, 1, profile(world, 20 + index, [[0, 10]], { chargingProfileKind: 'Recurring', recurrencyKind, stackLevel: index }));
    }
  });

  it('TC_K_04_CS K01.FR.05 a profile with a known id is replaced', async () => {
    const world = await station();
    await install(world, 1, profile(world, 15, [[0, 6]]));
    const sent = await install(world, 1, profile(world, 15, [[0, 10]]));
    expect(await report(world, 10, { chargingProfileId: [15] })).toMatchObject({ status: 'Accepted', parts: [{ evseId: 1 }], profiles: [sent] });
    expect((await report(world, 11, TX_DEFAULT)).profiles).toHaveLength(1);
    expect(moments(await composite(world, 1, 60)).map(([, limit]) => limit)).toEqual([10]);
  });

  it('TC_K_13_CS K01.FR.27 profiles are still there after a power cut and after a reboot', async () => {
    const world = await station();
    const sent = await install(world, 1, profile(world, 16, [[0, 6]], TX_DEFAULT, { duration: 3000 }));
    world.kill();
    await world.start();
    expect(await report(world, 12, { chargingProfileId: [16] })).toMatchObject({ status: 'Accepted', parts: [{ evseId: 1 }], profiles: [sent] });
    expect(await world.ask('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect((await report(world, 13, { chargingProfileId: [16] })).profiles).toMatchObject([sent]);
    await charging(world);
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(6, 0);
  });

  it('TC_K_28_CS K01.FR.32 a TxDefaultProfile takes over a transaction that runs', async () => {
    const world = await station({ 'SmartChargingCtrlr.LimitChangeSignificance': '1.0' });
    await charging(world);
    const running = transactionId(world);
    await install(world, 1, profile(world, 17, [[0, 6]], { validFrom: at(world, -5), validTo: at(world, 305) }, { duration: 310, startSchedule: at(world, -5) }));
    expect(moments(await composite(world, 1, 300)).map(([, limit]) => limit)).toEqual([6]);
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(6, 0);
    await install(world, 1, profile(world, 17, [[0, 9]]));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(9, 0);
    expect(transactionId(world)).toBe(running);
  });

  it('K01.FR.61 tells that the rate changed by more than LimitChangeSignificance, and not of less', async () => {
    const world = await station({ 'SmartChargingCtrlr.LimitChangeSignificance': '20' });
    await charging(world);
    const told = (): number => events(world).filter((event) => event.triggerReason === 'ChargingRateChanged').length;
    await install(world, 1, profile(world, 1, [[0, 16]]));
    await world.seconds(5);
    expect(told()).toBe(1);
    await install(world, 1, profile(world, 1, [[0, 14]])); // 12.5 % less
    await world.seconds(5);
    expect(told()).toBe(1);
    await install(world, 1, profile(world, 1, [[0, 12]])); // 25 % less than was told
    await world.seconds(5);
    expect(told()).toBe(2);
  });
});

describe('K01 time', () => {
  it('TC_K_21_CS K01.FR.36 a profile counts from validFrom on', async () => {
    const world = await station();
    const validFrom = at(world, 300);
    await install(world, 1, profile(world, 1, [[0, 6]], { ...RELATIVE, validFrom }));
    const told = await composite(world, 1, 400);
    expect(told.schedule.chargingSchedulePeriod[0]?.startPeriod).toBe(0);
    expect(moments(told)).toEqual([[expect.any(Number), 32], [Math.floor(Date.parse(validFrom) / 1000) * 1000, 6]]);
  });

  it('TC_K_22_CS K01.FR.37 a profile counts until validTo; for EVSE 0 the limit is times the EVSEs', async () => {
    const world = await station({}, { evses: 2 });
    const validTo = at(world, 300);
    await install(world, 0, profile(world, 1, [[0, 6]], { validFrom: at(world, -5), validTo }));
    for (const [evseId, limit] of [[0, 12], [1, 6], [2, 6]] as const) {
      const told = moments(await composite(world, evseId, 400));
      expect(told[0]?.[1]).toBe(limit);
      expect(told[1]).toEqual([Math.ceil(Date.parse(validTo) / 1000) * 1000, evseId === 0 ? 64 : 32]);
    }
  });

  it('TC_K_23_CS K01.FR.30 a schedule limits from startSchedule on', async () => {
    const world = await station();
    const start = at(world, 60);
    await install(world, 1, profile(world, 1, [[0, 6]], { validFrom: at(world, 50), validTo: at(world, 400) }, { startSchedule: start }));
    expect(moments(await composite(world, 1, 300))).toEqual([[expect.any(Number), 32], [Math.floor(Date.parse(start) / 1000) * 1000, 6]]);
    await charging(world);
    await world.seconds(10);
    expect(drawnA(world)).toBeGreaterThan(12);
    await world.seconds(60);
    expect(drawnA(world)).toBeCloseTo(6, 0);
  });

  it('K01.FR.10 K01.FR.12 K01.FR.11 without validity for good; each period until the next; none past the duration', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 10], [60, 8], [120, 7]], {}, { duration: 120 }));
    expect(moments(await composite(world, 1, 300)).map(([, limit]) => limit)).toEqual([10, 8, 32]);
    await install(world, 1, profile(world, 2, [[0, 9]], { stackLevel: 1 }));
    await world.seconds(2 * 24 * 3600);
    expect(moments(await composite(world, 1, 86_400)).map(([, limit]) => limit)).toEqual([9]);
  });

  it('K01.FR.17 a higher stack level overrules a lower one while it is valid', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 10]], { stackLevel: 1 }));
    await install(world, 1, profile(world, 2, [[0, 20]], { stackLevel: 3, validTo: at(world, 100) }));
    await install(world, 1, profile(world, 3, [[0, 15]], { stackLevel: 2, validTo: at(world, 200) }));
    expect(moments(await composite(world, 1, 300)).map(([, limit]) => limit)).toEqual([20, 15, 10]);
  });

  it('K01.FR.13 K01.FR.40 a daily schedule that ends before the day does leaves the rest to what is below it', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 8], [3600, 10]], { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', stackLevel: 1 },
      { startSchedule: at(world, -86_400 * 3 + 600), duration: 7200 }));
    await install(world, 1, profile(world, 2, [[0, 20]]));
    const told = moments(await composite(world, 1, 2 * 86_400));
    expect(told.map(([, limit]) => limit)).toEqual([20, 8, 10, 20, 8, 10, 20]);
    const [, first, second, gap, again] = told.map(([ms]) => ms);
    expect([(second ?? 0) - (first ?? 0), (gap ?? 0) - (second ?? 0), (again ?? 0) - (first ?? 0)]).toEqual([3_600_000, 3_600_000, 86_400_000]);
  });

  it('the car and the CSMS follow a window of 0 A as it opens and closes', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 16], [60, 0], [120, 10]]));
    await world.seconds(55);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    await world.seconds(10);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('SuspendedEVSE');
    expect(events(world).at(-1)?.transactionInfo.chargingState ?? events(world).at(-2)?.transactionInfo.chargingState).toBe('SuspendedEVSE');
    expect(drawnA(world)).toBe(0);
    expect(world.agent.snapshot().evses[0]).toMatchObject({ state: 'suspendedByStation', limitW: 0, limitReason: 'profile' });
    await world.seconds(65);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    expect(drawnA(world)).toBeCloseTo(10, 0);
    expect(events(world).filter((event) => event.triggerReason === 'ChargingRateChanged').length).toBeGreaterThanOrEqual(3);
  });
});

describe('K01 what is refused', () => {
  const refused = async (world: World, evseId: number, chargingProfile: Readonly<Record<string, unknown>>, reasonCode: string): Promise<void> => {
    expect(await setProfile(world, evseId, chargingProfile)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode } });
  };

  it('TC_K_02_CS K01.FR.09 TxProfile without a transaction on the EVSE', async () => {
    const world = await station({}, { evses: 2 });
    await refused(world, 1, profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', transactionId: 'UNKNOWN-TRANSACTION-ID', ...RELATIVE }), 'TxNotFound');
    await charging(world, 2);
    await refused(world, 1, profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'TxProfile', transactionId: transactionId(world, 2), ...RELATIVE }), 'TxNotFound');
  });

  it('TC_K_11_CS K01.FR.16 TxProfile for all EVSEs at once', async () => {
    const world = await station();
    await charging(world);
    await refused(world, 0, txProfile(world, 1, [[0, 6]]), 'InvalidProfile');
  });

  it.each([['A', 'W'], ['W', 'A']])('TC_K_12_CS K01.FR.26 a rate unit that RateUnit (%s) doesn\'t list', async (supported, chargingRateUnit) => {
    const world = await station({ 'SmartChargingCtrlr.RateUnit': supported });
    await refused(world, 1, profile(world, 1, [[0, 6000]], {}, { chargingRateUnit }), 'UnsupportedRateUnit');
    await install(world, 1, profile(world, 1, [[0, 6000]], {}, { chargingRateUnit: supported }));
  });

  it('TC_K_14_CS K01.FR.28 an EVSE that isn\'t there', async () => {
    const world = await station({}, { evses: 2 });
    await refused(world, 3, profile(world, 1, [[0, 6]]), 'UnknownEvse');
  });

  it('TC_K_15_CS K01.FR.29 smart charging switched off is NotSupported, and what was installed doesn\'t limit', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6]]));
    await set(world, 'SmartChargingCtrlr.Enabled', 'false');
    expect(await setProfile(world, 1, profile(world, 2, [[0, 6]]))).toEqual({ error: 'NotSupported' });
    expect(await world.ask('ClearChargingProfile', { chargingProfileId: 1 })).toEqual({ error: 'NotSupported' });
    expect(await world.ask('GetChargingProfiles', { requestId: 1, chargingProfile: { stackLevel: 0 } })).toEqual({ error: 'NotSupported' });
    expect(await world.ask('GetCompositeSchedule', { evseId: 1, duration: 60 })).toEqual({ error: 'NotSupported' });
    await charging(world);
    await world.seconds(10);
    expect(drawnA(world)).toBeGreaterThan(12);
    await set(world, 'SmartChargingCtrlr.Enabled', 'true');
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(6, 0);
  });

  it('TC_K_16_CS K01.FR.33 TxProfile of an unknown transaction while another runs', async () => {
    const world = await station();
    await charging(world);
    await refused(world, 1, txProfile(world, 1, [[0, 6]], { transactionId: 'UNKNOWN-TRANSACTION-ID' }), 'TxNotFound');
  });

  it('K01.FR.03 TxProfile that doesn\'t say of which transaction', async () => {
    const world = await station();
    await charging(world);
    const { transactionId: _, ...without } = txProfile(world, 1, [[0, 6]]);
    await refused(world, 1, without, 'MissingParam');
  });

  it('K01.FR.22 K02.FR.07 ChargingStationExternalConstraints', async () => {
    const world = await station();
    await refused(world, 0, profile(world, 1, [[0, 6]], { chargingProfilePurpose: 'ChargingStationExternalConstraints' }), 'InvalidProfile');
  });

  it('K01.FR.34 more than one schedule without ISO 15118', async () => {
    const world = await station();
    const two = [1, 2].map((id) => schedule([[0, 6]], { id, startSchedule: at(world) }));
    await refused(world, 1, profile(world, 1, [[0, 6]], { chargingSchedule: two }), 'TooManyElements');
  });

  it.each([
    ['K01.FR.31 a first startPeriod other than 0', [[10, 6]], {}, {}, 'InvalidSchedule'],
    ['K01.FR.35 startPeriods that don\'t ascend', [[0, 6], [60, 8], [30, 9]], {}, {}, 'InvalidSchedule'],
    ['K01.FR.35 two periods at one moment', [[0, 6], [60, 8], [60, 9]], {}, {}, 'InvalidSchedule'],
    ['K01.FR.40 Absolute without startSchedule', [[0, 6]], {}, { startSchedule: undefined }, 'InvalidSchedule'],
    ['K01.FR.40 Recurring without startSchedule', [[0, 6]], { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' }, { startSchedule: undefined }, 'InvalidSchedule'],
    ['K01.FR.41 Relative with startSchedule', [[0, 6]], RELATIVE, { startSchedule: '2026-06-01T12:00:00Z' }, 'InvalidSchedule'],
    ['K01.FR.60 Recurring without recurrencyKind', [[0, 6]], { chargingProfileKind: 'Recurring' }, {}, 'InvalidProfile'],
    ['K01.FR.60 recurrencyKind without Recurring', [[0, 6]], { recurrencyKind: 'Daily' }, {}, 'InvalidProfile'],
    ['a stack level above ProfileStackLevel', [[0, 6]], { stackLevel: 100 }, {}, 'InvalidStackLevel'],
    ['a stack level below 0', [[0, 6]], { stackLevel: -1 }, {}, 'InvalidStackLevel'],
    ['a limit below 0', [[0, -6]], {}, {}, 'InvalidSchedule'],
    ['a duration of 0', [[0, 6]], {}, { duration: 0 }, 'InvalidSchedule'],
    ['validTo before validFrom', [[0, 6]], { validFrom: '2026-06-02T00:00:00Z', validTo: '2026-06-01T00:00:00Z' }, {}, 'InvalidProfile'],
    ['a transactionId on another purpose', [[0, 6]], { transactionId: 'tx' }, {}, 'InvalidProfile'],
  ] as const)('%s', async (_name, periods, more, scheduleMore, reasonCode) => {
    const world = await station();
    await refused(world, 1, JSON.parse(JSON.stringify(profile(world, 1, periods, more, scheduleMore))) as Record<string, unknown>, reasonCode);
    expect((await report(world, 1, { chargingProfileId: [1] })).status).toBe('NoProfiles');
  });

  it('K01.FR.38 Relative ChargingStationMaxProfile', async () => {
    const world = await station();
    await refused(world, 0, profile(world, 1, [[0, 6]], { ...MAX, ...RELATIVE }), 'InvalidProfile');
  });

  it('K04.FR.03 ChargingStationMaxProfile of an EVSE', async () => {
    const world = await station();
    await refused(world, 1, profile(world, 1, [[0, 6]], MAX), 'InvalidProfile');
  });

  it('K01.FR.06 the same purpose, level and EVSE while another is valid; at another time it may', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 1, profile(world, 1, [[0, 6]], { validTo: at(world, 1000) }));
    await refused(world, 1, profile(world, 2, [[0, 8]], { validFrom: at(world, 999) }), 'DuplicateProfile');
    await install(world, 1, profile(world, 2, [[0, 8]], { validFrom: at(world, 2000) }));
    await install(world, 2, profile(world, 3, [[0, 8]]));
    await install(world, 1, profile(world, 4, [[0, 8]], { stackLevel: 1 }));
    await install(world, 0, profile(world, 5, [[0, 8]], MAX));
    await refused(world, 0, profile(world, 6, [[0, 8]], MAX), 'DuplicateProfile');
  });

  it('K01.FR.39 a second TxProfile of the transaction at one level', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, txProfile(world, 1, [[0, 8]]));
    await refused(world, 1, txProfile(world, 2, [[0, 9]]), 'DuplicateProfile');
    await install(world, 1, txProfile(world, 2, [[0, 9]], { stackLevel: 1 }));
  });

  it('K01.FR.52 TxDefaultProfile of EVSE 0 at the level of an EVSE\'s own', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 2, profile(world, 1, [[0, 6]]));
    await refused(world, 0, profile(world, 2, [[0, 8]]), 'DuplicateProfile');
    await install(world, 0, profile(world, 1, [[0, 8]])); // the same id: it is replaced
  });

  it('K01.FR.53 TxDefaultProfile of an EVSE at the level of EVSE 0\'s', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 6]]));
    await refused(world, 2, profile(world, 2, [[0, 8]]), 'DuplicateProfile');
    await install(world, 2, profile(world, 2, [[0, 8]], { stackLevel: 1 }));
  });

  it('more profiles than there is room for, unless some can never count again', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6]], { validTo: at(world, 100), stackLevel: 0 }));
    for (let id = 2; id <= 100; id++) await install(world, 1, profile(world, id, [[0, 6]], { stackLevel: id - 1 }));
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ component: { name: 'SmartChargingCtrlr' }, variable: { name: 'Entries', instance: 'ChargingProfiles' } }] });
    expect(getVariableResult).toMatchObject([{ attributeValue: '100' }]);
    await refused(world, 0, profile(world, 101, [[0, 6]], MAX), 'OutOfStorage');
    await world.seconds(100);
    await install(world, 0, profile(world, 101, [[0, 6]], MAX));
  });
});
