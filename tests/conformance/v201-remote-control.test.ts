/** OCPP 2.0.1 station test cases and requirements, block F: remote start, stop, unlock and triggers beyond the plain course. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, OTHER, since, station, statuses, type World } from './charging-station.ts';
import { manufacturer, prepare, request } from './firmware.ts';

const LOCKLESS = { connectors: [{ type: 'cType2', canLock: false }] } as const;

const start = (world: World, more: Record<string, unknown> = { evseId: 1 }): Promise<Record<string, unknown>> =>
  world.ask('RequestStartTransaction', { remoteStartId: 7, idToken: { idToken: CARD.value, type: CARD.type }, ...more });
const stop = async (world: World): Promise<unknown> =>
  (await world.ask('RequestStopTransaction', { transactionId: events(world)[0]?.transactionInfo.transactionId })).status;
const unlock = (world: World): Promise<Record<string, unknown>> => world.ask('UnlockConnector', { evseId: 1, connectorId: 1 });
const locked = (world: World): boolean | undefined => world.agent.snapshot().evses[0]?.connectors[0]?.locked;

const profile = (more: Record<string, unknown> = {}): object => ({
  id: 1, stackLevel: 0, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative',
  chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }] }], ...more,
});

describe('F01, F02: remote start', () => {
  it('F01.FR.13, F01.FR.25: the cable has begun a transaction: its id in the answer, and remoteStartId in its next event', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    world.ev().plugIn();
    await world.seconds(3);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    expect(await start(world)).toMatchObject({ status: 'Accepted', transactionId });
    await world.seconds(4);
    expect(events(world)[1]).toMatchObject({
      eventType: 'Updated', triggerReason: 'RemoteStart', idToken: { idToken: CARD.value }, transactionInfo: { transactionId, remoteStartId: 7 },
    });
  });

  it('F01.FR.01, F02.FR.09: AuthorizeRemoteStart=true and a token that the CSMS refuses: nothing starts', async () => {
    const world = await station({ 'AuthCtrlr.AuthorizeRemoteStart': 'true' });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Blocked' } }));
    world.ev().plugIn();
    await world.seconds(2);
    expect(await start(world)).toMatchObject({ status: 'Accepted' });
    await world.seconds(20);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(events(world)).toEqual([]);
  });

  it.each([['Central'], ['NoAuthorization']])('F01.FR.02, F02.FR.10: a token of type %s isn\'t asked about', async (type) => {
    const world = await station({ 'AuthCtrlr.AuthorizeRemoteStart': 'true' });
    world.ev().plugIn();
    await world.seconds(2);
    await start(world, { evseId: 1, idToken: { idToken: type === 'Central' ? 'APP' : '', type } });
    await world.seconds(4);
    expect(world.csms.of('Authorize')).toEqual([]);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', triggerReason: 'RemoteStart', idToken: { type } });
  });

  it.each([['PowerPathClosed', 'Started'], ['Authorized', 'Updated']])('F01.FR.20, F02.FR.22 TxStartPoint %s: no evseId, and the cable goes in at EVSE 2: told in an event', async (point, eventType) => {
    const world = await station({ 'TxCtrlr.TxStartPoint': point }, { evses: 2 });
    expect(await start(world, {})).toMatchObject({ status: 'Accepted' });
    await world.seconds(2);
    world.ev(2).plugIn();
    await world.seconds(5);
    expect(events(world).filter(({ evse }) => evse?.connectorId !== undefined)).toMatchObject([{ eventType, evse: { id: 2, connectorId: 1 } }]);
    expect(events(world).filter(({ eventType: type }) => type === 'Started')).toHaveLength(1);
    expect(world.state.evses[1]?.transaction?.chargingState).toBe('Charging');
  });

  it.each([
    ['broken', async (world: World) => world.ev().fault('GroundFailure')],
    ['inoperative', async (world: World) => world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } })],
    ['part of an inoperative station', async (world: World) => world.ask('ChangeAvailability', { operationalStatus: 'Inoperative' })],
  ])('F01.FR.23, F02.FR.25: the EVSE is %s: Rejected', async (_, prepareIt) => {
    const world = await station();
    await prepareIt(world);
    await world.seconds(2);
    expect(await start(world)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: expect.any(String) } });
    world.ev().plugIn();
    await world.seconds(20);
    expect(events(world)).toEqual([]);
  });

  it('F01.FR.24, F02.FR.26: a transaction is authorized there already: Rejected, and it goes on', async () => {
    const world = await station();
    await charging(world);
    expect(await start(world, { evseId: 1, idToken: { idToken: OTHER.value, type: OTHER.type } })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'TxInProgress' } });
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('F01.FR.10, F02.FR.18: the profile that comes along limits this transaction', async () => {
    const world = await station();
    await start(world, { evseId: 1, chargingProfile: profile() });
    world.ev().plugIn();
    await world.seconds(20);
    const powerW = world.state.evses[0]?.powerW ?? 0;
    expect(powerW).toBeGreaterThan(4000);
    expect(powerW).toBeLessThan(3 * 8 * 235);
  });

  it.each([
    ['F01.FR.09, F01.FR.26, F02.FR.17, F02.FR.27', 'another purpose', { chargingProfilePurpose: 'TxDefaultProfile' }],
    ['F01.FR.11, F01.FR.26, F02.FR.19, F02.FR.27', 'a transactionId', { transactionId: 'some' }],
  ])('%s: a profile with %s: Rejected', async (_, __, more) => {
    const world = await station();
    expect(await start(world, { evseId: 1, chargingProfile: profile(more) })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: expect.stringMatching(/Invalid/) } });
    world.ev().plugIn();
    await world.seconds(10);
    expect(events(world)).toEqual([]);
  });

  it('F02.FR.08: no cable in time, TxStopPoint ParkingBayOccupancy: deauthorized, EVConnectTimeout', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'ParkingBayOccupancy', 'TxCtrlr.TxStopPoint': 'ParkingBayOccupancy', 'TxCtrlr.EVConnectionTimeOut': '20' });
    world.ev().parkingBay(true);
    await world.seconds(2);
    await start(world);
    await world.seconds(25);
    expect(world.csms.story).toEqual(['Started/EVDetected', 'Updated/RemoteStart', 'Updated/EVConnectTimeout']);
    world.ev().plugIn();
    await world.seconds(10);
    expect(world.state.evses[0]?.powerW).toBe(0);
  });
});

describe('F03, F04: remote stop', () => {
  it('F03.FR.02, F03.FR.04, F03.FR.09, F04.FR.02, F04.FR.03, F04.FR.04: TxStopPoint EVConnected: no more energy, unlocked, Updated; Ended with the cable', async () => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'EVConnected', 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    expect(locked(world)).toBe(true);
    const seen = since(world);
    expect(await stop(world)).toBe('Accepted');
    await world.seconds(4);
    expect(seen('TransactionEvent')[0]).toMatchObject({ eventType: 'Updated', triggerReason: 'RemoteStop' });
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Updated', triggerReason: 'ChargingStateChanged', transactionInfo: { chargingState: 'EVConnected' } });
    expect([world.state.evses[0]?.powerW, locked(world)]).toEqual([0, false]);
    world.ev().unplug();
    await world.seconds(3);
    const ended = events(world).at(-1);
    expect(ended).toMatchObject({ eventType: 'Ended', triggerReason: 'EVCommunicationLost', transactionInfo: { stoppedReason: 'Remote' } });
    expect((ended?.meterValue ?? []).flatMap(({ sampledValue }) => sampledValue.map(({ context }) => context))).toContain('Transaction.End');
    expect(await stop(world)).toBe('Rejected'); // F03.FR.08: it isn't active any more
  });

  it('F03.FR.06, F04.FR.06: of many values for the end the intermediate ones go first', async () => {
    const world = await station({ 'SampledDataCtrlr.TxEndedInterval': '10', 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    await world.seconds(2000);
    await stop(world);
    await world.seconds(4);
    const contexts = (events(world).at(-1)?.meterValue ?? []).map(({ sampledValue }) => sampledValue[0]?.context);
    expect(contexts.length).toBeLessThan(150); // of 200
    expect([contexts[0], contexts.at(-1)]).toEqual(['Transaction.Begin', 'Transaction.End']);
  });
});

describe('F05: unlock', () => {
  it('TC_F_05_CS, F05.FR.02: an authorized transaction is running: it goes on, and its cable stays locked', async () => {
    const world = await station();
    await charging(world);
    expect(await unlock(world)).toEqual({ status: 'OngoingAuthorizedTransaction' });
    await world.seconds(5);
    expect([locked(world), world.state.evses[0]?.transaction?.chargingState]).toEqual([true, 'Charging']);
  });

  it('F05.FR.04: a cable that is held for its driver is let go', async () => {
    const world = await station({ 'OCPPCommCtrlr.UnlockOnEVSideDisconnect': 'false' });
    await charging(world);
    world.ev().unplug();
    await world.seconds(4);
    expect(locked(world)).toBe(true);
    expect(await unlock(world)).toEqual({ status: 'Unlocked' });
    await world.seconds(3);
    expect(locked(world)).toBe(false);
    expect(statuses(world).at(-1)).toBe('Available');
  });

  it('F05.FR.05: the lock doesn\'t move: UnlockFailed', async () => {
    const world = await station();
    world.ev().plugIn();
    world.ev().fault('ConnectorLockFailure', 1);
    await world.seconds(2);
    expect(await unlock(world)).toEqual({ status: 'UnlockFailed' });
  });

  it('F05.FR.07: no lock is fitted: CALLERROR NotSupported', async () => {
    const world = await station({}, LOCKLESS);
    expect(await unlock(world)).toEqual({ error: 'NotSupported' });
  });
});

describe('F06: triggers', () => {
  const trigger = async (world: World, requestedMessage: string, evse?: object): Promise<unknown> =>
    (await world.ask('TriggerMessage', { requestedMessage, ...(evse === undefined ? {} : { evse }) })).status;

  it.each([
    ['TC_F_15_CS, F06.FR.15', 'LogStatusNotification', undefined], ['TC_F_17_CS, F06.FR.03, F06.FR.16', 'FirmwareStatusNotification', { id: 1 }],
    ['TC_F_18_CS, F06.FR.16', 'FirmwareStatusNotification', undefined],
  ])('%s %s of %j: Idle', async (_, message, evse) => {
    const world = await station();
    const seen = since(world);
    expect(await trigger(world, message, evse)).toBe('Accepted');
    await world.seconds(2);
    expect(seen(message)).toMatchObject([{ status: 'Idle' }]);
  });

  it('TC_F_16_CS, F06.FR.14 LogStatusNotification during an upload: Uploading', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 200, delayMs: 20_000 });
    expect(await world.ask('GetLog', { logType: 'DiagnosticsLog', requestId: 8, log: { remoteLocation: 'https://files.example/logs' } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(2);
    const seen = since(world);
    expect(await trigger(world, 'LogStatusNotification')).toBe('Accepted');
    await world.seconds(2);
    expect(seen('LogStatusNotification')).toEqual([{ status: 'Uploading', requestId: 8 }]);
  });

  it('TC_F_19_CS FirmwareStatusNotification during a download: Downloading', async () => {
    const world = await station();
    await prepare(world, manufacturer);
    world.http.answer = () => ({ status: 200, delayMs: 20_000 });
    expect(await world.ask('UpdateFirmware', request(world, 9))).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.of('FirmwareStatusNotification').at(-1)).toMatchObject({ status: 'Downloading' });
    const seen = since(world);
    expect(await trigger(world, 'FirmwareStatusNotification')).toBe('Accepted');
    await world.seconds(2);
    expect(seen('FirmwareStatusNotification')).toEqual([{ status: 'Downloading', requestId: 9 }]);
  });

  it('F06.FR.03 an EVSE that isn\'t there is no matter to a message that isn\'t about one', async () => {
    const world = await station();
    const seen = since(world);
    expect(await trigger(world, 'Heartbeat', { id: 9 })).toBe('Accepted');
    await world.seconds(2);
    expect(seen('Heartbeat')).toHaveLength(1);
  });

  it.each([['MeterValues'], ['StatusNotification'], ['TransactionEvent']])('F06.FR.05 %s of an EVSE or connector that isn\'t there: Rejected, nothing follows', async (message) => {
    const world = await station();
    await charging(world);
    const seen = since(world);
    expect(await trigger(world, message, { id: 9 })).toBe('Rejected');
    expect(await trigger(world, message, { id: 1, connectorId: 9 })).toBe('Rejected');
    await world.seconds(3);
    expect(seen(message)).toEqual([]);
  });

  it('F06.FR.04, F06.FR.10 the answer goes before the message, and the message comes', async () => {
    const world = await station();
    for (const requestedMessage of ['Heartbeat', 'StatusNotification', 'MeterValues', 'LogStatusNotification', 'FirmwareStatusNotification', 'SignChargingStationCertificate']) {
      const from = world.csms.texts.length;
      const answer = await world.ask('TriggerMessage', { requestedMessage });
      await world.seconds(3);
      const frames = world.csms.texts.slice(from).map((text) => JSON.parse(text) as unknown[]);
      const answered = frames.findIndex(([type]) => type === 3);
      const sent = frames.findIndex(([type, , action]) => type === 2 && (action === requestedMessage || (requestedMessage.startsWith('Sign') && action === 'SignCertificate')));
      if (answer.status === 'Accepted') expect([requestedMessage, sent > answered && answered >= 0]).toEqual([requestedMessage, true]);
      else expect([requestedMessage, sent]).toEqual([requestedMessage, -1]);
    }
  });

  it('F06.FR.09 what is told is what holds now: the newest values, the present state', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    await world.seconds(600);
    const before = world.state.evses[0]?.meterWh ?? 0;
    expect(await trigger(world, 'MeterValues', { id: 1 })).toBe('Accepted');
    await world.seconds(2);
    const [value] = world.csms.of('MeterValues') as unknown as { meterValue: { timestamp: string; sampledValue: { value: number }[] }[] }[];
    expect(value?.meterValue[0]?.sampledValue[0]?.value).toBeGreaterThanOrEqual(Math.floor(before));
    expect(Math.abs(Date.parse(value?.meterValue[0]?.timestamp ?? '') - world.clock.wallMs())).toBeLessThan(5000);
    world.ev().evSuspend();
    await world.seconds(3);
    const seen = since(world);
    await trigger(world, 'TransactionEvent', { id: 1 });
    await world.seconds(2);
    expect(seen('TransactionEvent')).toMatchObject([{ triggerReason: 'Trigger', transactionInfo: { chargingState: 'SuspendedEV' } }]);
  });

  it('F06.FR.05, F06.FR.10 with no measurands there is nothing to send: Rejected', async () => {
    const world = await station({ 'AlignedDataCtrlr.Measurands': '' });
    expect(await trigger(world, 'MeterValues')).toBe('Rejected');
    expect(await trigger(world, 'TransactionEvent')).toBe('Rejected'); // none is running
  });

  it('F06.FR.06 every configured measurand of the aligned data', async () => {
    const world = await station({ 'AlignedDataCtrlr.Measurands': 'Voltage,Energy.Active.Import.Register,Frequency' });
    await trigger(world, 'MeterValues', { id: 1 });
    await world.seconds(2);
    const [{ meterValue }] = world.csms.of('MeterValues') as unknown as [{ meterValue: { sampledValue: { measurand?: string }[] }[] }];
    expect([...new Set(meterValue.flatMap(({ sampledValue }) => sampledValue.map(({ measurand }) => measurand)))].sort())
      .toEqual(['Energy.Active.Import.Register', 'Frequency', 'Voltage']);
  });

});
