/** ABL eMH1 and eMH2 (also SENEC Wallbox pro) on Modbus ASCII. It sleeps between requests and misses the first one. */
import { KerbsideError } from '../../../base/errors.ts';
import type { ChargerFault, FaultCode, PilotState } from '../../charger.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { optional, text, type ModbusModel } from './modbus-model.ts';

const FIRMWARE = 0x01;
const MODIFY_STATE = 0x05;
const MAX_DUTY = 0x14;
const STATUS = 0x2e;
const SERIAL = 0x50;
/** 100 %: no charging. */
const DUTY_OFF = 0x03e8;
const DUTY_BITS = 0x0fff;
const SENSOR_PRESENT = 1 << 5;
const TO_A1 = 0xa1a1;
const OUTLET_DISABLED = 0xe0;
const BUS_IDLE = 0xe3;
/** IEC 61851-1: up to 51 A a per mille of duty cycle is 0.06 A. */
const A_PER_DUTY = 0.06;
const PILOTS: Readonly<Record<number, PilotState>> = { 0xa1: 'A', 0xb1: 'B', 0xb2: 'B', 0xc2: 'C', 0xc3: 'C', 0xc4: 'C' };
const REDUCED = new Set([0xc3, 0xc4]);
const REFUSALS: Readonly<Record<number, string>> = { 0xe1: 'The box is in its production test.', 0xe2: 'The box is in set-up mode. End that before this outlet serves.' };
const FAULTS: Readonly<Record<number, readonly [FaultCode, string]>> = {
  0xf1: ['PowerSwitchFailure', 'the contactor is welded'], 0xf2: ['InternalError', 'internal error'], 0xf3: ['GroundFailure', 'DC residual current'],
  0xf4: ['InternalError', 'it heard nothing from the station'], 0xf5: ['ConnectorLockFailure', 'the socket didn\'t lock'],
  0xf6: ['OtherError', 'the cable\'s coding is out of range'], 0xf7: ['OtherError', 'the car asks for ventilation'],
  0xf8: ['EVCommunicationError', 'the control pilot is out of range'], 0xf9: ['OverCurrentFailure', 'overcurrent'],
  0xfa: ['HighTemperature', 'temperature outside limits'], 0xfb: ['PowerSwitchFailure', 'the contactor opened by itself'],
};

export function abl(): ModbusModel {
  let sensor = false;
  let disabled = false;
  return {
    line: { baudRate: 38_400, dataBits: 8, parity: 'even', stopBits: 1 },
    // The first request wakes it, and is often lost: one more try than elsewhere.
    device: { unit: 1, variant: 'ascii', gapMs: 50, firstByteMs: 400, attempts: 4, missesFirst: true },
    pollMs: 2000,
    // A current without a voltage isn't energy; and the sensor is an option.
    measures: false,
    facts: {
      vendor: 'ABL', model: 'eMH1', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 32,
      connectors: [{ id: 1, type: 'cType2', canLock: false }],
      failsafe: {
        onHostDeath: 'carriesOn',
        sentence: 'If this tablet stops, a car that charges may go on at the last current: no watchdog of this box is documented. Fit a contactor that can be cut from outside.',
      },
    },
    identify: async (device) => {
      const [first = 0] = await device.readHolding(STATUS, 5);
      if (first >> 8 !== STATUS) throw new KerbsideError('WrongDevice', `the status report begins with ${first >> 8}: no ABL box`);
      const [, two = 0] = await device.readHolding(FIRMWARE, 2);
      sensor = (two & SENSOR_PRESENT) !== 0;
    },
    begin: async (device) => {
      await device.writeRegisters(MAX_DUTY, [DUTY_OFF]);
      const [one = 0, two = 0] = await device.readHolding(FIRMWARE, 2);
      // Like the status report it begins with its own number.
      const serialNumber = text((await optional(device.readHolding(SERIAL, 8)))?.slice(1) ?? []);
      return {
        firmware: [one, two].map((word) => word.toString(16).padStart(4, '0').toUpperCase()).join('-'),
        ...(/^[0-9A-Z]{8,14}$/.test(serialNumber) ? { serialNumber } : {}),
      };
    },
    read: async (device): Promise<ControllerReading> => {
      const [first = 0, duty = 0, ...currents] = await device.readHolding(STATUS, 5);
      const state = first & 0xff;
      disabled = state === OUTLET_DISABLED || state === BUS_IDLE;
      const limitA = limitOf(duty & DUTY_BITS);
      const [code, info] = FAULTS[state] ?? [];
      const refusal = REFUSALS[state];
      return {
        pilot: PILOTS[state] ?? 'F', contactorClosed: PILOTS[state] === 'C',
        faults: code === undefined ? unknownState(state) : [{ code, vendorCode: hex(state), ...(info === undefined ? {} : { info }) }],
        ...(refusal === undefined ? {} : { refusal }),
        // L3 comes first.
        currentA: sensor ? currents.map((tenths) => (tenths === DUTY_OFF || tenths === 1 ? 0 : tenths / 10)).reverse() : [], voltageV: [],
        limitA, tellAgain: disabled,
        details: [
          { label: 'State', value: hex(state) }, { label: 'Offered to the car', value: limitA === 0 ? 'nothing' : `${limitA.toFixed(1)} A` },
          { label: 'Reduced by the box', value: REDUCED.has(state) ? 'yes' : 'no', warn: REDUCED.has(state) },
          { label: 'Current sensor', value: sensor ? 'fitted' : 'none' },
        ],
      };
    },
    apply: async (device, { currentA }) => {
      await device.writeRegisters(MAX_DUTY, [currentA === 0 ? DUTY_OFF : dutyOf(currentA)]);
      if (disabled) await device.writeRegisters(MODIFY_STATE, [TO_A1]);
    },
  };
}

/** Never above: 16 A is 266 per mille. */
function dutyOf(currentA: number): number {
  return Math.floor(currentA / A_PER_DUTY + 1e-9);
}

function limitOf(duty: number): number {
  return duty >= 100 && duty <= 850 ? duty * A_PER_DUTY : 0;
}

function unknownState(state: number): readonly ChargerFault[] {
  const known = state in PILOTS || state in REFUSALS || state === OUTLET_DISABLED || state === BUS_IDLE;
  return known ? [] : [{ code: 'InternalError', vendorCode: hex(state), info: 'a state that isn\'t in its list' }];
}

function hex(state: number): string {
  return state.toString(16).toUpperCase().padStart(2, '0');
}
