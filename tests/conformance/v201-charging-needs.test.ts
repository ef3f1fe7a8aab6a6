/** OCPP 2.0.1, K15 to K17: a car that speaks says what it needs, gets schedules to choose from, and says what it will take. */
import { describe, expect, it } from 'vitest';
import type { HighLevelCar } from '../../src/hardware/secc.ts';
import { AC_NEEDS, DC_NEEDS, arrive, car } from './speaking-car.ts';
import { events, offline, online, since, station, type World } from './charging-station.ts';

interface Period { readonly startPeriod: number; readonly limit: number }
interface Profile { readonly id?: number; readonly stackLevel?: number; readonly schedules: readonly (readonly Period[])[]; readonly unit?: 'A' | 'W' }

const flat = (limit: number): Period[] => [{ startPeriod: 0, limit }];

/** As the CSMS: a TxProfile for what runs on EVSE 1, from now on. */
async function setTxProfile(world: World, { id = 1, stackLevel = 0, schedules, unit = 'A' }: Profile): Promise<Record<string, unknown>> {
  const transactionId = world.state.evses[0]?.transaction?.id;
  return world.ask('SetChargingProfile', { evseId: 1, chargingProfile: {
    id, stackLevel, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', transactionId,
    chargingSchedule: schedules.map((chargingSchedulePeriod, index) => ({ id: index + 1, chargingRateUnit: unit, chargingSchedulePeriod })),
  } });
}

/** A card, a car that speaks, and a CSMS that answers its needs with `status`. */
async function needing(status: string, comes: HighLevelCar = car(), options: { readonly answer?: (world: World) => void } = {}): Promise<World> {
  const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized' });
  world.csms.answers.set('NotifyEVChargingNeeds', () => ({ status }));
  world.csms.answers.set('NotifyEVChargingSchedule', () => ({ status: 'Accepted' }));
  options.answer?.(world);
  await world.card(undefined, 1);
  await arrive(world, comes, 4);
  return world;
}

const needs = (world: World): Record<string, unknown>[] => world.csms.of('NotifyEVChargingNeeds');
const plans = (world: World): Record<string, unknown>[] => world.csms.of('NotifyEVChargingSchedule');
const state = (world: World): string | undefined => world.state.evses[0]?.transaction?.chargingState;
const currentA = (world: World): number => Math.round(world.agent.snapshot().evses[0]?.powerW ?? 0) / 690;

