/** Pracht Alpha (XT, Mono XT): one box with one or two connectors and a total limit over both. It measures nothing. */
import { KerbsideError } from '../../../base/errors.ts';
import type { PilotState } from '../../charger.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { i16, optional, type ModbusModel } from './modbus-model.ts';

const TOTAL_A = 2;
const FIRST_A = 3;
const FIRMWARE = 100;
const TEMPERATURE = 103;
const FIRST_STATUS = 106;
const PILOTS: Readonly<Record<number, PilotState>> = { 0: 'A', 1: 'B', 2: 'C', 3: 'D' };
const BYPASS = 4;

/** @param connector of the box: 1, or 2 of the one with two */
export function prachtAlpha(connector: 1 | 2): ModbusModel {
  const own = FIRST_A + connector - 1;
  const other = FIRST_A + 2 - connector;
  let two = connector === 2;
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1 },
    pollMs: 2000,
    measures: false,
    facts: {
      vendor: 'Pracht', model: 'Alpha', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 32,
      connectors: [{ id: 1, type: 'cType2', canLock: false }],
      failsafe: {
        onHostDeath: 'carriesOn',
        sentence: 'If this tablet stops, a car that charges goes on at the last current: no watchdog of this box is documented. Fit a contactor that can be cut from outside.',
      },
    },
    identify: async (device) => {
      const status = await statusOf(device, connector);
      const [totalA = 999] = await device.readHolding(TOTAL_A, 1);
      if (status > BYPASS || totalA > 128) throw new KerbsideError('WrongDevice', `status ${status}, total ${totalA} A: no Pracht Alpha`);
    },
    begin: async (device) => {
      await device.writeRegister(own, 0);
      two = connector === 2 || (await optional(statusOf(device, 2))) !== null;
      const versions = await optional(device.readHolding(FIRMWARE, 2));
      return versions === null ? {} : { firmware: versions.join('.') };
    },
    read: async (device): Promise<ControllerReading> => {
      const status = await statusOf(device, connector);
      const [totalA = 0] = await device.readHolding(TOTAL_A, 1);
      const [ownA = 0] = await device.readHolding(own, 1);
      const temperature = await optional(device.readHolding(TEMPERATURE, 1));
      const commandA = Math.min(ownA, totalA);
      const pilot = PILOTS[status] ?? 'F';
      return {
        // It doesn't tell about its contactor: closed is what a car that asks and may has.
        pilot, contactorClosed: pilot === 'C' && commandA > 0,
        faults: pilot === 'F' && status !== BYPASS ? [{ code: 'InternalError', vendorCode: String(status), info: 'a status that isn\'t in its list' }]
          : pilot === 'D' ? [{ code: 'OtherError', vendorCode: '3', info: 'the car asks for ventilation' }] : [],
        ...(status === BYPASS ? { refusal: 'The box is bridged: a car charges past its control. End that before this outlet serves.' } : {}),
        currentA: [], voltageV: [], commandA,
        ...(temperature === null ? {} : { temperatureC: i16(temperature[0]) }),
        details: [
          { label: 'Status', value: String(status) }, { label: 'Limit of this connector / of all', value: `${ownA} A / ${totalA} A` },
          { label: 'Contactor', value: 'not told: taken from the status' },
        ],
      };
    },
    apply: async (device, { currentA }) => {
      const amperes = Math.floor(currentA);
      // Down before the total, up after it: the sum is never more than what both may have.
      const [otherA = 0] = two ? await device.readHolding(other, 1) : [];
      if (amperes === 0) await device.writeRegister(own, 0);
      await device.writeRegister(TOTAL_A, amperes + otherA);
      if (amperes > 0) await device.writeRegister(own, amperes);
    },
  };
}

/** Some firmware answers it as a holding register, some as an input register. */
async function statusOf(device: ModbusDevice, connector: number): Promise<number> {
  const address = FIRST_STATUS + connector - 1;
  const [status = 0xffff] = (await optional(device.readHolding(address, 1))) ?? (await device.readInput(address, 1));
  return status;
}
