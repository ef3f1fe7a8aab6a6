/** Every Modbus controller keeps the contract of Charger, through the bytes, with its emulator at the other end. */
import { describe, expect, it } from 'vitest';
import type { FaultCode } from '../../src/hardware/charger.ts';
import { controllerModel } from '../../src/hardware/drivers/modbus/models.ts';
import { describeSettings } from '../../src/hardware/serial/buses.ts';
import { MODBUS_CONTROLLERS } from '../../src/link/hardware.ts';
import type { Clock } from '../../src/platform/ports.ts';
import { Esp32EvseAtBench } from '../fixtures/esp32-evse/esp32-evse-at-bench.ts';
import { Esp32EvseModbusEmulator } from '../fixtures/esp32-evse/esp32-evse-modbus-emulator.ts';
import { AblEmulator } from '../fixtures/modbus/abl-emulator.ts';
import { EdgetechEmulator } from '../fixtures/modbus/edgetech-emulator.ts';
import type { EmulatedBox } from '../fixtures/modbus/emulated-box.ts';
import { EvseWbEmulator } from '../fixtures/modbus/evse-wb-emulator.ts';
import { HeidelbergEmulator } from '../fixtures/modbus/heidelberg-emulator.ts';
import { KseEmulator } from '../fixtures/modbus/kse-emulator.ts';
import { MennekesEmulator } from '../fixtures/modbus/mennekes-emulator.ts';
import { ModbusBench } from '../fixtures/modbus/modbus-bench.ts';
import type { SlaveLine } from '../fixtures/modbus/modbus-slave.ts';
import { PhoenixEmulator } from '../fixtures/modbus/phoenix-emulator.ts';
import { PrachtEmulator } from '../fixtures/modbus/pracht-emulator.ts';
import { chargerContract } from './charger.contract.ts';

const THREE_PHASES_W = 3 * 16 * 230;
const ESP32_FAULTS: readonly FaultCode[] = ['EVCommunicationError', 'ConnectorLockFailure', 'GroundFailure', 'InternalError', 'HighTemperature'];
type Make = (clock: Clock, line: SlaveLine) => EmulatedBox;

/** Model, its emulator, and the faults that it can tell. */
const CONTROLLERS: readonly (readonly [model: string, emulator: Make, faults: readonly FaultCode[]])[] = [
  ['heidelberg', (clock, line) => new HeidelbergEmulator(clock, line), ['InternalError']],
  ['evse-wb', (clock, line) => new EvseWbEmulator(clock, line), ['GroundFailure', 'EVCommunicationError', 'OtherError']],
  ['mennekes', (clock, line) => new MennekesEmulator(clock, line), ['InternalError']],
  ['abl', (clock, line) => new AblEmulator(clock, line), ['PowerSwitchFailure', 'InternalError', 'GroundFailure', 'ConnectorLockFailure', 'EVCommunicationError', 'OverCurrentFailure', 'HighTemperature']],
  ['phoenix-ev-ser', (clock, line) => new PhoenixEmulator(clock, line), ['OtherError', 'EVCommunicationError', 'ConnectorLockFailure', 'PowerSwitchFailure', 'GroundFailure']],
  ['pracht-alpha', (clock, line) => new PrachtEmulator(clock, line), ['InternalError']],
  ['pracht-alpha-2', (clock, line) => new PrachtEmulator(clock, line, 2), ['InternalError']],
  ['kse', (clock, line) => new KseEmulator(clock, line), ['InternalError']],
  ['edgetech', (clock, line) => new EdgetechEmulator(clock, line), ['InternalError']],
  ['esp32-evse', (clock, line) => new Esp32EvseModbusEmulator(clock, line), ESP32_FAULTS],
];

function modelOf(name: string): NonNullable<ReturnType<typeof controllerModel>> {
  const model = controllerModel(name);
  if (model === undefined) throw new RangeError(`no model ${name}`);
  return model;
}

for (const [name, emulator, faults] of CONTROLLERS) {
  chargerContract(name, () => {
    const bench = new ModbusBench(() => modelOf(name), emulator);
    return {
      clock: bench.clock,
      ...(modelOf(name).measures ? { fullPowerW: THREE_PHASES_W } : {}),
      makeCharger: () => bench.driver(),
      plugIn: () => bench.emulator.plugIn(),
      unplug: () => bench.emulator.unplug(),
      fault: (code) => void (bench.emulator.fault = code),
      clearFault: () => void (bench.emulator.fault = null),
    };
  }, faults);
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
    expect(MODBUS_CONTROLLERS.map(({ model }) => model)).toEqual(CONTROLLERS.map(([model]) => model));
    for (const { model, line, unit } of MODBUS_CONTROLLERS) {
      expect([model, line, unit]).toEqual([model, describeSettings(modelOf(model).line), modelOf(model).device.unit]);
    }
  });
  it('each says what happens when the host dies', () => {
    for (const [name] of CONTROLLERS) expect(modelOf(name).facts.failsafe.sentence).toMatch(/^If this tablet stops, /);
  });
});
