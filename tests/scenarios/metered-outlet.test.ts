import { describe, expect, it } from 'vitest';
// At hand already: a lazy chunk would load on the machine's time, not on ours.
import '../../src/hardware/installation/named-ports.ts';
import '../../src/hardware/serial/buses.ts';
import '../../src/hardware/drivers/modbus/create.ts';
import '../../src/hardware/metered-charger.ts';
import '../../src/hardware/meters.ts';
import { Em580Emulator } from '../fixtures/meters/em580-emulator.ts';
import { MeterEmulator } from '../fixtures/meters/meter-emulator.ts';
import { MeteredOutlet } from '../fixtures/meters/metered-outlet.ts';
import { sdm630Kind } from '../fixtures/meters/meter-kinds.ts';
import { checkOcmf, keyOf } from '../fixtures/meters/ocmf-check.ts';
import { World, type WorldOptions } from './world.ts';

interface Sample { readonly measurand: string; readonly value: number; readonly phase?: string; readonly context: string; readonly unitOfMeasure?: { readonly unit: string }; readonly signedMeterValue?: { readonly signedMeterData: string; readonly encodingMethod: string; readonly publicKey: string } }
interface Event { readonly eventType: string; readonly triggerReason: string; readonly transactionInfo: { readonly stoppedReason?: string }; readonly meterValue?: readonly { readonly sampledValue: readonly Sample[] }[] }

const REGISTER = 'Energy.Active.Import.Register';
const SIGNED = [['SampledDataCtrlr.SignReadings', 'true'], ['OCPPCommCtrlr.PublicKeyWithSignedMeterValue', 'EveryMeterValue']] as const;

const events = (world: World): Event[] => world.csms.of('TransactionEvent') as unknown as Event[];
const samples = (event: Event | undefined, measurand = REGISTER): Sample[] => (event?.meterValue ?? []).flatMap(({ sampledValue }) => sampledValue).filter((sample) => sample.measurand === measurand);
const ended = (world: World): Event | undefined => events(world).find(({ eventType }) => eventType === 'Ended');

async function station<M extends MeterEmulator>(outlet: MeteredOutlet<M>, profile: ReturnType<MeteredOutlet<M>['profile']>, options: WorldOptions = {}): Promise<World> {
  const world = new World({ ...options, hardware: { config: profile, serial: outlet.plugIn } });
  await world.start(14);
  return world;
}

/** An SDM630 on the wires of the controller. */
async function plain(options: WorldOptions = {}): Promise<{ outlet: MeteredOutlet<MeterEmulator>; world: World }> {
  const outlet = new MeteredOutlet((line) => new MeterEmulator({ ...sdm630Kind, unit: 2 }, line), true);
  return { outlet, world: await station(outlet, outlet.profile('sdm630', 2), options) };
}

/** An EM580 on an adapter of its own. */
async function signing(options: WorldOptions = {}): Promise<{ outlet: MeteredOutlet<Em580Emulator>; world: World }> {
  const outlet = new MeteredOutlet((line, clock) => new Em580Emulator(line, clock), false);
  return { outlet, world: await station(outlet, outlet.profile('em580'), { settings: SIGNED, ...options }) };
}

async function charging(world: World, outlet: MeteredOutlet<MeterEmulator>): Promise<void> {
  outlet.vehicle = 'waiting';
  await world.seconds(4);
  await world.card();
  await world.seconds(2);
  outlet.vehicle = 'charging';
  await world.seconds(4);
}

