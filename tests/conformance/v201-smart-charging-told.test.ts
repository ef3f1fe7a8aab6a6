/** K08 to K10: what a station tells of its profiles and schedules, and how they go. */
import { describe, expect, it } from 'vitest';
import { charging, set, station } from './charging-station.ts';
import { at, composite, drawnA, install, moments, profile, report, transactionId } from './charging-profiles.ts';

const MAX = { chargingProfilePurpose: 'ChargingStationMaxProfile' };
const limits = async (...args: Parameters<typeof composite>): Promise<number[]> => moments(await composite(...args)).map(([, limit]) => limit);
/** As the test cases write them: from `start` (wall ms) on, each so many seconds later. */
const from = (start: string, steps: readonly (readonly [number, number])[]): [number, number][] => steps.map(([seconds, limit]) => [Date.parse(start) + seconds * 1000, limit]);

describe('K08 GetCompositeSchedule', () => {
  it('TC_K_39_CS without any profile: what the hardware can', async () => {
    const world = await station({}, { evses: 2 });
    const { schedule } = await composite(world, 0, 300);
    expect(schedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 64, numberPhases: 3 }]);
    expect(await limits(world, 1, 300)).toEqual([32]);
    expect(await limits(world, 1, 300, 'W')).toEqual([22_080]);
  });

  it('TC_K_40_CS K08.FR.02 K08.FR.06 stacked TxDefaultProfiles, as if a transaction ran', async () => {
    const world = await station();
    const start = at(world, -2);
    const window = { validFrom: start, validTo: at(world, 401) };
    await install(world, 1, profile(world, 1, [[0, 6], [100, 8], [200, 10]], { ...window, stackLevel: 0 }, { startSchedule: start, duration: 400 }));
    await install(world, 1, profile(world, 2, [[0, 7], [100, 9]], { ...window, stackLevel: 1 }, { startSchedule: start, duration: 150 }));
    const told = await composite(world, 1, 350);
    expect(told.schedule.chargingSchedulePeriod[0]).toMatchObject({ startPeriod: 0, limit: 7 });
    const whole = from(start, [[100, 9], [150, 8], [200, 10]]);
    moments(told).slice(1).forEach(([ms, limit], index) => {
      expect(limit).toBe(whole[index]?.[1]);
      expect(Math.abs(ms - (whole[index]?.[0] ?? 0))).toBeLessThan(1000);
    });
    expect(moments(told)).toHaveLength(4);
  });

  it('TC_K_41_CS K08.FR.04 K02.FR.08 purposes combined: the transaction\'s, or else the default, and never above the maximum', async () => {
    const world = await station();
    await charging(world);
    const start = at(world, -2);
    const window = { validFrom: start, validTo: at(world, 401) };
    await install(world, 0, profile(world, 1, [[0, 10]], MAX, { startSchedule: start, duration: 86_400 }));
    await install(world, 1, profile(world, 2, [[0, 6], [60, 10], [120, 8], [180, 15], [260, 8]], window, { startSchedule: start, duration: 300 }));
    await install(world, 1, profile(world, 3, [[0, 8], [50, 11], [140, 16], [200, 6], [240, 12]], {
      ...window, chargingProfilePurpose: 'TxProfile', transactionId: transactionId(world),
    }, { startSchedule: start, duration: 260 }));
    const told = moments(await composite(world, 1, 400));
    // At 260 s the TxProfile has ended: the default's 8 A hold until it ends at 300 s.
    const wanted = from(start, [[50, 10], [200, 6], [240, 10], [260, 8], [300, 10]]);
    expect(told.map(([, limit]) => limit)).toEqual([8, ...wanted.map(([, limit]) => limit)]);
    told.slice(1).forEach(([ms], index) => expect(Math.abs(ms - (wanted[index]?.[0] ?? 0))).toBeLessThan(1000));
  });

  it.each([['A', 'W'], ['W', 'A']])('TC_K_42_CS K08.FR.07 a unit that RateUnit (%s) doesn\'t list is Rejected', async (supported, chargingRateUnit) => {
    const world = await station({ 'SmartChargingCtrlr.RateUnit': supported });
    const answer = await world.ask('GetCompositeSchedule', { evseId: 0, duration: 300, chargingRateUnit });
    expect(answer).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'UnsupportedRateUnit' } });
  });

  it('TC_K_47_CS K08.FR.05 an EVSE that isn\'t there is Rejected', async () => {
    const world = await station({}, { evses: 2 });
    const answer = await world.ask('GetCompositeSchedule', { evseId: 3, duration: 300, chargingRateUnit: 'A' });
    expect(answer).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'UnknownEvse' } });
  });

  it('K08.FR.02 begins with the second in which it was asked for, and covers the duration', async () => {
    const world = await station();
    const asked = world.clock.wallMs();
    const { schedule } = await composite(world, 1, 777);
    expect(schedule.duration).toBe(777);
    expect(Math.abs(Date.parse(schedule.scheduleStart) - asked)).toBeLessThanOrEqual(1000);
  });

  it('K08.FR.03 EVSE 0: the sum of all EVSEs, in A and W, but not above the station\'s maximum', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 1, profile(world, 1, [[0, 10]]));
    await install(world, 2, profile(world, 2, [[0, 20]]));
    expect(await limits(world, 0, 60)).toEqual([30]);
    expect(await limits(world, 0, 60, 'W')).toEqual([20_700]);
    await install(world, 0, profile(world, 3, [[0, 25], [30, 40]], MAX));
    expect(await limits(world, 0, 60)).toEqual([25, 30]);
    expect(await limits(world, 2, 60)).toEqual([20]);
  });

  it('K08.FR.04 a window of 0 A that opens inside the query is told to the second', async () => {
    const world = await station();
    const opens = at(world, 100);
    await install(world, 1, profile(world, 1, [[0, 16]], { stackLevel: 0 }));
    await install(world, 1, profile(world, 2, [[0, 0]], { stackLevel: 1, validFrom: opens, validTo: at(world, 160) }, { startSchedule: at(world, -1000) }));
    const told = moments(await composite(world, 1, 300));
    expect(told.map(([, limit]) => limit)).toEqual([16, 0, 16]);
    expect(told[1]?.[0]).toBe(Math.floor(Date.parse(opens) / 1000) * 1000);
  });

  it('K08.FR.06 a Relative default counts from now while no transaction runs', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6], [50, 8]], { chargingProfileKind: 'Relative' }));
    for (let times = 0; times < 2; times++) {
      const { schedule } = await composite(world, 1, 100);
      expect(schedule.chargingSchedulePeriod.map(({ startPeriod, limit }) => [Math.round(startPeriod / 10) * 10, limit])).toEqual([[0, 6], [50, 8]]);
      await world.seconds(30);
    }
  });
});

