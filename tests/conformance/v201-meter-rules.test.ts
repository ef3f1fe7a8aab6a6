/** OCPP 2.0.1 block J: what every meter value has to be, beyond the test cases. */
import { describe, expect, it } from 'vitest';
import { SUPPORTED_MEASURANDS } from '../../src/station/metering/measurands.ts';
import { charging, events, gaps, item, measurands, offline, online, set, station, type TransactionEvent, type World } from './charging-station.ts';

interface Sample { readonly value: number; readonly context: string; readonly measurand: string; readonly location: string; readonly phase?: string; readonly unitOfMeasure?: { unit: string } }
interface Value { readonly timestamp: string; readonly sampledValue: readonly Sample[] }
const METER = 'Energy.Active.Import.Register';
/** 2.0.1 has no Temperature. */
const ALL = SUPPORTED_MEASURANDS.filter((measurand) => measurand !== 'Temperature');

function idle(world: World, evseId = 1): Value[] {
  return world.csms.of('MeterValues').filter((payload) => payload.evseId === evseId).flatMap((payload) => payload.meterValue as Value[]);
}
const values = (event: TransactionEvent | undefined): readonly Value[] => (event?.meterValue ?? []) as unknown as Value[];
const updates = (world: World, trigger: string): TransactionEvent[] => events(world).filter(({ triggerReason }) => triggerReason === trigger);

async function stopped(world: World): Promise<TransactionEvent | undefined> {
  await world.card();
  await world.seconds(5);
  expect(events(world).at(-1)?.eventType).toBe('Ended');
  return events(world).at(-1);
}

/** Phases, units and places of the samples of one value. */
function described(samples: readonly Sample[]): Record<string, readonly (readonly [string | undefined, string | undefined, string])[]> {
  return Object.fromEntries(measurands(samples).map((name) => [name, samples.filter(({ measurand }) => measurand === name)
    .map(({ phase, unitOfMeasure, location }) => [phase, unitOfMeasure?.unit, location] as const)]));
}