describe('a controller that measures nothing beside a meter', () => {
  it('a session is billed by the meter', async () => {
    const { outlet, world } = await plain();
    const beforeWh = outlet.meter.world.importWh;
    await charging(world, outlet);
    await world.seconds(600);
    expect(outlet.commandedA).toBe(16);
    await world.card();
    await world.seconds(10);
    const last = ended(world);
    const [begin, end] = [samples(events(world)[0])[0]?.value ?? 0, samples(last).at(-1)?.value ?? 0];
    expect(begin).toBe(Math.floor(beforeWh));
    expect(end).toBe(Math.floor(outlet.meter.world.importWh));
    expect(end - begin).toBeGreaterThan(1800);
  });

  it('what it gives may be asked for, and comes; what no meter here gives is refused', async () => {
    const { outlet, world } = await plain();
    const wanted = ['Energy.Active.Export.Register', 'Energy.Reactive.Import.Register', 'Power.Active.Export', 'Power.Reactive.Export', 'Power.Factor', 'Energy.Apparent.Net', 'Energy.Active.Net'];
    const set = (attributeValue: string) => world.ask('SetVariables', { setVariableData: [{ component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedMeasurands' }, attributeValue }] });
    expect(await set(wanted.join(','))).toMatchObject({ setVariableResult: [{ attributeStatus: 'Accepted' }] });
    expect(await set('RPM')).toMatchObject({ setVariableResult: [{ attributeStatus: 'Rejected' }] });
    await charging(world, outlet);
    await world.seconds(70);
    const periodic = events(world).find(({ triggerReason }) => triggerReason === 'MeterValuePeriodic');
    expect(samples(periodic, 'Energy.Active.Export.Register')).toMatchObject([{ value: 2500 }]);
    expect(samples(periodic, 'Energy.Reactive.Import.Register')).toMatchObject([{ value: 33_300, unitOfMeasure: { unit: 'varh' } }]);
    expect(samples(periodic, 'Power.Active.Export').map(({ value, phase }) => [phase, value])).toEqual([[undefined, 0], ['L1', 0], ['L2', 0], ['L3', 0]]);
    expect(samples(periodic, 'Power.Reactive.Export').map(({ value }) => value)).toEqual([0, 0, 40.5, 0]);
    expect(samples(periodic, 'Power.Factor')[0]).toMatchObject({ value: 0.998 });
    expect(samples(periodic, 'Power.Factor')[0]).not.toHaveProperty('unitOfMeasure');
    expect(samples(periodic, 'Energy.Apparent.Net')).toMatchObject([{ value: 1_300_000, unitOfMeasure: { unit: 'VAh' } }]);
  });

  it('E06.FR.16 the meter falls silent in mid-charge: energy ends, the transaction with its last good register, and the outlet is Faulted until it is back', async () => {
    const { outlet, world } = await plain();
    await charging(world, outlet);
    await world.seconds(300);
    const lastWh = outlet.meter.world.importWh;
    outlet.meter.slave.dead = true;
    await world.seconds(12);
    expect(outlet.commandedA).toBe(0);
    // A last reading is waited for, though not for long.
    await world.seconds(12);
    expect(ended(world)).toMatchObject({ triggerReason: 'AbnormalCondition', transactionInfo: { stoppedReason: 'Other' } });
    expect(Math.abs((samples(ended(world)).at(-1)?.value ?? 0) - lastWh)).toBeLessThan(20);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Faulted' });
    outlet.meter.slave.dead = false;
    outlet.vehicle = 'nothing';
    await world.seconds(15);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Available' });
  });
});

describe('a meter that signs whole transactions', () => {
  it('the Ended event carries its data set, begin and end, which verifies with the key that comes along', async () => {
    const { outlet, world } = await signing();
    expect(await world.ask('GetVariables', { getVariableData: [{ component: { name: 'FiscalMetering', evse: { id: 1 } }, variable: { name: 'PublicKey' } }] }))
      .toMatchObject({ getVariableResult: [{ attributeValue: expect.any(String) }] });
    await charging(world, outlet);
    expect(outlet.meter.state).toBe(1);
    expect(outlet.meter.clockS * 1000).toBeGreaterThan(Date.UTC(2026, 5, 1, 12));
    await world.seconds(600);
    expect(events(world).every((event) => samples(event).every(({ signedMeterValue }) => signedMeterValue === undefined))).toBe(true);
    await world.card();
    await world.seconds(10);
    const end = samples(ended(world)).find(({ context }) => context === 'Transaction.End');
    const { signedMeterData = '', publicKey = '', encodingMethod } = end?.signedMeterValue ?? {};
    expect(encodingMethod).toBe('OCMF');
    const checked = checkOcmf(atob(signedMeterData), keyOf(publicKey));
    expect(checked).toMatchObject({ valid: true, payload: { ID: 'CARD0001', IT: 'ISO14443', CI: 'CP1*1' } });
    expect(Math.floor((checked.kWh[1] ?? 0) * 1000)).toBe(end?.value);
    expect((checked.kWh[1] ?? 0) - (checked.kWh[0] ?? 0)).toBeGreaterThan(1.8);
    expect(samples(ended(world)).filter(({ signedMeterValue }) => signedMeterValue !== undefined)).toHaveLength(1);
    // The next driver's transaction has nothing of this one's.
    outlet.vehicle = 'nothing';
    await world.seconds(10);
    const from = events(world).length;
    await charging(world, outlet);
    await world.seconds(20);
    expect(events(world).slice(from).flatMap((event) => samples(event)).every(({ signedMeterValue }) => signedMeterValue === undefined)).toBe(true);
    expect(outlet.meter.state).toBe(1);
  });

  it('1.6: StopTransaction carries it as SignedData', async () => {
    const { outlet, world } = await signing({ edition: 'ocpp1.6' });
    await charging(world, outlet);
    await world.seconds(300);
    await world.card();
    await world.seconds(10);
    const [stop] = world.csms.of('StopTransaction') as unknown as { transactionData: { sampledValue: { format?: string; value: string; context: string }[] }[] }[];
    const [signed, ...more] = (stop?.transactionData ?? []).flatMap(({ sampledValue }) => sampledValue).filter(({ format }) => format === 'SignedData');
    expect(more).toEqual([]);
    expect(signed?.context).toBe('Transaction.End');
    const { signedMeterData, publicKey } = JSON.parse(signed?.value ?? '{}') as { signedMeterData: string; publicKey: string };
    expect(checkOcmf(atob(signedMeterData), keyOf(publicKey)).valid).toBe(true);
  });

  it('no energy before the meter has opened the transaction', async () => {
    const { outlet, world } = await signing();
    outlet.meter.slave.mishaps.push(...Array.from({ length: 30 }, () => 'silence' as const));
    outlet.vehicle = 'charging';
    await world.seconds(1);
    await world.card();
    for (let second = 0; second < 60; second++) {
      await world.seconds(1);
      if (outlet.commandedA > 0) break;
      expect(outlet.meter.state).toBe(0);
    }
    expect(outlet.commandedA === 0 || outlet.meter.state === 1).toBe(true);
  });

  it('killed between the meter\'s end and the station\'s: started again, it sends the same data set', async () => {
    const { outlet, world } = await signing();
    await charging(world, outlet);
    await world.seconds(60);
    outlet.meter.signsAfterMs = 4000;
    await world.card();
    await world.seconds(2);
    expect(ended(world)).toBeUndefined();
    world.kill();
    outlet.hostDied();
    await world.seconds(10);
    expect(outlet.meter.state).toBe(2);
    await world.start(20);
    await world.seconds(20);
    const end = samples(ended(world)).find(({ context }) => context === 'Transaction.End');
    expect(checkOcmf(atob(end?.signedMeterValue?.signedMeterData ?? ''), outlet.meter.publicKey).valid).toBe(true);
    expect(events(world).filter(({ eventType }) => eventType === 'Ended')).toHaveLength(1);
  });

  it('a power cut of the meter in mid-charge: it has closed the transaction; so does the station, with what the meter signed', async () => {
    const { outlet, world } = await signing();
    await charging(world, outlet);
    await world.seconds(120);
    outlet.meter.slave.dead = true;
    outlet.meter.powerCut();
    await world.seconds(7);
    outlet.meter.slave.dead = false;
    await world.seconds(20);
    expect(outlet.commandedA).toBe(0);
    expect(ended(world)).toMatchObject({ triggerReason: 'AbnormalCondition' });
    const end = samples(ended(world)).find(({ context }) => context === 'Transaction.End');
    expect(checkOcmf(atob(end?.signedMeterValue?.signedMeterData ?? ''), outlet.meter.publicKey).valid).toBe(true);
  });

  it('a meter that never signs doesn\'t keep the books open for ever', async () => {
    const { outlet, world } = await signing();
    await charging(world, outlet);
    await world.seconds(60);
    outlet.meter.signsAfterMs = 3_600_000;
    await world.card();
    await world.seconds(60);
    expect(ended(world)).toMatchObject({ triggerReason: 'StopAuthorized' });
    expect(samples(ended(world)).every(({ signedMeterValue }) => signedMeterValue === undefined)).toBe(true);
  });

  it('start points that such a meter can\'t have aren\'t offered', async () => {
    const { world } = await signing();
    for (const point of ['DataSigned', 'EnergyTransfer']) {
      expect(await world.ask('SetVariables', { setVariableData: [{ component: { name: 'TxCtrlr' }, variable: { name: 'TxStartPoint' }, attributeValue: point }] }), point)
        .toMatchObject({ setVariableResult: [{ attributeStatus: 'Rejected' }] });
    }
  });
});
