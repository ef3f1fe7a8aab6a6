/** OCPP 2.0.1 B05, B06: variables, item by item, attribute by attribute. */
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/station/device-model/types.ts';
import { screenOffsetMin } from '../../src/station/screen-time.ts';
import { charging, item, set, station, World } from './charging-station.ts';
import { arrive, car } from './speaking-car.ts';

interface Result { readonly attributeStatus: string; readonly attributeType?: string; readonly attributeValue?: string; readonly component: unknown; readonly variable: unknown;
  readonly attributeStatusInfo?: { readonly reasonCode: string } }

async function put(world: World, ...setVariableData: object[]): Promise<readonly Result[]> {
  return (await world.ask('SetVariables', { setVariableData })).setVariableResult as readonly Result[];
}

async function get(world: World, ...getVariableData: object[]): Promise<readonly Result[]> {
  return (await world.ask('GetVariables', { getVariableData })).getVariableResult as readonly Result[];
}

const power = { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } };

describe('B05 SetVariables', () => {
  it('B05.FR.01/FR.02/FR.10 as many results as items, each with its own component and variable, each decided on its own', async () => {
    const world = await station();
    const items = [item('TxCtrlr.EVConnectionTimeOut', { attributeValue: '33' }), item('Nope.X', { attributeValue: '1' }), item('TxCtrlr.Nope', { attributeValue: '1' }),
      item('ClockCtrlr.DateTime', { attributeValue: '2026-01-01T00:00:00Z' }), item('AuthCtrlr.LocalPreAuthorize', { attributeValue: 'true' })];
    const results = await put(world, ...items);
    expect(results.map(({ component, variable }) => ({ component, variable }))).toEqual(items.map((each) => {
      const { component, variable } = each as Result;
      return { component, variable };
    }));
    expect(results.map(({ attributeStatus }) => attributeStatus)).toEqual(['Accepted', 'UnknownComponent', 'UnknownVariable', 'Rejected', 'Accepted']);
    expect((await get(world, item('TxCtrlr.EVConnectionTimeOut'), item('AuthCtrlr.LocalPreAuthorize'))).map(({ attributeValue }) => attributeValue)).toEqual(['33', 'true']);
  });

  it('B05.FR.03/FR.12 the attribute type comes back; none stands for Actual', async () => {
    const world = await station();
    const results = await put(world, item('TxCtrlr.EVConnectionTimeOut', { attributeValue: '33' }), item('TxCtrlr.EVConnectionTimeOut', { attributeValue: '44', attributeType: 'Target' }),
      { ...power, attributeType: 'MaxSet', attributeValue: '11000' });
    expect(results.map(({ attributeType, attributeStatus }) => [attributeType, attributeStatus])).toEqual([['Actual', 'Accepted'], ['Target', 'NotSupportedAttributeType'], ['MaxSet', 'Accepted']]);
  });

  it('TC_B_39_CS read-only: Rejected', async () => {
    const world = await station();
    expect(await put(world, item('OCPPCommCtrlr.MessageTimeout[Default]', { attributeValue: '60' }))).toMatchObject([{
      attributeStatus: 'Rejected', component: { name: 'OCPPCommCtrlr' }, variable: { name: 'MessageTimeout', instance: 'Default' }, attributeStatusInfo: { reasonCode: 'ReadOnly' },
    }]);
  });

  it('B05.FR.09 read-only, or a disk that takes nothing: Rejected, and the old value holds', async () => {
    const world = await station({ 'TxCtrlr.EVConnectionTimeOut': '33' });
    expect(await put(world, { ...power, attributeValue: '5' })).toMatchObject([{ attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'ReadOnly' } }]);
    world.store.failNextCommits(1);
    expect(await put(world, item('TxCtrlr.EVConnectionTimeOut', { attributeValue: '99' }))).toMatchObject([{ attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'OutOfStorage' } }]);
    expect(await get(world, item('TxCtrlr.EVConnectionTimeOut'))).toMatchObject([{ attributeValue: '33' }]);
  });

  it('one variable named twice in a request: the first value holds, the second is Rejected; another attribute is another thing', async () => {
    const world = await station();
    expect(await put(world, item('TxCtrlr.EVConnectionTimeOut', { attributeValue: '33' }), item('txctrlr.evconnectiontimeout', { attributeValue: '44', attributeType: 'Actual' }),
      { ...power, attributeType: 'MaxSet', attributeValue: '7000' })).toMatchObject([{ attributeStatus: 'Accepted' }, { attributeStatus: 'Rejected' }, { attributeStatus: 'Accepted' }]);
    expect(await get(world, item('TxCtrlr.EVConnectionTimeOut'))).toMatchObject([{ attributeValue: '33' }]);
  });

  it('more items than ItemsPerMessage: OccurrenceConstraintViolation; more bytes than BytesPerMessage: FormatViolation; nothing is set', async () => {
    const world = await station();
    const many = (count: number, attributeValue: string): object[] => Array.from({ length: count }, () => item('AuthCtrlr.MasterPassGroupId', { attributeValue }));
    expect(await world.ask('SetVariables', { setVariableData: many(51, 'x') })).toEqual({ error: 'OccurrenceConstraintViolation' });
    expect(await world.ask('SetVariables', { setVariableData: many(50, '\u20ac'.repeat(900)) })).toEqual({ error: 'FormatViolation' });
    expect(await get(world, item('AuthCtrlr.MasterPassGroupId'))).toMatchObject([{ attributeValue: '' }]);
  });

  it('what was set is there after a restart, other attributes too', async () => {
    const world = await station({ 'TxCtrlr.EVConnectionTimeOut': '33' });
    await put(world, { ...power, attributeType: 'MaxSet', attributeValue: '7000' });
    world.kill();
    await world.start();
    expect((await get(world, item('TxCtrlr.EVConnectionTimeOut'), { ...power, attributeType: 'MaxSet' })).map(({ attributeValue }) => attributeValue)).toEqual(['33', '7000']);
  });

  it('EVSE.Power MaxSet: what the outlet gives follows, in mid-transaction too; above its maxLimit it is Rejected', async () => {
    const world = await World.started();
    await charging(world);
    await world.seconds(10);
    expect(world.state.evses[0]?.powerW).toBeGreaterThan(9000);
    expect(await put(world, { ...power, attributeType: 'MaxSet', attributeValue: '6900' })).toMatchObject([{ attributeStatus: 'Accepted' }]);
    await world.seconds(10);
    expect(world.state.evses[0]?.powerW).toBeLessThan(7100);
    expect(await put(world, { ...power, attributeType: 'MaxSet', attributeValue: '99000' })).toMatchObject([{ attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'ValueTooHigh' } }]);
    // Less than the least a car can take: it pauses.
    await put(world, { ...power, attributeType: 'MaxSet', attributeValue: '1000' });
    await world.seconds(10);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('SuspendedEVSE');
  });
});

