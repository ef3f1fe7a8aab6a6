/** OCPP 2.0.1 B07, B08: base reports and reports by criteria. */
import { describe, expect, it } from 'vitest';
import { item, set, since, station, World } from './charging-station.ts';

interface Reported {
  readonly component: { readonly name: string; readonly instance?: string; readonly evse?: { readonly id: number; readonly connectorId?: number } };
  readonly variable: { readonly name: string; readonly instance?: string };
  readonly variableAttribute: readonly { readonly mutability?: string; readonly value?: string; readonly type?: string }[];
  readonly variableCharacteristics?: { readonly dataType: string; readonly valuesList?: string; readonly supportsMonitoring: boolean };
}

interface Part { readonly requestId: number; readonly seqNo: number; readonly tbc?: boolean; readonly generatedAt: string; readonly reportData: readonly Reported[] }

let requestId = 1000;

async function parts(world: World, action: 'GetBaseReport' | 'GetReport', request: Record<string, unknown>): Promise<readonly Part[]> {
  const seen = since(world);
  requestId += 1;
  expect(await world.ask(action, { requestId, ...request })).toEqual({ status: 'Accepted' });
  await world.seconds(5);
  return seen('NotifyReport') as unknown as readonly Part[];
}

async function report(world: World, action: 'GetBaseReport' | 'GetReport', request: Record<string, unknown>): Promise<readonly Reported[]> {
  return (await parts(world, action, request)).flatMap(({ reportData }) => reportData);
}

const full = (world: World): Promise<readonly Reported[]> => report(world, 'GetBaseReport', { reportBase: 'FullInventory' });
const nameOf = ({ component, variable }: Reported): string => `${component.name}${component.instance === undefined ? '' : `[${component.instance}]`}`
  + `${component.evse === undefined ? '' : `(${component.evse.id}${component.evse.connectorId === undefined ? '' : `/${component.evse.connectorId}`})`}`
  + `.${variable.name}${variable.instance === undefined ? '' : `[${variable.instance}]`}`;
const names = (all: readonly Reported[]): string[] => all.map(nameOf).sort();