describe('outside of transactions', () => {
  it('J01.FR.01 J01.FR.02 J01.FR.05 J01.FR.06 J01.FR.07 J01.FR.08 J01.FR.09 J01.FR.10 J01.FR.14 J01.FR.17 every measurand, of every EVSE, with all that belongs to it', async () => {
    const world = await station({ 'AlignedDataCtrlr.Measurands': ALL.join(','), 'AlignedDataCtrlr.Interval': '30' }, { evses: 2 });
    for (const evse of [1, 2]) world.ev(evse).setEv({ socPercent: 40 });
    for (const evse of [1, 2]) world.ev(evse).plugIn();
    await world.seconds(95);
    for (const evseId of [1, 2]) {
      const told = idle(world, evseId);
      expect(gaps(told.map(({ timestamp }) => timestamp))).toEqual([30_000, 30_000]);
      for (const { timestamp, sampledValue } of told) {
        expect(Date.parse(timestamp) % 30_000).toBe(0);
        expect(sampledValue.every(({ context }) => context === 'Sample.Clock')).toBe(true);
        expect(described(sampledValue)).toEqual({
          [METER]: [[undefined, undefined, 'Outlet']], // Wh goes without saying
          'Energy.Active.Import.Interval': [[undefined, undefined, 'Outlet']],
          'Power.Active.Import': [[undefined, 'W', 'Outlet']],
          'Power.Offered': [[undefined, 'W', 'Outlet']],
          'Current.Import': ['L1', 'L2', 'L3'].map((phase) => [phase, 'A', 'Outlet']),
          'Current.Offered': [[undefined, 'A', 'Outlet']],
          Voltage: ['L1-N', 'L2-N', 'L3-N'].map((phase) => [phase, 'V', 'Outlet']),
          Frequency: [[undefined, 'Hz', 'Outlet']],
          SoC: [[undefined, 'Percent', 'EV']],
        });
      }
    }
  });

  it('J01.FR.14 on the beat of the CSMS\'s clock also after that clock was set', async () => {
    const world = await station({ 'AlignedDataCtrlr.Interval': '60', 'OCPPCommCtrlr.HeartbeatInterval': '30' });
    await world.seconds(130);
    const shiftMs = 17_500;
    const usual = world.csms.answers.get('Heartbeat');
    expect(usual).toBeUndefined();
    let shifts = 0;
    world.csms.answers.set('Heartbeat', (_, received) => {
      shifts += 1;
      return { currentTime: new Date(received.atMs + shiftMs).toISOString() };
    });
    await world.seconds(310);
    expect(shifts).toBeGreaterThan(5);
    const stamps = idle(world).map(({ timestamp }) => Date.parse(timestamp));
    expect(stamps.every((stamp) => stamp % 60_000 === 0)).toBe(true);
    expect(new Set(stamps).size).toBe(stamps.length);
    // When they really came, by the CSMS's new clock: on the minute, not 17.5 s beside it.
    const arrivals = world.csms.received.filter(({ action, atMs }) => action === 'MeterValues' && atMs > (world.csms.received[0]?.atMs ?? 0) + 200_000).map(({ atMs }) => (atMs + shiftMs) % 60_000);
    expect(arrivals.length).toBeGreaterThanOrEqual(3);
    expect(arrivals.every((late) => late < 500)).toBe(true);
  });

  it('J01.FR.19 SendDuringIdle of one EVSE: that one is quiet in its transaction, others aren\'t', async () => {
    const world = await station({ 'AlignedDataCtrlr.Interval': '20', 'SampledDataCtrlr.TxUpdatedInterval': '0' }, { evses: 2 });
    const address = { component: { name: 'AlignedDataCtrlr', evse: { id: 1 } }, variable: { name: 'SendDuringIdle' }, attributeValue: 'true' };
    expect(await world.ask('SetVariables', { setVariableData: [address] })).toMatchObject({ setVariableResult: [{ attributeStatus: 'Accepted' }] });
    await world.seconds(25);
    expect(idle(world, 1).length).toBeGreaterThanOrEqual(1);
    await charging(world);
    const before = [idle(world, 1).length, idle(world, 2).length];
    await world.seconds(60);
    expect(updates(world, 'MeterValueClock')).toEqual([]);
    expect(idle(world, 1)).toHaveLength(before[0] ?? 0);
    expect(idle(world, 2)).toHaveLength((before[1] ?? 0) + 3);
  });

  it('J01.FR.20 SendDuringIdle of the station: a transaction anywhere silences all of them', async () => {
    const world = await station({ 'AlignedDataCtrlr.Interval': '20', 'AlignedDataCtrlr.SendDuringIdle': 'true', 'SampledDataCtrlr.TxUpdatedInterval': '0' }, { evses: 2 });
    await world.seconds(25);
    expect(idle(world, 2).length).toBeGreaterThanOrEqual(1);
    await charging(world);
    const before = idle(world, 2).length;
    await world.seconds(60);
    expect(updates(world, 'MeterValueClock')).toEqual([]);
    expect(idle(world, 2)).toHaveLength(before);
    await stopped(world);
    await world.seconds(45);
    expect(idle(world, 2).length).toBeGreaterThanOrEqual(before + 2);
  });

  it('J01.FR.22 in a transaction each beat is an event of it', async () => {
    const world = await station({ 'AlignedDataCtrlr.Interval': '20', 'AlignedDataCtrlr.Measurands': `${METER},Voltage`, 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    await world.seconds(65);
    const told = updates(world, 'MeterValueClock');
    expect(told).toHaveLength(3);
    for (const event of told) expect(measurands(values(event)[0]?.sampledValue ?? [])).toEqual([METER, 'Voltage']);
    expect(gaps(told.map((event) => values(event)[0]?.timestamp ?? ''))).toEqual([20_000, 20_000]);
  });

  it('an unsupported measurand isn\'t taken', async () => {
    const world = await station();
    const { setVariableResult } = await world.ask('SetVariables', { setVariableData: [item('AlignedDataCtrlr.Measurands', { attributeValue: 'Power.Factor' })] });
    expect(setVariableResult).toMatchObject([{ attributeStatus: 'Rejected' }]);
  });
});

describe('phases', () => {
  it('J01.FR.11 J01.FR.13 J02.FR.07 J02.FR.09 values are numbered as the meter numbers them; how those lie in the grid stands in PhaseRotation', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedMeasurands': 'Current.Import', 'SampledDataCtrlr.TxUpdatedInterval': '20', 'AlignedDataCtrlr.Measurands': 'Current.Import', 'AlignedDataCtrlr.Interval': '20' });
    await set(world, 'Kerbside.ConnectorPhaseRotation', '1.STR');
    const address = { component: { name: 'Connector', evse: { id: 1, connectorId: 1 } }, variable: { name: 'PhaseRotation' } };
    expect(await world.ask('GetVariables', { getVariableData: [address] })).toMatchObject({ getVariableResult: [{ attributeValue: 'STR' }] });
    world.ev().setEv({ phases: 1 });
    await charging(world);
    await world.seconds(60);
    for (const trigger of ['MeterValuePeriodic', 'MeterValueClock']) {
      const samples = values(updates(world, trigger).at(-1))[0]?.sampledValue ?? [];
      // A car on one phase draws from the meter's first.
      expect(samples.map(({ phase, value }) => [phase, value > 1])).toEqual([['L1', true], ['L2', false], ['L3', false]]);
    }
  });

  it('RegisterValuesWithoutPhases: the total alone, or with what each phase\'s register holds', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedMeasurands': METER, 'SampledDataCtrlr.TxUpdatedInterval': '60' });
    await charging(world);
    await world.seconds(61);
    const phases = (): (string | undefined)[] => (values(updates(world, 'MeterValuePeriodic').at(-1))[0]?.sampledValue ?? []).map(({ phase }) => phase);
    expect(phases()).toEqual([undefined]);
    await set(world, 'SampledDataCtrlr.RegisterValuesWithoutPhases', 'false');
    await world.seconds(60);
    expect(phases()).toEqual([undefined, 'L1', 'L2', 'L3']);
    const [total = 0, ...each] = (values(updates(world, 'MeterValuePeriodic').at(-1))[0]?.sampledValue ?? []).map(({ value }) => value);
    expect(Math.abs(total - each.reduce((sum, value) => sum + value, 0))).toBeLessThanOrEqual(4); // each is cut to whole Wh
  });
});