describe('B06 GetVariables', () => {
  it('B06.FR.01/FR.02/FR.03/FR.04/FR.10/FR.11 as many results as items, in order, each with its attribute type and value', async () => {
    const world = await station({ 'TxCtrlr.EVConnectionTimeOut': '33' });
    await put(world, { ...power, attributeType: 'MaxSet', attributeValue: '7000' });
    const results = await get(world, item('TxCtrlr.EVConnectionTimeOut'), { ...power, attributeType: 'MaxSet' }, item('AuthCtrlr.LocalAuthorizeOffline', { attributeType: 'Actual' }));
    expect(results).toEqual([
      { ...item('TxCtrlr.EVConnectionTimeOut'), attributeType: 'Actual', attributeStatus: 'Accepted', attributeValue: '33' },
      { ...power, attributeType: 'MaxSet', attributeStatus: 'Accepted', attributeValue: '7000' },
      { ...item('AuthCtrlr.LocalAuthorizeOffline'), attributeType: 'Actual', attributeStatus: 'Accepted', attributeValue: 'true' },
    ]);
  });

  it('B06.FR.06/FR.07/FR.08/FR.09 no value comes with a refusal', async () => {
    const world = await station();
    const results = await get(world, item('Nope.X'), item('TxCtrlr.Nope'), item('TxCtrlr.EVConnectionTimeOut', { attributeType: 'MinSet' }), item('SecurityCtrlr.BasicAuthPassword'));
    expect(results.map(({ attributeStatus }) => attributeStatus)).toEqual(['UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType', 'Rejected']);
    expect(results.every((result) => !('attributeValue' in result))).toBe(true);
  });

  it('B06.FR.13 an attribute that nobody has set yet: Accepted, and empty', async () => {
    const world = await station();
    expect(await get(world, { ...power, attributeType: 'MaxSet' })).toMatchObject([{ attributeStatus: 'Accepted', attributeValue: '' }]);
  });

  it('B06.FR.14/FR.15 the instance asked for, of variable or component; an empty one is none', async () => {
    const world = await station();
    const results = await get(world,
      item('DeviceDataCtrlr.ItemsPerMessage[GetVariables]'), item('DeviceDataCtrlr.ItemsPerMessage'),
      { component: { name: 'DeviceDataCtrlr' }, variable: { name: 'ItemsPerMessage', instance: '' } }, item('DeviceDataCtrlr.ItemsPerMessage[Other]'),
      { component: { name: 'NetworkConfiguration', instance: '1' }, variable: { name: 'OcppCsmsUrl' } }, { component: { name: 'NetworkConfiguration' }, variable: { name: 'OcppCsmsUrl' } });
    expect(results.map(({ attributeStatus, attributeValue }) => [attributeStatus, attributeValue])).toEqual([
      ['Accepted', '50'], ['UnknownVariable', undefined], ['UnknownVariable', undefined], ['UnknownVariable', undefined],
      ['Accepted', 'ws://csms.example/ocpp'], ['UnknownComponent', undefined],
    ]);
    expect(results[0]).toMatchObject({ variable: { name: 'ItemsPerMessage', instance: 'GetVariables' } });
  });

  it('B06.FR.16/FR.17 too many items, too many bytes', async () => {
    const world = await station();
    expect(await world.ask('GetVariables', { getVariableData: Array.from({ length: 51 }, () => item('ClockCtrlr.DateTime')) })).toEqual({ error: 'OccurrenceConstraintViolation' });
    const long = { component: { name: 'C'.repeat(50), instance: 'I'.repeat(50) }, variable: { name: '\u20ac'.repeat(50), instance: '\u20ac'.repeat(50) }, customData: { vendorId: 'v', more: 'x'.repeat(2000) } };
    expect(await world.ask('GetVariables', { getVariableData: Array.from({ length: 40 }, () => long) })).toEqual({ error: 'FormatViolation' });
  });
});

