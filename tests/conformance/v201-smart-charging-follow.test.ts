/** K01 (phases, units), K02, K05 to K07: the car follows what was set. */
import { describe, expect, it } from 'vitest';
import type { World } from '../scenarios/world.ts';
import { CARD, charging, events, offline, set, station } from './charging-station.ts';
import { at, composite, drawnA, install, moments, profile, report, setProfile, transactionId } from './charging-profiles.ts';

const currents = (world: World, evseId = 1): number[] => (world.agent.snapshot().evses[evseId - 1]?.currentA ?? []).map((current) => Math.round(current));
const TX = { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' };
const RELATIVE = { chargingProfileKind: 'Relative' };

describe('K01 units and phases', () => {
  it('K01.FR.49 K01.FR.50 watts are spread over numberPhases, three unless told otherwise, at the nominal voltage', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, { ...profile(world, 1, []), chargingSchedule: [{ id: 1, chargingRateUnit: 'W', startSchedule: at(world), chargingSchedulePeriod: [{ startPeriod: 0, limit: 6900 }] }] });
    await world.seconds(10);
    expect(currents(world)).toEqual([10, 10, 10]); // 6900 / (3 x 230)
    expect(moments(await composite(world, 1, 60, 'W')).map(([, limit]) => limit)).toEqual([6900]);
    expect(moments(await composite(world, 1, 60, 'A')).map(([, limit]) => limit)).toEqual([10]);
  });

  it('K01.FR.50 watts on one phase go through that one', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 1, [], {}, { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 2300, numberPhases: 1 }] }));
    await world.seconds(10);
    expect(currents(world)).toEqual([10, 0, 0]);
  });

  it('K01.FR.51 amperes are per phase', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 10]]));
    await world.seconds(10);
    expect(currents(world)).toEqual([10, 10, 10]);
    expect(moments(await composite(world, 1, 60, 'W')).map(([, limit]) => limit)).toEqual([6900]);
  });

  it('K01.FR.46 one phase of the CSMS\'s choice, where the hardware can switch', async () => {
    const world = await station();
    await charging(world);
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [
      { component: { name: 'SmartChargingCtrlr', evse: { id: 1 } }, variable: { name: 'ACPhaseSwitchingSupported' } },
      { component: { name: 'SmartChargingCtrlr' }, variable: { name: 'Phases3to1' } },
    ] });
    expect(getVariableResult).toMatchObject([{ attributeValue: 'true' }, { attributeValue: 'true' }]);
    await install(world, 1, profile(world, 1, [], {}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases: 1, phaseToUse: 2 }] }));
    await world.seconds(10);
    expect(currents(world)).toEqual([0, 10, 0]);
    const { schedule } = await composite(world, 1, 60);
    expect(schedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 10, numberPhases: 1, phaseToUse: 2 }]);
    expect(await world.ask('ClearChargingProfile', { chargingProfileId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect(currents(world)).toEqual([16, 16, 16]);
  });

  it('K01.FR.47 without phaseToUse the station chooses', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 1, [], {}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases: 1 }] }));
    await world.seconds(10);
    expect(currents(world).filter((current) => current > 0)).toEqual([10]);
  });

  it('K01.FR.46 a single-phase EVSE uses the one it has, if that is the one asked for', async () => {
    const world = await station({}, { wiring: { phases: 1 } });
    const period = (phaseToUse: number): object => ({ chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, numberPhases: 1, phaseToUse }] });
    await install(world, 1, profile(world, 1, [], {}, { ...period(1) }));
    expect(await setProfile(world, 1, profile(world, 1, [], {}, { ...period(2) }))).toMatchObject({ status: 'Rejected' });
    await charging(world);
    await world.seconds(10);
    expect(currents(world)).toEqual([10]);
  });

  it.each([
    ['K01.FR.43 fewer phases than it has', { numberPhases: 1 }],
    ['K01.FR.43 fewer phases than it has, but not one', { numberPhases: 2 }],
    ['K01.FR.20 K01.FR.48 a phase of its choice', { numberPhases: 1, phaseToUse: 1 }],
  ])('%s: Rejected by hardware that can\'t switch', async (_name, phases) => {
    const world = await station({}, { wiring: { phaseSwitching: false } });
    expect(await setProfile(world, 1, profile(world, 1, [], {}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, ...phases }] })))
      .toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidSchedule' } });
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ component: { name: 'SmartChargingCtrlr', evse: { id: 1 } }, variable: { name: 'ACPhaseSwitchingSupported' } }] });
    expect(getVariableResult).toMatchObject([{ attributeValue: 'false' }]);
  });

  it('K01.FR.19 phaseToUse without numberPhases 1 is Rejected', async () => {
    const world = await station();
    for (const phases of [{ numberPhases: 3 }, { numberPhases: 2 }, {}]) {
      expect(await setProfile(world, 1, profile(world, 1, [], {}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 10, phaseToUse: 1, ...phases }] })))
        .toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidSchedule' } });
    }
  });

  it('K01.FR.45 more phases than it has: accepted, the limit per phase stays', async () => {
    const world = await station({}, { wiring: { phases: 1 } });
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 10]]));
    await world.seconds(10);
    expect(currents(world)).toEqual([10]);
    expect((await composite(world, 1, 60)).schedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 10, numberPhases: 1 }]);
    expect(moments(await composite(world, 1, 60, 'W')).map(([, limit]) => limit)).toEqual([2300]);
  });

  it('errata 3.7: the lowest numberPhases of all that hold; a phase that contradicts another profile\'s is Rejected', async () => {
    const world = await station();
    const one = (phaseToUse?: number): object => ({ chargingSchedulePeriod: [{ startPeriod: 0, limit: 20, numberPhases: 1, ...(phaseToUse === undefined ? {} : { phaseToUse }) }] });
    await install(world, 0, profile(world, 1, [], { chargingProfilePurpose: 'ChargingStationMaxProfile' }, { ...one(1) }));
    await install(world, 1, profile(world, 2, [[0, 10]]));
    expect((await composite(world, 1, 60)).schedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 10, numberPhases: 1, phaseToUse: 1 }]);
    expect(await setProfile(world, 1, profile(world, 3, [], { stackLevel: 1 }, { ...one(3) }))).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidSchedule' } });
    await install(world, 1, profile(world, 3, [], { stackLevel: 1 }, { ...one(1) }));
  });
});