describe('B07 base reports', () => {
  it('B07.FR.01/FR.03/FR.04/FR.10/FR.12 Accepted, then all parts: the request\'s id, seqNo from 0, tbc but for the last, one time of generation', async () => {
    const world = await station({}, { evses: 2 });
    for (const reportBase of ['ConfigurationInventory', 'FullInventory']) {
      const all = await parts(world, 'GetBaseReport', { reportBase });
      expect(all.length).toBeGreaterThan(1);
      expect(all.map((part) => [part.requestId, part.seqNo, part.tbc ?? false])).toEqual(all.map((_, index) => [requestId, index, index < all.length - 1]));
      expect(new Set(all.map(({ generatedAt }) => generatedAt)).size).toBe(1);
    }
  });

  it('B07.FR.03 what is WriteOnly is reported without its value', async () => {
    const world = await World.started({ settings: [['SecurityCtrlr.BasicAuthPassword', 'a-very-secret-word']] });
    const password = (await full(world)).find((reported) => nameOf(reported) === 'SecurityCtrlr.BasicAuthPassword');
    expect(password?.variableAttribute).toMatchObject([{ mutability: 'WriteOnly' }]);
    expect(world.csms.texts.join()).not.toContain('a-very-secret-word');
  });

  it('B07.FR.07/FR.08 one holds what can be set, the other everything, both with characteristics', async () => {
    const world = await station();
    const everything = await full(world);
    const settable = await report(world, 'GetBaseReport', { reportBase: 'ConfigurationInventory' });
    expect(names(settable)).toEqual(names(everything.filter(({ variableAttribute }) => variableAttribute.some(({ mutability }) => mutability !== 'ReadOnly'))));
    expect(everything.every(({ variableCharacteristics }) => variableCharacteristics !== undefined)).toBe(true);
    expect(new Set(names(everything)).size).toBe(everything.length);
  });

  it('B07.FR.09 the summary: availability of all, and what is wrong, once it is', async () => {
    const world = await station({}, { evses: 2 });
    const summary = async (): Promise<string[]> => names(await report(world, 'GetBaseReport', { reportBase: 'SummaryInventory' }));
    const states = ['ChargingStation.AvailabilityState', 'Connector(1/1).AvailabilityState', 'Connector(2/1).AvailabilityState', 'EVSE(1).AvailabilityState', 'EVSE(2).AvailabilityState'];
    expect(await summary()).toEqual(states);
    world.ev(2).fault('GroundFailure');
    await world.seconds(2);
    expect(await summary()).toEqual([...states, 'ChargingStation.Problem', 'EVSE(2).Problem', 'RCD(2).Tripped'].sort());
  });

  it('B07.FR.11 every attribute type that a variable has is reported, also unset', async () => {
    const power = (await full(await station())).find((reported) => nameOf(reported) === 'EVSE(1).Power');
    expect(power?.variableAttribute.map(({ type, mutability }) => [type, mutability])).toEqual([['Actual', 'ReadOnly'], ['MaxSet', 'ReadWrite']]);
    expect(power?.variableAttribute[1]).not.toHaveProperty('value');
  });

  it('B07.FR.13, B08.FR.16 while one report is on its way: Rejected; then the next', async () => {
    const world = await station();
    const first = world.csms.call('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' });
    const second = world.csms.call('GetBaseReport', { requestId: 2, reportBase: 'FullInventory' });
    const third = world.csms.call('GetReport', { requestId: 3, componentVariable: [{ component: { name: 'ClockCtrlr' } }] });
    await world.seconds(5);
    expect([await first, await second, await third]).toMatchObject([{ status: 'Accepted' }, { status: 'Rejected' }, { status: 'Rejected' }]);
    expect(new Set(world.csms.of('NotifyReport').map((part) => part.requestId))).toEqual(new Set([1]));
    expect(await world.ask('GetReport', { requestId: 4, componentVariable: [{ component: { name: 'ClockCtrlr' } }] })).toEqual({ status: 'Accepted' });
  });

  it('TC_B_53_CS every variable that 2.0.1 requires is there, lists say what may be in them and hold nothing else, secrets have no value', async () => {
    const world = await World.started({ settings: [['SecurityCtrlr.BasicAuthPassword', 'a-very-secret-word']] });
    const all = await parts(world, 'GetBaseReport', { reportBase: 'FullInventory' });
    expect(all.map(({ requestId: id, seqNo }) => [id, seqNo])).toEqual(all.map((_, index) => [requestId, index]));
    const everything = all.flatMap(({ reportData }) => reportData);
    const present = new Set(everything.map((reported) => nameOf(reported)));
    expect(REQUIRED.filter((name) => !present.has(name))).toEqual([]);
    for (const reported of everything) {
      const { variableCharacteristics, variableAttribute } = reported;
      const { value, mutability } = variableAttribute[0] ?? {};
      if (mutability === 'WriteOnly') expect([nameOf(reported), value]).toEqual([nameOf(reported), undefined]);
      if (!['OptionList', 'SequenceList', 'MemberList'].includes(variableCharacteristics?.dataType ?? '')) continue;
      const allowed = (variableCharacteristics?.valuesList ?? '').split(',');
      expect([nameOf(reported), allowed]).not.toEqual([nameOf(reported), ['']]);
      for (const one of (value ?? '').split(',').filter((text) => text !== '')) expect([nameOf(reported), allowed]).toEqual([nameOf(reported), expect.arrayContaining([one.trim()])]);
    }
    const has = (component: string): boolean => everything.some((one) => nameOf(one) === `${component}.Available` && one.variableAttribute[0]?.value === 'true');
    expect(REQUIRED_WITH_ITS_BLOCK.filter((name) => has(name.split('.')[0] ?? '') && !present.has(name))).toEqual([]);
    expect(everything.find((reported) => nameOf(reported) === 'EVSE(1).Power')?.variableCharacteristics).toHaveProperty('maxLimit');
  });
});

