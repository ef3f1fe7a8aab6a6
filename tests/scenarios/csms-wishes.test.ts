/** What the CSMS asks of the station, seen on the wire. */
import { describe, expect, it } from 'vitest';
import { CARD, World } from './world.ts';

const remoteStart = (over: object = {}): Record<string, unknown> => ({ remoteStartId: 7, idToken: { idToken: 'APP1', type: 'Central' }, evseId: 1, ...over });

describe('F: remote control (2.0.1)', () => {
  it('F02.FR.01, F02.FR.05, F02.FR.21 remote start, cable later: the next event says RemoteStart and carries token and remoteStartId', async () => {
    const world = await World.started();
    expect(await world.ask('RequestStartTransaction', remoteStart())).toMatchObject({ status: 'Accepted' });
    world.ev().plugIn();
    await world.seconds(5);
    expect(world.csms.of('TransactionEvent')[0]).toMatchObject({
      eventType: 'Started', triggerReason: 'RemoteStart', idToken: { idToken: 'APP1', type: 'Central' }, transactionInfo: { remoteStartId: 7 },
    });
    expect(world.csms.of('Authorize')).toEqual([]); // C05: Central isn't asked for again
  });

  it('F01 cable first: Started/RemoteStart', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.seconds(2);
    await world.ask('RequestStartTransaction', remoteStart());
    await world.seconds(3);
    expect(world.csms.story[0]).toBe('Started/RemoteStart');
  });

  it('F01.FR.01 AuthorizeRemoteStart asks first; F01.FR.02 and a refused token starts nothing', async () => {
    const world = await World.started({ settings: [['AuthCtrlr.AuthorizeRemoteStart', 'true']] });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Blocked' } }));
    world.ev().plugIn();
    await world.seconds(1);
    await world.ask('RequestStartTransaction', remoteStart({ idToken: { idToken: 'X', type: 'ISO14443' } }));
    await world.seconds(10);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(world.csms.story).toEqual([]);
  });

  it('F01.FR.24 an outlet in use: Rejected; an unknown EVSE: Rejected', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(3);
    expect(await world.ask('RequestStartTransaction', remoteStart())).toMatchObject({ status: 'Rejected' });
    expect(await world.ask('RequestStartTransaction', remoteStart({ evseId: 9 }))).toMatchObject({ status: 'Rejected' });
  });

  it('F01.FR.13 an unauthorised transaction runs already: its id comes back', async () => {
    const world = await World.started({ settings: [['TxCtrlr.TxStartPoint', 'EVConnected']] });
    world.ev().plugIn();
    await world.seconds(3);
    const id = (world.csms.of('TransactionEvent')[0]?.transactionInfo as { transactionId: string }).transactionId;
    expect(await world.ask('RequestStartTransaction', remoteStart())).toMatchObject({ status: 'Accepted', transactionId: id });
    await world.seconds(3);
    expect(world.csms.story.slice(0, 2)).toEqual(['Started/CablePluggedIn', 'Updated/RemoteStart']);
  });

  it('F03.FR.07 remote stop; F03.FR.08 of an unknown transaction', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(5);
    expect(await world.ask('RequestStopTransaction', { transactionId: 'nope' })).toMatchObject({ status: 'Rejected' });
    const id = world.state.evses[0]?.transaction?.id ?? '';
    expect(await world.ask('RequestStopTransaction', { transactionId: id })).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.of('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'RemoteStop', transactionInfo: { stoppedReason: 'Remote' } });
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('F05 unlock: a running transaction isn\'t disturbed; else the lock opens; an unknown connector', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(5);
    expect(await world.ask('UnlockConnector', { evseId: 1, connectorId: 1 })).toMatchObject({ status: 'OngoingAuthorizedTransaction' });
    await world.card();
    await world.seconds(3);
    expect(await world.ask('UnlockConnector', { evseId: 1, connectorId: 1 })).toMatchObject({ status: 'Unlocked' });
    expect(await world.ask('UnlockConnector', { evseId: 1, connectorId: 5 })).toMatchObject({ status: 'UnknownConnector' });
    world.ev().fault('ConnectorLockFailure');
    await world.seconds(1);
    expect(await world.ask('UnlockConnector', { evseId: 1, connectorId: 1 })).toMatchObject({ status: 'UnlockFailed' });
  });

  it('F06 triggers: the answer first, then the message', async () => {
    const world = await World.started();
    for (const [requestedMessage, action] of [['Heartbeat', 'Heartbeat'], ['StatusNotification', 'StatusNotification'], ['MeterValues', 'MeterValues']] as const) {
      const before = world.csms.of(action).length;
      expect(await world.ask('TriggerMessage', { requestedMessage, evse: { id: 1, connectorId: 1 } })).toMatchObject({ status: 'Accepted' });
      await world.seconds(1);
      expect(world.csms.of(action).length).toBe(before + 1);
    }
    expect(await world.ask('TriggerMessage', { requestedMessage: 'BootNotification' })).toMatchObject({ status: 'Rejected' }); // F06.FR.17
    expect(await world.ask('TriggerMessage', { requestedMessage: 'PublishFirmwareStatusNotification' })).toMatchObject({ status: 'NotImplemented' });
    expect(await world.ask('TriggerMessage', { requestedMessage: 'TransactionEvent' })).toMatchObject({ status: 'Rejected' });
  });
});

