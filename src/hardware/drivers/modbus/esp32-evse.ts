/** esp32-evse as a Modbus slave. Its dead man's switch and what it means by its states: drivers/esp32-evse. */
import { KerbsideError } from '../../../base/errors.ts';
import { AFTER_BOOT, DEAD_MAN_S, FAILSAFE, faultsOf, isClosed, METER_MEASURES_BOTH, MIN_CURRENT_A, pilotOf, stateOf, UNMEASURED } from '../esp32-evse/esp32-evse-meaning.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { i16, optional, text, u32, type ModbusModel } from './modbus-model.ts';

const STATE_BLOCK = 100;
const ENABLED = 103;
const AVAILABLE = 104;
const CURRENT = 106;
const CHARGING_TIME_LIMIT = 109;
const AUTHORISE = 112;
const METER_BLOCK = 200;
const SETTINGS_BLOCK = 300;
const DEFAULT_CURRENT = 305;
const DEFAULT_TIME_LIMIT = 308;
const SYSTEM_BLOCK = 400;
const VERSION = 405;
const RESTART = 421;

export function esp32Evse(): ModbusModel {
  let uptimeS = 0;
  let pending = false;
  let chargedS = 0;
  return {
    line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1 },
    pollMs: 2000,
    measures: true,
    facts: {
      vendor: 'esp32-evse', model: 'esp32-evse', phases: 3, nominalVoltageV: 230, minCurrentA: MIN_CURRENT_A, maxCurrentA: 32,
      connectors: [{ id: 1, type: 'cType2', canLock: false }], failsafe: FAILSAFE,
    },
    identify: async (device) => {
      const [state = 0] = await device.readHolding(STATE_BLOCK, 1);
      if (stateOf(text([state])) === null) throw new KerbsideError('WrongDevice', `register 100 is ${state}: no esp32-evse`);
    },
    begin: async (device) => {
      await device.writeRegister(ENABLED, 0);
      const [available] = await device.readHolding(AVAILABLE, 1);
      if (available === 0) await device.writeRegister(AVAILABLE, 1);
      const settings = await device.readHolding(SETTINGS_BLOCK, 18);
      // Kept over a power cut, in flash: written only where they differ.
      if (settings[DEFAULT_CURRENT - SETTINGS_BLOCK] !== AFTER_BOOT.currentTenths) await device.writeRegister(DEFAULT_CURRENT, AFTER_BOOT.currentTenths);
      const afterBootS = u32(settings[DEFAULT_TIME_LIMIT - SETTINGS_BLOCK], settings[DEFAULT_TIME_LIMIT - SETTINGS_BLOCK + 1]);
      if (afterBootS !== AFTER_BOOT.chargingTimeS) await device.writeRegisters(DEFAULT_TIME_LIMIT, [0, AFTER_BOOT.chargingTimeS]);
      const firmware = text((await optional(device.readHolding(VERSION, 16))) ?? []);
      const system = await device.readHolding(SYSTEM_BLOCK, 2);
      uptimeS = u32(system[0], system[1]);
      const [socket = 0, , , , mostA = 32] = settings;
      return {
        ...(firmware === '' ? {} : { firmware }), maxCurrentA: Math.max(MIN_CURRENT_A, mostA), phases: settings[17] === 1 ? 3 : 1,
        // Its lock moves by itself, with the car.
        connectors: [{ id: 1, type: socket === 1 ? 'sType2' : 'cType2', canLock: false }],
      };
    },
    read: async (device): Promise<ControllerReading> => {
      const [stateWord = 0, errorHigh, errorLow, enabled = 0, , pendingWord = 0, current = 0] = await device.readHolding(STATE_BLOCK, 7);
      const meter = await device.readHolding(METER_BLOCK, 19);
      const settings = await device.readHolding(SETTINGS_BLOCK, 18);
      const [upHigh, upLow, , hot, sensors = 0] = await device.readHolding(SYSTEM_BLOCK, 5);
      const long = (register: number): number => u32(meter[register - METER_BLOCK], meter[register - METER_BLOCK + 1]);
      chargedS = long(203);
      const state = stateOf(text([stateWord]));
      if (state === null) throw new KerbsideError('BadModbusReply', `state ${stateWord}`);
      const before = uptimeS;
      uptimeS = u32(upHigh, upLow);
      pending = pendingWord === 1;
      const three = settings[17] === 1;
      const lines = three ? [0, 2, 4] : [0];
      const commandA = enabled === 1 && !pending ? current / 10 : 0;
      return {
        pilot: pilotOf(state), contactorClosed: isClosed(state), faults: faultsOf(state, u32(errorHigh, errorLow)),
        ...((settings[15] ?? 0) < METER_MEASURES_BOTH ? { unmeasured: UNMEASURED } : {}),
        currentA: lines.map((at) => long(213 + at) / 1000), voltageV: lines.map((at) => long(207 + at) / 1000), powerW: meter[0] ?? 0, sessionWh: long(205),
        ...(sensors === 0 ? {} : { temperatureC: i16(hot) / 100 }),
        commandA, restarted: uptimeS < before,
        details: [
          { label: 'State', value: state }, { label: 'Commanded', value: enabled === 1 ? `${current / 10} A` : 'off' },
          { label: 'Waits for authorisation', value: pending ? 'yes' : 'no' },
          { label: 'Time limit', value: `${DEAD_MAN_S} s ahead of ${chargedS} s` },
          { label: 'Residual-current monitor', value: settings[1] === 1 ? 'on' : 'off: fit a type B RCD', warn: settings[1] !== 1 },
        ],
      };
    },
    // The dead man's switch.
    feed: (device) => {
      const limitS = chargedS + DEAD_MAN_S;
      return device.writeRegisters(CHARGING_TIME_LIMIT, [limitS >>> 16, limitS & 0xffff]);
    },
    apply: async (device, { currentA }) => {
      if (currentA > 0) await device.writeRegister(CURRENT, Math.floor(currentA * 10));
      await device.writeRegister(ENABLED, currentA > 0 ? 1 : 0);
      if (currentA > 0 && pending) await device.writeRegister(AUTHORISE, 1);
    },
    restart: (device) => device.writeRegister(RESTART, 1),
  };
}
