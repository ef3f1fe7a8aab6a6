/** EdgeTech Smart EVSE (not the Stegen SmartEVSE). Whole amperes, one phase or three, a lock. No watchdog is documented. */
import { KerbsideError } from '../../../base/errors.ts';
import type { PilotState } from '../../charger.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { u32, type ModbusModel } from './modbus-model.ts';

const SERIAL = 0x0000;
const FIRMWARE = 0x0005;
const PILOT_BLOCK = 0x0102;
const ENERGY = 0x010d;
const MAX_CURRENT = 0x0201;
const SETTINGS = 0x0204;
const BIT = { threePhases: 1, locked: 2, dcSensorRequired: 4, lockPortIsPilot: 8 } as const;
const PILOTS: Readonly<Record<number, PilotState>> = { 1: 'A', 2: 'B', 3: 'C' };
/** Currents, voltages and energy come in 256ths. */
const FRACTION = 256;

export function edgetech(): ModbusModel {
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1 },
    pollMs: 2000,
    measures: true,
    facts: {
      vendor: 'EdgeTech', model: 'Smart EVSE', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 32, phaseSwitching: true, fixedSinglePhase: true,
      connectors: [{ id: 1, type: 'sType2', canLock: true }],
      failsafe: {
        onHostDeath: 'carriesOn',
        sentence: 'If this tablet stops, a car that charges goes on at the last current: no watchdog of this controller is documented. Fit a contactor that can be cut from outside.',
      },
    },
    identify: async (device) => {
      const [pilotA = 0xffff, state = 0xffff] = await device.readInput(PILOT_BLOCK, 2);
      if (pilotA >> 8 > 80 || (state & 0xff) > 3) throw new KerbsideError('WrongDevice', `pilot ${pilotA >> 8} A, state ${state & 0xff}: no EdgeTech Smart EVSE`);
    },
    begin: async (device) => {
      await device.writeRegister(MAX_CURRENT, 0);
      const serial = await device.readInput(SERIAL, 5);
      const [firmware = 0] = await device.readInput(FIRMWARE, 1);
      const serialNumber = u32(serial[0], serial[1]);
      const [settings = 0] = await device.readHolding(SETTINGS, 1);
      const isLock = (settings & BIT.lockPortIsPilot) === 0;
      return {
        firmware: `${firmware >> 12}.${(firmware >> 8) & 0x0f}.${firmware & 0xff}`, ...(serialNumber === 0 ? {} : { serialNumber: String(serialNumber) }),
        connectors: [{ id: 1, type: isLock ? 'sType2' : 'cType2', canLock: isLock }],
      };
    },
    read: async (device): Promise<ControllerReading> => {
      const [advertised = 0, stateWord = 0, temperatureC = 0, i1 = 0, i2 = 0, i3 = 0, , v1 = 0, v2 = 0, v3 = 0] = await device.readInput(PILOT_BLOCK, 10);
      const energy = await device.readInput(ENERGY, 2);
      const [command = 0] = await device.readHolding(MAX_CURRENT, 1);
      const [settings = 0] = await device.readHolding(SETTINGS, 1);
      const state = stateWord & 0xff;
      const pilot = PILOTS[state] ?? 'F';
      const limitA = advertised >> 8;
      return {
        pilot, contactorClosed: pilot === 'C' && limitA > 0,
        faults: pilot === 'F' ? [{ code: 'InternalError', vendorCode: String(state), info: 'the controller is in no state of its list' }] : [],
        ...((settings & BIT.dcSensorRequired) === 0
          ? { refusal: 'The controller charges without its DC fault sensor (register 0x0204, bit 2). Switch that check on before this outlet serves.' } : {}),
        currentA: [i1, i2, i3].map((value) => value / FRACTION), voltageV: [v1, v2, v3].map((value) => value / FRACTION),
        lifetimeWh: Math.round((u32(energy[1], energy[0]) / FRACTION) * 1000), temperatureC,
        limitA, commandA: command & 0xff, phases: (settings & BIT.threePhases) === 0 ? 1 : 3,
        ...((settings & BIT.lockPortIsPilot) === 0 ? { locked: (settings & BIT.locked) !== 0 } : {}),
        details: [{ label: 'State', value: String(state) }, { label: 'Offered to the car', value: `${limitA} A` }, { label: 'Settings', value: settings.toString(2).padStart(5, '0') }],
      };
    },
    apply: (device, { currentA }) => {
      const amperes = Math.floor(currentA);
      return device.writeRegister(MAX_CURRENT, (amperes << 8) | amperes);
    },
    setPhases: (device, phases) => setBit(device, BIT.threePhases, phases === 3),
    setLock: (device, locked) => setBit(device, BIT.locked, locked),
  };
}

async function setBit(device: ModbusDevice, bit: number, on: boolean): Promise<void> {
  const [settings = 0] = await device.readHolding(SETTINGS, 1);
  const wanted = on ? settings | bit : settings & ~bit;
  if (wanted !== settings) await device.writeRegister(SETTINGS, wanted);
}