describe('in a transaction', () => {
  it('J02.FR.01 J02.FR.02 J02.FR.03 J02.FR.04 J02.FR.05 J02.FR.06 J02.FR.10 J02.FR.11 J02.FR.18 J02.FR.22 every measurand, with all that belongs to it, of its own EVSE', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedMeasurands': ALL.join(','), 'SampledDataCtrlr.TxUpdatedInterval': '20' }, { evses: 2 });
    world.ev(2).setEv({ demandW: 0 });
    world.ev(1).setEv({ socPercent: 40 });
    await charging(world);
    await world.seconds(65);
    const told = updates(world, 'MeterValuePeriodic');
    expect(gaps(told.map(({ timestamp }) => timestamp))).toEqual([20_000, 20_000]);
    for (const event of told) {
      expect(values(event)).toHaveLength(1);
      const [value] = values(event);
      const age = Date.parse(event.timestamp) - Date.parse(value?.timestamp ?? '');
      expect([age >= 0, age < 20_000]).toEqual([true, true]);
      expect(value?.sampledValue.every(({ context }) => context === 'Sample.Periodic')).toBe(true);
      expect(measurands(value?.sampledValue ?? [])).toEqual([...ALL].sort());
      const of = (measurand: string): Sample[] => (value?.sampledValue ?? []).filter((sample) => sample.measurand === measurand);
      expect(of('Current.Import').map(({ phase }) => phase)).toEqual(['L1', 'L2', 'L3']);
      expect(of('SoC').map(({ location }) => location)).toEqual(['EV']);
      expect(of('Power.Active.Import')[0]?.value).toBeGreaterThan(1000); // this outlet's, not the idle one's
    }
    // The intervals add up to what the register says.
    const sums = told.map((event) => (values(event)[0]?.sampledValue ?? []).find(({ measurand }) => measurand === 'Energy.Active.Import.Interval')?.value ?? 0);
    const registers = told.map((event) => (values(event)[0]?.sampledValue ?? []).find(({ measurand }) => measurand === METER)?.value ?? 0);
    expect(registers.slice(1).map((register, index) => register - (registers[index] ?? 0))).toEqual(sums.slice(1));
  });

  it('J02.FR.16 J02.FR.17 the register never falls, over transactions, EVSE by EVSE and a power cut, and isn\'t set to zero for anybody', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20' });
    for (let round = 0; round < 2; round++) {
      await charging(world);
      await world.seconds(45);
      if (round === 1) {
        world.kill();
        await world.start();
        await world.seconds(45);
      }
      await stopped(world);
      world.ev().unplug();
      await world.seconds(5);
    }
    const readings = events(world).flatMap((event) => values(event).flatMap(({ timestamp, sampledValue }) => sampledValue.filter(({ measurand }) => measurand === METER)
      .map(({ value }) => ({ at: Date.parse(timestamp), value }))));
    // An Ended event tells its begin value once more: in the order of time, not of sending.
    const registers = readings.sort((a, b) => a.at - b.at).map(({ value }) => value);
    expect(registers.length).toBeGreaterThan(8);
    expect(registers).toEqual([...registers].sort((a, b) => a - b));
    expect(registers[0]).toBeGreaterThan(1000); // what the meter has counted in its life
    expect(new Set(events(world).map(({ transactionInfo }) => transactionInfo.transactionId)).size).toBe(2);
  });

  it('J02.FR.20 more samples than an Ended event can hold: every second one goes, first and last stay', async () => {
    const world = await station({ 'SampledDataCtrlr.TxEndedInterval': '10', 'SampledDataCtrlr.TxUpdatedInterval': '0' });
    await charging(world);
    const startedAt = Date.parse(events(world)[0]?.timestamp ?? '');
    await world.seconds(3000);
    const told = values(await stopped(world));
    expect(told.length).toBeLessThanOrEqual(122);
    expect(told.length).toBeGreaterThan(50);
    expect(told[0]?.sampledValue[0]?.context).toBe('Transaction.Begin');
    expect(told.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End');
    expect(Date.parse(told[0]?.timestamp ?? '') - startedAt).toBeLessThan(2000);
    // Thinned, not cut off: every part of the session is there.
    expect(Math.max(...gaps(told.map(({ timestamp }) => timestamp)))).toBeLessThan(3_000_000 / 10);
  });

  it('what is sampled without a network is told afterwards, all of it', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20', 'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1' });
    await charging(world);
    await offline(world);
    await world.seconds(100);
    await online(world);
    const stamps = updates(world, 'MeterValuePeriodic').map(({ timestamp }) => timestamp);
    expect(stamps.length).toBeGreaterThan(8);
    expect(gaps(stamps).every((gap) => gap === 20_000)).toBe(true);
  });
});
