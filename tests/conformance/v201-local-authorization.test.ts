/** OCPP 2.0.1 block C: what is known at the station, online and offline: cache, list, unknown tokens (C10 to C15). */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, item, offline, online, OTHER, set, since, station, statuses, type World } from './charging-station.ts';
import { cacheEntries, plugged, powerW, wire } from './tokens.ts';

const LOCAL = { 'AuthCtrlr.LocalPreAuthorize': 'true', 'AuthCtrlr.LocalAuthorizeOffline': 'true', 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'false' };

/** "IdTokenLocalAuthList": this token, with this status. */
async function listed(world: World, status = 'Accepted', more: object = {}, token = CARD): Promise<void> {
  expect(await world.ask('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: [{ idToken: wire(token), idTokenInfo: { status, ...more } }] })).toEqual({ status: 'Accepted' });
}
/** "IdTokenCached": it was presented once, the CSMS said this, no cable came. */
async function cached(world: World, status = 'Accepted', more: object = {}, token = CARD): Promise<void> {
  world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status, ...more } }));
  await world.card(token);
  if (status === 'Accepted') world.agent.cancelAuthorization(1);
  await world.seconds(2);
  world.csms.answers.delete('Authorize');
}
const answering = (world: World, status: string): void => {
  world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
};
const invalidOnce = (world: World): void => {
  world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Invalid' } }));
};

describe('C10: the cache', () => {
  it('C10.FR.01/FR.04 every answer to Authorize is kept, whatever its status', async () => {
    const world = await station(LOCAL);
    for (const [index, status] of ['Accepted', 'Blocked', 'Invalid', 'Expired', 'Unknown', 'NoCredit'].entries()) await cached(world, status, {}, { value: `T${index}`, type: 'ISO14443' });
    expect(await cacheEntries(world)).toBe(6);
    await set(world, 'AuthCacheCtrlr.DisablePostAuthorize', 'true');
    expect(await world.card({ value: 'T1', type: 'ISO14443' })).toEqual({ status: 'Blocked', by: 'cache' });
    expect(await world.card({ value: 'T5', type: 'ISO14443' })).toEqual({ status: 'NoCredit', by: 'cache' });
  });

  it('C10.FR.04 the next answer to Authorize replaces it', async () => {
    const world = await station(LOCAL);
    await cached(world, 'Invalid');
    await cached(world, 'Accepted');
    expect(await cacheEntries(world)).toBe(1);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
  });

  it('C10.FR.05, C12.FR.06 so does the answer to a TransactionEvent', async () => {
    const world = await station({ ...LOCAL, 'AuthCacheCtrlr.DisablePostAuthorize': 'true' });
    await cached(world);
    invalidOnce(world);
    await plugged(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(20);
    expect(events(world).at(-1)).toMatchObject({ triggerReason: 'Deauthorized' });
    await world.card(); // frees the cable
    world.ev().unplug();
    await world.seconds(3);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'cache' });
  });

  it.each(['Blocked', 'Expired'])('C10.FR.03, C12.FR.05 one that is cached as %s is asked for again', async (status) => {
    const world = await station(LOCAL);
    await cached(world, status);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    expect(seen('Authorize')).toEqual([{ idToken: wire(CARD) }]);
  });

  it('TC_C_57_CS AuthCacheCtrlr.DisablePostAuthorize=true: it isn\'t, and is refused', async () => {
    const world = await station({ ...LOCAL, 'AuthCacheCtrlr.DisablePostAuthorize': 'true' });
    await cached(world, 'Invalid');
    await plugged(world);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'cache' });
    await world.seconds(30);
    expect([seen('Authorize'), seen('TransactionEvent'), powerW(world)]).toEqual([[], [], 0]);
  });

  it('TC_C_46_CS C10.FR.08 LifeTime without use: the token of before must be asked for again', async () => {
    const world = await station({ ...LOCAL, 'AuthCacheCtrlr.LifeTime': '60' });
    await cached(world);
    await plugged(world);
    await world.seconds(60);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([{ idToken: wire(CARD) }]);
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('C10.FR.13 past its cacheExpiryDateTime it is Expired, offline as well', async () => {
    const world = await station(LOCAL);
    await cached(world, 'Accepted', { cacheExpiryDateTime: '2026-06-01T12:01:00Z' });
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    world.agent.cancelAuthorization(1);
    await world.seconds(60);
    await offline(world);
    expect(await world.card()).toEqual({ status: 'Expired', by: 'cache' });
  });

  it('C10.FR.11 Enabled=false: nothing is kept and nothing used', async () => {
    const world = await station({ ...LOCAL, 'AuthCacheCtrlr.Enabled': 'false' });
    await cached(world);
    expect(await cacheEntries(world)).toBe(0);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    expect(seen('Authorize')).toHaveLength(1);
  });
});