it('the station\'s AvailabilityState: what all its outlets are, else Available', async () => {
  const world = await station({}, { evses: 2 });
  const state = async (): Promise<string | undefined> => (await get(world, item('ChargingStation.AvailabilityState')))[0]?.attributeValue;
  expect(await state()).toBe('Available');
  world.ev(1).plugIn();
  await world.seconds(2);
  expect(await state()).toBe('Available');
  world.ev(2).plugIn();
  await world.seconds(2);
  expect(await state()).toBe('Occupied');
  await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative' });
  expect(await state()).toBe('Unavailable');
});

describe('the clock of the screen', () => {
  const shown = (world: World): number | null => world.agent.snapshot().utcOffsetMin;

  it('TimeZone: the zone\'s offset of this day, before any TimeOffset; as the device is set without either', async () => {
    const world = await station();
    expect(shown(world)).toBeNull();
    await set(world, 'ClockCtrlr.TimeOffset', '+01:00');
    await set(world, 'ClockCtrlr.TimeZone', 'America/New_York');
    expect(shown(world)).toBe(-240);
    world.kill();
    await world.start();
    expect(shown(world)).toBe(-240);
    await set(world, 'ClockCtrlr.TimeZone', '');
    expect(shown(world)).toBe(60);
  });

  it('summer time comes and goes by itself', () => {
    const settings = { string: (name: string) => (name === 'ClockCtrlr.TimeZone' ? 'Europe/Oslo' : '') } as unknown as Settings;
    expect([Date.UTC(2026, 2, 29, 0, 59), Date.UTC(2026, 2, 29, 1, 0), Date.UTC(2026, 9, 25, 1, 0)].map((atMs) => screenOffsetMin(settings, atMs))).toEqual([60, 120, 60]);
  });

  it.each(['Europe/Atlantis', '+02:00', 'Europe/Oslo '])('B05.FR.07 a zone %j that there isn\'t is Rejected', async (attributeValue) => {
    const world = await station();
    const { setVariableResult } = await world.ask('SetVariables', { setVariableData: [item('ClockCtrlr.TimeZone', { attributeValue })] });
    expect(setVariableResult).toMatchObject([{ attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'InvalidValue' } }]);
    expect(shown(world)).toBeNull();
  });
});

