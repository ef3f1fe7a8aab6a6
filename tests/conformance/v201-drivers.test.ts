/** OCPP 2.0.1 station test cases, blocks C and I: who may charge, and what it costs. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, offline, online, OTHER, set, since, station, type World } from './charging-station.ts';

describe('C: authorization', () => {
  it.each([['TC_C_02_CS', 'Invalid'], ['TC_C_06_CS', 'Blocked'], ['TC_C_07_CS', 'Expired']])('%s a token that is %s: asked for once, nothing starts', async (_, status) => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
    world.ev().plugIn();
    await world.seconds(2);
    const seen = since(world);
    await world.card();
    await world.seconds(60);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(seen('TransactionEvent')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_C_04_CS another token doesn\'t stop a transaction', async () => {
    const world = await station();
    await charging(world);
    const seen = since(world);
    await world.card(OTHER, 1);
    await world.seconds(10);
    expect(seen('TransactionEvent').filter((event) => event.idToken !== undefined || event.eventType === 'Ended')).toEqual([]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  const CACHE = { 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true' };

  /** The token is in the cache with this status, the car is plugged in. */
  async function cached(status: string): Promise<World> {
    const world = await station(CACHE);
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
    await world.card();
    await world.seconds(90); // EVConnectionTimeOut: no cable came
    expect(world.state.evses[0]?.transaction ?? null).toBeNull();
    world.ev().plugIn();
    await world.seconds(2);
    return world;
  }

  it('TC_C_08_CS a cached accepted token: energy without Authorize', async () => {
    const world = await cached('Accepted');
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it.each([['TC_C_09_CS', 'Invalid'], ['TC_C_10_CS', 'Blocked'], ['TC_C_11_CS', 'Expired']])('%s a token cached as %s is asked for again and stays refused', async (_, status) => {
    const world = await cached(status);
    const seen = since(world);
    expect(await world.card()).toMatchObject({ status });
    await world.seconds(10);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value } }]);
    expect(seen('TransactionEvent')).toEqual([]);
  });

  it('TC_C_12_CS a token cached as Invalid that the CSMS accepts by now: energy', async () => {
    const world = await cached('Invalid');
    world.csms.answers.delete('Authorize');
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toHaveLength(1);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_C_37_CS ClearCache: the token of before is asked for again', async () => {
    const world = await cached('Accepted');
    const seen = since(world);
    expect(await world.ask('ClearCache', {})).toMatchObject({ status: 'Accepted' });
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toHaveLength(1);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_C_13_CS a cached token before the cable: no energy until it is in', async () => {
    const world = await station({ ...CACHE, 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.EVConnectionTimeOut': '20' });
    await world.card();
    await world.seconds(30);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(5);
    expect(seen('TransactionEvent')).toMatchObject([{ eventType: 'Started', triggerReason: 'Authorized', idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(world.state.evses[0]?.powerW).toBe(0);
    world.ev().plugIn();
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_C_32_CS the cache outlives a restart', async () => {
    const world = await cached('Accepted');
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(30);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_C_33_CS what Authorize was answered is in the cache', async () => {
    const world = await station(CACHE);
    await charging(world);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(3);
    world.ev().plugIn();
    await world.seconds(3);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(seen('TransactionEvent')[0]).toMatchObject({ eventType: 'Started', triggerReason: 'Authorized', idToken: { idToken: CARD.value } });
  });

  it('TC_C_34_CS what a TransactionEvent was answered is in the cache: Invalid from then on', async () => {
    const world = await cached('Accepted');
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Invalid' } }));
    await world.card();
    await world.seconds(10);
    world.ev().unplug();
    await world.seconds(5);
    world.ev().plugIn();
    await world.seconds(3);
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Invalid' } }));
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'csms' });
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value } }]);
  });

  it('TC_C_36_CS LocalPreAuthorize=false: the cache isn\'t used while the CSMS can be asked', async () => {
    const world = await cached('Accepted');
    await set(world, 'AuthCtrlr.LocalPreAuthorize', 'false');
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Invalid' } }));
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'csms' });
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
  });

  it('TC_C_39_CS another token of the same group stops it', async () => {
    const world = await station();
    const info = { idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'FAMILY', type: 'Central' } } };
    world.csms.answers.set('Authorize', () => info);
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : info));
    await charging(world);
    const seen = since(world);
    await world.card(OTHER, 1);
    await world.seconds(5);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: OTHER.value, type: OTHER.type } }]);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: { idToken: OTHER.value }, transactionInfo: { stoppedReason: 'Local' } });
  });

  /** Starts offline with a cached token that the CSMS, asked later, calls invalid. */
  async function invalidLater(settings: Readonly<Record<string, string>>): Promise<World> {
    const world = await station({ ...CACHE, 'AuthCtrlr.LocalAuthorizeOffline': 'true', 'TxCtrlr.EVConnectionTimeOut': '20', ...settings });
    await world.card();
    await world.seconds(30);
    await offline(world);
    await charging(world);
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Invalid' } }));
    await online(world);
    expect(events(world)[0]).toMatchObject({ idToken: { idToken: CARD.value, type: CARD.type }, offline: true });
    expect(events(world).find(({ triggerReason }) => triggerReason === 'ChargingStateChanged')).toMatchObject({ offline: true, transactionInfo: { chargingState: 'Charging' } });
    return world;
  }
  const states = (world: World): unknown[] => events(world).map(({ triggerReason, transactionInfo }) => `${triggerReason}/${transactionInfo.chargingState ?? ''}`);

  it('TC_C_15_CS StopTxOnInvalidId=false, MaxEnergyOnInvalidId: it charges on up to that energy', async () => {
    const world = await invalidLater({ 'TxCtrlr.StopTxOnInvalidId': 'false', 'TxCtrlr.MaxEnergyOnInvalidId': '10000' });
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
    expect(states(world).filter((state) => /^Deauthorized|SuspendedEVSE$/.test(String(state)))).toEqual([]);
    await world.seconds(2 * 3600);
    expect(world.state.evses[0]?.powerW).toBe(0);
    const registers = events(world).flatMap(({ meterValue }) => meterValue ?? []).flatMap(({ sampledValue }) => sampledValue)
      .filter(({ measurand }) => (measurand ?? 'Energy.Active.Import.Register') === 'Energy.Active.Import.Register').map(({ value }) => value);
    const deliveredWh = Math.max(...registers) - Math.min(...registers);
    expect(deliveredWh).toBeGreaterThan(9_000);
    expect(deliveredWh).toBeLessThan(10_300);
  });

  it.each([['TC_C_16_CS', '0'], ['TC_C_18_CS', '500']])('%s StopTxOnInvalidId=true, MaxEnergyOnInvalidId=%s: deauthorized, no more energy', async (_, maxEnergyWh) => {
    const world = await invalidLater({ 'TxCtrlr.StopTxOnInvalidId': 'true', 'TxCtrlr.MaxEnergyOnInvalidId': maxEnergyWh });
    const deauthorized = events(world).find(({ triggerReason }) => triggerReason === 'Deauthorized');
    expect(deauthorized).toBeDefined();
    expect(deauthorized?.offline ?? false).toBe(false);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_C_17_CS StopTxOnInvalidId=false, MaxEnergyOnInvalidId=0: suspended by the EVSE, the transaction stays', async () => {
    const world = await invalidLater({ 'TxCtrlr.StopTxOnInvalidId': 'false', 'TxCtrlr.MaxEnergyOnInvalidId': '0' });
    expect(events(world).findLast(({ transactionInfo }) => transactionInfo.chargingState !== undefined)).toMatchObject({ eventType: 'Updated', transactionInfo: { chargingState: 'SuspendedEVSE' } });
    expect(events(world).filter(({ eventType }) => eventType === 'Ended')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });
});

