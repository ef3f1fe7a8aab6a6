/** K03, K04, K11 to K13: one limit for several EVSEs, and limits from outside OCPP. */
import { describe, expect, it } from 'vitest';
import type { World } from '../scenarios/world.ts';
import { CARD, charging, events, offline, online, OTHER, set, station } from './charging-station.ts';
import { composite, drawnA, install, moments, profile, report, transactionId } from './charging-profiles.ts';

const MAX = { chargingProfilePurpose: 'ChargingStationMaxProfile' };
const totalA = (world: World): number => world.agent.snapshot().evses.reduce((sum, evse) => sum + Math.max(0, ...evse.currentA), 0);
const rounded = (world: World): number[] => world.agent.snapshot().evses.map((evse) => Math.round(Math.max(0, ...evse.currentA)));
const rateChanges = (world: World): number => events(world).filter((event) => event.triggerReason === 'ChargingRateChanged').length;

/** Another card at another outlet: a car that takes all it gets. */
async function secondCar(world: World): Promise<void> {
  world.ev(2).setEv({ demandW: 22_000 });
  world.ev(2).plugIn();
  await world.seconds(2);
  await world.card(OTHER, 2);
}

async function watch(world: World, seconds: number, limitA: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await world.seconds(1);
    expect(totalA(world)).toBeLessThanOrEqual(limitA * 1.005); // the meter's noise
  }
}

describe('K04 load sharing inside the station', () => {
  it('K04.FR.01 K04.FR.05 equal shares under ChargingStationMaxProfile; at no moment above it, not while cars come and go either', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 32]], MAX));
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await watch(world, 20, 32);
    expect(rounded(world)).toEqual([32, 0]);
    await secondCar(world);
    await watch(world, 30, 32);
    expect(rounded(world)).toEqual([16, 16]);
    await install(world, 0, profile(world, 1, [[0, 20]], MAX));
    await world.seconds(2);
    await watch(world, 30, 20);
    expect(rounded(world)).toEqual([10, 10]);
    world.ev(1).unplug();
    await watch(world, 30, 20);
    expect(rounded(world)).toEqual([0, 20]);
  });

  it('the newcomer isn\'t called suspended while it waits for the others to come down', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 32]], MAX));
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await secondCar(world);
    await world.seconds(20);
    const second = events(world).filter((event) => event.transactionInfo.transactionId === transactionId(world, 2));
    expect(second.map((event) => event.transactionInfo.chargingState).filter((state) => state !== undefined)).toEqual(['EVConnected', 'Charging']);
  });

  it('an EVSE that doesn\'t draw its share gives it away, and gets it back when it wants it', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 32]], MAX));
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await secondCar(world);
    world.ev(2).setEv({ demandW: 4830 }); // 7 A on three phases
    await watch(world, 120, 32);
    expect(rounded(world)[1]).toBe(7);
    expect(rounded(world)[0]).toBeGreaterThanOrEqual(22);
    world.ev(2).setEv({ demandW: 22_000 });
    await watch(world, 120, 32);
    expect(rounded(world)).toEqual([16, 16]);
  });

  it('too little for two: one is served, the other SuspendedEVSE; after a quarter of an hour they change', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 10]], MAX));
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await secondCar(world);
    await watch(world, 60, 10);
    expect(rounded(world)).toEqual([10, 0]);
    expect(world.state.evses.map((evse) => evse.transaction?.chargingState)).toEqual(['Charging', 'SuspendedEVSE']);
    expect(world.agent.snapshot().evses[1]).toMatchObject({ state: 'suspendedByStation', limitReason: 'profile' });
    await watch(world, 15 * 60, 10);
    expect(rounded(world)).toEqual([0, 10]);
  });

  it('K04.FR.02 the supply\'s fixed limit is shared too, without any profile, and switching smart charging off doesn\'t lift it', async () => {
    const world = await station({ 'Kerbside.SupplyCurrentLimit': '25' }, { evses: 2 });
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await secondCar(world);
    await watch(world, 30, 25);
    expect(totalA(world)).toBeGreaterThan(24);
    expect(moments(await composite(world, 0, 60)).map(([, limit]) => limit)).toEqual([25]);
    expect(world.agent.snapshot().evses[0]).toMatchObject({ limitReason: 'site' });
    await set(world, 'SmartChargingCtrlr.Enabled', 'false');
    await watch(world, 30, 25);
  });
});