describe('the controller\'s parts', () => {
  const read = async (world: World, component: string, variable: string, connectorId?: number): Promise<string | undefined> => (await get(world, {
    component: { name: component, evse: { id: 1, ...(connectorId === undefined ? {} : { connectorId }) } }, variable: { name: variable },
  }))[0]?.attributeValue;

  it('faults are problems of what is broken, and gone when they are', async () => {
    const world = await World.started();
    const [brokenBefore] = await get(world, item('ChargingStation.Problem'));
    expect([brokenBefore?.attributeValue, await read(world, 'EVSE', 'Problem'), await read(world, 'RCD', 'Tripped'), await read(world, 'PowerContactor', 'Problem')]).toEqual(['false', 'false', 'false', 'false']);
    world.ev().fault('GroundFailure');
    world.ev().fault('PowerSwitchFailure');
    world.ev().fault('ConnectorLockFailure', 1);
    await world.seconds(2);
    expect([await read(world, 'EVSE', 'Problem'), await read(world, 'RCD', 'Tripped'), await read(world, 'PowerContactor', 'Problem'), await read(world, 'ConnectorPlugRetentionLock', 'Problem', 1),
      await read(world, 'Connector', 'Problem', 1), await read(world, 'OverCurrentProtection', 'Tripped')]).toEqual(['true', 'true', 'true', 'true', 'true', 'false']);
    world.ev().clearFault();
    await world.seconds(2);
    expect([await read(world, 'EVSE', 'Problem'), await read(world, 'RCD', 'Tripped'), await read(world, 'Connector', 'Problem', 1)]).toEqual(['false', 'false', 'false']);
  });

  it('ChargeProtocol: known once a car is there, and by whether it speaks', async () => {
    const world = await World.started();
    expect(await read(world, 'Connector', 'ChargeProtocol', 1)).toBe('Undetermined');
    world.ev().plugIn();
    await world.seconds(10);
    expect(await read(world, 'Connector', 'ChargeProtocol', 1)).toBe('CPPWM');
    world.ev().unplug();
    await world.seconds(5);
    await arrive(world, car());
    expect(await read(world, 'Connector', 'ChargeProtocol', 1)).toBe('ISO15118');
  });

  it('contactor, lock, register and currents follow the session', async () => {
    const world = await World.started();
    expect([await read(world, 'PowerContactor', 'Active'), await read(world, 'ConnectorPlugRetentionLock', 'Active', 1)]).toEqual(['false', 'false']);
    const before = Number(await read(world, 'FiscalMetering', 'EnergyImportRegister'));
    await charging(world);
    await world.seconds(60);
    expect([await read(world, 'PowerContactor', 'Active'), await read(world, 'CPPWMController', 'State')]).toEqual(['true', 'C']);
    expect(Number(await read(world, 'FiscalMetering', 'EnergyImportRegister'))).toBeGreaterThan(before + 100);
    const [current] = await get(world, { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'ACCurrent', instance: 'L2' } });
    expect(Number(current?.attributeValue)).toBeGreaterThan(5);
  });
});
