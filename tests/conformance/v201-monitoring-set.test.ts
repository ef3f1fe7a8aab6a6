/** OCPP 2.0.1, N03 to N06: the base, single monitors, the level, clearing. */
import { describe, expect, it } from 'vitest';
import type { World } from './charging-station.ts';
import { charging, set, station } from './charging-station.ts';
import { monitor, monitored, nameOf, report, setMonitors, types, where, wireEvents, type SetResult } from './monitoring.ts';

const STATION_STATE = 'ChargingStation.AvailabilityState';
const EVSE_STATE = 'EVSE(1).AvailabilityState';
const POWER = 'EVSE(1).Power';

const setBase = (world: World, monitoringBase: string): Promise<Record<string, unknown>> => world.ask('SetMonitoringBase', { monitoringBase });

async function restart(world: World): Promise<void> {
  world.kill();
  await world.start(5);
}

describe('N03: the base', () => {
  it('TC_N_05_CS N03.FR.01 all three bases are Accepted', async () => {
    const world = await station();
    for (const base of ['All', 'FactoryDefault', 'HardWiredOnly']) {
      expect(await setBase(world, base)).toEqual({ status: 'Accepted' });
      expect(await variable(world, 'ActiveMonitoringBase')).toBe(base);
    }
  });

  it('TC_N_07_CS N03.FR.02 a base that there isn\'t: NotSupported, nothing changes', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'Delta', 1000, 8);
    expect(await setBase(world, 'SoftWiredOnly')).toMatchObject({ status: 'NotSupported', statusInfo: { reasonCode: 'UnsupportedParam' } });
    expect((await report(world, undefined, [where(POWER)])).listed[0]?.variableMonitoring).toMatchObject([{ id }]);
    expect(await world.ask('SetMonitoringBase', {})).toMatchObject({ error: expect.any(String) as string });
  });

  it('TC_N_06_CS N03.FR.05 HardWiredOnly removes custom and disables preconfigured monitors', async () => {
    const world = await station();
    await setBase(world, 'All');
    const id = await monitored(world, STATION_STATE, 'Delta', 1, 8);
    const before = await report(world, undefined, [where(STATION_STATE)]);
    expect([before.status, before.parts.length, types(before.listed)]).toEqual(['Accepted', 1, ['Delta']]);
    expect(before.listed[0]?.variableMonitoring.map((one) => one.id)).toContain(id);
    expect(await setBase(world, 'HardWiredOnly')).toEqual({ status: 'Accepted' });
    expect((await report(world, undefined, [where(STATION_STATE)])).status).toBe('EmptyResultSet');
    expect((await report(world)).listed.map(nameOf)).toEqual(['Kerbside.StoreUsage', 'EVSE(1).Problem']);
    await restart(world);
    expect((await report(world)).listed.map(nameOf)).toEqual(['Kerbside.StoreUsage', 'EVSE(1).Problem']);
  });

  it('N03.FR.03 All switches the preconfigured on and leaves the custom ones, changed preconfigured ones too', async () => {
    const world = await station();
    await setBase(world, 'FactoryDefault');
    const preconfigured = (await report(world, undefined, [where(EVSE_STATE)])).listed[0]?.variableMonitoring[0];
    expect(preconfigured).toMatchObject({ type: 'Delta', severity: 6 });
    const custom = await monitored(world, POWER, 'UpperThreshold', 9000, 8);
    await monitored(world, EVSE_STATE, 'Delta', 1, 7, { id: preconfigured?.id ?? 0 });
    const stationState = (await report(world, undefined, [where(STATION_STATE)])).listed[0]?.variableMonitoring[0]?.id ?? 0;
    expect(await world.ask('ClearVariableMonitoring', { id: [stationState] })).toMatchObject({ clearMonitoringResult: [{ status: 'Accepted' }] });
    expect((await report(world, undefined, [where(STATION_STATE)])).status).toBe('EmptyResultSet');
    await setBase(world, 'All');
    const { listed } = await report(world);
    expect(listed.find((item) => nameOf(item) === STATION_STATE)?.variableMonitoring).toMatchObject([{ id: stationState }]);
    expect(listed.find((item) => nameOf(item) === EVSE_STATE)?.variableMonitoring).toMatchObject([{ id: preconfigured?.id, severity: 7 }]);
    expect(listed.find((item) => nameOf(item) === POWER)?.variableMonitoring).toMatchObject([{ id: custom }]);
  });

  it('TC_N_41_CS N03.FR.04 N04.FR.15 a changed preconfigured monitor is a custom one until FactoryDefault brings it back', async () => {
    const world = await station();
    await setBase(world, 'All');
    const delta = async (): Promise<unknown> => (await report(world, ['DeltaMonitoring'], [where(EVSE_STATE)])).listed.map((item) => [nameOf(item), item.variableMonitoring]);
    const [before] = (await report(world, ['DeltaMonitoring'], [where(EVSE_STATE)])).listed;
    const { id = 0, severity = 0 } = before?.variableMonitoring[0] ?? {};
    expect(await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, severity + 1, { id }))).toMatchObject([
      { status: 'Accepted', type: 'Delta', component: { name: 'EVSE' }, variable: { name: 'AvailabilityState' } },
    ]);
    expect(await delta()).toEqual([[EVSE_STATE, [{ id, transaction: false, value: 1, type: 'Delta', severity: severity + 1 }]]]);
    world.ev().plugIn();
    await world.seconds(3);
    expect(wireEvents(world, EVSE_STATE)).toMatchObject([{ variableMonitoringId: id, eventNotificationType: 'CustomMonitor' }]);
    const custom = await monitored(world, POWER, 'UpperThreshold', 9000, 8);
    expect(await setBase(world, 'FactoryDefault')).toEqual({ status: 'Accepted' });
    expect(await delta()).toEqual([[EVSE_STATE, [{ id, transaction: false, value: 1, type: 'Delta', severity }]]]);
    expect((await report(world)).listed.flatMap(({ variableMonitoring }) => variableMonitoring.map((one) => one.id))).not.toContain(custom);
    world.ev().unplug();
    await world.seconds(3);
    expect(wireEvents(world, EVSE_STATE).at(-1)).toMatchObject({ variableMonitoringId: id, eventNotificationType: 'PreconfiguredMonitor', actualValue: 'Available' });
  });
});