describe('K03 chargingPriority', () => {
  const priorities = async (first: number | undefined, second: number | undefined): Promise<World> => {
    const world = await station({}, { evses: 2 });
    const of = (token: string): number | undefined => (token === CARD.value ? first : second);
    world.csms.answers.set('Authorize', ({ idToken }) => {
      const chargingPriority = of((idToken as { idToken: string }).idToken);
      return { idTokenInfo: { status: 'Accepted', ...(chargingPriority === undefined ? {} : { chargingPriority }) } };
    });
    await install(world, 0, profile(world, 1, [[0, 40]], MAX));
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await secondCar(world);
    await world.seconds(30);
    return world;
  };

  it('K03.FR.04 the higher priority is served fully, the other gets the rest', async () => {
    expect(rounded(await priorities(0, 5))).toEqual([8, 32]);
  });

  it('K03.FR.04 even if others have to be suspended', async () => {
    const world = await priorities(1, 5);
    await install(world, 0, profile(world, 1, [[0, 32]], MAX));
    await world.seconds(30);
    expect(rounded(world)).toEqual([0, 32]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('SuspendedEVSE');
  });

  it('K03.FR.06 none known counts as 0', async () => {
    expect(rounded(await priorities(undefined, -1))).toEqual([32, 8]);
    expect(rounded(await priorities(undefined, 0))).toEqual([20, 20]);
  });

  it('K03.FR.05 what TransactionEventResponse says counts, for that transaction only', async () => {
    const world = await station({}, { evses: 2 });
    await install(world, 0, profile(world, 1, [[0, 40]], MAX));
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', chargingPriority: 1 } }));
    let favoured = '';
    world.csms.answers.set('TransactionEvent', ({ transactionInfo }) => {
      const { transactionId: id } = transactionInfo as { transactionId: string };
      return id === favoured ? { chargingPriority: 7 } : {};
    });
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    favoured = transactionId(world);
    await secondCar(world);
    await set(world, 'SampledDataCtrlr.TxUpdatedInterval', '10');
    await world.seconds(40);
    expect(rounded(world)).toEqual([32, 8]);
    world.ev(1).unplug();
    await world.seconds(5);
    await charging(world);
    await world.seconds(40);
    expect(rounded(world)).toEqual([20, 20]);
  });

  it('K03.FR.03 a new profile counts at once', async () => {
    const world = await station();
    await charging(world);
    for (const [limit, id] of [[12, 1], [9, 2]] as const) {
      await install(world, 1, profile(world, id, [[0, limit]], { chargingProfilePurpose: 'TxProfile', transactionId: transactionId(world), chargingProfileKind: 'Relative', stackLevel: id }));
      await world.seconds(10);
      expect(drawnA(world)).toBeCloseTo(limit, 0);
    }
  });
});

describe('K11 external limits during a transaction', () => {
  it('K11.FR.01 K11.FR.02 K11.FR.03 K11.FR.04 K11.FR.05 the car follows, the CSMS is told of limit, schedule and rate', async () => {
    const world = await station({ 'SmartChargingCtrlr.NotifyChargingLimitWithSchedules': 'true' });
    await charging(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 10 }, { startS: 60, limit: 7 }], gridCritical: true }));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(10, 0);
    expect(world.csms.of('NotifyChargingLimit')).toMatchObject([{
      chargingLimit: { chargingLimitSource: 'EMS', isGridCritical: true },
      chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }, { startPeriod: 60, limit: 7 }] }],
    }]);
    expect(rateChanges(world)).toBe(1);
    expect(world.agent.snapshot().evses[0]).toMatchObject({ limitReason: 'site' });
    await world.seconds(60);
    expect(drawnA(world)).toBeCloseTo(7, 0);
    expect(rateChanges(world)).toBe(2);
  });

  it('K11.FR.02 K11.FR.04 a change that isn\'t above LimitChangeSignificance is followed but not told', async () => {
    const world = await station({ 'SmartChargingCtrlr.LimitChangeSignificance': '20' });
    await charging(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 10 }] }));
    await world.seconds(5);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 9 }] }));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(9, 0);
    expect(world.csms.of('NotifyChargingLimit')).toHaveLength(1);
    expect(rateChanges(world)).toBe(1);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 7 }] }));
    await world.seconds(10);
    expect(world.csms.of('NotifyChargingLimit')).toHaveLength(2);
    expect(rateChanges(world)).toBe(2);
  });

  it('K11.FR.03 without NotifyChargingLimitWithSchedules the schedule isn\'t told', async () => {
    const world = await station({ 'SmartChargingCtrlr.NotifyChargingLimitWithSchedules': 'false' });
    await charging(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'SO', evse: 1, unit: 'W', periods: [{ startS: 0, limit: 4140 }] }));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(6, 0);
    expect(world.csms.of('NotifyChargingLimit')).toEqual([{ chargingLimit: { chargingLimitSource: 'SO' }, evseId: 1 }]);
  });

  it('K11.FR.06 K10.FR.08 K10.FR.09 it is reported as ChargingStationExternalConstraints, and the CSMS can\'t clear it', async () => {
    const world = await station();
    await charging(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 10 }] }));
    const told = await report(world, 1, { chargingProfilePurpose: 'ChargingStationExternalConstraints' });
    expect(told).toMatchObject({ status: 'Accepted', parts: [{ evseId: 0, chargingLimitSource: 'EMS' }], profiles: [{ chargingSchedule: [{ chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] }] }] });
    expect((await report(world, 2, { chargingLimitSource: ['EMS'] })).profiles).toEqual(told.profiles);
    const id = told.profiles[0]?.['id'];
    expect(await world.ask('ClearChargingProfile', { chargingProfileId: id })).toEqual({ status: 'Unknown' });
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationExternalConstraints' } })).toEqual({ status: 'Unknown' });
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { stackLevel: 0 } })).toEqual({ status: 'Unknown' });
    await install(world, 1, profile(world, 1, [[0, 8]]));
    expect(await world.ask('ClearChargingProfile', { chargingProfileCriteria: { stackLevel: 0 } })).toEqual({ status: 'Accepted' });
    expect((await report(world, 3, { chargingLimitSource: ['EMS'] })).status).toBe('Accepted');
    // A CSMS that takes its id doesn't replace it (K01.FR.05).
    expect(await world.ask('SetChargingProfile', { evseId: 1, chargingProfile: profile(world, Number(id), [[0, 32]]) })).toMatchObject({ status: 'Rejected' });
  });

  it('several sources at once: the lowest holds', async () => {
    const world = await station();
    await charging(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 12 }] }));
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'SO', unit: 'A', periods: [{ startS: 0, limit: 8 }] }));
    await install(world, 1, profile(world, 1, [[0, 10]]));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(8, 0);
    await world.clock.waitFor(world.agent.clearExternalLimit('SO'));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(10, 0);
  });
});

