import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../platform/virtual/memory-store.ts';
import { DeviceModel } from './device-model.ts';
import { baseReport, filterReport, paginate } from './reports.ts';

const facts = { vendorName: 'Kerbside', model: 'K', firmwareVersion: '1', serialNumber: 'S1' };
const topology = { evses: [{ id: 1, phases: 3, maxPowerW: 22_000, connectors: [{ id: 1, type: 'cType2' }] }] };
const address = (component: string, variable: string, instance?: string) => ({
  component: { name: component }, variable: { name: variable, ...(instance === undefined ? {} : { instance }) },
});

let store: MemoryStore;
let model: DeviceModel;
beforeEach(async () => {
  store = new MemoryStore();
  model = await DeviceModel.load({ topology, facts, store });
});

describe('SetVariables', () => {
  it('B05.FR.10 a legal value is accepted, in effect and on disk', async () => {
    expect(await model.set(address('TxCtrlr', 'EVConnectionTimeOut'), '90')).toEqual({ status: 'Accepted' });
    expect(model.number('TxCtrlr.EVConnectionTimeOut')).toBe(90);
    expect((await DeviceModel.load({ topology, facts, store })).number('TxCtrlr.EVConnectionTimeOut')).toBe(90);
  });

  it.each([
    ['B05.FR.04', 'NoSuchCtrlr', 'X', '1', 'UnknownComponent'],
    ['B05.FR.05', 'TxCtrlr', 'NoSuch', '1', 'UnknownVariable'],
    ['B05.FR.07', 'TxCtrlr', 'EVConnectionTimeOut', 'soon', 'Rejected'],
    ['B05.FR.07', 'AuthCtrlr', 'LocalPreAuthorize', 'TRUE', 'Rejected'],
    ['B05.FR.08', 'TxCtrlr', 'EVConnectionTimeOut', '-1', 'Rejected'],
    ['B05.FR.08', 'OCPPCommCtrlr', 'WebSocketPingInterval', '-5', 'Rejected'],
    ['B05.FR.08', 'SampledDataCtrlr', 'TxUpdatedMeasurands', 'Energy.Active.Import.Register,RPM', 'Rejected'],
    ['B05.FR.08', 'TxCtrlr', 'TxStartPoint', 'DataSigned', 'Rejected'],
    ['B05.FR.08', 'TxCtrlr', 'TxStopPoint', '', 'Rejected'],
    ['B05.FR.09', 'OCPPCommCtrlr', 'ActiveNetworkProfile', '2', 'Rejected'],
  ])('%s %s.%s = %s -> %s, and nothing changes', async (_, component, variable, value, status) => {
    const before = JSON.stringify(model.all());
    expect((await model.set(address(component, variable), value)).status).toBe(status);
    expect(JSON.stringify(model.all())).toBe(before);
    expect(await store.entries('variables')).toEqual([]);
  });

  it('B05.FR.06 an attribute type that the variable hasn\'t got', async () => {
    expect((await model.set({ ...address('TxCtrlr', 'EVConnectionTimeOut'), attributeType: 'MaxSet' }, '9')).status).toBe('NotSupportedAttributeType');
  });

  it('names compare without case', async () => {
    expect((await model.set(address('txctrlr', 'evconnectiontimeout'), '30')).status).toBe('Accepted');
  });

  it('a full disk: Rejected, and the old value stays in effect', async () => {
    store.failNextCommits(1);
    expect(await model.set(address('TxCtrlr', 'EVConnectionTimeOut'), '90')).toMatchObject({ status: 'Rejected', reasonCode: 'OutOfStorage' });
    expect(model.number('TxCtrlr.EVConnectionTimeOut')).toBe(60);
  });
});