describe('C11: it is cleared', () => {
  it('C11.FR.01/FR.02/FR.03 Accepted: it is empty, also after a power cut', async () => {
    const world = await station(LOCAL);
    await cached(world);
    await cached(world, 'Blocked', {}, OTHER);
    expect(await cacheEntries(world)).toBe(2);
    expect(await world.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
    expect(await cacheEntries(world)).toBe(0);
    world.kill();
    await world.start(10);
    expect(await cacheEntries(world)).toBe(0);
  });

  it('TC_C_38_CS C11.FR.04 AuthCacheCtrlr.Enabled=false: Rejected', async () => {
    const world = await station(LOCAL);
    await cached(world);
    await set(world, 'AuthCacheCtrlr.Enabled', 'false');
    expect(await world.ask('ClearCache', {})).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled' } });
  });

  it('C11.FR.05 the disk fails: Rejected', async () => {
    const world = await station(LOCAL);
    await cached(world);
    world.store.failNextCommits(3);
    expect(await world.ask('ClearCache', {})).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'OutOfStorage' } });
  });
});

describe('C12: a cached token starts', () => {
  it('C12.FR.02/FR.04 its token goes with the next TransactionEvent, and the energy doesn\'t wait for the answer', async () => {
    const world = await station({ ...LOCAL, 'TxCtrlr.TxStartPoint': 'EVConnected' });
    await cached(world);
    await plugged(world);
    world.csms.answers.set('TransactionEvent', () => 'silent');
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(seen('TransactionEvent')[0]).toMatchObject({ eventType: 'Updated', triggerReason: 'Authorized', idToken: wire(CARD) });
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('C12.FR.09 one of the master pass\'s group starts nothing', async () => {
    const world = await station({ ...LOCAL, 'AuthCtrlr.MasterPassGroupId': 'MASTER' });
    await cached(world, 'Accepted', { groupIdToken: { idToken: 'MASTER', type: 'Central' } });
    await plugged(world);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'cache' });
    await world.seconds(10);
    expect([powerW(world), events(world)]).toEqual([0, []]);
  });
});

describe('C13: offline, the list decides', () => {
  it('TC_C_21_CS C13.FR.02/FR.03 listed as Accepted: a whole session offline, told with offline=true', async () => {
    const world = await station(LOCAL);
    await listed(world);
    await offline(world);
    await charging(world);
    expect(await world.card()).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }));
    await online(world);
    expect(events(world).every((event) => event.offline === true)).toBe(true);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', idToken: wire(CARD) });
    expect(events(world).find(({ triggerReason }) => triggerReason === 'StopAuthorized')).toBeDefined();
    expect(world.csms.of('Authorize')).toEqual([]);
  });

  it.each([['TC_C_22_CS', 'Invalid'], ['TC_C_23_CS', 'Blocked'], ['TC_C_24_CS', 'Expired']])('%s C13.FR.02 listed as %s: nothing starts; only the car in the bay is told afterwards', async (_, status) => {
    const world = await station({ ...LOCAL, 'TxCtrlr.TxStartPoint': 'ParkingBayOccupancy', 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await listed(world, status);
    await offline(world);
    world.ev().parkingBay(true);
    await world.seconds(3);
    expect(await world.card()).toEqual({ status, by: 'list' });
    await world.seconds(10);
    await online(world);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'EVDetected', offline: true }]);
  });

  it('C13.FR.02 OfflineTxForUnknownIdEnabled=false: who isn\'t known isn\'t served', async () => {
    const world = await station(LOCAL);
    await listed(world);
    await offline(world);
    await plugged(world);
    expect(await world.card(OTHER)).toEqual({ status: 'Unknown', by: 'none' });
    await world.seconds(10);
    expect(powerW(world)).toBe(0);
  });

  it('TC_C_25_CS C13.FR.01, C14.FR.01 cached as Accepted, listed as Invalid: the list counts', async () => {
    const world = await station({ ...LOCAL, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true', 'TxCtrlr.StopTxOnInvalidId': 'false' });
    await cached(world);
    await listed(world, 'Invalid');
    await plugged(world);
    await offline(world);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'list' });
    await world.seconds(60);
    await online(world);
    expect([powerW(world), events(world)]).toEqual([0, []]);
  });

  it('C13.FR.04 OfflineTxForUnknownIdEnabled=true: who is neither listed nor cached, and who is listed as Accepted; not who is known to be bad', async () => {
    const world = await station({ ...LOCAL, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await cached(world, 'Blocked', {}, { value: 'BAD', type: 'ISO14443' });
    await listed(world);
    await offline(world);
    const status = async (value: string): Promise<string> => {
      const { status: decided, by } = await world.card({ value, type: 'ISO14443' });
      world.agent.cancelAuthorization(1);
      await world.seconds(1);
      return `${decided} by ${by}`;
    };
    expect([await status('STRANGER'), await status(CARD.value), await status('BAD')]).toEqual(['Accepted by none', 'Accepted by list', 'Blocked by cache']);
  });

  it.each([['false', 'C13.FR.05'], ['true', 'C13.FR.06']])('with OfflineTxForUnknownIdEnabled=%s %s an entry of the list holds until its cacheExpiryDateTime', async (unknown) => {
    const world = await station({ ...LOCAL, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': unknown });
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item('LocalAuthListCtrlr.SupportsExpiryDateTime')] });
    expect(getVariableResult).toMatchObject([{ attributeValue: 'true' }]);
    await listed(world, 'Accepted', { cacheExpiryDateTime: '2026-06-01T12:05:00Z' });
    await offline(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'list' });
    world.agent.cancelAuthorization(1);
    await world.seconds(300);
    expect(await world.card()).toEqual({ status: 'Expired', by: 'list' });
    expect(await world.card(OTHER)).toEqual(unknown === 'true' ? { status: 'Accepted', by: 'none' } : { status: 'Unknown', by: 'none' });
  });

  it('LocalAuthorizeOffline=false: nobody is authorized by what is known here', async () => {
    const world = await station({ ...LOCAL, 'AuthCtrlr.LocalAuthorizeOffline': 'false' });
    await listed(world);
    await offline(world);
    expect(await world.card()).toEqual({ status: 'Unknown', by: 'none' });
  });
});

