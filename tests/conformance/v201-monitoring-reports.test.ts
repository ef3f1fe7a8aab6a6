/** OCPP 2.0.1, N02: reports of monitors. */
import { describe, expect, it } from 'vitest';
import type { World } from './charging-station.ts';
import { station } from './charging-station.ts';
import { monitor, monitored, nameOf, report, setMonitors, types, where } from './monitoring.ts';

const STATION_STATE = 'ChargingStation.AvailabilityState';
const EVSE_STATE = 'EVSE(1).AvailabilityState';

/** One of each type, on several variables. */
async function withEachType(): Promise<World> {
  const world = await station();
  const results = await setMonitors(world,
    monitor('EVSE(1).Power', 'UpperThreshold', 10_000, 8), monitor('EVSE(1).Power', 'LowerThreshold', 10, 8), monitor(EVSE_STATE, 'Delta', 1, 8),
    monitor(STATION_STATE, 'Periodic', 3600, 8), monitor('AuthCacheCtrlr.Entries', 'PeriodicClockAligned', 3600, 8));
  expect(results.map(({ status }) => status)).toEqual(['Accepted', 'Accepted', 'Accepted', 'Accepted', 'Accepted']);
  return world;
}

describe('by criteria', () => {
  it('TC_N_01_CS N02.FR.01 N02.FR.03 N02.FR.04 N02.FR.06 N02.FR.09 N02.FR.12 N02.FR.13 N02.FR.14 the criteria are OR-ed', async () => {
    const world = await withEachType();
    for (const [criteria, expected] of [
      [['ThresholdMonitoring'], ['LowerThreshold', 'UpperThreshold']],
      [['ThresholdMonitoring', 'DeltaMonitoring'], ['Delta', 'LowerThreshold', 'UpperThreshold']],
      [['DeltaMonitoring', 'PeriodicMonitoring'], ['Delta', 'Periodic', 'PeriodicClockAligned']],
    ] as const) {
      const { status, listed, parts } = await report(world, criteria);
      expect([status, types(listed)]).toEqual(['Accepted', expected]);
      expect(parts[0]).toMatchObject({ seqNo: 0, generatedAt: expect.any(String) as string });
    }
  });

  it('TC_N_04_CS N02.FR.02 a criterion that there isn\'t: NotSupported, nothing is sent', async () => {
    const world = await withEachType();
    expect(await world.ask('GetMonitoringReport', { requestId: 7, monitoringCriteria: ['DeltaMonitoring', 'WeatherMonitoring'] }))
      .toMatchObject({ status: 'NotSupported', statusInfo: { reasonCode: 'UnsupportedParam' } });
    // What isn't a criterion at all breaks the schema as ever.
    expect(await world.ask('GetMonitoringReport', { requestId: 8, monitoringCriteria: [1] })).toMatchObject({ error: expect.any(String) as string });
    expect(await world.ask('GetMonitoringReport', { requestId: 9, monitoringCriteria: [] })).toMatchObject({ error: expect.any(String) as string });
    await world.seconds(5);
    expect(world.csms.of('NotifyMonitoringReport')).toEqual([]);
  });

  it('TC_N_03_CS N02.FR.05 N02.FR.10 criteria and variables both narrow; nothing left is EmptyResultSet', async () => {
    const world = await station();
    await setMonitors(world, monitor('Kerbside.QueuedMessages', 'Periodic', 3600, 8), monitor(STATION_STATE, 'Delta', 1, 8), monitor(EVSE_STATE, 'Delta', 1, 8));
    const variables = [where(STATION_STATE), where(EVSE_STATE)];
    const nothing = await world.ask('GetMonitoringReport', { requestId: 1, monitoringCriteria: ['ThresholdMonitoring'], componentVariable: variables });
    expect(nothing).toMatchObject({ status: 'EmptyResultSet', statusInfo: { reasonCode: 'NotFound' } });
    const { status, listed } = await report(world, ['DeltaMonitoring'], variables);
    expect([status, types(listed), listed.map(nameOf)]).toEqual(['Accepted', ['Delta'], [STATION_STATE, EVSE_STATE]]);
    expect(world.csms.of('NotifyMonitoringReport').filter(({ requestId }) => requestId === 1)).toEqual([]);
  });
});

