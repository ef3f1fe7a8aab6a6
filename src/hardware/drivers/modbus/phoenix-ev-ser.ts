/**
 * Phoenix Contact EV Charge Control Basic (EV-CC-AC1-M…-SER). No meter, no watchdog; what lets a car charge is up to its
 * register 4000, which must be set to "by Modbus": else it would charge without being told.
 */
import { KerbsideError } from '../../../base/errors.ts';
import type { ChargerFacts, ChargerFault, FaultCode, PilotState } from '../../charger.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { optional, text, type ModbusModel } from './modbus-model.ts';

const COIL = { enable: 20_000, lock: 20_002, restart: 21_000 } as const;
const HOLDING = { enableBy: 4000, lockBy: 4002, connection: 4009, chargesOnD: 4010, residualCurrent: 4011, maxCurrent: 22_000 } as const;
const INPUT = { serial: 1021, firmware: 1031, status: 24_000, error: 24_025, maxBySwitch: 24_027 } as const;
const BY_MODBUS = 3;
const SOCKET = 0;
const NO_PLUG = 0;
const PP_SHORT = 0xffff;
/** Residual-current monitor fitted, its test before each charge left out. */
const UNTESTED_MONITOR = new Set([3, 4]);
const ERROR_BITS: readonly (readonly [bit: number, code: FaultCode, info: string])[] = [
  [2, 'OtherError', 'a 13 A cable is rejected'], [3, 'OtherError', 'the cable\'s coding is invalid'], [4, 'EVCommunicationError', 'the control pilot is invalid'],
  [6, 'ConnectorLockFailure', 'the plug didn\'t lock'], [7, 'ConnectorLockFailure', 'the plug didn\'t unlock'], [8, 'ConnectorLockFailure', 'the lock doesn\'t tell where it is'],
  [11, 'OtherError', 'the car asks for ventilation'], [12, 'PowerSwitchFailure', 'charging contactor'], [13, 'EVCommunicationError', 'no diode in the car\'s pilot circuit'],
  [15, 'GroundFailure', 'residual current'],
];

interface Settings { readonly enableBy: number | null; readonly lockBy: number | null; readonly tethered: boolean; readonly chargesOnD: boolean; readonly monitor: number | null }

export function phoenixEvSer(): ModbusModel {
  let settings: Settings = { enableBy: null, lockBy: null, tethered: true, chargesOnD: false, monitor: null };
  let begun = false;
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1 },
    pollMs: 1500,
    measures: false,
    facts: {
      vendor: 'Phoenix Contact', model: 'EV-CC-AC1 (EV-SER)', phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 32,
      connectors: [{ id: 1, type: 'cType2', canLock: false }],
      failsafe: {
        onHostDeath: 'carriesOn',
        sentence: 'If this tablet stops, a car that charges goes on at the last current: no watchdog of this controller is documented. Fit a contactor that can be cut from outside.',
      },
    },
    identify: async (device) => {
      const [status = 0] = await device.readInput(INPUT.status, 1);
      if (pilotOf(status) === null) throw new KerbsideError('WrongDevice', `register 24000 is ${status}: no EV-SER`);
      settings = await settingsOf(device);
    },
    begin: async (device) => {
      await device.writeCoil(COIL.enable, false);
      begun = true;
      if (settings.enableBy !== null && settings.enableBy !== BY_MODBUS) {
        // Kept over a power cut: written only where it differs.
        await device.writeRegister(HOLDING.enableBy, BY_MODBUS);
        settings = await settingsOf(device);
      }
      return factsOf(device, settings);
    },
    read: async (device): Promise<ControllerReading> => {
      const [status = 0] = await device.readInput(INPUT.status, 1);
      const [enabled = false, , locked = false] = (await optional(device.readCoils(COIL.enable, 3))) ?? (await device.readCoils(COIL.enable, 1));
      const [commanded = 0] = await device.readHolding(HOLDING.maxCurrent, 1);
      const [errors = 0] = (await either(device, INPUT.error, 1)) ?? [];
      const [proximity] = (await either(device, INPUT.status + 1, 1)) ?? [];
      const pilot = pilotOf(status) ?? 'F';
      const phase = status & 0xff;
      return {
        pilot, contactorClosed: (pilot === 'C' || pilot === 'D') && (phase === 0x32 || (phase !== 0x31 && enabled)),
        faults: faultsOf(errors), ...refusalOf(settings, begun), currentA: [], voltageV: [], commandA: enabled ? commanded : 0,
        ...(settings.tethered || proximity === undefined || proximity === NO_PLUG ? {} : { cableA: proximity === PP_SHORT ? 0 : proximity }),
        ...(settings.lockBy === BY_MODBUS ? { locked } : {}),
        details: [
          { label: 'Status', value: String.fromCharCode(status >> 8, phase).replace(/[^A-F0-9]/g, '') }, { label: 'Commanded', value: enabled ? `${commanded} A` : 'off' },
          { label: 'Cable', value: settings.tethered ? 'of its own' : proximity === undefined || proximity === NO_PLUG ? 'none' : proximity === PP_SHORT ? 'coding short-circuited' : `${proximity} A` },
          { label: 'Enabled by', value: settings.enableBy === null ? 'not told: check register 4000' : settings.enableBy === BY_MODBUS ? 'Modbus' : `setting ${settings.enableBy}`, warn: settings.enableBy !== BY_MODBUS },
          { label: 'Residual-current monitor', value: settings.monitor === null || settings.monitor === 0 ? 'none: fit a type B RCD' : 'fitted' },
        ],
      };
    },
    apply: async (device, { currentA }) => {
      // First the limit, then the release.
      if (currentA > 0) await device.writeRegister(HOLDING.maxCurrent, Math.floor(currentA));
      await device.writeCoil(COIL.enable, currentA > 0);
    },
    setLock: (device, locked) => device.writeCoil(COIL.lock, locked),
    restart: (device) => device.writeCoil(COIL.restart, true),
  };
}

