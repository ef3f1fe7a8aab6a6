import { describe, expect, it } from 'vitest';
import { EdgetechEmulator } from '../../../../tests/fixtures/modbus/edgetech-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { edgetech } from './edgetech.ts';

const start = (prepare?: (box: EdgetechEmulator) => void): Promise<ModbusBench<EdgetechEmulator>> =>
  ModbusBench.started(edgetech, (clock, line) => new EdgetechEmulator(clock, line), prepare);

describe('Smart EVSE', () => {
  it('who it is, and what it measures', async () => {
    const bench = await start();
    expect(bench.charger.facts).toMatchObject({ vendor: 'EdgeTech', firmware: '2.1.5', serialNumber: '100003', connectors: [{ type: 'sType2', canLock: true }] });
    await bench.charging(16);
    expect(bench.state.meter).toMatchObject({ powerW: 11_040, currentA: [16, 16, 16], voltageV: [230, 230, 230], temperatureC: 27 });
    expect(Math.abs(bench.state.meter.energyImportWh - bench.emulator.trueWh)).toBeLessThan(10);
  });

  it('the limit stands in both bytes, in whole amperes', async () => {
    const bench = await start();
    await bench.offer({ energise: true, maxCurrentA: 13.7 });
    expect(bench.emulator.command).toBe(0x0d0d);
    await bench.offer({ energise: false, maxCurrentA: 13.7 });
    expect(bench.emulator.command).toBe(0);
  });

  it('locks and unlocks; other settings stay; a plug that doesn\'t lock is told', async () => {
    const bench = await start((box) => Object.assign(box, { settings: 0b10101 }));
    bench.emulator.plugIn();
    await bench.clock.waitFor(bench.charger.lock(1));
    expect(bench.emulator.settings).toBe(0b10111);
    expect(bench.state.connectors[0]?.locked).toBe(true);
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('Unlocked');
    expect(bench.emulator.settings).toBe(0b10101);
    bench.emulator.jammed = true;
    await expect(bench.clock.waitFor(bench.charger.lock(1))).rejects.toMatchObject({ code: 'LockFailed' });
  });

  it('a lock port that interrupts the pilot is no lock', async () => {
    const bench = await start((box) => Object.assign(box, { settings: 0b01101 }));
    expect(bench.charger.facts.connectors).toEqual([{ id: 1, type: 'cType2', canLock: false }]);
    await bench.clock.waitFor(bench.charger.lock(1));
    expect(bench.emulator.settings).toBe(0b01101);
    expect(await bench.clock.waitFor(bench.charger.unlock(1))).toBe('NotSupported');
  });

  it('one phase and back, without load', async () => {
    const bench = await start();
    await bench.charging(16);
    for (const phases of [1, 3] as const) {
      await bench.offer({ energise: true, maxCurrentA: 16, phases });
      await bench.seconds(20);
      expect(bench.emulator).toMatchObject({ phases, switchedUnderLoad: false, currentA: 16 });
      expect(bench.state.phasesInUse).toBe(phases);
    }
  });

  it('refused while its DC fault sensor isn\'t required', async () => {
    const bench = await start((box) => Object.assign(box, { settings: 0b00001 }));
    expect(bench.state.refusal).toContain('DC fault sensor');
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(0);
    bench.emulator.settings = 0b00101;
    await bench.seconds(8);
    expect(bench.state.refusal).toBeUndefined();
    expect(bench.emulator.currentA).toBe(16);
  });
});