describe('C14: online, the list decides first', () => {
  it('TC_C_27_CS C14.FR.02 listed as Accepted: it starts without Authorize', async () => {
    const world = await station({ ...LOCAL, 'TxCtrlr.TxStartPoint': 'Authorized' });
    await listed(world);
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(2);
    expect(seen('TransactionEvent')).toMatchObject([{ eventType: 'Started', triggerReason: 'Authorized', idToken: wire(CARD) }]);
    await plugged(world);
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
    expect(seen('Authorize')).toEqual([]);
  });

  it.each([['TC_C_28_CS', 'Invalid', 'Invalid'], ['TC_C_29_CS', 'Blocked', 'Blocked'], ['TC_C_30_CS', 'Expired', 'Expired'], ['TC_C_31_CS', 'Invalid', 'Accepted']])(
    '%s C14.FR.03 listed as %s: asked for; the CSMS says %s, and that counts', async (_, status, decided) => {
      const world = await station(LOCAL);
      await listed(world, status);
      answering(world, decided);
      const seen = since(world);
      expect(await world.card()).toEqual({ status: decided, by: 'csms' });
      expect(seen('Authorize')).toEqual([{ idToken: wire(CARD) }]);
      await plugged(world);
      await world.seconds(5);
      expect(powerW(world) > 1000).toBe(decided === 'Accepted');
    });

  it('TC_C_28_CS LocalAuthListCtrlr.DisablePostAuthorize=true: it isn\'t asked for', async () => {
    const world = await station({ ...LOCAL, 'LocalAuthListCtrlr.DisablePostAuthorize': 'true' });
    await listed(world, 'Invalid');
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'list' });
    await plugged(world);
    await world.seconds(5);
    expect([seen('Authorize'), powerW(world)]).toEqual([[], 0]);
  });

  it('C14.FR.04/FR.05 listed as Accepted until a time: before it without Authorize, after it asked for', async () => {
    const world = await station(LOCAL);
    await listed(world, 'Accepted', { cacheExpiryDateTime: '2026-06-01T12:05:00Z' });
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'list' });
    expect(seen('Authorize')).toEqual([]);
    world.agent.cancelAuthorization(1);
    await world.seconds(300);
    answering(world, 'Blocked');
    expect(await world.card()).toEqual({ status: 'Blocked', by: 'csms' });
    expect(seen('Authorize')).toEqual([{ idToken: wire(CARD) }]);
  });
});