describe('K12 external limits without a transaction', () => {
  it('TC_K_52_CS K12.FR.05 it is reported as ChargingStationExternalConstraints', async () => {
    const world = await station();
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'Other', unit: 'A', periods: [{ startS: 0, limit: 10 }] }));
    expect(await report(world, 3, { chargingProfilePurpose: 'ChargingStationExternalConstraints' })).toMatchObject({
      status: 'Accepted', parts: [{ requestId: 3, chargingLimitSource: 'Other' }], profiles: [{ chargingProfilePurpose: 'ChargingStationExternalConstraints' }],
    });
  });

  it('K12.FR.01 K12.FR.02 K12.FR.03 K12.FR.04 all EVSEs together stay below it; the CSMS is told, also after an outage and a power cut', async () => {
    const world = await station({ 'SmartChargingCtrlr.NotifyChargingLimitWithSchedules': 'true' }, { evses: 2 });
    await offline(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 20 }] }));
    world.kill();
    world.network.refusing = false;
    await world.start();
    await online(world);
    expect(world.csms.of('NotifyChargingLimit')).toMatchObject([{ chargingLimit: { chargingLimitSource: 'EMS' }, chargingSchedule: [{ chargingSchedulePeriod: [{ limit: 20 }] }] }]);
    world.ev(1).setEv({ demandW: 22_000 });
    await charging(world);
    await secondCar(world);
    await watch(world, 40, 20);
    expect(rounded(world)).toEqual([10, 10]);
    expect(moments(await composite(world, 0, 60)).map(([, limit]) => limit)).toEqual([20]);
  });

  it('with ExternalControlSignalsEnabled false nothing from outside is taken, and what was there is released', async () => {
    const world = await station();
    await charging(world);
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 8 }] }));
    await set(world, 'SmartChargingCtrlr.ExternalControlSignalsEnabled', 'false');
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(16, 0);
    expect(world.csms.of('ClearedChargingLimit')).toEqual([{ chargingLimitSource: 'EMS' }]);
    await expect(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 8 }] })).rejects.toMatchObject({ code: 'ExternalControlOff' });
  });

  it.each([
    ['no periods', { periods: [] }], ['a late first period', { periods: [{ startS: 5, limit: 8 }] }], ['a limit below 0', { periods: [{ startS: 0, limit: -1 }] }],
    ['an EVSE that isn\'t there', { evse: 9 }],
  ])('a limit that can\'t be: %s', async (_name, wrong) => {
    const world = await station();
    await expect(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 8 }], ...wrong })).rejects.toMatchObject({ code: expect.stringMatching(/BadLimit|UnknownEvse/) as string });
    expect((await report(world, 1, { chargingLimitSource: ['EMS'] })).status).toBe('NoProfiles');
  });
});

