import { beforeEach, describe, expect, it } from 'vitest';
import { AblEmulator } from '../../../../tests/fixtures/modbus/abl-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { VirtualClock } from '../../../platform/virtual/virtual-clock.ts';
import { abl } from './abl.ts';

let bench: ModbusBench<AblEmulator>;
const start = (prepare?: (box: AblEmulator) => void): Promise<ModbusBench<AblEmulator>> =>
  ModbusBench.started(abl, (clock, line) => new AblEmulator(clock, line), prepare);
beforeEach(async () => {
  bench = await start();
});
const out = (): string[] => bench.lines.filter((line) => line.startsWith('out ')).map((line) => line.slice(4));

describe('eMH1', () => {
  it('the emulated box says what a real one said', () => {
    const said: string[] = [];
    const box = new AblEmulator(new VirtualClock(), { send: (bytes) => void said.push(new TextDecoder().decode(bytes)) });
    Object.assign(box, { sensor: false, duty: 0x010b, plugged: true });
    for (const request of [':0103002E0005C9\r\n', ':0110001400010203E8ED\r\n']) box.slave.receive(new TextEncoder().encode(request));
    expect(said).toEqual(['>01030A2EB2910B03E803E803E8B5\r\n', '>011000140001DA\r\n']);
    expect(box.duty).toBe(0x03e8);
  });

  it('the wire carries the frames that the box wants: 16 A, off, status', async () => {
    await bench.charging(16);
    await bench.offer({ energise: false, maxCurrentA: 16 });
    expect(out()).toEqual(expect.arrayContaining([':01100014000102010ACD', ':0110001400010203E8ED', ':0103002E0005C9']));
  });

  it('it misses the request that wakes it: that is asked again, and nobody takes it for lost', async () => {
    await bench.charging(16);
    await bench.seconds(120);
    expect(bench.states.every(({ link }) => link === 'up')).toBe(true);
    expect(bench.emulator.currentA).toBeCloseTo(15.96);
  });

  it.each([':', '>'] as const)('answers that begin with %s', async (startsWith) => {
    const other = await ModbusBench.started(abl, (clock, line) => new AblEmulator(clock, line, startsWith));
    expect(other.state.link).toBe('up');
  });

  it('who it is, with and without its sensor', async () => {
    expect(bench.charger.facts).toMatchObject({ vendor: 'ABL', firmware: '0140-0220', serialNumber: '2W224012345678' });
    await bench.charging(16);
    expect(bench.state.meter.currentA).toEqual([16, 16, 16]);
    const blind = await start((box) => Object.assign(box, { sensor: false }));
    await blind.charging(16);
    expect(blind.state.meter.currentA).toEqual([]);
  });

  it('its clamps come L3 first', async () => {
    await bench.charging(16);
    Object.defineProperty(bench.emulator, 'currents', { get: () => [10, 12, 14] });
    await bench.seconds(3);
    expect(bench.state.meter.currentA).toEqual([10, 12, 14]);
  });

  it('0.06 A a step, never above', async () => {
    for (const [limitA, duty] of [[6, 100], [10, 166], [13, 216], [16, 266], [20, 333], [32, 533]] as const) {
      await bench.offer({ energise: true, maxCurrentA: limitA });
      expect(bench.emulator.duty).toBe(duty);
    }
  });

  it.each([
    [0xf1, 'PowerSwitchFailure'], [0xf2, 'InternalError'], [0xf3, 'GroundFailure'], [0xf4, 'InternalError'], [0xf5, 'ConnectorLockFailure'], [0xf6, 'OtherError'],
    [0xf7, 'OtherError'], [0xf8, 'EVCommunicationError'], [0xf9, 'OverCurrentFailure'], [0xfa, 'HighTemperature'], [0xfb, 'PowerSwitchFailure'], [0xd7, 'InternalError'],
  ])('state %i is the fault %s; the cable stays where it was', async (state, code) => {
    await bench.charging(16);
    bench.emulator.ownState = state;
    await bench.seconds(5);
    expect(bench.state).toMatchObject({ faults: [{ code, vendorCode: state.toString(16).toUpperCase() }], contactorClosed: false, connectors: [{ plugged: true }] });
    bench.emulator.ownState = null;
    await bench.seconds(5);
    expect(bench.state).toMatchObject({ faults: [], contactorClosed: true });
  });

  it('a disabled outlet is enabled again, and isn\'t a fault', async () => {
    await bench.charging(16);
    bench.emulator.ownState = 0xe0;
    await bench.seconds(8);
    expect(bench.emulator.ownState).toBeNull();
    expect(bench.states.every(({ faults }) => faults.length === 0)).toBe(true);
    expect(bench.emulator.currentA).toBeGreaterThan(15);
  });

  it.each([0xe1, 0xe2])('state %i refuses', async (state) => {
    await bench.charging(16);
    bench.emulator.ownState = state;
    await bench.seconds(5);
    expect(bench.state.refusal).toBeTruthy();
    expect(bench.emulator.duty).toBe(0x03e8);
  });

  it('current that it takes away itself isn\'t a fault', async () => {
    await bench.charging(16);
    bench.emulator.reduced = true;
    await bench.seconds(5);
    expect(bench.state).toMatchObject({ faults: [], contactorClosed: true });
    expect(bench.detail('Reduced by the box')).toMatchObject({ value: 'yes', warn: true });
  });
});
