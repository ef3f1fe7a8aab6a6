/** OCPP 2.0.1 requirements of block E that need more than a course: signatures, locks, phases, ids, thinned values, limits of a CSMS. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, item, offline, online, OTHER, samples, since, station, type World } from './charging-station.ts';

const METER = 'Energy.Active.Import.Register';
const locked = (world: World): boolean | undefined => world.agent.snapshot().evses[0]?.connectors[0]?.locked;
const phases = (world: World): (number | undefined)[] => events(world).map((event) => (event as { numberOfPhasesUsed?: number }).numberOfPhasesUsed).filter((count) => count !== undefined);

describe('a meter that signs', () => {
  const signedIn = (world: World): [string, string, boolean][] => events(world).flatMap(({ eventType, triggerReason, meterValue }) =>
    (meterValue ?? []).flatMap(({ sampledValue }) => sampledValue).filter(({ measurand }) => measurand === undefined || measurand === METER)
      .map((sample) => [eventType, `${triggerReason} ${sample.context ?? ''}`, (sample as { signedMeterValue?: { signedMeterData: string } }).signedMeterValue !== undefined] as [string, string, boolean]));

  it('TC_E_11_CS, E01.FR.04: TxStartPoint DataSigned: Started with the signed value, then energy', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'DataSigned', 'SampledDataCtrlr.SignReadings': 'true' }, { signs: true });
    await world.card();
    await world.seconds(2);
    expect(events(world)).toEqual([]);
    world.ev().plugIn();
    await world.seconds(5);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Occupied' });
    expect(events(world)[0]).toMatchObject({
      eventType: 'Started', triggerReason: 'SignedDataReceived', idToken: { idToken: CARD.value, type: CARD.type }, evse: { id: 1, connectorId: 1 },
    });
    const [begin] = samples(events(world)[0]?.meterValue, 'Transaction.Begin');
    expect(begin).toMatchObject({ signedMeterValue: {
      encodingMethod: expect.stringMatching(/./), publicKey: expect.stringMatching(/./), signedMeterData: expect.stringMatching(/./), signingMethod: expect.any(String),
    } });
    expect(events(world)[1]).toMatchObject({ eventType: 'Updated', triggerReason: 'ChargingStateChanged', transactionInfo: { chargingState: 'Charging' } });
  });

  it('E01.FR.04: a meter that doesn\'t sign can\'t be told to start by it', async () => {
    const world = await station();
    const { setVariableResult } = await world.ask('SetVariables', { setVariableData: [item('TxCtrlr.TxStartPoint', { attributeValue: 'DataSigned' })] });
    expect(setVariableResult).toMatchObject([{ attributeStatus: 'Rejected' }]);
  });

  it.each([
    ['E02.FR.14, E03.FR.10, E07.FR.12, E10.FR.07 by card', async (world: World) => { await world.card(); await world.seconds(4); }, {}],
    ['E09.FR.08 by the cable', async (world: World) => { world.ev().unplug(); await world.seconds(4); }, {}],
    ['E04.FR.10, E08.FR.12, E11.FR.08, E12.FR.10 without the CSMS', async (world: World) => {
      await offline(world);
      await world.seconds(45);
      await world.card();
      await online(world);
    }, {}],
  ])('%s: each value of Started, Updated and Ended carries its signature', async (_, end) => {
    const world = await station({ 'SampledDataCtrlr.SignReadings': 'true', 'SampledDataCtrlr.TxUpdatedInterval': '20' }, { signs: true });
    await charging(world);
    await world.seconds(45);
    await end(world);
    const told = signedIn(world);
    expect(new Set(told.map(([eventType]) => eventType))).toEqual(new Set(['Started', 'Updated', 'Ended']));
    expect(told.filter(([, , signed]) => !signed)).toEqual([]);
  });

  it('E05.FR.06 a card that the CSMS refuses: begin and end are signed all the same', async () => {
    const world = await station({ 'SampledDataCtrlr.SignReadings': 'true' }, { signs: true });
    world.csms.answers.set('TransactionEvent', ({ eventType }) => (eventType === 'Started' ? { idTokenInfo: { status: 'Invalid' } } : {}));
    await world.card();
    world.ev().plugIn();
    await world.seconds(10);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized' });
    expect(signedIn(world).filter(([, , signed]) => !signed)).toEqual([]);
  });
});

describe('what a transaction is told with', () => {
  it('E01.FR.08, E02.FR.08: no id twice, over restarts neither', async () => {
    const world = await station();
    for (let round = 0; round < 3; round++) {
      await charging(world);
      await world.card();
      world.ev().unplug();
      await world.seconds(5);
      world.kill();
      await world.start(30);
    }
    const started = events(world).filter(({ eventType }) => eventType === 'Started').map(({ transactionInfo }) => transactionInfo.transactionId);
    expect(started).toHaveLength(3);
    expect(new Set(started).size).toBe(3);
    expect(started.every((id) => id.length <= 36)).toBe(true);
  });

  it('E02.FR.18, E02.FR.19, E03.FR.13, E03.FR.14: the phases that energy flows on, again when they change, and not otherwise', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20' });
    await charging(world);
    await world.seconds(60);
    expect(phases(world)).toEqual([3]);
    world.ev().setEv({ phases: 1 });
    await world.seconds(25);
    expect(phases(world)).toEqual([3, 1]);
    await world.seconds(60);
    expect(phases(world)).toEqual([3, 1]);
  });

  it('E02.FR.18 a transaction without samples tells its phases with its end', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    await world.card();
    await world.seconds(5);
    expect(phases(world)).toEqual([3]);
  });

  it('E06.FR.12, E06.FR.13, E07.FR.10, E08.FR.11, E09.FR.07, E10.FR.06, E12.FR.09, E15.FR.03: too many values for the end: every other goes, never the first or the last', async () => {
    const world = await station({ 'SampledDataCtrlr.TxEndedInterval': '10', 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    await world.seconds(3600);
    await world.card();
    await world.seconds(5);
    const values = events(world).at(-1)?.meterValue ?? [];
    expect(values.length).toBeLessThan(200); // of 360
    expect(values[0]?.sampledValue[0]?.context).toBe('Transaction.Begin');
    expect(values.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End');
    const times = values.map(({ timestamp }) => Date.parse(timestamp));
    const gapsS = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1000);
    expect(Math.max(...gapsS)).toBeLessThanOrEqual(4 * 10 + 2); // halved again and again, evenly
  });

  it('E03.FR.15: no cable in time, TxStopPoint ParkingBayOccupancy: deauthorized, and it goes on', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'ParkingBayOccupancy', 'TxCtrlr.TxStopPoint': 'ParkingBayOccupancy', 'TxCtrlr.EVConnectionTimeOut': '20' });
    world.ev().parkingBay(true);
    await world.seconds(2);
    await world.card();
    await world.seconds(25);
    expect(world.csms.story).toEqual(['Started/EVDetected', 'Updated/Authorized', 'Updated/EVConnectTimeout']);
    world.ev().plugIn();
    await world.seconds(20);
    expect(world.state.evses[0]?.powerW).toBe(0);
    world.ev().unplug();
    world.ev().parkingBay(false);
    await world.seconds(3);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'EVDeparted' });
  });
});

describe('stopping', () => {
  it.each([
    ['E06.FR.10, E07.FR.07', false], ['E08.FR.03', true],
  ])('%s: the cable is let go after the end (without the CSMS: %s)', async (_, away) => {
    const world = await station();
    await charging(world);
    expect(locked(world)).toBe(true);
    if (away) await offline(world);
    await world.card();
    await world.seconds(4);
    expect(locked(world)).toBe(false);
  });

  it('E07.FR.01: the same token, or one of its group that the cache knows, without Authorize; another is asked for', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'FAMILY', type: 'Central' } } }));
    await world.card(OTHER); // into the cache
    world.agent.cancelAuthorization(1);
    await charging(world);
    const own = since(world);
    await world.card(CARD, 1);
    await world.seconds(4);
    expect(own('Authorize')).toEqual([]);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: { idToken: CARD.value } });
    world.ev().unplug();
    await world.seconds(3);
    await charging(world);
    const mate = since(world);
    await world.card(OTHER, 1);
    await world.seconds(4);
    expect(mate('Authorize')).toEqual([]);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: { idToken: OTHER.value } });
  });

  it('E07.FR.06: what ended it, where the driver didn\'t: Remote, EVDisconnected, GroundFault, ImmediateReset', async () => {
    const reasons: (string | undefined)[] = [];
    for (const end of [
      async (world: World) => world.ask('RequestStopTransaction', { transactionId: events(world)[0]?.transactionInfo.transactionId }),
      async (world: World) => world.ev().unplug(),
      async (world: World) => world.ev().fault('GroundFailure'),
      async (world: World) => world.ask('Reset', { type: 'Immediate' }),
    ]) {
      const world = await station();
      await charging(world);
      await end(world);
      await world.seconds(60);
      reasons.push(events(world).at(-1)?.transactionInfo.stoppedReason);
    }
    expect(reasons).toEqual(['Remote', 'EVDisconnected', 'GroundFault', 'ImmediateReset']);
  });

  it('E05.FR.02, E06.FR.07: energy that ends because the CSMS refuses the card ends the transaction at TxStopPoint EnergyTransfer: DeAuthorized', async () => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'EnergyTransfer', 'TxCtrlr.StopTxOnInvalidId': 'false' });
    await charging(world);
    world.csms.answers.set('TransactionEvent', () => ({ idTokenInfo: { status: 'Blocked' } }));
    await world.seconds(70);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'DeAuthorized' } });
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_E_52_CS DisableRemoteAuthorization: a token that nobody here knows isn\'t asked for, and refused', async () => {
    const world = await station({ 'AuthCtrlr.DisableRemoteAuthorization': 'true' });
    world.ev().plugIn();
    expect(await world.card()).toMatchObject({ status: 'Unknown' });
    await world.seconds(30);
    expect([world.csms.of('Authorize'), events(world)]).toEqual([[], []]);
  });

  it('after a power cut in mid-charge nothing says SuspendedEV before it charges again', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '5' });
    await charging(world);
    world.kill();
    await world.start(60);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    expect(events(world).map(({ transactionInfo }) => transactionInfo.chargingState)).not.toContain('SuspendedEV');
  });
});