describe('K13 release of an external limit', () => {
  it('K13.FR.01 K13.FR.02 K13.FR.03 the car goes faster again; the CSMS is told of the release and of the rate', async () => {
    const world = await station();
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', evse: 1, unit: 'A', periods: [{ startS: 0, limit: 8 }] }));
    await charging(world);
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(8, 0);
    const before = rateChanges(world);
    await world.clock.waitFor(world.agent.clearExternalLimit('EMS', 1));
    await world.seconds(10);
    expect(drawnA(world)).toBeCloseTo(16, 0);
    expect(world.csms.of('ClearedChargingLimit')).toEqual([{ chargingLimitSource: 'EMS', evseId: 1 }]);
    expect(rateChanges(world)).toBe(before + 1);
    await expect(world.agent.clearExternalLimit('EMS', 1)).rejects.toMatchObject({ code: 'NoSuchLimit' });
  });

  it('K13.FR.03 a release that changes nothing is no change of the rate', async () => {
    const world = await station();
    await install(world, 1, profile(world, 1, [[0, 8]]));
    await world.clock.waitFor(world.agent.setExternalLimit({ source: 'EMS', unit: 'A', periods: [{ startS: 0, limit: 20 }] }));
    await charging(world);
    await world.clock.waitFor(world.agent.clearExternalLimit('EMS'));
    await world.seconds(10);
    expect(world.csms.of('ClearedChargingLimit')).toHaveLength(1);
    expect(rateChanges(world)).toBe(0);
  });
});