describe('B: provisioning', () => {
  it('B05, B06: set and get variables, per item', async () => {
    const world = await World.started();
    const item = (component: string, variable: string, attributeValue?: string): object => ({
      component: { name: component }, variable: { name: variable }, ...(attributeValue === undefined ? {} : { attributeValue }),
    });
    const set = await world.ask('SetVariables', { setVariableData: [item('TxCtrlr', 'EVConnectionTimeOut', '33'), item('TxCtrlr', 'Nope', '1'), item('Nope', 'X', '1')] });
    expect((set.setVariableResult as { attributeStatus: string }[]).map((result) => result.attributeStatus)).toEqual(['Accepted', 'UnknownVariable', 'UnknownComponent']);
    const get = await world.ask('GetVariables', { getVariableData: [item('TxCtrlr', 'EVConnectionTimeOut'), item('SecurityCtrlr', 'BasicAuthPassword')] });
    expect(get.getVariableResult).toMatchObject([{ attributeStatus: 'Accepted', attributeValue: '33' }, { attributeStatus: 'Rejected' }]);
    world.kill();
    await world.start();
    expect((await world.ask('GetVariables', { getVariableData: [item('TxCtrlr', 'EVConnectionTimeOut')] })).getVariableResult).toMatchObject([{ attributeValue: '33' }]);
  });

  it('B07.FR.10 GetBaseReport: parts with seqNo from 0, the last without tbc', async () => {
    const world = await World.started();
    expect(await world.ask('GetBaseReport', { requestId: 5, reportBase: 'FullInventory' })).toEqual({ status: 'Accepted' });
    await world.seconds(3);
    const parts = world.csms.of('NotifyReport');
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map((part) => part.seqNo)).toEqual(parts.map((_, index) => index));
    expect(parts.map((part) => part.tbc)).toEqual(parts.map((_, index) => index < parts.length - 1));
    expect(JSON.stringify(parts)).toContain('EVConnectionTimeOut');
  });

  it('B12.FR.04 Reset Immediate in mid-charge: Ended/ResetCommand, boot with RemoteReset, the car stays plugged in', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(10);
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(20);
    expect(world.csms.of('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'ResetCommand', transactionInfo: { stoppedReason: 'ImmediateReset' } });
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'RemoteReset' });
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Occupied' });
    expect(world.state.queued).toBe(0);
  });

  it('B12.FR.01 Reset OnIdle waits for the transaction', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(10);
    expect(await world.ask('Reset', { type: 'OnIdle' })).toMatchObject({ status: 'Scheduled' });
    await world.seconds(60);
    expect(world.csms.of('BootNotification')).toHaveLength(1);
    await world.card();
    await world.seconds(20);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'ScheduledReset' });
  });

  it('B03.FR.02/FR.08 Rejected: silence until the interval has passed, CALLs get SecurityError', async () => {
    const world = new World();
    world.csms.answers.set('BootNotification', () => ({ status: 'Rejected', currentTime: new Date().toISOString(), interval: 40 }));
    await world.start();
    expect(await world.ask('GetVariables', { getVariableData: [{ component: { name: 'TxCtrlr' }, variable: { name: 'TxStartPoint' } }] })).toEqual({ error: 'SecurityError' });
    await world.seconds(30);
    expect(world.csms.received.map((received) => received.action)).toEqual(['BootNotification']);
    world.csms.answers.delete('BootNotification');
    await world.seconds(20);
    expect(world.csms.of('BootNotification')).toHaveLength(2);
    expect(world.csms.of('StatusNotification')).toHaveLength(1);
  });

  it('B02.FR.01, B02.FR.05 Pending: variables are served, a remote start is not; nothing else is sent', async () => {
    const world = new World();
    world.csms.answers.set('BootNotification', () => ({ status: 'Pending', currentTime: new Date().toISOString(), interval: 60 }));
    await world.start();
    expect((await world.ask('GetVariables', { getVariableData: [{ component: { name: 'TxCtrlr' }, variable: { name: 'TxStartPoint' } }] })).getVariableResult).toMatchObject([{ attributeStatus: 'Accepted' }]);
    expect(await world.ask('RequestStartTransaction', remoteStart())).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'CSNotAccepted' } });
    await world.seconds(30);
    expect(new Set(world.csms.received.map((received) => received.action))).toEqual(new Set(['BootNotification']));
    expect(await world.ask('TriggerMessage', { requestedMessage: 'BootNotification' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(1);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'Triggered' });
  });
});