describe('K09 GetChargingProfiles', () => {
  const two = async (levels: readonly [number, number] = [0, 0]) => {
    const world = await station();
    const max = await install(world, 0, profile(world, 21, [[0, 20]], { ...MAX, stackLevel: levels[0] }));
    const byDefault = await install(world, 1, profile(world, 22, [[0, 6]], { stackLevel: levels[1] }));
    return { world, max, byDefault };
  };

  it('TC_K_29_CS K09.FR.05 EVSE 0: only what is installed on the station itself', async () => {
    const { world, max } = await two();
    expect(await report(world, 1, { stackLevel: 0 }, 0)).toMatchObject({ status: 'Accepted', parts: [{ evseId: 0, tbc: false }], profiles: [max] });
    expect((await report(world, 2, { stackLevel: 0 }, 0)).profiles).toHaveLength(1);
  });

  it('TC_K_30_CS K09.FR.04 an EVSE: only what is installed there', async () => {
    const { world, byDefault } = await two();
    const told = await report(world, 1, { stackLevel: 0 }, 1);
    expect(told).toMatchObject({ status: 'Accepted', parts: [{ evseId: 1, tbc: false }], profiles: [byDefault] });
    expect(told.profiles).toHaveLength(1);
  });

  it('TC_K_31_CS K09.FR.06 K09.FR.02 no EVSE: all, and tbc but for the last', async () => {
    const { world, max, byDefault } = await two();
    const told = await report(world, 1, { stackLevel: 0 });
    expect(told.profiles).toEqual(expect.arrayContaining([expect.objectContaining({ id: max['id'] }), expect.objectContaining({ id: byDefault['id'] })]));
    expect(told.parts.map((part) => part['tbc'])).toEqual([true, false]);
  });

  it('TC_K_32_CS K09.FR.01 by id, under the number of the request', async () => {
    const { world, max } = await two();
    const told = await report(world, 4711, { chargingProfileId: [21] });
    expect(told).toMatchObject({ status: 'Accepted', parts: [{ requestId: 4711, evseId: 0 }], profiles: [max] });
    expect(told.profiles).toHaveLength(1);
  });

  it('TC_K_33_CS EVSE and stack level', async () => {
    const { world, byDefault } = await two([1, 2]);
    expect(await report(world, 1, { stackLevel: 2 }, 1)).toMatchObject({ status: 'Accepted', profiles: [byDefault] });
    expect((await report(world, 2, { stackLevel: 1 }, 1)).status).toBe('NoProfiles');
  });

  it('TC_K_34_CS EVSE and source', async () => {
    const world = await station();
    const sent = await install(world, 1, profile(world, 23, [[0, 6]], { stackLevel: 1 }));
    expect(await report(world, 1, { chargingLimitSource: ['CSO'] }, 1)).toMatchObject({ status: 'Accepted', parts: [{ chargingLimitSource: 'CSO' }], profiles: [sent] });
    expect((await report(world, 2, { chargingLimitSource: ['EMS'] }, 1)).status).toBe('NoProfiles');
  });

  it('TC_K_35_CS EVSE and purpose', async () => {
    const { world, byDefault } = await two();
    expect(await report(world, 1, { chargingProfilePurpose: 'TxDefaultProfile' }, 1)).toMatchObject({ status: 'Accepted', profiles: [byDefault] });
    expect((await report(world, 2, { chargingProfilePurpose: 'ChargingStationMaxProfile' }, 1)).status).toBe('NoProfiles');
  });

  it('TC_K_36_CS EVSE, purpose and stack level', async () => {
    const { world, byDefault } = await two([2, 2]);
    expect(await report(world, 1, { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 2 }, 1)).toMatchObject({ status: 'Accepted', profiles: [byDefault] });
    expect((await report(world, 2, { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 }, 1)).status).toBe('NoProfiles');
  });

  it('K09.FR.02 many profiles come in several messages', async () => {
    const world = await station();
    for (let id = 1; id <= 25; id++) await install(world, 1, profile(world, id, [[0, 6]], { stackLevel: id }));
    const told = await report(world, 1, { chargingLimitSource: ['CSO'] });
    expect(told.parts.map((part) => part['tbc'])).toEqual([true, true, false]);
    expect(told.profiles.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it('without any: NoProfiles, and no report', async () => {
    const world = await station();
    expect(await report(world, 1, { chargingProfileId: [1] })).toMatchObject({ status: 'NoProfiles', parts: [] });
  });
});

describe('K10 ClearChargingProfile', () => {
  it('TC_K_05_CS K10.FR.03 by id', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6]]));
    await install(world, 1, profile(world, 2, [[0, 6]], { stackLevel: 1 }));
    expect(await world.ask('ClearChargingProfile', { chargingProfileId: 1 })).toEqual({ status: 'Accepted' });
    expect((await report(world, 1, { chargingProfileId: [1] })).status).toBe('NoProfiles');
    expect((await report(world, 2, { chargingProfileId: [2] })).status).toBe('Accepted');
  });

  it('TC_K_06_CS K10.FR.04 by purpose and stack level, in mid-transaction', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6]], { stackLevel: 3 }));
    await charging(world);
    const criteria = { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 3 };
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: criteria })).toEqual({ status: 'Accepted' });
    expect((await report(world, 1, criteria)).status).toBe('NoProfiles');
  });

  it('TC_K_07_CS K10.FR.01 a purpose and level that nothing has: Unknown', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6]], { stackLevel: 1 }));
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { ...MAX, stackLevel: 0 } })).toEqual({ status: 'Unknown' });
    expect((await report(world, 1, { chargingProfileId: [1] })).status).toBe('Accepted');
  });

  it('TC_K_08_CS K10.FR.01 nothing installed: Unknown', async () => {
    const world = await station();
    expect(await world.ask('ClearChargingProfile', { chargingProfileId: 1 })).toEqual({ status: 'Unknown' });
  });

  it('TC_K_09_CS K10.FR.05 K10.FR.07 a TxDefaultProfile in mid-transaction: charging goes on without it, at once', async () => {
    const world = await station({ 'SmartChargingCtrlr.LimitChangeSignificance': '1.0' });
    await install(world, 1, profile(world, 1, [[0, 6]], { validFrom: at(world, -5), validTo: at(world, 406) }, { duration: 405 }));
    await charging(world);
    const running = transactionId(world);
    expect(await limits(world, 1, 300)).toEqual([6]);
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { chargingProfilePurpose: 'TxDefaultProfile' } })).toEqual({ status: 'Accepted' });
    expect(await limits(world, 1, 300)).toEqual([32]);
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(16, 0);
    expect(transactionId(world)).toBe(running);
  });

  it('TC_K_24_CS K10.FR.04 by purpose and level, on several EVSEs at once', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 1, profile(world, 1, [[0, 6]], { stackLevel: 1 }));
    await install(world, 2, profile(world, 2, [[0, 6]], { stackLevel: 1 }));
    const criteria = { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 };
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: criteria })).toEqual({ status: 'Accepted' });
    expect((await report(world, 1, criteria)).status).toBe('NoProfiles');
  });

  it('K10.FR.04 only those that match all that is given', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 1, profile(world, 1, [[0, 6]], { stackLevel: 1 }));
    await install(world, 1, profile(world, 2, [[0, 6]], { stackLevel: 2 }));
    await install(world, 2, profile(world, 3, [[0, 6]], { stackLevel: 1 }));
    await install(world, 0, profile(world, 4, [[0, 6]], { ...MAX, stackLevel: 1 }));
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { evseId: 1, stackLevel: 1 } })).toEqual({ status: 'Accepted' });
    expect((await report(world, 1, { chargingLimitSource: ['CSO'] })).profiles.map(({ id }) => id).sort()).toEqual([2, 3, 4]);
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { evseId: 0 } })).toEqual({ status: 'Accepted' });
    expect((await report(world, 2, { chargingLimitSource: ['CSO'] })).profiles.map(({ id }) => id).sort()).toEqual([2, 3]);
  });

  it.each(['set', 'cleared'])('a profile that was %s is so after a power cut right after the answer', async (what) => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 6]]));
    if (what === 'cleared') expect(await world.ask('ClearChargingProfile', { chargingProfileId: 1 })).toEqual({ status: 'Accepted' });
    world.kill();
    await world.start();
    expect((await report(world, 1, { chargingProfileId: [1] })).status).toBe(what === 'set' ? 'Accepted' : 'NoProfiles');
    await set(world, 'SmartChargingCtrlr.LimitChangeSignificance', '7');
  });
});