describe('K15: load levelling by high-level communication', () => {
  it('TC_K_53_CS, K15.FR.01, K15.FR.06, K15.FR.10: needs go up, a profile comes, the car gets it and says what it takes; then it charges', async () => {
    const world = await needing('Accepted');
    expect(needs(world)).toMatchObject([{
      evseId: 1, maxScheduleTuples: 12,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase', departureTime: expect.stringMatching(/^2026-06-01T14:00:/),
        acChargingParameters: { energyAmount: 20_000, evMinCurrent: 6, evMaxCurrent: 32, evMaxVoltage: 400 },
      },
    }]);
    expect(needs(world)[0]?.chargingNeeds).not.toHaveProperty('dcChargingParameters');
    expect(state(world)).not.toBe('Charging'); // the car waits for its schedule
    expect(await setTxProfile(world, { schedules: [flat(10)] })).toMatchObject({ status: 'Accepted' });
    await world.seconds(20);
    expect(world.ev().secc.tuples).toMatchObject([{ id: 1, unit: 'W', periods: [{ startS: 0, limit: 6900 }] }]);
    expect(plans(world)).toMatchObject([{
      evseId: 1, timeBase: expect.stringMatching(/^2026-06-01T12:00:/), chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6900 }] },
    }]);
    expect(state(world)).toBe('Charging');
    expect(currentA(world)).toBeCloseTo(10, 0);
  });

  it('K15.FR.06: a DC car tells DC parameters, and no AC ones', async () => {
    const world = await needing('Rejected', car({ needs: DC_NEEDS }));
    expect(needs(world)[0]?.chargingNeeds).toEqual({
      requestedEnergyTransfer: 'DC', dcChargingParameters: { evMaxCurrent: 200, evMaxVoltage: 500, energyAmount: 30_000, stateOfCharge: 40 },
    });
  });

  it('TC_K_54_CS: the CSMS won\'t provide a schedule: the car gets what holds anyway, and charges', async () => {
    const world = await needing('Rejected');
    await world.seconds(20);
    expect(needs(world)).toMatchObject([{ evseId: 1 }]);
    expect(plans(world)).toMatchObject([{ evseId: 1, chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 22_080 }] } }]);
    expect(events(world)).toContainEqual(expect.objectContaining({ triggerReason: 'ChargingStateChanged', transactionInfo: expect.objectContaining({ chargingState: 'Charging' }) }));
  });

  it('a CSMS that promises a profile and sends none: after a minute the car charges with what holds', async () => {
    const world = await needing('Processing');
    await world.seconds(50);
    expect(state(world)).not.toBe('Charging');
    await world.seconds(30);
    expect(state(world)).toBe('Charging');
  });

  it('TC_K_56_CS, K15.FR.15: offline the default profile makes the schedule', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    expect(await world.ask('SetChargingProfile', { evseId: 1, chargingProfile: {
      id: 7, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
      chargingSchedule: [{ id: 1, duration: 400, chargingRateUnit: 'A', startSchedule: '2026-06-01T12:00:00Z', chargingSchedulePeriod: flat(6) }],
    } })).toMatchObject({ status: 'Accepted' });
    await offline(world);
    await world.card(undefined, 1);
    await arrive(world, car(), 20);
    expect(world.ev().secc.tuples[0]?.periods[0]).toEqual({ startS: 0, limit: 4140 }); // 6 A on three phases
    expect(state(world)).toBe('Charging');
    await online(world);
    expect(needs(world)).toEqual([]);
    expect(events(world)).toContainEqual(expect.objectContaining({
      triggerReason: 'ChargingStateChanged', offline: true, transactionInfo: expect.objectContaining({ chargingState: 'Charging' }),
    }));
  });

  it('K15.FR.17: a TxProfile before the car has said what it needs comes too early', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    await arrive(world, car(), 4);
    expect(await setTxProfile(world, { schedules: [flat(10)] })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidMessageSeq' } });
  });

  it('K15.FR.09, K15.FR.14: the car\'s own plan is kept to in the composite schedule', async () => {
    const world = await needing('Accepted', car({ plan: () => [{ startS: 0, limit: 5000 }, { startS: 600, limit: 2000 }] }));
    await setTxProfile(world, { schedules: [flat(10)] });
    await world.seconds(5);
    expect(plans(world)).toMatchObject([{ chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 5000 }, { startPeriod: 600, limit: 2000 }] } }]);
    const { schedule } = await world.ask('GetCompositeSchedule', { evseId: 1, duration: 1200, chargingRateUnit: 'W' });
    expect(schedule).toMatchObject({ chargingSchedulePeriod: [{ startPeriod: 0, limit: 5000 }, { limit: 2000 }] });
  });

  it('K15.FR.09: a plan that goes beyond what was offered widens nothing', async () => {
    const world = await needing('Accepted', car({ plan: () => [{ startS: 0, limit: 5000 }, { startS: 600, limit: 11_000 }] }));
    await setTxProfile(world, { schedules: [flat(10)] });
    await world.seconds(5);
    const { schedule } = await world.ask('GetCompositeSchedule', { evseId: 1, duration: 1200, chargingRateUnit: 'W' });
    expect(schedule).toMatchObject({ chargingSchedulePeriod: [{ startPeriod: 0, limit: 6900 }] });
    expect(world.logs.some((line) => line.includes('plans to take more'))).toBe(true);
  });

  it('K15.FR.19: a car that doesn\'t say how: the schedule it chose is told', async () => {
    const world = await needing('Accepted');
    await setTxProfile(world, { schedules: [[{ startPeriod: 0, limit: 10 }, { startPeriod: 900, limit: 16 }]] });
    await world.seconds(5);
    const periods = (plans(world)[0]?.chargingSchedule as { chargingSchedulePeriod: Period[] }).chargingSchedulePeriod;
    expect(periods.map(({ limit }) => limit)).toEqual([6900, 11_040]);
  });

  it('K15.FR.22: up to three schedules, combined by their order with those of other stack levels', async () => {
    const world = await needing('Processing');
    await setTxProfile(world, { id: 1, stackLevel: 0, schedules: [flat(20), flat(21)] });
    await world.seconds(3);
    expect(world.ev().secc.tuples.map(({ periods }) => periods[0]?.limit)).toEqual([20, 21].map((limit) => limit * 690));
    // The higher level has three schedules of ten minutes; where they end the lower level's count.
    expect(await world.ask('SetChargingProfile', { evseId: 1, chargingProfile: {
      id: 2, stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', transactionId: world.state.evses[0]?.transaction?.id,
      chargingSchedule: [8, 9, 10].map((limit, index) => ({ id: index + 1, duration: 600, chargingRateUnit: 'A', chargingSchedulePeriod: flat(limit) })),
    } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.ev().secc.tuples.map(({ id, periods }) => [id, ...periods.map(({ limit }) => limit / 690)])).toEqual([[1, 8, 20], [2, 9, 21], [3, 10, 20]]);
  });

  it('a fourth schedule, or two for a car that doesn\'t speak, are refused', async () => {
    const world = await needing('Processing');
    expect(await setTxProfile(world, { schedules: [flat(8), flat(9), flat(10), flat(11)] })).toHaveProperty('error');
    const silent = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    silent.ev().plugIn();
    await silent.seconds(3);
    expect(await setTxProfile(silent, { schedules: [flat(8), flat(9)] })).toMatchObject({ status: 'Rejected' });
  });
});

