/** OCPP 2.0.1 station test cases, block J: meter values. */
import { describe, expect, it } from 'vitest';
import { charging, events, gaps, measurands, samples, station, type TransactionEvent, type WireMeterValue, type World } from './charging-station.ts';

const METER = 'Energy.Active.Import.Register';

/** MeterValues of an EVSE outside of transactions. */
function idle(world: World, evseId = 1): WireMeterValue[] {
  return world.csms.of('MeterValues').filter((payload) => payload.evseId === evseId).flatMap((payload) => payload.meterValue as WireMeterValue[]);
}

function withTrigger(world: World, triggerReason: string): TransactionEvent[] {
  return events(world).filter((event) => event.triggerReason === triggerReason);
}

describe('clock-aligned', () => {
  const ALIGNED = { 'AlignedDataCtrlr.Interval': '20', 'AlignedDataCtrlr.Measurands': `${METER},Voltage`, 'SampledDataCtrlr.TxUpdatedInterval': '0' };

  it('TC_J_01_CS without transaction: MeterValues of every EVSE on the clock\'s beat', async () => {
    const world = await station(ALIGNED, { evses: 2 });
    await world.seconds(67);
    for (const evseId of [1, 2]) {
      const values = idle(world, evseId);
      expect(values.length).toBeGreaterThanOrEqual(3);
      expect(gaps([...new Set(values.map(({ timestamp }) => timestamp))]).every((gap) => gap === 20_000)).toBe(true);
      for (const value of values) {
        expect(Date.parse(value.timestamp) % 20_000).toBe(0);
        expect(measurands(samples([value], 'Sample.Clock'))).toEqual([METER, 'Voltage']);
      }
    }
  });

  it('TC_J_02_CS in a transaction: in its events, the idle EVSE goes on with MeterValues', async () => {
    const world = await station({ ...ALIGNED, 'AlignedDataCtrlr.SendDuringIdle': 'false' }, { evses: 2 });
    await charging(world);
    const before = idle(world, 1).length;
    await world.seconds(65);
    const told = withTrigger(world, 'MeterValueClock');
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(gaps(told.map(({ timestamp }) => timestamp)).every((gap) => gap === 20_000)).toBe(true);
    for (const { eventType, meterValue } of told) {
      expect(eventType).toBe('Updated');
      expect(measurands(samples(meterValue, 'Sample.Clock'))).toEqual([METER, 'Voltage']);
    }
    expect(idle(world, 1)).toHaveLength(before);
    expect(idle(world, 2).length).toBeGreaterThanOrEqual(3);
  });

  it('TC_J_03_CS TxEndedInterval: every beat of the transaction is in its Ended event', async () => {
    const world = await station({
      'AlignedDataCtrlr.TxEndedInterval': '20', 'AlignedDataCtrlr.TxEndedMeasurands': METER, 'SampledDataCtrlr.TxEndedMeasurands': '', 'AlignedDataCtrlr.SendDuringIdle': 'false',
    });
    await charging(world);
    await world.seconds(90);
    await world.card();
    await world.seconds(5);
    const ended = events(world).at(-1);
    expect(ended?.eventType).toBe('Ended');
    const beats = (ended?.meterValue ?? []).filter((value) => samples([value], 'Sample.Clock').length > 0);
    expect(beats.length).toBeGreaterThanOrEqual(4);
    expect(gaps(beats.map(({ timestamp }) => timestamp)).every((gap) => gap === 20_000)).toBe(true);
    for (const value of beats) expect(measurands(value.sampledValue)).toEqual([METER]);
  });

  it('TC_J_06_CS SendDuringIdle: not a single one while a transaction runs, and again after it', async () => {
    const world = await station({ ...ALIGNED, 'AlignedDataCtrlr.SendDuringIdle': 'true' });
    await world.seconds(45);
    const before = idle(world).length;
    expect(before).toBeGreaterThanOrEqual(2);
    await charging(world);
    const started = idle(world).length;
    await world.seconds(65);
    expect(idle(world)).toHaveLength(started);
    expect(withTrigger(world, 'MeterValueClock')).toEqual([]);
    await world.card();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(45);
    expect(idle(world).length).toBeGreaterThanOrEqual(started + 2);
  });
});

describe('sampled', () => {
  it('TC_J_07_CS in the Started event, where the EVSE is known', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected', 'SampledDataCtrlr.TxStartedMeasurands': `${METER},Voltage` });
    world.ev().plugIn();
    await world.seconds(3);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', evse: { id: 1 } });
    expect(measurands(samples(events(world)[0]?.meterValue, 'Transaction.Begin'))).toEqual([METER, 'Voltage']);
  });

  it('TC_J_08_CS the EVSE is known later: in the first event that names it, in no earlier one, and once', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'SampledDataCtrlr.TxStartedMeasurands': `${METER},Voltage` }, { evses: 2 });
    await world.card();
    await world.seconds(3);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'Authorized' }]);
    world.ev(2).plugIn();
    await world.seconds(5);
    const begun = events(world).filter(({ meterValue }) => samples(meterValue, 'Transaction.Begin').length > 0);
    expect(begun).toHaveLength(1);
    expect(begun[0]).toBe(events(world).find(({ evse }) => evse !== undefined));
    expect(measurands(samples(begun[0]?.meterValue, 'Transaction.Begin'))).toEqual([METER, 'Voltage']);
  });

  it('TC_J_09_CS an Updated event every TxUpdatedInterval', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20', 'SampledDataCtrlr.TxUpdatedMeasurands': `${METER},Power.Active.Import` });
    await charging(world);
    await world.seconds(85);
    const told = withTrigger(world, 'MeterValuePeriodic');
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(gaps(told.map(({ timestamp }) => timestamp)).every((gap) => gap === 20_000)).toBe(true);
    for (const { eventType, meterValue } of told) {
      expect(eventType).toBe('Updated');
      expect(measurands(samples(meterValue, 'Sample.Periodic'))).toEqual(['Power.Active.Import', METER].sort());
    }
  });

  it('TC_J_10_CS TxEndedInterval: first, between and last are in the Ended event', async () => {
    const world = await station({ 'SampledDataCtrlr.TxEndedInterval': '20', 'SampledDataCtrlr.TxEndedMeasurands': METER });
    await charging(world);
    await world.seconds(85);
    await world.card();
    await world.seconds(5);
    const ended = events(world).at(-1);
    expect(ended?.eventType).toBe('Ended');
    const of = (context: string): WireMeterValue[] => (ended?.meterValue ?? []).filter((value) => samples([value], context).length > 0);
    expect([of('Transaction.Begin').length, of('Transaction.End').length]).toEqual([1, 1]);
    expect(of('Sample.Periodic').length).toBeGreaterThanOrEqual(4);
    expect(gaps(of('Sample.Periodic').map(({ timestamp }) => timestamp)).every((gap) => gap === 20_000)).toBe(true);
    const readings = (ended?.meterValue ?? []).flatMap(({ sampledValue }) => sampledValue.map(({ value }) => value));
    expect(readings).toEqual([...readings].sort((a, b) => a - b));
  });
});