describe('K02 Central smart charging', () => {
  it('K02.FR.02 from the authorization on the pilot offers no more than the profiles allow', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 8]]));
    await charging(world);
    for (let second = 0; second < 20; second++) {
      await world.seconds(1);
      expect(drawnA(world)).toBeLessThan(8.1);
    }
    expect(drawnA(world)).toBeGreaterThan(7.9);
  });

  it('K02.FR.04 K02.FR.05 a TxProfile overrules the default for its transaction only, and goes with it', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 8]]));
    await charging(world);
    await install(world, 1, profile(world, 2, [[0, 12]], { ...TX, transactionId: transactionId(world) }));
    await world.seconds(10);
    expect(currents(world)).toEqual([12, 12, 12]);
    world.ev().unplug();
    await world.seconds(5);
    expect((await report(world, 1, { chargingProfilePurpose: 'TxProfile' })).status).toBe('NoProfiles');
    await charging(world);
    await world.seconds(10);
    expect(currents(world)).toEqual([8, 8, 8]);
  });

  it('K02.FR.05 a TxProfile doesn\'t outlive its transaction over a power cut either', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 2, [[0, 12]], { ...TX, transactionId: transactionId(world) }));
    world.kill();
    await world.start();
    await world.seconds(10);
    expect(currents(world)).toEqual([12, 12, 12]);
    expect((await report(world, 1, { chargingProfilePurpose: 'TxProfile' })).profiles).toHaveLength(1);
  });

  it('K02.FR.08 where the TxProfile ends the default and the station\'s maximum hold again, without them what the hardware can', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 2, [[0, 12]], { chargingProfilePurpose: 'TxProfile', transactionId: transactionId(world) }, { duration: 60 }));
    await world.seconds(30);
    expect(currents(world)).toEqual([12, 12, 12]);
    await world.seconds(40);
    expect(currents(world)).toEqual([16, 16, 16]);
    await install(world, 1, profile(world, 1, [[0, 10]]));
    await install(world, 0, profile(world, 3, [[0, 9]], { chargingProfilePurpose: 'ChargingStationMaxProfile' }));
    await install(world, 1, profile(world, 4, [[0, 8]], { ...TX, transactionId: transactionId(world), validTo: at(world, 60), stackLevel: 2 }));
    await world.seconds(30);
    expect(currents(world)).toEqual([8, 8, 8]);
    await world.seconds(40);
    expect(currents(world)).toEqual([9, 9, 9]);
  });
});

