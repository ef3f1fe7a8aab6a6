/** Meter values that the meter itself signed, in 2.0.1 and in 1.6, verified as a billing office would. */
import { describe, expect, it } from 'vitest';
import { charging as charging16, configure, type World } from './charge-point.ts';
import { charging, events, item, station } from './charging-station.ts';
import { publicKeyHex, verifiedRegisterWh, type SignedMeterValue } from './ocmf.ts';

interface SignedSample { readonly value: number; readonly context: string; readonly measurand: string; readonly signedMeterValue?: SignedMeterValue }
const SIGNS = { signs: true } as const;
const METER = 'Energy.Active.Import.Register';

function signedSamples(values: unknown): SignedSample[] {
  const list = (values ?? []) as { sampledValue: SignedSample[] }[];
  return list.flatMap(({ sampledValue }) => sampledValue).filter(({ signedMeterValue }) => signedMeterValue !== undefined);
}

async function keyOf(world: World): Promise<string> {
  const address = { component: { name: 'FiscalMetering', evse: { id: 1 } }, variable: { name: 'PublicKey' } };
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [address] });
  return publicKeyHex((getVariableResult as { attributeValue: string }[])[0]?.attributeValue ?? '');
}

async function stopped(world: World): Promise<void> {
  await world.card();
  await world.seconds(5);
  expect(events(world).at(-1)?.eventType).toBe('Ended');
}

describe('2.0.1', () => {
  it('TC_J_04_CS J01.FR.21 clock-aligned values of the Ended event are signed, and the signatures hold', async () => {
    const world = await station({
      'AlignedDataCtrlr.TxEndedInterval': '20', 'AlignedDataCtrlr.TxEndedMeasurands': METER, 'AlignedDataCtrlr.SendDuringIdle': 'false', 'AlignedDataCtrlr.SignReadings': 'true',
    }, SIGNS);
    await charging(world);
    await world.seconds(90);
    await stopped(world);
    const clock = signedSamples(events(world).at(-1)?.meterValue).filter(({ context }) => context === 'Sample.Clock');
    expect(clock.length).toBeGreaterThanOrEqual(4);
    const key = await keyOf(world);
    for (const { value, signedMeterValue } of clock) expect(await verifiedRegisterWh(signedMeterValue as SignedMeterValue, key)).toBe(value);
    const keys = clock.map(({ signedMeterValue }) => signedMeterValue?.publicKey);
    expect([publicKeyHex(keys[0] ?? ''), keys.slice(1).every((told) => told === '')]).toEqual([key, true]); // OncePerTransaction
  });

  it('J01.FR.21 outside of transactions MeterValues carry them', async () => {
    const world = await station({ 'AlignedDataCtrlr.Interval': '20', 'AlignedDataCtrlr.SignReadings': 'true' }, SIGNS);
    await world.seconds(45);
    const samples = world.csms.of('MeterValues').flatMap(({ meterValue }) => signedSamples(meterValue));
    expect(samples.length).toBeGreaterThanOrEqual(2);
    const key = await keyOf(world);
    for (const { value, signedMeterValue } of samples) expect(await verifiedRegisterWh(signedMeterValue as SignedMeterValue, key)).toBe(value);
  });

  it.each([
    ['Never', (keys: string[]) => keys.every((key) => key === '')],
    ['OncePerTransaction', (keys: string[]) => keys.filter((key) => key !== '').length === 1],
    ['EveryMeterValue', (keys: string[]) => keys.every((key) => key !== '')],
  ])('TC_J_11_CS J02.FR.21 sampled values are signed, with the key %s', async (when, asTold) => {
    const world = await station({
      'SampledDataCtrlr.TxEndedInterval': '20', 'SampledDataCtrlr.TxUpdatedInterval': '20', 'SampledDataCtrlr.SignReadings': 'true', 'OCPPCommCtrlr.PublicKeyWithSignedMeterValue': when,
    }, SIGNS);
    await charging(world);
    await world.seconds(65);
    await stopped(world);
    const ended = signedSamples(events(world).at(-1)?.meterValue);
    expect(ended.filter(({ context }) => context === 'Sample.Periodic').length).toBeGreaterThanOrEqual(3);
    expect(ended.filter(({ context }) => context === 'Transaction.Begin')).toHaveLength(1);
    expect(ended.filter(({ context }) => context === 'Transaction.End')).toHaveLength(1);
    const all = events(world).flatMap(({ meterValue }) => signedSamples(meterValue));
    const key = await keyOf(world);
    for (const { value, signedMeterValue, measurand } of all) {
      expect(measurand).toBe(METER);
      expect(await verifiedRegisterWh(signedMeterValue as SignedMeterValue, key)).toBe(value);
    }
    expect(asTold(all.map(({ signedMeterValue }) => signedMeterValue?.publicKey ?? ''))).toBe(true);
  });

  it.each([
    ['SampledDataCtrlr.SignStartedReadings', 'Started'], ['SampledDataCtrlr.SignUpdatedReadings', 'Updated'],
  ])('%s false: the %s events go unsigned, the Ended one doesn\'t', async (variable, eventType) => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20', 'SampledDataCtrlr.SignReadings': 'true', [variable]: 'false' }, SIGNS);
    await charging(world);
    await world.seconds(45);
    await stopped(world);
    const signed = events(world).filter(({ meterValue }) => signedSamples(meterValue).length > 0).map((event) => event.eventType);
    expect(signed).toContain('Ended');
    expect(signed).not.toContain(eventType);
    expect(events(world).some((event) => event.eventType === eventType && event.meterValue !== undefined)).toBe(true);
  });

  it('the meter keeps its key over a power cut, and the transaction doesn\'t tell it twice', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '20', 'SampledDataCtrlr.SignReadings': 'true' }, SIGNS);
    const key = await keyOf(world);
    await charging(world);
    world.kill();
    await world.start();
    await world.seconds(45);
    expect(await keyOf(world)).toBe(key);
    const all = events(world).flatMap(({ meterValue }) => signedSamples(meterValue));
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all.filter(({ signedMeterValue }) => signedMeterValue?.publicKey !== '')).toHaveLength(1);
  });

  it('nothing is signed unless it is asked for, or by a meter that can\'t; its switches say so', async () => {
    const silent = await station({}, SIGNS);
    await charging(silent);
    await stopped(silent);
    expect(events(silent).flatMap(({ meterValue }) => signedSamples(meterValue))).toEqual([]);
    const plain = await station();
    for (const name of ['SampledDataCtrlr.SignReadings', 'AlignedDataCtrlr.SignReadings']) {
      const { setVariableResult } = await plain.ask('SetVariables', { setVariableData: [item(name, { attributeValue: 'true' })] });
      expect(setVariableResult).toMatchObject([{ attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'ReadOnly' } }]);
    }
  });
});

