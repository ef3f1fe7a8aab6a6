import { describe, expect, it } from 'vitest';
import { Esp32EvseModbusEmulator } from '../../../../tests/fixtures/esp32-evse/esp32-evse-modbus-emulator.ts';
import { ModbusBench } from '../../../../tests/fixtures/modbus/modbus-bench.ts';
import { esp32Evse } from './esp32-evse.ts';

const start = (prepare?: (box: Esp32EvseModbusEmulator) => void): Promise<ModbusBench<Esp32EvseModbusEmulator>> =>
  ModbusBench.started(esp32Evse, (clock, line) => new Esp32EvseModbusEmulator(clock, line), prepare);

describe('esp32-evse on Modbus', () => {
  it('who it is, and what it measures', async () => {
    const bench = await start((box) => Object.assign(box, { maxA: 16 }));
    expect(bench.charger.facts).toMatchObject({ firmware: 'v2.0.1', maxCurrentA: 16, phases: 3, connectors: [{ type: 'cType2', canLock: false }], failsafe: { onHostDeath: 'stops' } });
    await bench.charging(16);
    expect(bench.state.meter).toMatchObject({ powerW: 11_040, currentA: [16, 16, 16], voltageV: [230, 230, 230], temperatureC: 29.65 });
    const single = await start((box) => Object.assign(box, { threePhases: false }));
    expect(single.charger.facts.phases).toBe(1);
    await single.charging(16);
    expect(single.state.meter).toMatchObject({ powerW: 3680, currentA: [16], voltageV: [230] });
  });

  it('its time limit is kept ahead of the charge; nobody there, and it ends', async () => {
    const bench = await start();
    await bench.charging(16);
    await bench.seconds(600);
    expect(bench.emulator.closed).toBe(true);
    expect(bench.emulator.timeLimitS - bench.emulator.chargedS).toBeGreaterThan(20);
    bench.hang();
    await bench.seconds(12 + 2 + 30);
    expect(bench.emulator.closed).toBe(false);
    bench.supervise();
    await bench.seconds(5);
    expect(bench.emulator.closed).toBe(true);
  });

  it('a car that ignores the pilot is cut off 6 s later', async () => {
    const bench = await start((box) => Object.assign(box, { obedient: false }));
    await bench.charging(16);
    bench.port.unplug();
    await bench.seconds(40);
    expect(bench.emulator.closed).toBe(false);
  });

  it('flash is written once: what it begins with after a power dip is little, and not for long', async () => {
    const bench = await start();
    expect(bench.emulator).toMatchObject({ defaultTenths: 60, defaultTimeLimitS: 30, flashWrites: 2 });
    await bench.restart();
    expect(bench.emulator.flashWrites).toBe(2);
    bench.emulator.plugIn();
    bench.port.unplug();
    bench.emulator.brownOut();
    await bench.seconds(10);
    expect(bench.emulator.currentA).toBe(6);
    await bench.seconds(40);
    expect(bench.emulator.currentA).toBe(0);
  });

  it('one that wants authorisation gets it, each session anew', async () => {
    const bench = await start((box) => Object.assign(box, { requireAuth: true }));
    for (let session = 0; session < 2; session++) {
      await bench.charging(16);
      expect(bench.emulator.currentA).toBe(16);
      await bench.offer({ energise: false, maxCurrentA: 0 });
      bench.emulator.unplug();
      await bench.seconds(5);
    }
    expect(bench.writes(112).length).toBeGreaterThanOrEqual(2);
  });

  it.each([0, 1])('meter mode %i isn\'t a meter: it serves only beside one', async (meterMode) => {
    const bench = await start((box) => Object.assign(box, { meterMode }));
    expect(bench.state.refusal).toContain('meter');
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(0);
    bench.metered = true;
    await bench.restart();
    expect(bench.state.refusal).toBeUndefined();
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(16);
  });

  it('one that was made unavailable is made available', async () => {
    const bench = await start((box) => Object.assign(box, { available: false }));
    await bench.charging(16);
    expect(bench.emulator.currentA).toBe(16);
  });
});