describe('G: availability', () => {
  it('G03 an idle EVSE: Unavailable, over a restart too (B11.FR.02), and back', async () => {
    const world = await World.started();
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(1);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Unavailable' });
    expect((await world.card()).status).not.toBe('Accepted');
    world.kill();
    await world.start();
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Unavailable' });
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Operative', evse: { id: 1 } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(1);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Available' });
  });

  it('G03.FR.05 with a transaction: Scheduled, it charges on, then Unavailable', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(10);
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } })).toMatchObject({ status: 'Scheduled' });
    await world.seconds(10);
    expect(world.state.evses[0]).toMatchObject({ connectors: [{ status: 'Occupied' }] });
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
    await world.card();
    await world.seconds(5);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Unavailable' });
  });
});

describe('what a CSMS shouldn\'t do', () => {
  it.each([
    ['garbage', 'garbage{{{'], ['an empty frame', ''], ['a number', '42'], ['null', 'null'], ['no id', '[2]'], ['an unknown type', '[9,"x","y",{}]'],
    ['an answer nobody waits for', '[3,"nobody",{}]'], ['a prototype', '[2,"p1","GetVariables",{"__proto__":{"x":1},"getVariableData":[]}]'],
  ])('%s: the connection stays, the station charges on', async (_, text) => {
    const world = await World.started();
    world.csms.raw(text);
    await world.seconds(1);
    world.ev().plugIn();
    await world.card();
    await world.seconds(8);
    expect(world.csms.connections).toBe(1);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('unknown and unsupported actions are told apart; schema violations say which kind', async () => {
    const world = await World.started();
    expect(await world.ask('MakeCoffee', {})).toEqual({ error: 'NotImplemented' });
    expect(await world.ask('Heartbeat', {})).toEqual({ error: 'NotSupported' });
    expect(await world.ask('GetBaseReport', { requestId: 'x', reportBase: 'FullInventory' })).toEqual({ error: 'TypeConstraintViolation' });
    expect(await world.ask('GetBaseReport', { requestId: 1 })).toEqual({ error: 'OccurrenceConstraintViolation' });
    expect(await world.ask('GetBaseReport', { requestId: 1, reportBase: 'Everything' })).toEqual({ error: 'PropertyConstraintViolation' });
  });

  it('E05.FR.10 the answer to Started refuses the token: Ended/Deauthorized, and the CSMS is believed from then on', async () => {
    const world = await World.started();
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Started' ? { idTokenInfo: { status: 'Blocked' } } : {}));
    world.ev().plugIn();
    await world.card();
    await world.seconds(10);
    expect(world.csms.of('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized', transactionInfo: { stoppedReason: 'DeAuthorized' } });
    expect(world.state.evses[0]?.powerW).toBe(0);
  });

  it('a CSMS that never answers the driver: offline rules after MessageTimeout', async () => {
    const world = await World.started({ settings: [['OCPPCommCtrlr.MessageTimeout', '10']] });
    world.csms.answers.set('Authorize', () => 'silent');
    world.ev().plugIn();
    expect(await world.card()).toEqual({ status: 'Unknown', by: 'none' });
  });

  it('C12, C10: what it once said is known offline', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(5);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    world.network.refusing = true;
    world.network.reset();
    await world.seconds(5);
    world.ev().plugIn();
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'cache' });
    expect((await world.card({ value: 'STRANGER', type: 'ISO14443' })).status).not.toBe('Accepted');
  });

  it('I02 the running cost is kept with the transaction and shown', async () => {
    const world = await World.started();
    world.ev().plugIn();
    await world.card();
    await world.seconds(5);
    const transactionId = world.state.evses[0]?.transaction?.id ?? '';
    await world.ask('CostUpdated', { totalCost: 4.2, transactionId });
    expect(world.agent.snapshot().evses[0]?.transaction?.cost).toBe(4.2);
    world.csms.answers.set('TransactionEvent', (event) => (event.eventType === 'Ended' ? { totalCost: 5.55 } : {}));
    await world.card();
    await world.seconds(5);
    expect(world.agent.snapshot().evses[0]?.summary?.cost).toBe(5.55);
  });
});

