import { describe, expect, it } from 'vitest';
import { KseEmulator } from '../../../../tests/fixtures/modbus/kse-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { VirtualClock } from '../../../platform/virtual/virtual-clock.ts';
import { toHex } from '../../serial/framing.ts';
import { kse } from './kse.ts';

const start = (prepare?: (box: KseEmulator) => void): Promise<ModbusBench<KseEmulator>> =>
  ModbusBench.started(kse, (clock, line) => new KseEmulator(clock, line), prepare);

/** A real wBX16 with a car on one phase at 14.9 A, 16 A allowed: requests and answers. */
const REAL: readonly (readonly [request: string, answer: string])[] = [
  ['64 04 00 18 00 01 B8 38', '64 04 02 0E A5 31 23'], ['64 04 00 14 00 03 F9 FA', '64 04 06 3A 06 00 59 01 FA 2B 5B'],
  ['64 04 00 10 00 01 39 FA', '64 04 02 00 05 35 3B'], ['64 03 00 03 00 01 7D FF', '64 03 02 00 10 F5 80'],
  ['64 04 00 17 00 01 88 3B', '64 04 02 00 E6 74 B2'], ['64 03 00 18 00 01 0D F8', '64 83 02 D0 EE'],
];
const hex = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (pair) => Number.parseInt(pair, 16));

class RealState extends KseEmulator {
  override readInput(address: number): number {
    const seen: Readonly<Record<number, number>> = { 0x10: 5, 0x14: 0x3a06, 0x15: 0x0059, 0x16: 0x01fa, 0x17: 0x00e6, 0x18: 0x0ea5 };
    return seen[address] ?? super.readInput(address);
  }
}

describe('wBX16', () => {
  it('the emulated box says what a real one said, and it is read as what it was', async () => {
    const said: string[] = [];
    const box = new RealState(new VirtualClock(), { send: (bytes) => void said.push(toHex(bytes)) });
    for (const [request] of REAL) box.slave.receive(hex(request));
    expect(said).toEqual(REAL.map(([, answer]) => answer));
    const bench = await ModbusBench.started(kse, (clock, line) => new RealState(clock, line));
    expect(bench.state).toMatchObject({ contactorClosed: true, connectors: [{ pilot: 'C' }], phasesInUse: 1, meter: { powerW: 3749, currentA: [14.854, 0.089, 0.506] } });
  });

  it('whole amperes, never above; its own register', async () => {
    const bench = await start();
    expect(bench.charger.facts).toMatchObject({ vendor: 'KSE', firmware: 'R3', maxCurrentA: 16, phaseSwitching: true, fixedSinglePhase: true });
    await bench.charging(15.9);
    expect(bench.emulator.commandA).toBe(15);
    await bench.seconds(3600);
    expect(Math.abs(bench.state.meter.energyImportWh - bench.emulator.trueWh)).toBeLessThan(20);
  });

  it('without a lifetime register its sessions are summed up, over a restart of the host too', async () => {
    const bench = await start((box) => Object.assign(box, { old: true }));
    await bench.charging(16);
    await bench.seconds(360);
    const first = bench.state.meter.energyImportWh;
    expect(first).toBeGreaterThan(1080);
    await bench.restart();
    expect(bench.state.meter.energyImportWh).toBeGreaterThanOrEqual(first);
    await bench.offer({ energise: false, maxCurrentA: 0 });
    await bench.seconds(4);
    const ended = bench.state.meter.energyImportWh;
    bench.emulator.unplug();
    await bench.seconds(4);
    await bench.charging(16);
    await bench.seconds(360);
    expect(bench.state.meter.energyImportWh - ended).toBeGreaterThan(1080);
    expect(bench.state.meter.energyImportWh - ended).toBeLessThan(1200);
  });

  it('one phase and back, without load; before revision R it can\'t', async () => {
    const bench = await start();
    await bench.charging(16);
    for (const phases of [1, 3] as const) {
      await bench.offer({ energise: true, maxCurrentA: 16, phases });
      expect(bench.emulator.commandA).toBe(0);
      await bench.seconds(20);
      expect(bench.emulator).toMatchObject({ phases, switchedUnderLoad: false, currentA: 16 });
    }
    const old = await start((box) => Object.assign(box, { revision: 'Q'.charCodeAt(0) }));
    expect(old.charger.facts.phaseSwitching).toBe(false);
  });

  it('after a power dip it is on three phases again, and is switched before it goes on', async () => {
    const bench = await start();
    bench.emulator.plugIn();
    await bench.offer({ energise: true, maxCurrentA: 8, phases: 1 });
    await bench.seconds(20);
    expect(bench.emulator).toMatchObject({ phases: 1, currentA: 8 });
    bench.emulator.brownOut();
    await bench.seconds(40);
    expect(bench.emulator).toMatchObject({ phases: 1, currentA: 8, switchedUnderLoad: false });
  });

  it('a state that nobody knows is a fault', async () => {
    const bench = await start();
    await bench.charging(16);
    bench.emulator.fault = 'InternalError';
    await bench.seconds(3);
    expect(bench.state).toMatchObject({ faults: [{ code: 'InternalError', vendorCode: '7' }], connectors: [{ plugged: true }] });
  });
});
