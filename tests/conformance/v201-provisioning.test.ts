/** OCPP 2.0.1 station test cases, block B: boot, variables, reports, reset. */
import { describe, expect, it } from 'vitest';
import { charging, events, item, since, station, statuses, World } from './charging-station.ts';

const NOW = '2026-06-01T12:00:00Z';

describe('cold boot', () => {
  it('TC_B_01_CS Accepted: every connector is told', async () => {
    const world = await station({}, { evses: 2 });
    expect(world.csms.received[0]).toMatchObject({ action: 'BootNotification', payload: { reason: 'PowerUp', chargingStation: { vendorName: 'Kerbside' } } });
    expect([statuses(world, 1), statuses(world, 2)]).toEqual([['Available'], ['Available']]);
    expect(statuses(world, 0)).toEqual([]);
  });

  it('TC_B_02_CS Pending: variables and reports are served, the next boot comes after the interval, then the rest', async () => {
    const world = new World();
    world.csms.answers.set('BootNotification', () => ({ status: 'Pending', currentTime: NOW, interval: 30 }));
    await world.start();
    expect((await world.ask('SetVariables', { setVariableData: [item('OCPPCommCtrlr.OfflineThreshold', { attributeValue: '300' })] })).setVariableResult)
      .toMatchObject([{ attributeStatus: 'Accepted' }]);
    expect((await world.ask('GetVariables', { getVariableData: [item('OCPPCommCtrlr.OfflineThreshold')] })).getVariableResult).toMatchObject([{ attributeValue: '300' }]);
    expect(await world.ask('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('NotifyReport').length).toBeGreaterThan(0);
    expect(world.csms.of('StatusNotification')).toEqual([]);
    world.csms.answers.delete('BootNotification');
    await world.seconds(32);
    const boots = world.csms.received.filter(({ action }) => action === 'BootNotification').map(({ atMs }) => atMs);
    expect(boots).toHaveLength(2);
    expect((boots[1] ?? 0) - (boots[0] ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(statuses(world)).toEqual(['Available']);
  });

  it('TC_B_03_CS Rejected: nothing but the next boot after the interval', async () => {
    const world = new World();
    world.csms.answers.set('BootNotification', () => ({ status: 'Rejected', currentTime: NOW, interval: 30 }));
    await world.start();
    await world.seconds(25);
    expect(world.csms.received.map(({ action }) => action)).toEqual(['BootNotification']);
    world.csms.answers.delete('BootNotification');
    await world.seconds(10);
    expect(world.csms.of('BootNotification')).toHaveLength(2);
    expect(statuses(world)).toEqual(['Available']);
  });

  it('TC_B_30_CS Rejected: a CALL of the CSMS gets SecurityError', async () => {
    const world = new World();
    world.csms.answers.set('BootNotification', () => ({ status: 'Rejected', currentTime: NOW, interval: 300 }));
    await world.start();
    expect(await world.ask('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' })).toEqual({ error: 'SecurityError' });
    expect(world.csms.connections).toBe(1);
  });
});

describe('variables', () => {
  const get = async (world: World, ...items: object[]): Promise<unknown> => (await world.ask('GetVariables', { getVariableData: items })).getVariableResult;
  const put = async (world: World, ...items: object[]): Promise<unknown> => (await world.ask('SetVariables', { setVariableData: items })).setVariableResult;
  const threshold = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'OfflineThreshold' } };
  const authorize = { component: { name: 'AuthCtrlr' }, variable: { name: 'LocalAuthorizeOffline' } };

  it('TC_B_06_CS get one', async () => {
    const world = await station({ 'OCPPCommCtrlr.OfflineThreshold': '300' });
    expect(await get(world, { ...threshold, attributeType: 'Actual' })).toMatchObject([{ ...threshold, attributeStatus: 'Accepted', attributeType: 'Actual', attributeValue: '300' }]);
  });

  it('TC_B_07_CS get two', async () => {
    const world = await station({ 'OCPPCommCtrlr.OfflineThreshold': '300', 'AuthCtrlr.LocalAuthorizeOffline': 'true' });
    expect(await get(world, { ...threshold, attributeType: 'Actual' }, { ...authorize, attributeType: 'Actual' })).toMatchObject([
      { ...threshold, attributeStatus: 'Accepted', attributeValue: '300' }, { ...authorize, attributeStatus: 'Accepted', attributeValue: 'true' },
    ]);
  });

  it('TC_B_09_CS set one', async () => {
    const world = await station();
    expect(await put(world, { ...threshold, attributeValue: '310', attributeType: 'Actual' })).toMatchObject([{ ...threshold, attributeStatus: 'Accepted', attributeType: 'Actual' }]);
    expect(await get(world, threshold)).toMatchObject([{ attributeValue: '310' }]);
  });

  it('TC_B_10_CS set two', async () => {
    const world = await station();
    expect(await put(world, { ...threshold, attributeValue: '310', attributeType: 'Actual' }, { ...authorize, attributeValue: 'false', attributeType: 'Actual' }))
      .toMatchObject([{ ...threshold, attributeStatus: 'Accepted' }, { ...authorize, attributeStatus: 'Accepted' }]);
    expect(await get(world, threshold, authorize)).toMatchObject([{ attributeValue: '310' }, { attributeValue: 'false' }]);
  });

  it('TC_B_11_CS what isn\'t of the variable\'s type is Rejected and changes nothing', async () => {
    const world = await station({ 'OCPPCommCtrlr.OfflineThreshold': '300' });
    const remote = { component: { name: 'AuthCtrlr' }, variable: { name: 'AuthorizeRemoteStart' } };
    for (const [variable, good, bad] of [[threshold, ['300'], ['300.1', 'true', NOW, 'abc']], [remote, ['true'], ['300', '300.1', NOW, 'abc']]] as const) {
      for (const attributeValue of good) expect(await put(world, { ...variable, attributeValue })).toMatchObject([{ attributeStatus: 'Accepted' }]);
      for (const attributeValue of bad) expect([attributeValue, await put(world, { ...variable, attributeValue })]).toMatchObject([attributeValue, [{ attributeStatus: 'Rejected' }]]);
      expect(await get(world, variable)).toMatchObject([{ attributeValue: good[0] }]);
    }
  });

  it.each([['TC_B_32_CS', 'UnknownComponent.OfflineThreshold', 'UnknownComponent', undefined], ['TC_B_33_CS', 'OCPPCommCtrlr.UnknownVariable', 'UnknownVariable', undefined],
    ['TC_B_34_CS', 'OCPPCommCtrlr.OfflineThreshold', 'NotSupportedAttributeType', 'Target']])('%s get %s: %s', async (_, name, attributeStatus, attributeType) => {
    const world = await station();
    const wanted = item(name, attributeType === undefined ? {} : { attributeType });
    expect(await get(world, wanted)).toMatchObject([{ ...wanted, attributeStatus }]);
  });

  it.each([['TC_B_35_CS', 'UnknownComponent.OfflineThreshold', 'UnknownComponent', undefined], ['TC_B_36_CS', 'OCPPCommCtrlr.UnknownVariable', 'UnknownVariable', undefined],
    ['TC_B_37_CS', 'OCPPCommCtrlr.OfflineThreshold', 'NotSupportedAttributeType', 'Target']])('%s set %s: %s', async (_, name, attributeStatus, attributeType) => {
    const world = await station();
    const wanted = item(name, attributeType === undefined ? {} : { attributeType });
    expect(await put(world, { ...wanted, attributeValue: '1' })).toMatchObject([{ ...wanted, attributeStatus }]);
  });
});

interface Reported {
  readonly component: { readonly name: string; readonly evse?: { readonly id: number } };
  readonly variable: { readonly name: string };
  readonly variableAttribute: readonly { readonly mutability?: string; readonly value?: string; readonly type?: string }[];
  readonly variableCharacteristics?: { readonly dataType: string; readonly valuesList?: string };
}

describe('reports', () => {
  async function report(world: World, action: string, request: Record<string, unknown>): Promise<Reported[]> {
    const seen = since(world);
    expect(await world.ask(action, { requestId: 77, ...request })).toEqual({ status: 'Accepted' });
    await world.seconds(5);
    const parts = seen('NotifyReport');
    expect(parts.map(({ requestId, seqNo, tbc }) => [requestId, seqNo, tbc ?? false])).toEqual(parts.map((_, index) => [77, index, index < parts.length - 1]));
    const all = parts.flatMap((part) => part.reportData as Reported[]);
    for (const { variable, variableCharacteristics } of all) {
      expect([variable.name, variableCharacteristics]).not.toContain(undefined);
      if (['OptionList', 'SequenceList', 'MemberList'].includes(variableCharacteristics?.dataType ?? '')) expect([variable.name, variableCharacteristics?.valuesList]).not.toContain(undefined);
    }
    return all;
  }

  it('TC_B_12_CS ConfigurationInventory: all that can be set, and nothing else', async () => {
    const all = await report(await station(), 'GetBaseReport', { reportBase: 'ConfigurationInventory' });
    expect(all.filter(({ variableAttribute }) => !variableAttribute.some(({ mutability }) => mutability === undefined || mutability === 'ReadWrite' || mutability === 'WriteOnly'))).toEqual([]);
    const names = new Set(all.map(({ component, variable }) => `${component.name}.${variable.name}`));
    expect(['OCPPCommCtrlr.OfflineThreshold', 'OCPPCommCtrlr.ResetRetries', 'AuthCtrlr.LocalPreAuthorize', 'TxCtrlr.EVConnectionTimeOut', 'SampledDataCtrlr.TxUpdatedInterval',
      'AlignedDataCtrlr.Interval', 'TxCtrlr.StopTxOnInvalidId', 'OCPPCommCtrlr.NetworkConfigurationPriority'].filter((name) => !names.has(name))).toEqual([]);
  });

  it('TC_B_13_CS FullInventory: what can be set, what can\'t, and the charging infrastructure', async () => {
    const world = await station({}, { evses: 2 });
    const all = await report(world, 'GetBaseReport', { reportBase: 'FullInventory' });
    const settable = await report(world, 'GetBaseReport', { reportBase: 'ConfigurationInventory' });
    expect(all.length).toBeGreaterThan(settable.length);
    const names = all.map(({ component, variable }) => `${component.name}${component.evse === undefined ? '' : component.evse.id}.${variable.name}`);
    expect(['ChargingStation.AvailabilityState', 'EVSE1.AvailabilityState', 'EVSE2.AvailabilityState', 'Connector2.ConnectorType', 'EVSE1.SupplyPhases', 'OCPPCommCtrlr.OfflineThreshold']
      .filter((name) => !names.includes(name))).toEqual([]);
    expect(new Set(settable.map(({ component, variable }) => `${component.name}.${variable.name}`)).size).toBeGreaterThan(20);
  });

  it('TC_B_14_CS SummaryInventory: availability of station, EVSEs and connectors', async () => {
    const all = await report(await station(), 'GetBaseReport', { reportBase: 'SummaryInventory' });
    const state = (component: string): string | undefined => all.find((entry) => entry.component.name === component && entry.variable.name === 'AvailabilityState')?.variableAttribute[0]?.value;
    expect([state('ChargingStation'), state('EVSE')]).toEqual(['Available', 'Available']);
  });

  it('TC_B_17_CS GetReport of one variable', async () => {
    const wanted = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'AvailabilityState' } };
    const all = await report(await station(), 'GetReport', { componentVariable: [wanted] });
    expect(all).toMatchObject([{ ...wanted, variableCharacteristics: { dataType: 'OptionList' }, variableAttribute: [{ mutability: 'ReadOnly' }] }]);
    expect(all[0]?.variableCharacteristics?.valuesList?.split(/,\s*/).sort()).toEqual(['Available', 'Faulted', 'Occupied', 'Reserved', 'Unavailable']);
  });

  // TC_B_16_CS wants the variable Enabled alone; B08.FR.09 of a later edition wants whole components, and those without it too.
  it('B08.FR.09 GetReport of what is Enabled: components where it is true, and those that can\'t be disabled; none where it is false', async () => {
    const world = await station({ 'AuthCacheCtrlr.Enabled': 'false' });
    const enabled = (all: Reported[], value: string): string[] => all.filter(({ variable, variableAttribute }) => variable.name === 'Enabled' && variableAttribute[0]?.value === value)
      .map(({ component }) => component.name).sort();
    const everything = await report(world, 'GetBaseReport', { reportBase: 'FullInventory' });
    const chosen = await report(world, 'GetReport', { componentCriteria: ['Enabled'] });
    expect(enabled(chosen, 'true')).toEqual(enabled(everything, 'true'));
    expect(enabled(everything, 'false')).toContain('AuthCacheCtrlr');
    expect(chosen.filter(({ component }) => component.name === 'AuthCacheCtrlr')).toEqual([]);
    expect(chosen.some(({ component }) => component.name === 'OCPPCommCtrlr')).toBe(true);
  });

  it('TC_B_18_CS GetReport with criteria and variable: of Available ones it is there, of Problem ones nothing is', async () => {
    const world = await station();
    const wanted = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'AvailabilityState' } };
    expect(await report(world, 'GetReport', { componentCriteria: ['Available'], componentVariable: [wanted] })).toMatchObject([wanted]);
    expect(await world.ask('GetReport', { requestId: 78, componentCriteria: ['Problem'], componentVariable: [wanted] })).toMatchObject({ status: 'EmptyResultSet' });
  });
});