describe('N04: setting monitors', () => {
  it('TC_N_08_CS N04.FR.08 N04.FR.11 one monitor, with an id of the station\'s making', async () => {
    const world = await station();
    const [result] = await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, 8));
    expect(result).toEqual({ ...where(EVSE_STATE), id: expect.any(Number) as number, status: 'Accepted', type: 'Delta', severity: 8 });
    const { status, listed } = await report(world, undefined, [where(EVSE_STATE)]);
    expect([status, listed.map(nameOf), listed[0]?.variableMonitoring]).toEqual(['Accepted', [EVSE_STATE], [{ id: result?.id, transaction: false, value: 1, type: 'Delta', severity: 8 }]]);
  });

  it('TC_N_09_CS N04.FR.01 N04.FR.02 several, on different variables: a result for each', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, 8), monitor(STATION_STATE, 'Delta', 1, 8));
    expect(results).toMatchObject([{ ...where(EVSE_STATE), status: 'Accepted', type: 'Delta', severity: 8 }, { ...where(STATION_STATE), status: 'Accepted', type: 'Delta', severity: 8 }]);
    expect(new Set(results.map(({ id }) => id)).size).toBe(2);
    const { status, listed } = await report(world, undefined, [where(EVSE_STATE), where(STATION_STATE)]);
    expect([status, listed.map(nameOf)]).toEqual(['Accepted', [EVSE_STATE, STATION_STATE]]);
  });

  it('TC_N_10_CS two on one variable, of different severity', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, 8), monitor(EVSE_STATE, 'Delta', 1, 7));
    expect(results).toMatchObject([{ status: 'Accepted', severity: 8, ...where(EVSE_STATE) }, { status: 'Accepted', severity: 7, ...where(EVSE_STATE) }]);
    expect(new Set(results.map(({ id }) => id)).size).toBe(2);
  });

  it('TC_N_11_CS N04.FR.03 an EVSE and a component that there aren\'t', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor('EVSE(99).AvailabilityState', 'Delta', 1, 5), monitor('NonExistent.Power', 'UpperThreshold', 1234, 5));
    expect(results).toEqual([
      { ...where('EVSE(99).AvailabilityState'), status: 'UnknownComponent', type: 'Delta', severity: 5, statusInfo: { reasonCode: 'NotFound' } },
      { ...where('NonExistent.Power'), status: 'UnknownComponent', type: 'UpperThreshold', severity: 5, statusInfo: { reasonCode: 'NotFound' } },
    ]);
  });

  it.each(['EVSE.unknownVariable', 'EVSE(1).unknownVariable', 'ChargingStation.unknownVariable'])('TC_N_37_CS N04.FR.04 %s: UnknownVariable', async (name) => {
    const world = await station();
    expect(await setMonitors(world, monitor(name, 'Delta', 1, 5))).toMatchObject([{ ...where(name), status: 'UnknownVariable', type: 'Delta', severity: 5 }]);
  });

  it('TC_N_38_CS N04.FR.05 a type that the variable hasn\'t got', async () => {
    const world = await station();
    expect(await setMonitors(world, monitor(EVSE_STATE, 'UpperThreshold', 1, 5))).toMatchObject([{ ...where(EVSE_STATE), status: 'UnsupportedMonitorType', type: 'UpperThreshold' }]);
    // Without an EVSE the component is one of several: Rejected, as the case allows.
    expect(await setMonitors(world, monitor('EVSE.AvailabilityState', 'UpperThreshold', 1, 5))).toMatchObject([{ status: 'Rejected', statusInfo: { reasonCode: 'MissingParam' } }]);
    expect(await setMonitors(world, monitor('OCPPCommCtrlr.QueueAllMessages', 'LowerThreshold', 1, 5), monitor('ChargingStation.VendorName', 'Delta', 1, 5)))
      .toMatchObject([{ status: 'UnsupportedMonitorType' }, { status: 'UnsupportedMonitorType' }]); // a constant tells nothing
  });

  it('TC_N_12_CS N04.FR.14 N04.FR.20 a Delta of less than nothing, and of nothing', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(EVSE_STATE, 'Delta', -1, 5), monitor(POWER, 'Delta', 0, 5));
    expect(results).toMatchObject([
      { ...where(EVSE_STATE), status: 'Rejected', type: 'Delta', severity: 5, statusInfo: { reasonCode: 'ValuePositiveOnly' } },
      { ...where(POWER), status: 'Rejected', statusInfo: { reasonCode: 'ValueZeroNotAllowed' } },
    ]);
    expect(results.map(({ id }) => id)).toEqual([undefined, undefined]);
  });

  it('TC_N_13_CS N04.FR.06 thresholds outside the limits of the variable', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(POWER, 'UpperThreshold', 30_000, 5), monitor(POWER, 'LowerThreshold', 30_000, 5), monitor(POWER, 'UpperThreshold', -1, 5));
    expect(results).toMatchObject(['UpperThreshold', 'LowerThreshold', 'UpperThreshold'].map((type) => (
      { ...where(POWER), status: 'Rejected', type, severity: 5, statusInfo: { reasonCode: 'ValueOutOfRange' } })));
    expect(results.map(({ id }) => id)).toEqual([undefined, undefined, undefined]);
    expect(await setMonitors(world, monitor(POWER, 'UpperThreshold', 22_080, 5), monitor(POWER, 'LowerThreshold', 0, 5))).toMatchObject([{ status: 'Accepted' }, { status: 'Accepted' }]);
  });

  it('severity is 0 to 9, an interval at least a second', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(POWER, 'Delta', 1, 10), monitor(POWER, 'Delta', 1, -1), monitor(POWER, 'Periodic', 0, 5), monitor(POWER, 'PeriodicClockAligned', -5, 5), monitor(POWER, 'Periodic', 0.5, 5));
    expect(results.map(({ status, statusInfo }) => [status, statusInfo?.reasonCode])).toEqual([
      ['Rejected', 'ValueOutOfRange'], ['Rejected', 'ValueOutOfRange'], ['Rejected', 'ValueZeroNotAllowed'], ['Rejected', 'ValuePositiveOnly'], ['Rejected', 'ValueTooLow'],
    ]);
  });

  it('TC_N_15_CS N04.FR.10 the same type and severity twice: Duplicate', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, 5), monitor(EVSE_STATE, 'Delta', 1, 5));
    expect(results).toMatchObject([
      { ...where(EVSE_STATE), status: 'Accepted', type: 'Delta', severity: 5 }, { ...where(EVSE_STATE), status: 'Duplicate', type: 'Delta', severity: 5, statusInfo: { reasonCode: 'InvalidValue' } },
    ]);
    // A replacement must not become another's double either.
    const other = await monitored(world, EVSE_STATE, 'Delta', 1, 6);
    expect(await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, 5, { id: other }))).toMatchObject([{ status: 'Duplicate' }]);
  });

  it('TC_N_43_CS each is judged on its own', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(POWER, 'UpperThreshold', 100, 5), monitor(POWER, 'Delta', -1, 5), monitor(POWER, 'LowerThreshold', 10, 5));
    expect(results.map(({ status, type }) => [status, type])).toEqual([['Accepted', 'UpperThreshold'], ['Rejected', 'Delta'], ['Accepted', 'LowerThreshold']]);
  });

  it('TC_N_39_CS N04.FR.13 N04.FR.16 an id of another variable, or of none, replaces nothing', async () => {
    const world = await station();
    const id = await monitored(world, EVSE_STATE, 'Delta', 1, 5);
    const results = await setMonitors(world, monitor('ChargingStation.Power', 'UpperThreshold', 1000, 5, { id }), monitor(EVSE_STATE, 'Delta', 1, 4, { id: id + 1 }));
    expect(results).toMatchObject([
      { ...where('ChargingStation.Power'), status: 'Rejected', type: 'UpperThreshold', severity: 5 }, { status: 'Rejected', statusInfo: { reasonCode: 'NotFound' } },
    ]);
    const { status, listed } = await report(world, undefined, [where(EVSE_STATE)]);
    expect([status, listed.map(nameOf), listed[0]?.variableMonitoring]).toEqual(['Accepted', [EVSE_STATE], [{ id, transaction: false, value: 1, type: 'Delta', severity: 5 }]]);
  });

  it('TC_N_40_CS N04.FR.12 the same id and variable: replaced', async () => {
    const world = await station();
    const id = await monitored(world, EVSE_STATE, 'Delta', 1, 5);
    expect(await setMonitors(world, monitor(EVSE_STATE, 'Delta', 1, 4, { id }))).toMatchObject([{ id, status: 'Accepted', type: 'Delta', ...where(EVSE_STATE) }]);
    const { status, listed } = await report(world, ['DeltaMonitoring'], [where(EVSE_STATE)]);
    expect([status, listed.map(nameOf), listed[0]?.variableMonitoring]).toEqual(['Accepted', [EVSE_STATE], [{ id, transaction: false, value: 1, type: 'Delta', severity: 4 }]]);
  });

  it('N04.FR.18 a hard-wired monitor isn\'t replaced', async () => {
    const world = await station();
    const [problem] = (await report(world, undefined, [where('EVSE(1).Problem')])).listed;
    const id = problem?.variableMonitoring[0]?.id ?? 0;
    expect(await setMonitors(world, monitor('EVSE(1).Problem', 'Delta', 1, 9, { id }))).toMatchObject([{ status: 'Rejected', statusInfo: { reasonCode: 'ReadOnly' } }]);
    expect((await report(world, undefined, [where('EVSE(1).Problem')])).listed[0]?.variableMonitoring).toEqual(problem?.variableMonitoring);
  });

  it('N04.FR.09 too many, and too much, for one message', async () => {
    const world = await station();
    const most = Number(await variable(world, 'ItemsPerMessage', 'SetVariableMonitoring'));
    const many = (count: number): object[] => Array.from({ length: count }, () => monitor('EVSE(9).Power', 'Delta', 1, 5));
    expect(await world.ask('SetVariableMonitoring', { setMonitoringData: many(most + 1) })).toMatchObject({ error: 'OccurrenceConstraintViolation' });
    expect((await world.ask('SetVariableMonitoring', { setMonitoringData: many(most) })).setMonitoringResult).toHaveLength(most);
    const mostBytes = Number(await variable(world, 'BytesPerMessage', 'SetVariableMonitoring'));
    const large = { ...monitor(POWER, 'Delta', 1, 5), customData: { vendorId: 'x', text: 'y'.repeat(mostBytes) } };
    expect(await world.ask('SetVariableMonitoring', { setMonitoringData: [large] })).toMatchObject({ error: 'FormatViolation' });
  });

  it('while MonitoringCtrlr.Enabled is false nothing is set, cleared or listed, and what there was is there again later', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'Delta', 1000, 8);
    await set(world, 'MonitoringCtrlr.Enabled', 'false');
    expect(await setMonitors(world, monitor(POWER, 'Delta', 1, 5))).toMatchObject([{ status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled' } }]);
    expect(await setBase(world, 'All')).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled' } });
    expect(await world.ask('SetMonitoringLevel', { severity: 5 })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled' } });
    expect(await world.ask('ClearVariableMonitoring', { id: [id] })).toMatchObject({ clearMonitoringResult: [{ id, status: 'Rejected' }] });
    expect(await world.ask('GetMonitoringReport', { requestId: 1 })).toMatchObject({ status: 'Rejected' });
    await charging(world);
    expect([wireEvents(world), await variable(world, 'ActiveMonitors')]).toEqual([[], '0']);
    await set(world, 'MonitoringCtrlr.Enabled', 'true');
    expect((await report(world, undefined, [where(POWER)])).listed[0]?.variableMonitoring).toMatchObject([{ id }]);
    expect(await variable(world, 'ActiveMonitors')).toBe('3');
  });
});