describe('C: groups and the master pass', () => {
  const group = (idToken: string, status = 'Accepted'): Record<string, unknown> => ({ idTokenInfo: { status, groupIdToken: { idToken, type: 'Central' } } });
  const tokenOf = (payload: Record<string, unknown>): string => (payload.idToken as { idToken: string }).idToken;

  /** Both tokens presented once, nothing begun: their answers are in the cache. */
  async function bothCached(other: Record<string, unknown>, settings: Readonly<Record<string, string>> = {}): Promise<World> {
    const world = await station({ 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true', 'TxCtrlr.EVConnectionTimeOut': '20', ...settings });
    world.csms.answers.set('Authorize', (payload) => (tokenOf(payload) === OTHER.value ? other : group('FAMILY')));
    for (const token of [CARD, OTHER]) {
      await world.card(token);
      await world.seconds(30);
    }
    return world;
  }

  it('TC_C_41_CS two cached tokens of one group: one starts, the other stops, the CSMS isn\'t asked', async () => {
    const world = await bothCached(group('FAMILY'));
    const seen = since(world);
    await charging(world);
    await world.card(OTHER, 1);
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: { idToken: OTHER.value } });
  });

  it('TC_C_42_CS an invalid token of the same group stops nothing', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', (payload) => group('FAMILY', tokenOf(payload) === OTHER.value ? 'Invalid' : 'Accepted'));
    await charging(world);
    const seen = since(world);
    await world.card(OTHER, 1);
    await world.seconds(10);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: OTHER.value } }]);
    expect(seen('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'StopAuthorized')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
  });

  it('TC_C_44_CS likewise where its invalidity is cached: it is asked for, and stops nothing', async () => {
    const world = await bothCached(group('FAMILY', 'Invalid'));
    await charging(world);
    const seen = since(world);
    await world.card(OTHER, 1);
    await world.seconds(10);
    expect(seen('Authorize')).toMatchObject([{ idToken: { idToken: OTHER.value } }]);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
  });

  it('TC_C_14_CS a cached master pass stops what another card started: MasterPass', async () => {
    const world = await bothCached(group('MASTER'), { 'AuthCtrlr.MasterPassGroupId': 'MASTER' });
    await charging(world);
    await world.card(OTHER, 1);
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: { idToken: OTHER.value, type: OTHER.type }, transactionInfo: { stoppedReason: 'MasterPass' } });
  });

  it('TC_C_45_CS a master pass starts nothing', async () => {
    const world = await station({ 'AuthCtrlr.MasterPassGroupId': 'MASTER', 'TxCtrlr.TxStartPoint': 'Authorized' });
    world.csms.answers.set('Authorize', () => group('MASTER'));
    await world.card();
    await world.seconds(3);
    world.ev().plugIn();
    await world.seconds(30);
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value } }]);
    expect(events(world)).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });
});

describe('I: cost', () => {
  it('TC_I_01_CS the running cost is taken and shown', async () => {
    const world = await station();
    await charging(world);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    for (const totalCost of [1.5, 2.75]) {
      expect(await world.ask('CostUpdated', { totalCost, transactionId })).toEqual({});
      expect(world.agent.snapshot().evses[0]?.transaction?.cost).toBe(totalCost);
    }
  });

  it('TC_I_02_CS the final cost of the last answer is shown', async () => {
    const world = await station();
    await charging(world);
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Ended' ? { totalCost: 6.4 } : {}));
    await world.card();
    await world.seconds(5);
    expect(world.agent.snapshot().evses[0]?.summary?.cost).toBe(6.4);
  });
});
