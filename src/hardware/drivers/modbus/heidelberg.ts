/** Heidelberg / Amperfied Energy Control (also Walther basicEVO PRO, SENEC pro S). The watchdog's failsafe is a real stop. */
import { KerbsideError } from '../../../base/errors.ts';
import type { ChargerFault, PilotState } from '../../charger.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { i16, text, u32, type ModbusModel } from './modbus-model.ts';

const STATE_BLOCK = 5;
const WATCHDOG_MS = 257;
const STANDBY = 258;
const REMOTE_LOCK = 259;
const MAX_CURRENT = 261;
const FAILSAFE_CURRENT = 262;
/** Three polls may be lost before it stops the car. */
const WATCHDOG_AFTER_MS = 10_000;
const STANDBY_DISABLED = 4;
const UNLOCKED = 1;
/** Layouts that know VAh since installation. */
const LAYOUT_ENERGY = 0x0107;

const STATES: Readonly<Record<number, readonly [PilotState, boolean]>> = {
  2: ['A', false], 3: ['A', false], 4: ['B', false], 5: ['B', false], 6: ['C', false], 7: ['C', true], 8: ['C', true], 9: ['E', false], 10: ['F', false],
};

export function heidelberg(): ModbusModel {
  let layout = 0;
  return {
    line: { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 },
    // Asked sooner, the box misses every other request.
    device: { unit: 1, gapMs: 100 },
    pollMs: 2000,
    measures: true,
    facts: {
      vendor: 'Heidelberg', model: 'Energy Control', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 16,
      connectors: [{ id: 1, type: 'cType2', canLock: false }],
      failsafe: {
        onHostDeath: 'stops', afterS: WATCHDOG_AFTER_MS / 1000,
        sentence: `If this tablet stops, the box stops the car within ${WATCHDOG_AFTER_MS / 1000} s.`,
      },
    },
    identify: async (device) => {
      const [version = 0] = await device.readInput(4, 1);
      if (version < 0x0100 || version > 0x01ff) throw new KerbsideError('WrongDevice', `register 4 is ${version}: no Energy Control`);
      layout = version;
    },
    begin: async (device) => {
      // Otherwise the line goes dead some minutes after the car has left.
      await device.writeRegister(STANDBY, STANDBY_DISABLED);
      await device.writeRegister(FAILSAFE_CURRENT, 0);
      await device.writeRegister(WATCHDOG_MS, WATCHDOG_AFTER_MS);
      await device.writeRegister(MAX_CURRENT, 0);
      // Left locked by whoever was here before, it would show state F for ever. It takes some 10 s to unlock.
      const [lock] = await device.readHolding(REMOTE_LOCK, 1);
      if (lock === 0) await device.writeRegister(REMOTE_LOCK, UNLOCKED);
      const [mostA = 16, leastA = 6] = await device.readInput(100, 2);
      const [revision = 0] = await device.readInput(203, 1);
      const serialNumber = text(await device.readInput(102, 32));
      return {
        maxCurrentA: mostA, minCurrentA: Math.max(6, leastA), firmware: revision.toString(16).toUpperCase(),
        ...(serialNumber === '' ? {} : { serialNumber }),
      };
    },
    read: async (device): Promise<ControllerReading> => {
      const words = await device.readInput(STATE_BLOCK, 14);
      const [state = 0, i1 = 0, i2 = 0, i3 = 0, temperature, v1 = 0, v2 = 0, v3 = 0, lock] = words;
      const [pilot, closed] = STATES[state] ?? ['F', false];
      const powerW = words[9];
      // After a brown-out older layouts have forgotten what was armed; newer ones only the command.
      const [watchdogMs] = await device.readHolding(WATCHDOG_MS, 1);
      const [command = 0, failsafe] = await device.readHolding(MAX_CURRENT, 2);
      return {
        pilot, contactorClosed: closed, faults: faultOf(state), currentA: [i1, i2, i3].map((tenths) => tenths / 10), voltageV: [v1, v2, v3],
        temperatureC: i16(temperature) / 10,
        commandA: command / 10, restarted: watchdogMs !== WATCHDOG_AFTER_MS || failsafe !== 0,
        ...(powerW !== undefined && layout >= 0x0104 ? { powerW } : {}),
        ...(layout >= LAYOUT_ENERGY ? { lifetimeWh: u32(words[12], words[13]) } : {}),
        details: [
          { label: 'State', value: `${state}` }, { label: 'Derating', value: state === 8 ? 'yes: it is hot' : 'no', warn: state === 8 },
          { label: 'Lock input', value: lock === 0 ? 'locked from outside' : 'open', warn: lock === 0 },
          { label: 'Watchdog', value: `stops after ${WATCHDOG_AFTER_MS / 1000} s of silence` },
        ],
      };
    },
    apply: (device, { currentA }) => device.writeRegister(MAX_CURRENT, currentA === 0 ? 0 : Math.floor(currentA * 10)),
  };
}

function faultOf(state: number): readonly ChargerFault[] {
  if (state === 9) return [{ code: 'EVCommunicationError', vendorCode: '9', info: 'pilot state E' }];
  // 10 (F) is also what it shows for some seconds after the lock input opens: not a fault by itself.
  if (state === 11) return [{ code: 'InternalError', vendorCode: '11' }];
  return [];
}