describe('C15: an unknown token offline', () => {
  /** It charges offline; then the CSMS, which comes back, calls it Invalid. */
  async function unknownThenInvalid(settings: Readonly<Record<string, string>>): Promise<World> {
    const world = await station({ ...LOCAL, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true', ...settings });
    await offline(world);
    await plugged(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'none' }); // C15.FR.08
    await world.seconds(20);
    expect(powerW(world)).toBeGreaterThan(1000);
    invalidOnce(world);
    await online(world);
    return world;
  }
  const isOnline = (event: ReturnType<typeof events>[number]): boolean => event.offline !== true;

  it('TC_C_26_CS C15.FR.02/FR.06/FR.08 StopTxOnInvalidId=false, no MaxEnergyOnInvalidId: SuspendedEVSE; its card then stops it', async () => {
    const world = await unknownThenInvalid({ 'TxCtrlr.StopTxOnInvalidId': 'false', 'TxCtrlr.MaxEnergyOnInvalidId': '0' });
    expect(statuses(world).at(-1)).toBe('Occupied');
    const suspended = events(world).findIndex(({ transactionInfo }) => transactionInfo.chargingState === 'SuspendedEVSE');
    expect(events(world)[suspended]).toMatchObject({ eventType: 'Updated', triggerReason: 'ChargingStateChanged' });
    expect(events(world).slice(0, suspended).every((event) => event.offline === true)).toBe(true);
    expect(powerW(world)).toBe(0);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).find(({ triggerReason }) => triggerReason === 'StopAuthorized')).toMatchObject({ eventType: 'Ended', idToken: wire(CARD) });
  });

  it('C15.FR.01 while offline it isn\'t cached; the CSMS\'s answer is', async () => {
    const world = await station({ ...LOCAL, 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await offline(world);
    await charging(world);
    await world.seconds(5);
    expect(cachedTokens(world)).toBe(0);
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }));
    await online(world);
    expect(cachedTokens(world)).toBe(1);
  });

  it('C15.FR.03 StopTxOnInvalidId=true, TxStopPoint EVConnected: Updated, Deauthorized, no energy; the cable ends it', async () => {
    const world = await unknownThenInvalid({ 'TxCtrlr.StopTxOnInvalidId': 'true', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    const deauthorized = events(world).filter(isOnline).find(({ triggerReason }) => triggerReason === 'Deauthorized');
    expect(deauthorized).toMatchObject({ eventType: 'Updated' });
    expect(['EVConnected', 'SuspendedEVSE']).toContain(deauthorized?.transactionInfo.chargingState);
    expect(powerW(world)).toBe(0);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'DeAuthorized' } });
  });

  it.each(['Authorized', 'PowerPathClosed', 'EnergyTransfer'])('C15.FR.04 StopTxOnInvalidId=true, TxStopPoint %s: Ended, Deauthorized', async (point) => {
    const world = await unknownThenInvalid({ 'TxCtrlr.StopTxOnInvalidId': 'true', 'TxCtrlr.TxStopPoint': point });
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized', transactionInfo: { stoppedReason: 'DeAuthorized' } });
    expect(powerW(world)).toBe(0);
  });

  it('C15.FR.05 the cable stays locked until its owner shows his token; nobody else frees it', async () => {
    const world = await unknownThenInvalid({ 'TxCtrlr.StopTxOnInvalidId': 'true', 'TxCtrlr.TxStopPoint': 'Authorized' });
    const locked = (): boolean | undefined => world.agent.snapshot().evses[0]?.connectors[0]?.locked;
    expect(locked()).toBe(true);
    expect(await world.card(OTHER)).toMatchObject({ status: 'ConcurrentTx' });
    await world.seconds(5);
    expect(locked()).toBe(true);
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(locked()).toBe(false);
  });

  it('C15.FR.07 StopTxOnInvalidId=false, MaxEnergyOnInvalidId=2000: it goes on to that energy, and no further', async () => {
    const world = await unknownThenInvalid({ 'TxCtrlr.StopTxOnInvalidId': 'false', 'TxCtrlr.MaxEnergyOnInvalidId': '2000' });
    expect(powerW(world)).toBeGreaterThan(1000);
    await world.seconds(3600);
    expect(powerW(world)).toBe(0);
    const { transaction } = world.state.evses[0] ?? {};
    expect(transaction?.energyWh).toBeGreaterThanOrEqual(2000);
    expect(transaction?.energyWh).toBeLessThan(2050);
    expect(events(world).findLast(({ transactionInfo }) => transactionInfo.chargingState !== undefined)?.transactionInfo.chargingState).toBe('SuspendedEVSE');
    expect(events(world).some(({ eventType }) => eventType === 'Ended')).toBe(false);
  });
});

/** As the technician sees it: nobody can ask by OCPP now. */
function cachedTokens(world: World): number {
  return Number(world.agent.variables().find(({ component, variable }) => component === 'AuthCacheCtrlr' && variable === 'Entries')?.value);
}
