/** Every controller that is asked in rounds keeps the contract of Charger, through the bytes, with its emulator at the other end. */
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../src/hardware/serial/buses.ts';
import { MODBUS_CONTROLLERS } from '../../src/link/hardware.ts';
import { Esp32EvseAtBench } from '../fixtures/esp32-evse/esp32-evse-at-bench.ts';
import { benchOf, CONTROLLERS, ESP32_FAULTS, modelOf } from '../fixtures/modbus/controllers.ts';
import { chargerContract } from './charger.contract.ts';

const THREE_PHASES_W = 3 * 16 * 230;

for (const controller of CONTROLLERS) {
  chargerContract(controller.model, () => {
    const bench = benchOf(controller);
    return {
      clock: bench.clock,
      ...(modelOf(controller.model).measures ? { fullPowerW: THREE_PHASES_W } : {}),
      makeCharger: () => bench.driver(),
      plugIn: () => bench.emulator.plugIn(),
      unplug: () => bench.emulator.unplug(),
      fault: (code) => void (bench.emulator.fault = code),
      clearFault: () => void (bench.emulator.fault = null),
    };
  }, controller.faults);
}

chargerContract('esp32-evse by AT commands', () => {
  const bench = new Esp32EvseAtBench();
  return {
    clock: bench.clock,
    fullPowerW: THREE_PHASES_W,
    makeCharger: () => bench.driver(),
    plugIn: () => bench.emulator.plugIn(),
    unplug: () => bench.emulator.unplug(),
    fault: (code) => void (bench.emulator.fault = code),
    clearFault: () => void (bench.emulator.fault = null),
  };
}, ESP32_FAULTS);

describe('what a set-up knows of them', () => {
  it('is what the drivers are', () => {
    expect(MODBUS_CONTROLLERS.map(({ model }) => model)).toEqual(CONTROLLERS.map(({ model }) => model));
    for (const known of MODBUS_CONTROLLERS) {
      const model = modelOf(known.model);
      expect([known.model, known.line, known.unit]).toEqual([known.model, describeSettings(model.line), model.device.unit]);
      expect([known.model, 'measures' in known ? known.measures : true]).toEqual([known.model, model.measures]);
    }
  });
  it('each says what happens when the host dies', () => {
    for (const { model } of CONTROLLERS) expect(modelOf(model).facts.failsafe.sentence).toMatch(/^If this tablet stops, /);
  });
});