describe('two outlets', () => {
  it('a driver who doesn\'t choose gets the one that the cable goes into', async () => {
    const world = await World.started({ evses: 2 });
    await world.card(CARD);
    world.ev(2).plugIn();
    await world.seconds(5);
    expect(world.state.evses.map((evse) => evse.transaction?.idToken ?? null)).toEqual([null, 'CARD0001']);
  });

  it('E01.FR.14 two drivers charge at once, each with a transaction of their own', async () => {
    const world = await World.started({ evses: 2 });
    world.ev(1).plugIn();
    await world.card(CARD);
    world.ev(2).plugIn();
    await world.card({ value: 'OTHER', type: 'ISO14443' });
    await world.seconds(10);
    expect(world.state.evses.map((evse) => evse.transaction?.idToken)).toEqual(['CARD0001', 'OTHER']);
    await world.card(CARD);
    await world.seconds(5);
    expect(world.state.evses.map((evse) => evse.transaction?.idToken ?? null)).toEqual([null, 'OTHER']);
  });
});

it('B01.FR.04 a heartbeat interval beyond a day is taken as it is; the clock is asked for once a day all the same (G02.FR.07)', async () => {
  const world = new World();
  world.csms.answers.set('BootNotification', () => ({ status: 'Accepted', currentTime: new Date(world.clock.wallMs()).toISOString(), interval: 100_000 }));
  await world.start();
  await world.seconds(86_500);
  expect(world.csms.of('Heartbeat')).toHaveLength(1);
  expect(world.agent.deviceModel.number('OCPPCommCtrlr.HeartbeatInterval')).toBe(100_000);
});

describe('B09, B10: network profiles', () => {
  const profile = (configurationSlot: number, over: object = {}): Record<string, unknown> => ({
    configurationSlot,
    connectionData: { ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: 'ws://second.example/ocpp', messageTimeout: 30, securityProfile: 0, ocppInterface: 'Wired0', ...over },
  });
  const setPriority = (world: World, value: string): Promise<Record<string, unknown>> => world.ask('SetVariables', {
    setVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'NetworkConfigurationPriority' }, attributeValue: value }],
  });

  it('B09.FR.01, B10.FR.02/03/10: a second profile takes over when the first fails, with a new BootNotification', async () => {
    const world = await World.started({ settings: [['OCPPCommCtrlr.NetworkProfileConnectionAttempts', '2'], ['OCPPCommCtrlr.RetryBackOffWaitMinimum', '1']] });
    expect((await setPriority(world, '1,2')).setVariableResult).toMatchObject([{ attributeStatus: 'Rejected' }]); // slot 2 is empty
    expect(await world.ask('SetNetworkProfile', profile(2))).toEqual({ status: 'Accepted' });
    expect((await setPriority(world, '1,2')).setVariableResult).toMatchObject([{ attributeStatus: 'Accepted' }]);
    world.csms.unreachable = '//csms.example';
    world.network.reset();
    await world.seconds(60);
    expect(world.csms.connection?.url).toContain('second.example');
    expect(world.csms.of('BootNotification')).toHaveLength(2);
    expect(world.agent.deviceModel.string('OCPPCommCtrlr.ActiveNetworkProfile')).toBe('2');
  });

  it('B09.FR.02/05: a slot that isn\'t there, a bad address, SOAP: Rejected', async () => {
    const world = await World.started();
    for (const bad of [profile(9), profile(2, { ocppCsmsUrl: 'http://x' }), profile(2, { ocppTransport: 'SOAP' }), profile(2, { securityProfile: 2 }), profile(2, { securityProfile: 3 })]) {
      expect(await world.ask('SetNetworkProfile', bad)).toMatchObject({ status: 'Rejected' });
    }
  });

  it('B10.FR.09: it never gives up', async () => {
    const world = await World.started();
    world.csms.unreachable = 'example';
    world.network.reset();
    await world.seconds(86_400);
    world.csms.unreachable = null;
    await world.seconds(400);
    expect(world.state.csms).toBe('connected');
  });
});