describe('reset', () => {
  it('TC_B_20_CS OnIdle without transaction: Accepted, boot, every connector', async () => {
    const world = await station({}, { evses: 2 });
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'OnIdle' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(30);
    expect(seen('BootNotification')).toHaveLength(1);
    expect(seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus]).sort()).toEqual([[1, 'Available'], [2, 'Available']]);
  });

  it('TC_B_21_CS OnIdle in a transaction: Scheduled, boot with ScheduledReset after it, and a security event', async () => {
    const world = await station();
    await charging(world);
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'OnIdle' })).toMatchObject({ status: 'Scheduled' });
    await world.seconds(60);
    expect(seen('BootNotification')).toEqual([]);
    await world.card();
    await world.seconds(30);
    expect(seen('BootNotification')).toMatchObject([{ reason: 'ScheduledReset' }]);
    expect(statuses(world).at(-1)).toBe('Occupied');
    expect(seen('SecurityEventNotification').map(({ type }) => type)).toEqual([expect.stringMatching(/^(StartupOfTheDevice|ResetOrReboot)$/)]);
  });

  it('TC_B_22_CS Immediate in a transaction: Ended/ResetCommand without token, boot with RemoteReset, every connector', async () => {
    const world = await station({}, { evses: 2 });
    await charging(world);
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(30);
    const ended = events(world).at(-1);
    expect(ended).toMatchObject({ eventType: 'Ended', triggerReason: 'ResetCommand', transactionInfo: { stoppedReason: 'ImmediateReset', chargingState: 'EVConnected' } });
    expect(ended?.idToken).toBeUndefined();
    expect(seen('BootNotification')).toMatchObject([{ reason: 'RemoteReset' }]);
    expect([statuses(world, 1).at(-1), statuses(world, 2).at(-1)]).toEqual(['Occupied', 'Available']);
  });

  it('TC_B_41_CS OnIdle with two transactions waits for both', async () => {
    const world = await station({}, { evses: 2 });
    const second = { value: 'CARD0002', type: 'ISO14443' };
    await charging(world, 1);
    world.ev(2).plugIn();
    await world.seconds(2);
    await world.card(second, 2);
    await world.seconds(5);
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'OnIdle' })).toMatchObject({ status: 'Scheduled' });
    await world.card(undefined, 1);
    await world.seconds(5);
    world.ev(1).unplug();
    await world.seconds(30);
    expect(seen('BootNotification')).toEqual([]);
    await world.card(second, 2);
    await world.seconds(30);
    expect(seen('BootNotification')).toMatchObject([{ reason: 'ScheduledReset' }]);
    expect([statuses(world, 1).at(-1), statuses(world, 2).at(-1)]).toEqual(['Available', 'Occupied']);
  });
});

describe('network profiles', () => {
  it('TC_B_43_CS a slot that isn\'t there: Rejected', async () => {
    const world = await station();
    const connectionData = { messageTimeout: 30, ocppCsmsUrl: 'ws://other.example/ocpp', ocppInterface: 'Wired0', ocppVersion: 'OCPP20', ocppTransport: 'JSON', securityProfile: 1 };
    expect(await world.ask('SetNetworkProfile', { configurationSlot: 999, connectionData })).toMatchObject({ status: 'Rejected' });
  });
});