describe('GetVariables', () => {
  it('B06.FR.11, B06.FR.13 Actual by default; unset reads as empty', () => {
    expect(model.get(address('AuthCtrlr', 'MasterPassGroupId'))).toEqual({ status: 'Accepted', value: '' });
  });
  it('B06.FR.06, B06.FR.07', () => {
    expect(model.get(address('Nope', 'X')).status).toBe('UnknownComponent');
    expect(model.get(address('TxCtrlr', 'X')).status).toBe('UnknownVariable');
  });
  it('B06.FR.09 WriteOnly is never read', async () => {
    await model.factorySet('SecurityCtrlr.BasicAuthPassword', 'a-very-secret-word');
    expect(model.get(address('SecurityCtrlr', 'BasicAuthPassword'))).toEqual({ status: 'Rejected', reasonCode: 'WriteOnly' });
    expect(JSON.stringify(model.all())).not.toContain('a-very-secret-word');
  });
  it('B06.FR.15 without the instance where only instances exist', () => {
    expect(model.get(address('OCPPCommCtrlr', 'MessageTimeout')).status).toBe('UnknownVariable');
    expect(model.get(address('OCPPCommCtrlr', 'MessageTimeout', 'Default')).status).toBe('Accepted');
  });
});

describe('the factory', () => {
  it.each(['0', '1', '3'])('may set attempts, intervals and back-off to %s', async (value) => {
    for (const name of ['MessageAttempts', 'MessageAttemptInterval', 'RetryBackOffWaitMinimum', 'RetryBackOffRandomRange', 'RetryBackOffRepeatTimes', 'MessageTimeout']) {
      await model.factorySet(`OCPPCommCtrlr.${name}`, value);
    }
    expect(model.number('OCPPCommCtrlr.MessageAttempts[TransactionEvent]')).toBe(Number(value));
    expect(model.number('OCPPCommCtrlr.MessageTimeout[Default]')).toBe(Number(value));
  });
  it('sets read-only variables too, refuses nonsense, and names what it doesn\'t know', async () => {
    await model.factorySet('SecurityCtrlr.SecurityProfile', '2');
    expect(model.number('SecurityCtrlr.SecurityProfile')).toBe(2);
    await expect(model.factorySet('TxCtrlr.EVConnectionTimeOut', 'x')).rejects.toMatchObject({ code: 'InvalidValue' });
    await expect(model.factorySet('Foo.Bar', '1')).rejects.toThrow('Foo.Bar');
  });
  it('unset goes back to the default', async () => {
    await model.factorySet('TxCtrlr.EVConnectionTimeOut', '5');
    await model.unset('TxCtrlr.EVConnectionTimeOut');
    expect(model.number('TxCtrlr.EVConnectionTimeOut')).toBe(60);
  });
  it('tells who listens', async () => {
    const seen: string[] = [];
    model.onChange('AlignedDataCtrlr.', (name) => seen.push(name));
    await model.factorySet('AlignedDataCtrlr.Interval', '900');
    await model.factorySet('TxCtrlr.EVConnectionTimeOut', '5');
    expect(seen).toEqual(['AlignedDataCtrlr.Interval']);
  });
});

it('a stored value that isn\'t legal any more gives way to the default', async () => {
  await store.commit([{ op: 'put', collection: 'variables', key: 'TxCtrlr.EVConnectionTimeOut', value: 'corrupt' }]);
  expect((await DeviceModel.load({ topology, facts, store })).number('TxCtrlr.EVConnectionTimeOut')).toBe(60);
});

describe('reports', () => {
  it('B07.FR.07/08 ConfigurationInventory holds what can be set, FullInventory all', () => {
    const full = baseReport(model.all(), 'FullInventory');
    const configuration = baseReport(model.all(), 'ConfigurationInventory');
    expect(configuration.length).toBeGreaterThan(20);
    expect(configuration.length).toBeLessThan(full.length);
    expect(configuration.every((item) => item.attributes.some(({ mutability }) => mutability !== 'ReadOnly'))).toBe(true);
  });
  it('B08.FR.20 a component alone means all its variables; B08.FR.07 Available', () => {
    const tx = filterReport(model.all(), undefined, [{ component: { name: 'TxCtrlr' } }]);
    expect(new Set(tx.map((item) => item.component.name))).toEqual(new Set(['TxCtrlr']));
    model.provide('LocalAuthListCtrlr.Available', () => 'false');
    const available = filterReport(model.all(), ['Available'], [{ component: { name: 'LocalAuthListCtrlr' } }]);
    expect(available).toEqual([]);
  });
  it('parts hold at most so many', () => {
    expect(paginate([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});
