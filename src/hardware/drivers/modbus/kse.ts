/** KSE wBX16. Whole amperes; from hardware revision R on it can charge on one phase. No watchdog is documented. */
import { KerbsideError } from '../../../base/errors.ts';
import type { PilotState } from '../../charger.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { optional, u32, type ModbusModel } from './modbus-model.ts';

const MAX_CURRENT = 0x03;
const STATE_BLOCK = 0x10;
const FIRMWARE = 0x30;
const RELAY_MODE = 0x35;
const ENERGY = 0x60;
const SINGLE_PHASE = 1;
/** `R` */
const REVISION_WITH_PHASES = 0x52;
const HIGHEST_STATE = 10;
const PILOTS: Readonly<Record<number, PilotState>> = { 0: 'A', 1: 'A', 3: 'A', 4: 'B', 5: 'C' };

export function kse(): ModbusModel {
  let switches = false;
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1 },
    device: { unit: 100 },
    pollMs: 2000,
    measures: true,
    facts: {
      vendor: 'KSE', model: 'wBX16', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 16,
      connectors: [{ id: 1, type: 'cType2', canLock: false }],
      failsafe: {
        onHostDeath: 'carriesOn',
        sentence: 'If this tablet stops, a car that charges goes on at the last current: no watchdog of this box is documented. Fit a contactor that can be cut from outside.',
      },
    },
    identify: async (device) => {
      const [state = 99] = await device.readInput(STATE_BLOCK, 1);
      const [commanded = 99] = await device.readHolding(MAX_CURRENT, 1);
      if (state > HIGHEST_STATE || commanded > 32) throw new KerbsideError('WrongDevice', `state ${state}, limit ${commanded} A: no KSE box`);
    },
    begin: async (device) => {
      await device.writeRegister(MAX_CURRENT, 0);
      const [firmware = 0] = (await optional(device.readInput(FIRMWARE, 1))) ?? [];
      switches = firmware >> 8 >= REVISION_WITH_PHASES && (await optional(device.readHolding(RELAY_MODE, 1))) !== null;
      return {
        phaseSwitching: switches, fixedSinglePhase: true,
        ...(firmware === 0 ? {} : { firmware: `${String.fromCharCode(firmware >> 8)}${firmware & 0xff}` }),
      };
    },
    read: async (device): Promise<ControllerReading> => {
      const [state = 0, v1 = 0, v2 = 0, v3 = 0, i1 = 0, i2 = 0, i3 = 0, sessionTens = 0, powerW = 0] = await device.readInput(STATE_BLOCK, 9);
      const [commandA = 0] = await device.readHolding(MAX_CURRENT, 1);
      const total = await optional(device.readInput(ENERGY, 2));
      const [mode] = switches ? await device.readHolding(RELAY_MODE, 1) : [];
      const pilot = PILOTS[state];
      return {
        pilot: pilot ?? 'F', contactorClosed: pilot === 'C',
        faults: pilot === undefined ? [{ code: 'InternalError', vendorCode: String(state), info: 'a state that isn\'t in its list' }] : [],
        currentA: [i1, i2, i3].map((milliamperes) => milliamperes / 1000), voltageV: [v1, v2, v3], powerW, commandA,
        ...(total === null ? { sessionWh: sessionTens * 10 } : { lifetimeWh: u32(total[0], total[1]) }),
        ...(mode === undefined ? {} : { phases: mode === SINGLE_PHASE ? 1 as const : 3 as const }),
        details: [{ label: 'State', value: String(state) }, { label: 'Commanded', value: `${commandA} A` }],
      };
    },
    apply: (device, { currentA }) => device.writeRegister(MAX_CURRENT, Math.floor(currentA)),
    setPhases: (device, phases) => device.writeRegister(RELAY_MODE, phases === 1 ? SINGLE_PHASE : 0),
  };
}