/** Part 2, chapter of referenced variables, with the errata: those of the blocks that every station has. */
const REQUIRED = [
  'OCPPCommCtrlr.ActiveNetworkProfile', 'OCPPCommCtrlr.MessageTimeout[Default]', 'OCPPCommCtrlr.FileTransferProtocols', 'OCPPCommCtrlr.NetworkConfigurationPriority',
  'OCPPCommCtrlr.NetworkProfileConnectionAttempts', 'OCPPCommCtrlr.OfflineThreshold', 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]',
  'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]', 'OCPPCommCtrlr.UnlockOnEVSideDisconnect', 'OCPPCommCtrlr.ResetRetries', 'OCPPCommCtrlr.RetryBackOffRepeatTimes',
  'OCPPCommCtrlr.RetryBackOffRandomRange', 'OCPPCommCtrlr.RetryBackOffWaitMinimum', 'OCPPCommCtrlr.WebSocketPingInterval',
  ...['GetReport', 'GetVariables', 'SetVariables'].flatMap((message) => [`DeviceDataCtrlr.ItemsPerMessage[${message}]`, `DeviceDataCtrlr.BytesPerMessage[${message}]`]),
  'ClockCtrlr.DateTime', 'ClockCtrlr.TimeSource', 'SecurityCtrlr.OrganizationName', 'SecurityCtrlr.CertificateEntries', 'SecurityCtrlr.SecurityProfile',
  'AuthCtrlr.AuthorizeRemoteStart', 'AuthCtrlr.LocalAuthorizeOffline', 'AuthCtrlr.LocalPreAuthorize',
  'LocalAuthListCtrlr.Entries', 'LocalAuthListCtrlr.ItemsPerMessage', 'LocalAuthListCtrlr.BytesPerMessage',
  'TxCtrlr.EVConnectionTimeOut', 'TxCtrlr.StopTxOnEVSideDisconnect', 'TxCtrlr.TxStartPoint', 'TxCtrlr.TxStopPoint', 'TxCtrlr.StopTxOnInvalidId',
  'SampledDataCtrlr.TxStartedMeasurands', 'SampledDataCtrlr.TxUpdatedMeasurands', 'SampledDataCtrlr.TxEndedMeasurands', 'SampledDataCtrlr.TxUpdatedInterval', 'SampledDataCtrlr.TxEndedInterval',
  'AlignedDataCtrlr.Measurands', 'AlignedDataCtrlr.Interval', 'AlignedDataCtrlr.TxEndedMeasurands', 'AlignedDataCtrlr.TxEndedInterval',
  'TariffCostCtrlr.TariffFallbackMessage', 'TariffCostCtrlr.TotalCostFallbackMessage', 'TariffCostCtrlr.Currency',
  ...['ChargingStation', 'EVSE(1)', 'Connector(1/1)'].flatMap((component) => ['Available', 'AvailabilityState', 'SupplyPhases'].map((variable) => `${component}.${variable}`)),
  'Connector(1/1).ConnectorType', 'EVSE(1).Power',
];

/** Of blocks that a station may lack; it says which it has. */
const REQUIRED_WITH_ITS_BLOCK = [
  ...['ProfileStackLevel', 'RateUnit', 'PeriodsPerSchedule', 'Entries[ChargingProfiles]', 'LimitChangeSignificance'].map((variable) => `SmartChargingCtrlr.${variable}`),
  ...['ItemsPerMessage', 'BytesPerMessage'].map((variable) => `MonitoringCtrlr.${variable}[SetVariableMonitoring]`),
  ...['DisplayMessages', 'SupportedFormats', 'SupportedPriorities'].map((variable) => `DisplayMessageCtrlr.${variable}`),
  'ISO15118Ctrlr.ContractValidationOffline',
];