describe('K16: the CSMS renegotiates', () => {
  const negotiated = async (comes?: HighLevelCar): Promise<World> => {
    const world = await needing('Accepted', comes);
    await setTxProfile(world, { schedules: [flat(16)] });
    await world.seconds(20);
    expect(state(world)).toBe('Charging');
    return world;
  };

  it('TC_K_58_CS, K16.FR.01, K16.FR.02, K16.FR.03, K16.FR.05, K16.FR.09, K16.FR.11, K16.FR.13: a lower profile: the car is asked again, comes down, and its needs aren\'t told twice', async () => {
    const world = await negotiated();
    const later = since(world);
    expect(await setTxProfile(world, { schedules: [flat(8)] })).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(world.ev().secc.tuples[0]?.periods).toEqual([{ startS: 0, limit: 8 * 690 }]);
    expect(later('NotifyEVChargingSchedule')).toMatchObject([{ evseId: 1, chargingSchedule: { chargingSchedulePeriod: [{ limit: 8 * 690 }] } }]);
    expect(later('NotifyEVChargingNeeds')).toEqual([]);
    expect(later('TransactionEvent')).toContainEqual(expect.objectContaining({ triggerReason: 'ChargingRateChanged' }));
    expect(currentA(world)).toBeCloseTo(8, 0);
  });

  it('K16.FR.04, K16.FR.10: the new plan is checked and counts', async () => {
    const world = await negotiated(car({ plan: ({ periods: [first] }) => [{ startS: 0, limit: (first?.limit ?? 0) / 2 }] }));
    await setTxProfile(world, { schedules: [flat(12)] });
    await world.seconds(5);
    expect(plans(world).at(-1)).toMatchObject({ chargingSchedule: { chargingSchedulePeriod: [{ limit: 6 * 690 }] } });
    const { schedule } = await world.ask('GetCompositeSchedule', { evseId: 1, duration: 600, chargingRateUnit: 'W' });
    expect(schedule).toMatchObject({ chargingSchedulePeriod: [{ limit: 6 * 690 }] });
  });

  it('what changes nothing for the car doesn\'t bother it', async () => {
    const world = await negotiated();
    const later = since(world);
    await world.seconds(1200);
    expect(await world.ask('SetChargingProfile', { evseId: 0, chargingProfile: {
      id: 9, stackLevel: 0, chargingProfilePurpose: 'ChargingStationMaxProfile', chargingProfileKind: 'Absolute',
      chargingSchedule: [{ id: 1, startSchedule: '2026-06-01T12:00:00Z', chargingRateUnit: 'A', chargingSchedulePeriod: flat(30) }],
    } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(later('NotifyEVChargingSchedule')).toEqual([]);
  });
});

describe('K17: the car renegotiates', () => {
  const MORE = { ...AC_NEEDS, departureInS: 3600, ac: { energyAmountWh: 30_000, evMinCurrentA: 6, evMaxCurrentA: 32, evMaxVoltageV: 400 } };
  const charging = async (comes?: HighLevelCar): Promise<World> => {
    const world = await needing('Accepted', comes);
    await setTxProfile(world, { schedules: [flat(10)] });
    await world.seconds(20);
    return world;
  };

  it('TC_K_57_CS, K17.FR.01, K17.FR.06, K17.FR.10, K17.FR.16: new needs go up, another profile comes, the car follows', async () => {
    const world = await charging();
    const later = since(world);
    world.ev().secc.needsChanged(MORE);
    await world.seconds(2);
    expect(later('NotifyEVChargingNeeds')).toMatchObject([{ evseId: 1, chargingNeeds: { acChargingParameters: { energyAmount: 30_000 } } }]);
    expect(later('NotifyEVChargingNeeds')[0]?.chargingNeeds).not.toHaveProperty('dcChargingParameters');
    expect(await setTxProfile(world, { schedules: [flat(15)] })).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(later('NotifyEVChargingSchedule')).toMatchObject([{ evseId: 1, chargingSchedule: { chargingSchedulePeriod: [{ limit: 15 * 690 }] } }]);
    expect(later('TransactionEvent')).toContainEqual(expect.objectContaining({ triggerReason: 'ChargingRateChanged' }));
    expect(currentA(world)).toBeCloseTo(15, 0);
  });

  it('K17.FR.09, K17.FR.14: its plan is checked against the new schedule, and counts', async () => {
    const world = await charging(car({ plan: () => [{ startS: 0, limit: 4140 }] }));
    world.ev().secc.needsChanged(MORE);
    await world.seconds(1);
    await setTxProfile(world, { schedules: [flat(15)] });
    await world.seconds(5);
    const { schedule } = await world.ask('GetCompositeSchedule', { evseId: 1, duration: 600, chargingRateUnit: 'W' });
    expect(schedule).toMatchObject({ chargingSchedulePeriod: [{ limit: 4140 }] });
  });

  it.each([['Rejected', false], ['offline', true]])('K17.FR.15: %s: the schedule is made here', async (_what, away) => {
    const world = await charging();
    world.csms.answers.set('NotifyEVChargingNeeds', () => ({ status: 'Rejected' }));
    if (away) await offline(world);
    world.ev().secc.needsChanged(MORE);
    await world.seconds(5);
    expect(world.ev().secc.tuples[0]).toMatchObject({ durationS: 3600, periods: [{ startS: 0, limit: 6900 }] });
    expect(state(world)).toBe('Charging');
  });
});

describe('E15: the car ends the session', () => {
  it('E15.FR.04: SessionStop(Terminate) ends the transaction, StoppedByEV', async () => {
    const world = await needing('Rejected');
    await world.seconds(10);
    world.ev().secc.stopSession('Terminate');
    await world.seconds(3);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', transactionInfo: { stoppedReason: 'StoppedByEV' } });
  });

  it('E15.FR.05: where the authorization isn\'t a stop point it ends only that', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    world.csms.answers.set('NotifyEVChargingNeeds', () => ({ status: 'Rejected' }));
    await world.card(undefined, 1);
    await arrive(world, car(), 15);
    world.ev().secc.stopSession('Terminate');
    await world.seconds(3);
    expect(events(world).filter(({ triggerReason }) => triggerReason === 'StopAuthorized')).toMatchObject([{ eventType: 'Updated' }]);
    world.ev().unplug();
    await world.seconds(3);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended' });
  });

  it('a pause leaves the session as it is', async () => {
    const world = await needing('Rejected');
    await world.seconds(10);
    world.ev().secc.stopSession('Pause');
    await world.seconds(10);
    expect(world.state.evses[0]?.transaction).not.toBeNull();
  });
});