describe('1.6 signed meter values', () => {
  it('section 3.1.4, 3.2.1 StopTransaction holds both, next to the plain values, as SignedData', async () => {
    const world = await station16();
    await configure(world, 'StopTxnSampledData', METER);
    await configure(world, 'SampledDataSignReadings', 'true');
    await configure(world, 'SampledDataSignUpdatedReadings', 'false');
    await charging16(world);
    await world.seconds(70);
    await world.card();
    await world.seconds(5);
    const { configurationKey } = await world.ask('GetConfiguration', { key: ['MeterPublicKey1'] });
    const key = publicKeyHex((configurationKey as { value: string }[])[0]?.value ?? '');
    const data = (world.csms.of('StopTransaction')[0]?.transactionData ?? []) as { sampledValue: { value: string; context: string; format?: string }[] }[];
    for (const context of ['Transaction.Begin', 'Transaction.End']) {
      const [plain, signed] = data.flatMap(({ sampledValue }) => sampledValue).filter((sample) => sample.context === context);
      expect([plain?.format, signed?.format]).toEqual([undefined, 'SignedData']);
      expect(await verifiedRegisterWh(JSON.parse(signed?.value ?? '{}') as SignedMeterValue, key)).toBe(Number(plain?.value));
    }
    const updates = world.csms.of('MeterValues').flatMap(({ meterValue }) => meterValue as { sampledValue: { format?: string }[] }[]);
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.flatMap(({ sampledValue }) => sampledValue).some(({ format }) => format === 'SignedData')).toBe(false);
  });

  function station16(): Promise<World> {
    return station({}, { ...SIGNS, edition: 'ocpp1.6' });
  }
});