/** The manual lists these as holding registers, and the first of them is known to answer as an input register. */
async function either(device: ModbusDevice, address: number, count: number): Promise<readonly number[] | null> {
  return (await optional(device.readInput(address, count))) ?? optional(device.readHolding(address, count));
}

async function settingsOf(device: ModbusDevice): Promise<Settings> {
  const one = async (address: number): Promise<number | null> => (await optional(device.readHolding(address, 1)))?.[0] ?? null;
  return {
    enableBy: await one(HOLDING.enableBy), lockBy: await one(HOLDING.lockBy), tethered: (await one(HOLDING.connection)) !== SOCKET,
    chargesOnD: (await one(HOLDING.chargesOnD)) === 1, monitor: await one(HOLDING.residualCurrent),
  };
}

async function factsOf(device: ModbusDevice, { lockBy, tethered }: Settings): Promise<Partial<ChargerFacts>> {
  const serialNumber = text((await optional(device.readInput(INPUT.serial, 6))) ?? []);
  const version = await optional(device.readInput(INPUT.firmware, 3));
  const [mostA = 0] = (await either(device, INPUT.maxBySwitch, 1)) ?? [];
  const [major = 0, minor = 0, patch = 0] = version ?? [];
  return {
    ...(version === null ? {} : { firmware: `${String.fromCharCode(major >> 8).replace(/[^A-Z]/i, '')}${major & 0xff}.${minor}.${patch}` }),
    ...(serialNumber === '' ? {} : { serialNumber }),
    ...(mostA >= 6 && mostA <= 63 ? { maxCurrentA: mostA } : {}),
    connectors: [{ id: 1, type: tethered ? 'cType2' : 'sType2', canLock: !tethered && lockBy === BY_MODBUS }],
  };
}

/** @param begun it has been told to listen to Modbus */
function refusalOf({ enableBy, chargesOnD, monitor }: Settings, begun: boolean): { readonly refusal?: string } {
  if (begun && enableBy !== null && enableBy !== BY_MODBUS) {
    return { refusal: 'The controller lets cars charge without the station (register 4000), and doesn\'t let that be changed. Set it to 3 before this outlet serves.' };
  }
  if (chargesOnD) return { refusal: 'The controller\'s ventilation check is switched off (register 4010). Switch it on before this outlet serves.' };
  if (monitor !== null && UNTESTED_MONITOR.has(monitor)) {
    return { refusal: 'The self-test of the controller\'s residual-current monitor is switched off (register 4011). Switch it on before this outlet serves.' };
  }
  return {};
}

/** The high byte is the letter. Null: no such status. */
function pilotOf(status: number): PilotState | null {
  const letter = String.fromCharCode(status >> 8);
  return ['A', 'B', 'C', 'D', 'E', 'F'].includes(letter) ? (letter as PilotState) : null;
}

function faultsOf(errors: number): readonly ChargerFault[] {
  return ERROR_BITS.filter(([bit]) => (errors & (1 << bit)) !== 0).map(([bit, code, info]) => ({ code, vendorCode: `bit ${bit}`, info }));
}
