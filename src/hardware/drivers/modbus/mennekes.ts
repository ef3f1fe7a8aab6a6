/**
 * Mennekes Amtron Compact 2.0s and 4You 300, Kostal Enector. It wants a heartbeat every 10 s, and pauses without one where
 * its fallback is set to that. Its trap: a charging current of 0.0 A means no limit, so energy is withheld by the release.
 */
import { KerbsideError } from '../../../base/errors.ts';
import type { ChargerFacts, ChargerFault, FailsafeRating, PilotState } from '../../charger.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import type { ControllerReading } from '../polled/controller-model.ts';
import { float32, floatWords, optional, text, type ModbusModel } from './modbus-model.ts';

const REGISTER = {
  layout: 0x0000, firmware: 0x0001, serial: 0x0013, state: 0x0100, pilot: 0x0108, current: 0x0302, limits: 0x0304, phaseOptions: 0x030c,
  fallback: 0x030e, gridPhases: 0x0311, measurements: 0x0500, setFallback: 0x073a, temperature: 0x0900, heartbeat: 0x0d00, cableLock: 0x0d02,
  requestedPhases: 0x0d04, release: 0x0d05, restart: 0x0d19, error: 0x0e00, totalEnergy: 0x1000,
} as const;
const HEARTBEAT = 0x55aa;
const HEARTBEAT_WITHIN_S = 10;
const RESTART = 0x00bb;
const STATE = { idle: 1, charging: 5, error: 6, service: 7 } as const;
const FALLBACK_PAUSE = 1;
const CAN_SWITCH_PHASES = 2;
const CABLE = { locked: 2, fixed: 3 } as const;
/** From this layout on the fallback can be set. */
const LAYOUT_SETTINGS = 0x0103;
const MIN_A = 6;
/** Less than a pilot can offer: it signals none. */
const TOO_LITTLE_A = 1;
/** Heartbeats and a limit have had time to do it. */
const RELEASE_AFTER_ROUNDS = 4;
/** Control pilot as it tells it; the state serves where it doesn't. */
const PILOTS: Readonly<Record<number, PilotState>> = { 10: 'A', 11: 'B', 12: 'C', 13: 'D', 14: 'E', 15: 'F', 26: 'A', 27: 'B', 28: 'C', 29: 'D' };
const PILOTS_OF_STATE: Readonly<Record<number, PilotState>> = { 1: 'A', 2: 'B', 3: 'B', 4: 'B', 5: 'C' };

export function mennekes(): ModbusModel {
  let layout = 0;
  let blockedRounds = 0;
  return {
    line: { baudRate: 57_600, dataBits: 8, parity: 'none', stopBits: 2 },
    device: { unit: 50 },
    pollMs: 2000,
    measures: true,
    facts: {
      vendor: 'Mennekes', model: 'Amtron Compact', phases: 3, nominalVoltageV: 230, minCurrentA: MIN_A, maxCurrentA: 16,
      connectors: [{ id: 1, type: 'cType2', canLock: false }], failsafe: failsafeOf(null),
    },
    identify: async (device) => {
      const [version = 0] = await device.readHolding(REGISTER.layout, 1);
      const [state = 99] = await device.readHolding(REGISTER.state, 1);
      if (version < 0x0100 || version > 0x01ff || state > STATE.service) {
        throw new KerbsideError('WrongDevice', `registers 0 and 0x100 are ${version} and ${state}: no Amtron Compact`);
      }
      layout = version;
    },
    begin: async (device) => {
      await device.writeRegister(REGISTER.heartbeat, HEARTBEAT);
      await device.writeRegister(REGISTER.release, 0);
      return {
        ...(await namesOf(device)), ...(await wiringOf(device)),
        failsafe: failsafeOf(await armFallback(device, layout)),
      };
    },
    read: async (device) => {
      const reading = await readingOf(device);
      blockedRounds = reading.tellAgain === true ? blockedRounds + 1 : 0;
      return reading;
    },
    feed: (device) => device.writeRegister(REGISTER.heartbeat, HEARTBEAT),
    apply: async (device, { currentA }) => {
      // Never 0.0, which would be no limit. One that has blocked itself wants to hear a current: of one that no car can have.
      if (currentA > 0 || blockedRounds > 0) await device.writeRegisters(REGISTER.current, floatWords(currentA > 0 ? tenthsBelow(currentA) : TOO_LITTLE_A));
      // Some only unblock when they are released.
      if (currentA === 0 && blockedRounds >= RELEASE_AFTER_ROUNDS) await device.writeRegister(REGISTER.release, 1);
      await device.writeRegister(REGISTER.release, currentA > 0 ? 1 : 0);
    },
    setPhases: (device, phases) => device.writeRegister(REGISTER.requestedPhases, phases === 1 ? 1 : 0),
    restart: async (device) => {
      const [state] = await device.readHolding(REGISTER.state, 1);
      if (state === STATE.idle && layout >= LAYOUT_SETTINGS) await device.writeRegister(REGISTER.restart, RESTART);
    },
  };
}

async function namesOf(device: ModbusDevice): Promise<Partial<ChargerFacts>> {
  const firmware = text(await device.readHolding(REGISTER.firmware, 8));
  const serialNumber = text((await optional(device.readHolding(REGISTER.serial, 8))) ?? []);
  return { firmware, ...(serialNumber === '' ? {} : { serialNumber }) };
}

