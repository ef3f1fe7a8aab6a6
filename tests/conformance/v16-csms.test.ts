/** OCPP 1.6 station test cases: what the CSMS asks for, power failures, time without a connection. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, chargePoint, configure, offline, online, since, statuses } from './charge-point.ts';

describe('remote control', () => {
  it('TC_010_CS remote start, cable first', async () => {
    const world = await chargePoint();
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.ask('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: 'APP1' }]);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Charging']);
  });

  it.each(['true', 'false'])('TC_011_1_CS remote start first, AuthorizeRemoteTxRequests=%s', async (authorize) => {
    const world = await chargePoint();
    await configure(world, 'AuthorizeRemoteTxRequests', authorize);
    expect(await world.ask('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.of('Authorize')).toEqual(authorize === 'true' ? [{ idTag: 'APP1' }] : []);
    expect(statuses(world).at(-1)).toBe('Preparing');
    world.ev().plugIn();
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: 'APP1' }]);
    expect(statuses(world).at(-1)).toBe('Charging');
  });

  it('TC_011_2_CS remote start and no cable within ConnectionTimeOut: Available again', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '20');
    await world.ask('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 });
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('Preparing');
    await world.seconds(25);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Available']);
    expect(world.csms.of('StartTransaction')).toEqual([]);
  });

  it('TC_012_CS remote stop: reason Remote, Finishing', async () => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ transactionId: 1001, reason: 'Remote' }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });

  it('TC_026_CS a connector in use: Rejected', async () => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 })).toEqual({ status: 'Rejected' });
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
  });

  it('TC_027_CS connector 0: Rejected', async () => {
    const world = await chargePoint();
    expect(await world.ask('RemoteStartTransaction', { idTag: 'APP1', connectorId: 0 })).toEqual({ status: 'Rejected' });
  });

  it('TC_028_CS an unknown transaction: Rejected, and the running one goes on', async () => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('RemoteStopTransaction', { transactionId: 4711 })).toEqual({ status: 'Rejected' });
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toEqual([]);
  });

  it('TC_017_1_CS unlock without a session', async () => {
    const world = await chargePoint();
    expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  });

  it('TC_018_1_CS unlock in a session: it ends first as UnlockCommand, Finishing, Available without the cable', async () => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ reason: 'UnlockCommand' }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
    world.ev().unplug();
    await world.seconds(5);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('TC_030_CS the lock is stuck: UnlockFailed', async () => {
    const world = await chargePoint();
    world.ev().plugIn();
    world.ev().fault('ConnectorLockFailure');
    await world.seconds(2);
    expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'UnlockFailed' });
  });

  it('TC_031_CS an unknown connector: NotSupported', async () => {
    const world = await chargePoint();
    expect(await world.ask('UnlockConnector', { connectorId: 9 })).toEqual({ status: 'NotSupported' });
  });

  it('TC_054_CS TriggerMessage: each is answered, then the message comes; nothing going on is Idle', async () => {
    const world = await chargePoint();
    for (const [requestedMessage, target, content] of [
      ['MeterValues', { connectorId: 1 }, { connectorId: 1 }], ['Heartbeat', {}, {}], ['StatusNotification', { connectorId: 1 }, { connectorId: 1, status: 'Available' }],
      ['DiagnosticsStatusNotification', {}, { status: 'Idle' }], ['FirmwareStatusNotification', {}, { status: 'Idle' }],
    ] as const) {
      const seen = since(world);
      expect(await world.ask('TriggerMessage', { requestedMessage, ...target })).toEqual({ status: 'Accepted' });
      await world.seconds(2);
      expect([requestedMessage, seen(requestedMessage)]).toMatchObject([requestedMessage, [content]]);
    }
  });

  it('TC_055_CS a trigger for a connector that isn\'t there: Rejected', async () => {
    const world = await chargePoint();
    const seen = since(world);
    expect(await world.ask('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 9 })).toEqual({ status: 'Rejected' });
    await world.seconds(2);
    expect(seen('MeterValues')).toEqual([]);
  });

  it('TC_062_CS DataTransfer of an unknown vendor: UnknownVendorId', async () => {
    const world = await chargePoint();
    expect(await world.ask('DataTransfer', { vendorId: 'example.org', messageId: 'x', data: 'y' })).toEqual({ status: 'UnknownVendorId' });
  });
});

describe('reset', () => {
  it.each([['TC_013_CS', 'Hard'], ['TC_014_CS', 'Soft']])('%s %s without transaction: an inoperative connector stays so over the restart', async (_, type) => {
    const world = await chargePoint({ evses: 2 });
    expect(await world.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect(statuses(world, 1).at(-1)).toBe('Unavailable');
    const seen = since(world);
    expect(await world.ask('Reset', { type })).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expect(seen('BootNotification')).toHaveLength(1);
    const last = new Map(seen('StatusNotification').map(({ connectorId, status }) => [connectorId, status]));
    expect([...last].sort()).toEqual([[0, 'Available'], [1, 'Unavailable'], [2, 'Available']]);
    expect(await world.ask('ChangeAvailability', { connectorId: 1, type: 'Operative' })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect(statuses(world, 1).at(-1)).toBe('Available');
  });

  it.each([['TC_015_CS', 'Hard', 'HardReset'], ['TC_016_CS', 'Soft', 'SoftReset']])('%s %s in a session: it stops as %s, the car is still there after the restart', async (_, type, reason) => {
    const world = await chargePoint({ evses: 2 });
    await charging(world);
    const seen = since(world);
    expect(await world.ask('Reset', { type })).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    expect(seen('StopTransaction')).toMatchObject([{ transactionId: 1001, reason }]);
    expect(seen('BootNotification')).toHaveLength(1);
    expect(statuses(world)).toContain('Finishing');
    expect(['Finishing', 'Preparing']).toContain(statuses(world).at(-1));
    expect(statuses(world, 2).at(-1)).toBe('Available');
  });
});

describe('configuration', () => {
  const CORE_READ_WRITE = ['ClockAlignedDataInterval', 'ConnectionTimeOut', 'ConnectorPhaseRotation', 'HeartbeatInterval', 'LocalAuthorizeOffline',
    'LocalPreAuthorize', 'MeterValuesAlignedData', 'MeterValuesSampledData', 'MeterValueSampleInterval', 'ResetRetries', 'StopTransactionOnInvalidId',
    'StopTxnAlignedData', 'StopTxnSampledData', 'TransactionMessageAttempts', 'TransactionMessageRetryInterval'];
  const CORE_READ_ONLY = ['GetConfigurationMaxKeys', 'NumberOfConnectors', 'SupportedFeatureProfiles'];

  it('TC_019_CS GetConfiguration: one key, all keys with their accessibility, as many as GetConfigurationMaxKeys', async () => {
    interface Key { key: string; readonly: boolean; value?: string }
    const world = await chargePoint();
    const get = async (key?: string[]): Promise<{ configurationKey: Key[]; unknownKey?: string[] }> =>
      await world.ask('GetConfiguration', key === undefined ? {} : { key }) as never;
    const profiles = await get(['SupportedFeatureProfiles']);
    expect(profiles.configurationKey).toMatchObject([{ key: 'SupportedFeatureProfiles', value: expect.stringContaining('Core') }]);
    expect(profiles.unknownKey ?? []).toEqual([]);
    const all = (await get()).configurationKey;
    const access = new Map(all.map(({ key, readonly }) => [key, readonly]));
    expect(CORE_READ_WRITE.filter((key) => access.get(key) !== false)).toEqual([]);
    expect(CORE_READ_ONLY.filter((key) => access.get(key) !== true)).toEqual([]);
    expect(access.has('AuthorizeRemoteTxRequests') && access.has('UnlockConnectorOnEVSideDisconnect')).toBe(true);
    const most = Number((await get(['GetConfigurationMaxKeys'])).configurationKey[0]?.value);
    const wanted = all.slice(0, Math.min(most, all.length)).map(({ key }) => key);
    const some = await get(wanted);
    expect(some.configurationKey.map(({ key }) => key)).toEqual(wanted);
    expect(some.unknownKey ?? []).toEqual([]);
  });

  it('TC_021_CS ChangeConfiguration: what was set is what is read', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '37');
    expect((await world.ask('GetConfiguration', { key: ['MeterValueSampleInterval'] })).configurationKey).toMatchObject([{ key: 'MeterValueSampleInterval', value: '37' }]);
  });

  it('TC_040_1_CS an unknown key: NotSupported', async () => {
    const world = await chargePoint();
    expect(await world.ask('ChangeConfiguration', { key: 'Testing', value: 'true' })).toEqual({ status: 'NotSupported' });
  });

  it('TC_040_2_CS a value that can\'t be: Rejected', async () => {
    const world = await chargePoint();
    expect(await world.ask('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '-1' })).toEqual({ status: 'Rejected' });
  });
});

describe('power failure', () => {
  it('TC_032_1_CS with a back-up supply: the session ends as PowerLoss before the station goes down, and is over after the boot', async () => {
    const world = await chargePoint({ evses: 2 });
    await charging(world);
    const before = since(world);
    void world.agent.powerFailing();
    await world.seconds(5);
    expect(before('StopTransaction')).toMatchObject([{ transactionId: 1001, reason: 'PowerLoss' }]);
    expect(before('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Finishing' });
    expect(world.state.evses[0]?.powerW).toBe(0);
    world.kill();
    await world.seconds(10);
    const after = since(world);
    await world.start(10);
    expect(after('BootNotification')).toHaveLength(1);
    expect(after('StatusNotification').map(({ connectorId, status }) => [connectorId, status]).sort()).toEqual([[0, 'Available'], [1, 'Finishing'], [2, 'Available']]);
    await world.seconds(60);
    expect(after('StopTransaction')).toEqual([]);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_032_2_CS in a session: after the boot it goes on, and ends with the card', async () => {
    const world = await chargePoint();
    await charging(world);
    world.kill();
    await world.seconds(10);
    const seen = since(world);
    await world.start(10);
    expect(seen('BootNotification')).toHaveLength(1);
    expect(statuses(world).at(-1)).toBe('Charging');
    await world.card();
    await world.seconds(5);
    expect(seen('StartTransaction')).toEqual([]);
    expect(seen('StopTransaction')).toMatchObject([{ transactionId: 1001, reason: 'Local' }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });

  it('TC_034_CS an unavailable station is unavailable after the power came back', async () => {
    const world = await chargePoint({ evses: 2 });
    expect(await world.ask('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect([0, 1, 2].map((connectorId) => statuses(world, connectorId).at(-1))).toEqual(['Unavailable', 'Unavailable', 'Unavailable']);
    world.kill();
    await world.seconds(5);
    const seen = since(world);
    await world.start(5);
    expect(seen('BootNotification')).toHaveLength(1);
    expect(seen('StatusNotification').map(({ connectorId, status }) => [connectorId, status]).sort()).toEqual([[0, 'Unavailable'], [1, 'Unavailable'], [2, 'Unavailable']]);
  });
});

describe('without a connection', () => {
  it('TC_036_CS samples wait in the station and come in order, none missing', async () => {
    const world = await chargePoint();
    await configure(world, 'MeterValueSampleInterval', '20');
    await charging(world);
    await offline(world);
    await world.seconds(100);
    await online(world);
    const times = world.csms.of('MeterValues').flatMap((request) => (request.meterValue as { timestamp: string }[]).map(({ timestamp }) => Date.parse(timestamp)));
    expect(times.length).toBeGreaterThanOrEqual(8);
    for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBe(20_000);
  });

  /** The token is known offline, then starts a session there. */
  async function startedOffline(world: Awaited<ReturnType<typeof chargePoint>>): Promise<void> {
    for (const key of ['LocalAuthorizeOffline', 'AuthorizationCacheEnabled', 'AllowOfflineTxForUnknownId']) await configure(world, key, 'true');
    await offline(world);
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(10);
    expect(world.csms.of('StartTransaction')).toEqual([]);
  }

  it('TC_037_1_CS a session that began offline is told with the time it began', async () => {
    const world = await chargePoint();
    await startedOffline(world);
    const beganBefore = world.clock.wallMs();
    await online(world);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: CARD.value }]);
    expect(Date.parse(String(world.csms.of('StartTransaction')[0]?.timestamp))).toBeLessThanOrEqual(beganBefore);
    expect(statuses(world).at(-1)).toBe('Charging');
  });

  it('TC_037_2_CS the CSMS calls the token invalid, StopTransactionOnInvalidId=false: SuspendedEVSE, no energy, no stop', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnInvalidId', 'false');
    await startedOffline(world);
    world.csms.answers.set('StartTransaction', () => ({ transactionId: 88, idTagInfo: { status: 'Invalid' } }));
    await online(world);
    expect(statuses(world).at(-1)).toBe('SuspendedEVSE');
    expect(world.state.evses[0]?.powerW).toBe(0);
    expect(world.csms.of('StopTransaction')).toEqual([]);
  });

  it('TC_037_3_CS likewise with StopTransactionOnInvalidId=true: stopped as DeAuthorized, Finishing', async () => {
    const world = await chargePoint();
    await configure(world, 'StopTransactionOnInvalidId', 'true');
    await startedOffline(world);
    world.csms.answers.set('StartTransaction', () => ({ transactionId: 88, idTagInfo: { status: 'Invalid' } }));
    await online(world);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ transactionId: 88, reason: 'DeAuthorized' }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('TC_038_CS stopped offline: told as Local once the connection is back', async () => {
    const world = await chargePoint();
    await charging(world);
    await offline(world);
    await world.card();
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toEqual([]);
    await online(world);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ transactionId: 1001, reason: 'Local' }]);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });

  it('TC_039_CS a whole session offline: start and stop, in order, under the id of the answer', async () => {
    const world = await chargePoint();
    await startedOffline(world);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    await online(world);
    expect(world.csms.received.map(({ action }) => action).filter((action) => action.endsWith('Transaction'))).toEqual(['StartTransaction', 'StopTransaction']);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ transactionId: 1001, reason: 'Local' }]);
  });
});
