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

  interface Sampled { readonly value: string; readonly context: string; readonly measurand: string; readonly format?: string }
  const sampled = (messages: readonly Record<string, unknown>[], field: string): Sampled[] => messages
    .flatMap((message) => (message[field] ?? []) as { sampledValue: Sampled[] }[]).flatMap(({ sampledValue }) => sampledValue);
  const signed = (samples: readonly Sampled[]): SignedMeterValue[] => samples.filter(({ format }) => format === 'SignedData').map(({ value }) => JSON.parse(value) as SignedMeterValue);

  it.each([['true', 1], ['false', 0]])('section 3.3.4, 3.3.5 StartTxnSampledData: MeterValues right after StartTransaction; SampledDataSignStartedReadings=%s', async (sign, signatures) => {
    const world = await station16();
    for (const [key, value] of [['StartTxnSampledData', `${METER},Voltage`], ['SampledDataSignReadings', 'true'], ['SampledDataSignStartedReadings', sign], ['MeterValueSampleInterval', '0']] as const) await configure(world, key, value);
    await charging16(world);
    await world.seconds(70);
    const order = world.csms.received.map(({ action }) => action);
    expect(order[order.indexOf('StartTransaction') + 1]).toBe('MeterValues');
    const [begin] = world.csms.of('MeterValues');
    expect(world.csms.of('MeterValues')).toHaveLength(1);
    expect(begin).toMatchObject({ connectorId: 1, transactionId: 1001 });
    const samples = sampled([begin ?? {}], 'meterValue');
    expect([...new Set(samples.map(({ context }) => context))]).toEqual(['Transaction.Begin']);
    expect([...new Set(samples.map(({ measurand }) => measurand))].sort()).toEqual([METER, 'Voltage']);
    expect(signed(samples)).toHaveLength(signatures);
    const key = publicKeyHex(String((await publicKeys(world, 'MeterPublicKey1'))[0]));
    for (const value of signed(samples)) expect(await verifiedRegisterWh(value, key)).toBe(Number(world.csms.of('StartTransaction')[0]?.meterStart));
  });

  it('section 3.3.4 empty: standard 1.6, no such MeterValues; an unknown measurand is refused', async () => {
    const world = await station16();
    await configure(world, 'SampledDataSignReadings', 'true');
    await charging16(world);
    expect(world.csms.of('MeterValues')).toEqual([]);
    expect(await world.ask('ChangeConfiguration', { key: 'StartTxnSampledData', value: 'Horsepower' })).toEqual({ status: 'Rejected' });
  });

  it.each([['true', true], ['false', false]])('section 3.3.6 SampledDataSignUpdatedReadings=%s', async (sign, any) => {
    const world = await station16();
    for (const [key, value] of [['SampledDataSignReadings', 'true'], ['SampledDataSignUpdatedReadings', sign], ['MeterValueSampleInterval', '10']] as const) await configure(world, key, value);
    await charging16(world);
    await world.seconds(35);
    expect(signed(sampled(world.csms.of('MeterValues'), 'meterValue')).length > 0).toBe(any);
  });

  it.each([['true', true], ['false', false]])('section 3.3.7, 3.3.8 AlignedDataSignReadings: StopTransaction; AlignedDataSignUpdatedReadings=%s', async (sign, any) => {
    const world = await station16();
    for (const [key, value] of [
      ['AlignedDataSignReadings', 'true'], ['AlignedDataSignUpdatedReadings', sign], ['ClockAlignedDataInterval', '20'], ['StopTxnAlignedData', METER],
      ['StopTxnSampledData', ''], ['MeterValueSampleInterval', '0'],
    ] as const) await configure(world, key, value);
    await charging16(world);
    await world.seconds(65);
    await world.card();
    await world.seconds(5);
    const clock = sampled(world.csms.of('StopTransaction'), 'transactionData').filter(({ context }) => context === 'Sample.Clock');
    expect(signed(clock).length).toBeGreaterThanOrEqual(3);
    const running = world.csms.of('MeterValues').filter(({ transactionId }) => transactionId !== undefined);
    expect(sampled(running, 'meterValue').length).toBeGreaterThan(0);
    expect(signed(sampled(running, 'meterValue')).length > 0).toBe(any);
  });

  it.each([['Never', 0], ['OncePerTransaction', 1], ['EveryMeterValue', Infinity]])('section 3.3.2 PublicKeyWithSignedMeterValue=%s', async (when, most) => {
    const world = await station16();
    for (const [key, value] of [['SampledDataSignReadings', 'true'], ['PublicKeyWithSignedMeterValue', when], ['MeterValueSampleInterval', '10']] as const) await configure(world, key, value);
    await charging16(world);
    await world.seconds(35);
    await world.card();
    await world.seconds(5);
    const all = signed([...sampled(world.csms.of('MeterValues'), 'meterValue'), ...sampled(world.csms.of('StopTransaction'), 'transactionData')]);
    expect(all.length).toBeGreaterThan(4);
    expect(all.filter(({ publicKey }) => publicKey !== '')).toHaveLength(Math.min(most, all.length));
  });

  it('section 3.3.1 one key per connector: those of one EVSE share their meter\'s', async () => {
    const world = await station({}, { ...SIGNS, edition: 'ocpp1.6', evses: 2, connectors: [{ type: 'cType2', canLock: true }, { type: 'cCCS2', canLock: false }] });
    const names = [1, 2, 3, 4].map((id) => `MeterPublicKey${id}`);
    const [first, second, third, fourth] = await publicKeys(world, ...names);
    expect([first === second, third === fourth, first === third]).toEqual([true, true, false]);
    const { configurationKey } = await world.ask('GetConfiguration', {});
    expect((configurationKey as { key: string }[]).map(({ key }) => key).filter((key) => key.startsWith('MeterPublicKey'))).toEqual(names);
    expect((await world.ask('GetConfiguration', { key: ['MeterPublicKey5'] })).unknownKey).toEqual(['MeterPublicKey5']);
  });

  async function publicKeys(world: World, ...key: string[]): Promise<(string | undefined)[]> {
    const { configurationKey } = await world.ask('GetConfiguration', { key });
    return (configurationKey as { value?: string }[]).map(({ value }) => value);
  }

  function station16(): Promise<World> {
    return station({}, { ...SIGNS, edition: 'ocpp1.6' });
  }
});