describe('by component and variable', () => {
  it('TC_N_02_CS N02.FR.08 N02.FR.16 one variable of the station, and all of an EVSE', async () => {
    const world = await station();
    await setMonitors(world, monitor(STATION_STATE, 'Delta', 1, 8), monitor(EVSE_STATE, 'Delta', 1, 8), monitor('EVSE(1).Power', 'UpperThreshold', 9000, 8));
    const { status, listed } = await report(world, undefined, [where(STATION_STATE), { component: { name: 'EVSE', evse: { id: 1 } } }]);
    expect(status).toBe('Accepted');
    expect(listed.map(nameOf)).toEqual(['EVSE(1).Problem', STATION_STATE, EVSE_STATE, 'EVSE(1).Power']);
    for (const name of [STATION_STATE, EVSE_STATE]) expect(types(listed.filter((item) => nameOf(item) === name))).toEqual(['Delta']);
  });

  it('N02.FR.17 a variable without its instance: every instance', async () => {
    const world = await station();
    await setMonitors(world, monitor('EVSE(1).ACCurrent[L1]', 'UpperThreshold', 20, 8), monitor('EVSE(1).ACCurrent[L3]', 'UpperThreshold', 20, 8));
    const { listed } = await report(world, undefined, [{ component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'ACCurrent' } }]);
    expect(listed.map(nameOf)).toEqual(['EVSE(1).ACCurrent[L1]', 'EVSE(1).ACCurrent[L3]']);
    expect((await report(world, undefined, [where('EVSE(1).ACCurrent[L3]')])).listed.map(nameOf)).toEqual(['EVSE(1).ACCurrent[L3]']);
  });

  it('N02.FR.18 N02.FR.19 N02.FR.21 a component without connector, EVSE or instance: all there are', async () => {
    const world = await station({}, { evses: 2 });
    await setMonitors(world, ...['Connector(1/1)', 'Connector(2/1)', 'EVSE(1)', 'EVSE(2)', 'ChargingStation'].map((component) => monitor(`${component}.AvailabilityState`, 'Delta', 1, 8)));
    const asked = async (component: object): Promise<string[]> => (await report(world, ['DeltaMonitoring'], [
      { component: component as { name: string }, variable: { name: 'AvailabilityState' } },
    ])).listed.map(nameOf);
    expect(await asked({ name: 'Connector', evse: { id: 2 } })).toEqual(['Connector(2/1).AvailabilityState']);
    expect(await asked({ name: 'Connector' })).toEqual(['Connector(1/1).AvailabilityState', 'Connector(2/1).AvailabilityState']);
    expect(await asked({ name: 'EVSE' })).toEqual(['EVSE(1).AvailabilityState', 'EVSE(2).AvailabilityState']);
    // No component of this station has an instance: an instance that is asked for isn't there.
    expect((await world.ask('GetMonitoringReport', { requestId: 1, componentVariable: [{ component: { name: 'EVSE', instance: 'left' } }] })).status).toBe('EmptyResultSet');
  });

  it('N02.FR.07 more variables than ItemsPerMessageGetReport are refused', async () => {
    const world = await station();
    const most = 50;
    const some = (count: number): object[] => Array.from({ length: count }, () => where(EVSE_STATE));
    expect(await world.ask('GetMonitoringReport', { requestId: 1, componentVariable: some(most + 1) })).toMatchObject({ error: 'OccurrenceConstraintViolation' });
    expect(await world.ask('GetMonitoringReport', { requestId: 1, componentVariable: some(most) })).toMatchObject({ status: 'EmptyResultSet' });
  });
});

describe('everything', () => {
  it('TC_N_47_CS N02.FR.11 without criteria and variables: all monitors, built-in and custom', async () => {
    const world = await station();
    const stationId = await monitored(world, STATION_STATE, 'Delta', 1, 8);
    const evseId = await monitored(world, EVSE_STATE, 'Delta', 1, 8);
    const { status, listed } = await report(world);
    expect(status).toBe('Accepted');
    expect(listed.map(nameOf)).toEqual(['Kerbside.StoreUsage', 'EVSE(1).Problem', STATION_STATE, EVSE_STATE]);
    expect(listed.slice(2).map(({ variableMonitoring }) => variableMonitoring)).toEqual([
      [{ id: stationId, transaction: false, value: 1, type: 'Delta', severity: 8 }], [{ id: evseId, transaction: false, value: 1, type: 'Delta', severity: 8 }],
    ]);
  });

  it('N02.FR.03 N02.FR.09 a long list comes in parts', async () => {
    const world = await station();
    for (let severity = 0; severity <= 9; severity++) {
      await setMonitors(world, ...['UpperThreshold', 'LowerThreshold', 'Delta', 'Periodic', 'PeriodicClockAligned', 'Delta'].map((type, index) => (
        monitor(index === 5 ? EVSE_STATE : 'EVSE(1).Power', type, 3600, severity))));
    }
    const { parts, listed } = await report(world, ['ThresholdMonitoring', 'DeltaMonitoring', 'PeriodicMonitoring'], [{ component: { name: 'EVSE' } }]);
    expect(parts.map(({ tbc }) => tbc)).toEqual([true, false]);
    const ids = listed.flatMap(({ variableMonitoring }) => variableMonitoring.map(({ id }) => id));
    expect([ids.length, new Set(ids).size]).toEqual([61, 61]); // sixty, and the hard-wired one
  });

  it('another report while one is on its way: Rejected', async () => {
    const world = await withEachType();
    world.csms.answers.set('NotifyMonitoringReport', () => 'silent');
    expect(await world.ask('GetMonitoringReport', { requestId: 1 })).toMatchObject({ status: 'Accepted' });
    expect(await world.ask('GetMonitoringReport', { requestId: 2 })).toMatchObject({ status: 'Rejected' });
    world.csms.answers.delete('NotifyMonitoringReport');
    await world.seconds(60);
    expect((await report(world)).status).toBe('Accepted');
  });
});