describe('N05: the level', () => {
  it('TC_N_16_CS N05.FR.01 N05.FR.03 N07.FR.15 milder events than the level aren\'t told', async () => {
    const world = await station();
    await monitored(world, EVSE_STATE, 'Delta', 1, 8);
    expect(await world.ask('SetMonitoringLevel', { severity: 7 })).toEqual({ status: 'Accepted' });
    expect(await variable(world, 'ActiveMonitoringLevel')).toBe('7');
    world.ev().plugIn();
    await world.seconds(20);
    expect(wireEvents(world)).toEqual([]);
    const severe = await monitored(world, EVSE_STATE, 'Delta', 1, 7);
    world.ev().unplug();
    await world.seconds(5);
    expect(wireEvents(world, EVSE_STATE)).toMatchObject([{ variableMonitoringId: severe, actualValue: 'Available' }]);
    await restart(world);
    expect(await variable(world, 'ActiveMonitoringLevel')).toBe('7');
  });

  it('TC_N_17_CS N05.FR.02 10 and -1 are out of range', async () => {
    const world = await station();
    for (const severity of [10, -1]) expect(await world.ask('SetMonitoringLevel', { severity })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'ValueOutOfRange' } });
  });
});

describe('N06: clearing', () => {
  it('TC_N_18_CS N06.FR.01 N06.FR.05 a result for each id, and they are gone', async () => {
    const world = await station();
    const results = await setMonitors(world, monitor(STATION_STATE, 'Delta', 1, 8), monitor(EVSE_STATE, 'Delta', 1, 8));
    const id = results.map((result: SetResult) => result.id);
    expect(await world.ask('ClearVariableMonitoring', { id })).toEqual({ clearMonitoringResult: id.map((one) => ({ status: 'Accepted', id: one })) });
    const left = await world.ask('GetMonitoringReport', { requestId: 1, componentVariable: [where(STATION_STATE), where(EVSE_STATE)] });
    expect(left).toEqual({ status: 'EmptyResultSet', statusInfo: { reasonCode: 'NotFound' } });
    await restart(world);
    expect((await report(world, undefined, [where(EVSE_STATE)])).status).toBe('EmptyResultSet');
  });

  it('TC_N_19_CS N06.FR.02 an id that there isn\'t', async () => {
    const world = await station();
    const ids = (await report(world)).listed.flatMap(({ variableMonitoring }) => variableMonitoring.map(({ id }) => id));
    const unused = Math.max(...ids) + 1;
    expect(await world.ask('ClearVariableMonitoring', { id: [unused] })).toEqual({ clearMonitoringResult: [{ id: unused, status: 'NotFound', statusInfo: { reasonCode: 'NotFound' } }] });
  });

  it('TC_N_44_CS N06.FR.03 a hard-wired monitor stays', async () => {
    const world = await station();
    const id = (await report(world)).listed[0]?.variableMonitoring[0]?.id;
    expect(await world.ask('ClearVariableMonitoring', { id: [id] })).toMatchObject({ clearMonitoringResult: [{ id, status: 'Rejected' }] });
    expect((await report(world)).listed[0]?.variableMonitoring[0]?.id).toBe(id);
  });

  it('N06.FR.06 N06.FR.07 too many ids, and too many bytes, for one message', async () => {
    const world = await station();
    const most = Number(await variable(world, 'ItemsPerMessage', 'ClearVariableMonitoring'));
    const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => 5000 + index);
    expect(await world.ask('ClearVariableMonitoring', { id: ids(most + 1) })).toMatchObject({ error: 'OccurrenceConstraintViolation' });
    expect((await world.ask('ClearVariableMonitoring', { id: ids(most) })).clearMonitoringResult).toHaveLength(most);
    const mostBytes = Number(await variable(world, 'BytesPerMessage', 'ClearVariableMonitoring'));
    expect(await world.ask('ClearVariableMonitoring', { id: [1], customData: { vendorId: 'x', text: 'y'.repeat(mostBytes) } })).toMatchObject({ error: 'FormatViolation' });
  });

  it('ids of cleared monitors are never given again', async () => {
    const world = await station();
    const first = await monitored(world, POWER, 'Delta', 100, 5);
    await world.ask('ClearVariableMonitoring', { id: [first] });
    await restart(world);
    expect(await monitored(world, POWER, 'Delta', 100, 5)).toBeGreaterThan(first);
  });
});

async function variable(world: World, name: string, instance?: string): Promise<string> {
  const { getVariableResult } = await world.ask('GetVariables', {
    getVariableData: [{ component: { name: 'MonitoringCtrlr' }, variable: { name, ...(instance === undefined ? {} : { instance }) } }],
  });
  return (getVariableResult as { attributeValue: string }[])[0]?.attributeValue ?? '';
}
