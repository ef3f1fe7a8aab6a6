/** OCPP 1.6 station test cases: boot, sessions, cache, meter values, faults. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, chargePoint, configure, OTHER, since, statuses, World } from './charge-point.ts';

describe('cold boot', () => {
  it('TC_001_CS boots, tells every connector and itself, then a Heartbeat every interval of the answer', async () => {
    const world = new World({ edition: 'ocpp1.6', evses: 2 });
    world.csms.answers.set('BootNotification', () => ({ status: 'Accepted', currentTime: '2026-06-01T12:00:00Z', interval: 60 }));
    await world.start();
    expect(world.csms.received[0]).toMatchObject({ action: 'BootNotification', payload: { chargePointVendor: 'Kerbside' } });
    expect(world.csms.of('StatusNotification').map(({ connectorId, status, errorCode }) => [connectorId, status, errorCode]).sort())
      .toEqual([[0, 'Available', 'NoError'], [1, 'Available', 'NoError'], [2, 'Available', 'NoError']]);
    await world.seconds(250);
    const beats = world.csms.received.filter(({ action }) => action === 'Heartbeat').map(({ atMs }) => atMs);
    expect(beats.length).toBeGreaterThanOrEqual(3);
    for (const [index, atMs] of beats.slice(1).entries()) expect(atMs - (beats[index] ?? 0)).toBe(60_000);
  });

  it('TC_002_CS Pending: the configuration is read and set, the next boot comes after the interval, only then the rest', async () => {
    const world = new World({ edition: 'ocpp1.6' });
    world.csms.answers.set('BootNotification', () => ({ status: 'Pending', currentTime: '2026-06-01T12:00:00Z', interval: 30 }));
    await world.start();
    expect((await world.ask('GetConfiguration', {})).configurationKey).toEqual(expect.arrayContaining([expect.objectContaining({ key: 'HeartbeatInterval' })]));
    await configure(world, 'MeterValueSampleInterval', '45');
    await world.seconds(20);
    expect(world.csms.received.map(({ action }) => action)).toEqual(['BootNotification']);
    world.csms.answers.delete('BootNotification');
    await world.seconds(15);
    const boots = world.csms.received.filter(({ action }) => action === 'BootNotification');
    expect((boots[1]?.atMs ?? 0) - (boots[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(statuses(world)).toEqual(['Available']);
    expect((await world.ask('GetConfiguration', { key: ['MeterValueSampleInterval'] })).configurationKey).toMatchObject([{ value: '45' }]);
  });
});

describe('a session starts', () => {
  it('TC_003_CS plug in first: Preparing, Authorize, StartTransaction, Charging', async () => {
    const world = await chargePoint();
    const seen = since(world);
    world.ev().plugIn();
    await world.seconds(2);
    expect(statuses(world).at(-1)).toBe('Preparing');
    await world.card();
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([{ idTag: CARD.value }]);
    expect(seen('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: CARD.value }]);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Charging']);
  });

  it('TC_004_1_CS identification first: Preparing, then with the cable StartTransaction and Charging', async () => {
    const world = await chargePoint();
    await world.card();
    await world.seconds(2);
    expect(statuses(world).at(-1)).toBe('Preparing');
    expect(world.csms.of('StartTransaction')).toEqual([]);
    world.ev().plugIn();
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: CARD.value }]);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Charging']);
  });

  it('TC_004_2_CS no cable within ConnectionTimeOut: Available again, no transaction', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '20');
    await world.card();
    await world.seconds(15);
    expect(statuses(world).at(-1)).toBe('Preparing');
    await world.seconds(10);
    expect(statuses(world).at(-1)).toBe('Available');
    expect([world.csms.of('StartTransaction'), world.csms.of('StopTransaction')]).toEqual([[], []]);
  });

  it('TC_007_CS a cached token: the remote start begins at once, without Authorize', async () => {
    const world = await chargePoint();
    for (const key of ['AuthorizationCacheEnabled', 'LocalPreAuthorize', 'AuthorizeRemoteTxRequests']) await configure(world, key, 'true');
    await charging(world); // the answers of this session put the token into the cache
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    const seen = since(world);
    world.ev().plugIn();
    await world.seconds(2);
    expect(statuses(world).at(-1)).toBe('Preparing');
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(seen('StartTransaction')).toMatchObject([{ idTag: CARD.value }]);
    expect(statuses(world).at(-1)).toBe('Charging');
  });

  it('TC_061_CS ClearCache: the token of before must be asked for again', async () => {
    const world = await chargePoint();
    for (const key of ['AuthorizationCacheEnabled', 'LocalPreAuthorize']) await configure(world, key, 'true');
    await configure(world, 'ConnectionTimeOut', '10');
    await world.card();
    await world.seconds(15);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Available']);
    await world.card(); // cached: nobody is asked
    await world.seconds(15);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(await world.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
    await world.card();
    expect(world.csms.of('Authorize')).toEqual([{ idTag: CARD.value }, { idTag: CARD.value }]);
  });

  it('TC_023_CS an invalid token starts nothing', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalPreAuthorize', 'true');
    world.csms.answers.set('Authorize', () => ({ idTagInfo: { status: 'Invalid' } }));
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card()).toEqual({ status: 'Invalid', by: 'csms' });
    await world.seconds(60);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(world.csms.of('StartTransaction')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_024_CS the lock fails: Faulted with ConnectorLockFailure, no transaction', async () => {
    const world = await chargePoint();
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect(statuses(world).at(-1)).toBe('Preparing');
    world.ev().fault('ConnectorLockFailure');
    world.ev().plugIn();
    await world.seconds(10);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Faulted', errorCode: 'ConnectorLockFailure' });
    expect(world.csms.of('StartTransaction')).toEqual([]);
  });

  it('a plug that doesn\'t lock when it is told to: Faulted with ConnectorLockFailure, no energy; pulled and pushed in well it serves', async () => {
    const world = await chargePoint();
    world.ev().jamLock(true);
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(10);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Faulted', errorCode: 'ConnectorLockFailure' });
    expect(world.state.evses[0]?.powerW).toBe(0);
    world.ev().unplug();
    await world.seconds(5);
    expect(statuses(world).at(-1)).toBe('Available');
    await charging(world);
  });

  it('TC_041_CS in a fault nothing starts', async () => {
    const world = await chargePoint();
    world.ev().fault('GroundFailure');
    await world.seconds(2);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(120);
    expect(world.csms.of('StartTransaction')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });
});

describe('a session ends', () => {
  it('TC_068_CS another token doesn\'t stop it; the one that started it does: Finishing', async () => {
    const world = await chargePoint();
    await charging(world);
    await world.card(OTHER, 1);
    await world.seconds(10);
    expect(world.csms.of('StopTransaction')).toEqual([]);
    expect(statuses(world).at(-1)).toBe('Charging');
    await world.card();
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ idTag: CARD.value, transactionId: 1001 }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });

  it('TC_069_CS a token of the same parent stops it, under its own name', async () => {
    const world = await chargePoint();
    const family = { status: 'Accepted', parentIdTag: 'FAMILY' };
    world.csms.answers.set('Authorize', () => ({ idTagInfo: family }));
    world.csms.answers.set('StartTransaction', () => ({ transactionId: 77, idTagInfo: family }));
    await charging(world);
    const seen = since(world);
    await world.card(OTHER, 1);
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([{ idTag: OTHER.value }]);
    expect(seen('StopTransaction')).toMatchObject([{ idTag: OTHER.value, transactionId: 77 }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });

  it.each([['TC_005_1_CS', 'true'], ['TC_005_2_CS', 'false']])('%s the cable goes on the EV\'s side, UnlockConnectorOnEVSideDisconnect=%s: stopped as EVDisconnected', async (id, unlock) => {
    const world = await chargePoint();
    await configure(world, 'MinimumStatusDuration', '0');
    await configure(world, 'StopTransactionOnEVSideDisconnect', 'true');
    await configure(world, 'UnlockConnectorOnEVSideDisconnect', unlock);
    await charging(world);
    world.ev().unplug();
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ reason: 'EVDisconnected' }]);
    // Unlocked, the cable is out of the way; locked in, it waits for its driver.
    expect(statuses(world).slice(2)).toEqual(unlock === 'true' ? ['Charging', 'Finishing', 'Available'] : ['Charging', 'Finishing']);
    if (id === 'TC_005_2_CS') expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  });

  it('TC_005_3_CS StopTransactionOnEVSideDisconnect=false: it stays, suspended, until a remote stop', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnEVSideDisconnect', 'false');
    await charging(world);
    world.ev().unplug();
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toEqual([]);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ status: expect.stringMatching(/^SuspendedEV(SE)?$/), info: 'EV side disconnected' });
    expect(await world.ask('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ reason: 'Remote' }]);
    expect(statuses(world).slice(-2)).toEqual(['Finishing', 'Available']);
  });
});

describe('the car comes back', () => {
  it('section 4.9 StopTransactionOnEVSideDisconnect=false: from suspended to Charging, never back to Preparing', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnEVSideDisconnect', 'false');
    await charging(world);
    world.ev().unplug();
    await world.seconds(5);
    world.ev().plugIn();
    await world.seconds(10);
    expect(statuses(world).filter((status, index, all) => status !== all[index - 1])).toEqual(['Available', 'Preparing', 'Charging', 'SuspendedEV', 'Charging']);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
  });
});

interface WireMeterValues { timestamp: string; sampledValue: { context: string; measurand?: string }[] }
const meterValues = (world: World): WireMeterValues[] => world.csms.of('MeterValues').flatMap((request) => request.meterValue as WireMeterValues[]);
const measurands = (value: WireMeterValues): string[] => [...new Set(value.sampledValue.map(({ measurand }) => measurand ?? 'Energy.Active.Import.Register'))].sort();

describe('meter values', () => {
  it('TC_070_CS a sample of the configured measurands every MeterValueSampleInterval', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '20');
    await configure(world, 'ClockAlignedDataInterval', '0');
    await configure(world, 'MeterValuesSampledData', 'Energy.Active.Import.Register,Power.Active.Import');
    await charging(world);
    await world.seconds(65);
    const values = meterValues(world);
    expect(values.length).toBeGreaterThanOrEqual(3);
    const times = values.map(({ timestamp }) => Date.parse(timestamp));
    for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBe(20_000);
    for (const value of values) {
      expect(new Set(value.sampledValue.map(({ context }) => context))).toEqual(new Set(['Sample.Periodic']));
      expect(measurands(value)).toEqual(['Energy.Active.Import.Register', 'Power.Active.Import']);
    }
  });

  it('TC_071_CS clock-aligned ones on the clock\'s own beat', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '0');
    await configure(world, 'ClockAlignedDataInterval', '20');
    await configure(world, 'MeterValuesAlignedData', 'Energy.Active.Import.Register,Voltage');
    await world.seconds(7); // out of step with the clock
    await charging(world);
    const from = meterValues(world).length;
    await world.seconds(65);
    const values = meterValues(world).slice(from);
    expect(values.length).toBeGreaterThanOrEqual(3);
    for (const value of values) {
      expect(Date.parse(value.timestamp) % 20_000).toBe(0);
      expect(new Set(value.sampledValue.map(({ context }) => context))).toEqual(new Set(['Sample.Clock']));
      expect(measurands(value)).toEqual(['Energy.Active.Import.Register', 'Voltage']);
    }
    const times = [...new Set(values.map(({ timestamp }) => Date.parse(timestamp)))];
    for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBe(20_000);
  });
});