describe('B08 reports by criteria', () => {
  it('B08.FR.01/FR.03/FR.04/FR.12/FR.14 Accepted, then parts with the request\'s id, numbered from 0, with characteristics, without secrets', async () => {
    const world = await World.started({ settings: [['SecurityCtrlr.BasicAuthPassword', 'a-very-secret-word']] });
    const all = await parts(world, 'GetReport', { componentCriteria: ['Enabled'] });
    expect(all.length).toBeGreaterThan(1);
    expect(all.map((part) => [part.requestId, part.seqNo, part.tbc ?? false])).toEqual(all.map((_, index) => [requestId, index, index < all.length - 1]));
    expect(all.flatMap(({ reportData }) => reportData).every(({ variableCharacteristics }) => variableCharacteristics !== undefined)).toBe(true);
    const security = await report(world, 'GetReport', { componentVariable: [{ component: { name: 'SecurityCtrlr' } }] });
    expect(names(security)).toContain('SecurityCtrlr.BasicAuthPassword');
    expect(world.csms.texts.join()).not.toContain('a-very-secret-word');
  });

  it('B08.FR.05/FR.11/FR.20 limited to what was named; a component alone means all its variables', async () => {
    const world = await station();
    const everything = await full(world);
    expect(names(await report(world, 'GetReport', { componentVariable: [item('TxCtrlr.EVConnectionTimeOut'), { component: { name: 'clockctrlr' } }] }))).toEqual(
      ['TxCtrlr.EVConnectionTimeOut', ...names(everything).filter((name) => name.startsWith('ClockCtrlr.'))].sort());
  });

  it('B08.FR.07/FR.08/FR.09/FR.10/FR.13 whole components by Active, Available, Enabled and Problem; several criteria are OR-ed', async () => {
    const world = await station({ 'AuthCacheCtrlr.Enabled': 'false' });
    world.ev().fault('PowerSwitchFailure');
    await world.seconds(2);
    const everything = await full(world);
    const flag = (component: string, variable: string): string | undefined => everything.find((reported) => nameOf(reported).replace(/\[.*\]$/, '') === `${component}.${variable}`)?.variableAttribute[0]?.value;
    const componentOf = (reported: Reported): string => nameOf(reported).slice(0, nameOf(reported).lastIndexOf(`.${reported.variable.name}`));
    const expected = (...criteria: string[]): string[] => names(everything.filter((reported) => criteria.some((criterion) => {
      const value = flag(componentOf(reported), criterion);
      return value === 'true' || (value === undefined && criterion !== 'Problem');
    })));
    for (const criteria of [['Active'], ['Available'], ['Enabled'], ['Problem'], ['Problem', 'Enabled'], ['Active', 'Available']]) {
      expect([criteria, names(await report(world, 'GetReport', { componentCriteria: criteria }))]).toEqual([criteria, expected(...criteria)]);
    }
    const problems = await report(world, 'GetReport', { componentCriteria: ['Problem'] });
    expect(new Set(problems.map(({ component }) => component.name))).toEqual(new Set(['ChargingStation', 'EVSE', 'PowerContactor']));
    const inactive = await report(world, 'GetReport', { componentCriteria: ['Active'] });
    expect(inactive.filter(({ component }) => component.name === 'PowerContactor')).toEqual([]);
    const enabled = await report(world, 'GetReport', { componentCriteria: ['Enabled'] });
    expect(enabled.filter(({ component }) => component.name === 'AuthCacheCtrlr')).toEqual([]);
  });

  it('B08.FR.15 nothing left: EmptyResultSet, and no report', async () => {
    const world = await station();
    const seen = since(world);
    for (const request of [{ componentCriteria: ['Problem'] }, { componentVariable: [{ component: { name: 'Nope' } }] }, { componentVariable: [item('TxCtrlr.Nope')] },
      { componentCriteria: ['Problem'], componentVariable: [item('TxCtrlr.EVConnectionTimeOut')] }]) {
      expect(await world.ask('GetReport', { requestId: 5, ...request })).toMatchObject({ status: 'EmptyResultSet' });
    }
    await world.seconds(5);
    expect(seen('NotifyReport')).toEqual([]);
  });

  it('B08.FR.17/FR.18 too many items, too many bytes', async () => {
    const world = await station();
    const many = (count: number, name: string): object => ({ requestId: 6, componentVariable: Array.from({ length: count }, () => ({ component: { name, customData: { vendorId: 'v', more: 'x'.repeat(name.length * 40) } } })) });
    expect(await world.ask('GetReport', many(51, 'C') as Record<string, unknown>)).toEqual({ error: 'OccurrenceConstraintViolation' });
    expect(await world.ask('GetReport', many(50, 'C'.repeat(50)) as Record<string, unknown>)).toEqual({ error: 'FormatViolation' });
  });

  it('TC_B_54_CS, B08.FR.21 a variable without its instance: every instance', async () => {
    const all = await report(await station(), 'GetReport', { componentVariable: [item('DeviceDataCtrlr.ItemsPerMessage')] });
    expect(names(all)).toEqual(['GetReport', 'GetVariables', 'SetVariables'].map((instance) => `DeviceDataCtrlr.ItemsPerMessage[${instance}]`));
    expect(all.map(({ variableCharacteristics }) => variableCharacteristics?.dataType)).toEqual(['integer', 'integer', 'integer']);
  });

  it('TC_B_55_CS with the instance: that one alone', async () => {
    expect(names(await report(await station(), 'GetReport', { componentVariable: [item('DeviceDataCtrlr.ItemsPerMessage[GetReport]')] }))).toEqual(['DeviceDataCtrlr.ItemsPerMessage[GetReport]']);
  });

  it('TC_B_56_CS without an EVSE: every EVSE', async () => {
    const all = await report(await station({}, { evses: 3 }), 'GetReport', { componentVariable: [{ component: { name: 'EVSE' }, variable: { name: 'AvailabilityState' } }] });
    expect(names(all)).toEqual(['EVSE(1).AvailabilityState', 'EVSE(2).AvailabilityState', 'EVSE(3).AvailabilityState']);
  });

  it('B08.FR.22/FR.23 an EVSE without connector: every connector of it; no EVSE: every level, the station\'s own included', async () => {
    const world = await station({}, { evses: 2 });
    const available = (component: object): Promise<readonly Reported[]> => report(world, 'GetReport', { componentVariable: [{ component, variable: { name: 'Available' } }] });
    expect(names(await available({ name: 'Connector', evse: { id: 2 } }))).toEqual(['Connector(2/1).Available']);
    expect(names(await available({ name: 'Connector' }))).toEqual(['Connector(1/1).Available', 'Connector(2/1).Available']);
    expect(names(await available({ name: 'Controller' }))).toEqual(['Controller(1).Available', 'Controller(2).Available', 'Controller.Available']);
  });

  it('B08.FR.24/FR.25 a component with its instance: that one; without: every instance', async () => {
    const world = await station();
    const url = (component: object): Promise<readonly Reported[]> => report(world, 'GetReport', { componentVariable: [{ component, variable: { name: 'OcppCsmsUrl' } }] });
    expect(names(await url({ name: 'NetworkConfiguration', instance: '2' }))).toEqual(['NetworkConfiguration[2].OcppCsmsUrl']);
    expect(names(await url({ name: 'NetworkConfiguration' }))).toEqual(['1', '2', '3'].map((slot) => `NetworkConfiguration[${slot}].OcppCsmsUrl`));
    expect(names(await url({ name: 'NetworkConfiguration', instance: '' }))).toHaveLength(3);
  });

  it('a report is of the moment that it was asked for', async () => {
    const world = await station({ 'TxCtrlr.EVConnectionTimeOut': '33' });
    const asked = world.csms.call('GetBaseReport', { requestId: 9, reportBase: 'FullInventory' });
    await set(world, 'TxCtrlr.EVConnectionTimeOut', '44');
    await asked;
    await world.seconds(5);
    const reported = (world.csms.of('NotifyReport') as unknown as readonly Part[]).flatMap(({ reportData }) => reportData).find((one) => nameOf(one) === 'TxCtrlr.EVConnectionTimeOut');
    expect(reported?.variableAttribute[0]?.value).toBe('33');
  });
});