describe('K05 Remote start with a profile', () => {
  const remoteStart = (world: World, chargingProfile?: object): Promise<Record<string, unknown>> => world.ask('RequestStartTransaction', {
    idToken: { idToken: CARD.value, type: CARD.type }, remoteStartId: 7, evseId: 1, ...(chargingProfile === undefined ? {} : { chargingProfile }),
  });

  it('TC_K_37_CS K05.FR.03 the profile is for the transaction that begins, and is reported', async () => {
    const world = await station();
    world.ev().plugIn();
    await world.seconds(2);
    const sent = profile(world, 5, [[0, 6]], TX);
    expect(await remoteStart(world, sent)).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(events(world)[0]).toMatchObject({ triggerReason: 'RemoteStart', transactionInfo: { remoteStartId: 7 } });
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    expect(currents(world)).toEqual([6, 6, 6]);
    expect(await report(world, 1, { chargingProfileId: [5] })).toMatchObject({ status: 'Accepted', profiles: [{ ...sent, transactionId: transactionId(world) }] });
  });

  it('TC_K_37_CS K05.FR.03 a transaction that began with the cable gets the profile as well', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    world.ev().plugIn();
    await world.seconds(2);
    const running = transactionId(world);
    expect(await remoteStart(world, profile(world, 5, [[0, 6]], TX))).toEqual({ status: 'Accepted', transactionId: running });
    await world.seconds(10);
    expect(currents(world)).toEqual([6, 6, 6]);
    expect((await report(world, 1, { chargingProfileId: [5] })).profiles).toMatchObject([{ transactionId: running }]);
  });

  it.each(['PowerPathClosed', 'Authorized'])('F01.FR.20, K05.FR.03 without an evseId the profile goes to the outlet that the cable goes into (TxStartPoint=%s)', async (startPoint) => {
    const world = await station({ 'TxCtrlr.TxStartPoint': startPoint }, { evses: 2 });
    const sent = profile(world, 5, [[0, 6]], TX);
    expect(await world.ask('RequestStartTransaction', { idToken: { idToken: CARD.value, type: CARD.type }, remoteStartId: 7, chargingProfile: sent })).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    world.ev(2).plugIn();
    await world.seconds(15);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Updated', transactionInfo: { chargingState: 'Charging' } });
    expect(currents(world, 2)).toEqual([6, 6, 6]);
    expect(await report(world, 1, { chargingProfileId: [5] }, 2)).toMatchObject({ status: 'Accepted', profiles: [{ ...sent, transactionId: transactionId(world, 2) }] });
    expect(await report(world, 2, { chargingProfileId: [5] }, 1)).toMatchObject({ status: 'NoProfiles' });
    // The outlet that had waited knows nothing of it.
    world.ev(1).plugIn();
    await world.seconds(2);
    await world.card({ value: 'CARD0002', type: 'ISO14443' }, 1);
    await world.seconds(10);
    expect(currents(world, 1)[0]).toBeGreaterThan(10);
  });

  it('K05.FR.03 the profile waits for the cable, over a power cut too, and is dropped if none comes', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'PowerPathClosed', 'TxCtrlr.EVConnectionTimeOut': '120' });
    expect(await remoteStart(world, profile(world, 5, [[0, 6]], TX))).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    world.kill();
    await world.start();
    world.ev().plugIn();
    await world.seconds(15);
    expect(currents(world)).toEqual([6, 6, 6]);
    world.ev().unplug();
    await world.seconds(10);
    expect(await remoteStart(world, profile(world, 6, [[0, 7]], TX))).toMatchObject({ status: 'Accepted' });
    await world.seconds(130);
    await charging(world);
    await world.seconds(10);
    expect(currents(world)).toEqual([16, 16, 16]);
  });

  it.each([
    ['InvalidProfile', { chargingProfilePurpose: 'TxDefaultProfile' }],
    ['InvalidProfile', { chargingProfilePurpose: 'TxProfile', transactionId: 'tx' }],
    ['InvalidSchedule', { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Absolute' }],
  ])('K05.FR.02 K05.FR.05 an invalid profile is Rejected (%s) and nothing starts', async (reasonCode, wrong) => {
    const world = await station();
    world.ev().plugIn();
    await world.seconds(2);
    expect(await remoteStart(world, { ...profile(world, 5, [[0, 6]], RELATIVE), ...wrong })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode } });
    await world.seconds(5);
    expect(events(world)).toEqual([]);
  });

  it('TC_K_38_CS K05.FR.04 without smart charging the profile is ignored', async () => {
    const world = await station({ 'SmartChargingCtrlr.Enabled': 'false' });
    world.ev().plugIn();
    await world.seconds(2);
    expect(await remoteStart(world, profile(world, 5, [[0, 6]], TX))).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(events(world)[0]).toMatchObject({ triggerReason: 'RemoteStart', transactionInfo: { remoteStartId: 7 } });
    expect(currents(world)).toEqual([16, 16, 16]);
    await set(world, 'SmartChargingCtrlr.Enabled', 'true');
    expect((await report(world, 1, { chargingProfileId: [5] })).status).toBe('NoProfiles');
  });
});

describe('K06, K07 offline', () => {
  it('K06.FR.01 a TxProfile goes on, period by period, and ends when it says so', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 2, [[0, 12], [60, 8]], { chargingProfilePurpose: 'TxProfile', transactionId: transactionId(world) }, { duration: 120 }));
    await world.seconds(20);
    await offline(world);
    expect(currents(world)).toEqual([12, 12, 12]);
    await world.seconds(60);
    expect(currents(world)).toEqual([8, 8, 8]);
    await world.seconds(60);
    expect(currents(world)).toEqual([16, 16, 16]);
  });

  it('K06.FR.02 without profiles nothing constrains', async () => {
    const world = await station();
    await charging(world);
    await offline(world);
    await world.seconds(10);
    expect(currents(world)).toEqual([16, 16, 16]);
  });

  it('K07.FR.01 a transaction that begins offline uses the profiles that are there', async () => {
    const world = await station({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await install(world, 1, profile(world, 1, [[0, 8]]));
    await install(world, 0, profile(world, 2, [[0, 7]], { chargingProfilePurpose: 'ChargingStationMaxProfile', validFrom: at(world, 60) }));
    await offline(world);
    await charging(world);
    await world.seconds(10);
    expect(currents(world)).toEqual([8, 8, 8]);
    await world.seconds(60);
    expect(currents(world)).toEqual([7, 7, 7]);
  });
});