/** What its switches and its installation allow. */
async function wiringOf(device: ModbusDevice): Promise<Partial<ChargerFacts>> {
  const limits = await optional(device.readHolding(REGISTER.limits, 4));
  const [houseA, boxA] = limits === null ? [] : [float32(limits[0], limits[1]), float32(limits[2], limits[3])];
  const most = [houseA, boxA].filter((amperes): amperes is number => amperes !== undefined && amperes >= MIN_A && amperes <= 32);
  const [gridPhases = 2] = (await optional(device.readHolding(REGISTER.gridPhases, 1))) ?? [];
  const [phaseOptions = 1] = (await optional(device.readHolding(REGISTER.phaseOptions, 1))) ?? [];
  const [cable] = (await optional(device.readHolding(REGISTER.cableLock, 1))) ?? [];
  const phases = gridPhases === 0 || phaseOptions === 0 ? 1 : 3;
  return {
    ...(most.length === 0 ? {} : { maxCurrentA: Math.min(...most) }),
    phases, phaseSwitching: phases === 3 && phaseOptions === CAN_SWITCH_PHASES, fixedSinglePhase: true,
    // It locks and unlocks by itself, with the car.
    connectors: [{ id: 1, type: cable === undefined || cable === CABLE.fixed ? 'cType2' : 'sType2', canLock: false }],
  };
}

/** What it does without heartbeats: its register's value; null: it doesn't tell. Written only where it differs: it is kept. */
async function armFallback(device: ModbusDevice, layout: number): Promise<number | null> {
  if (layout < LAYOUT_SETTINGS) return (await optional(device.readHolding(REGISTER.fallback, 1)))?.[0] ?? null;
  const [fallback] = await device.readHolding(REGISTER.setFallback, 1);
  if (fallback !== FALLBACK_PAUSE) await device.writeRegister(REGISTER.setFallback, FALLBACK_PAUSE);
  return FALLBACK_PAUSE;
}

function failsafeOf(fallback: number | null): FailsafeRating {
  if (fallback === FALLBACK_PAUSE) {
    return { onHostDeath: 'stops', afterS: HEARTBEAT_WITHIN_S, sentence: `If this tablet stops, the box stops the car within ${HEARTBEAT_WITHIN_S} s.` };
  }
  if (fallback !== null && fallback >= MIN_A) {
    return {
      onHostDeath: 'fallsBack', afterS: HEARTBEAT_WITHIN_S, fallbackA: fallback,
      sentence: `If this tablet stops, a car that charges goes on with ${fallback} A after ${HEARTBEAT_WITHIN_S} s. Set the box's fallback to "pause" in its installer app.`,
    };
  }
  return {
    onHostDeath: 'carriesOn',
    sentence: 'If this tablet stops, a car that charges may go on at the last current: the box\'s fallback is off, or not told. Set it to "pause" in its installer app.',
  };
}

async function readingOf(device: ModbusDevice): Promise<ControllerReading> {
  const [state = 0] = await device.readHolding(REGISTER.state, 1);
  const [pilotCode = -1] = (await optional(device.readHolding(REGISTER.pilot, 1))) ?? [];
  const values = await device.readHolding(REGISTER.measurements, 20);
  const value = (at: number): number => float32(values[at * 2], values[at * 2 + 1]);
  const diagnosis = (await optional(device.readHolding(REGISTER.error, 3))) ?? (await device.readHolding(REGISTER.error, 1));
  const [error = 0, masterLost = 0, singlePhase] = diagnosis;
  const command = await device.readHolding(REGISTER.current, 2);
  const [release = 0] = await device.readHolding(REGISTER.release, 1);
  const total = await optional(device.readHolding(REGISTER.totalEnergy, 2));
  const temperature = await optional(device.readHolding(REGISTER.temperature, 2));
  const [cable] = (await optional(device.readHolding(REGISTER.cableLock, 1))) ?? [];
  const commandA = release === 1 ? float32(command[0], command[1]) || Infinity : 0;
  // Without heartbeats it blocks itself: not a fault, it goes again with them.
  const blocked = masterLost === 1 || (state === STATE.error && error === 0);
  return {
    pilot: PILOTS[pilotCode] ?? PILOTS_OF_STATE[state] ?? 'F', contactorClosed: state === STATE.charging,
    faults: faultsOf(state, error, blocked),
    ...(state === STATE.service ? { refusal: 'The box is in service mode. End that before this outlet serves.' } : {}),
    currentA: [value(0), value(1), value(2)], voltageV: [value(3), value(4), value(5)], powerW: value(9),
    ...(total === null ? {} : { lifetimeWh: Math.round(float32(total[0], total[1]) * 1000) }),
    ...(temperature === null ? {} : { temperatureC: float32(temperature[0], temperature[1]) }),
    ...(cable === undefined || cable === CABLE.fixed ? {} : { locked: cable === CABLE.locked }),
    ...(singlePhase === undefined ? {} : { phases: singlePhase === 1 ? 1 as const : 3 as const }),
    commandA, tellAgain: blocked,
    details: [
      { label: 'State', value: `${state}` }, { label: 'Error code', value: error === 0 ? 'none' : `${error}`, warn: error !== 0 },
      { label: 'Released', value: release === 1 ? `yes, ${commandA === Infinity ? 'without a limit' : `${commandA} A`}` : 'no' },
      { label: 'Heartbeat', value: masterLost === 1 ? 'missed: it has blocked itself' : `at least every ${HEARTBEAT_WITHIN_S} s`, warn: masterLost === 1 },
    ],
  };
}

/** Tenths, and never above: 6.4 A as a float of 32 bits is a little more. */
function tenthsBelow(currentA: number): number {
  const tenths = Math.floor(currentA * 10) / 10;
  return Math.fround(tenths) > tenths ? tenths - 1e-6 : tenths;
}

function faultsOf(state: number, error: number, blocked: boolean): readonly ChargerFault[] {
  if (blocked || (state !== STATE.error && error === 0)) return [];
  return [{ code: 'InternalError', vendorCode: String(error), info: 'See the error list of the box.' }];
}
