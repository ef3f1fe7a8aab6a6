/** Carlo Gavazzi EM24, EM330, EM340/ET340 and EM580: integers in input registers, low word first. */
import type { ChargerFault } from '../../charger.ts';
import type { MeterFacts } from '../../meter.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import { em580PublicKey, Em580Signing } from './em580-signing.ts';
import { optional, textOf, wrongDevice } from './identify.ts';
import type { MeterMap, MeterModel } from './meter-model.ts';
import { i16, i32Low, i64Low } from './registers.ts';

const IDENTITY = 0x0b;
const SERIAL = 0x5000;
const FIRMWARE = 0x0302;
const EM24_SERIAL = 0x1300;
const EM580_STATE = 0x5012;
const EM24_CODES = [71, 72, 73];
/** The 300 series. Others of this map are the 500 series. */
const EM300_CODES = [331, 332, 335, 336, 340, 341, 345, 346, 355];
/** Tenths of a kWh. */
const TENTH_KWH = 100;

const volts = (address: number) => i32Low(address, 0.1);
const amperes = (address: number) => i32Low(address, 0.001);
const watts = (address: number) => i32Low(address, 0.1);
const wattHours = (address: number) => i32Low(address, TENTH_KWH);
const factor = (address: number) => i16(address, 0.001);

/** The head that all of them share. */
const COMMON = {
  voltageV: [volts(0x00), volts(0x02), volts(0x04)], currentA: [amperes(0x0c), amperes(0x0e), amperes(0x10)],
  phasePowerW: [watts(0x12), watts(0x14), watts(0x16)], phaseReactivePowerVar: [watts(0x1e), watts(0x20), watts(0x22)],
  powerW: watts(0x28), reactivePowerVar: watts(0x2c),
} satisfies Partial<MeterMap>;

const EM300_MAP: MeterMap = {
  ...COMMON,
  phasePowerFactor: [factor(0x2e), factor(0x2f), factor(0x30)], powerFactor: factor(0x31), frequencyHz: i16(0x33, 0.1),
  energyImportWh: wattHours(0x34), reactiveImportVarh: wattHours(0x36), energyExportWh: wattHours(0x4e), reactiveExportVarh: wattHours(0x50),
  phaseEnergyImportWh: [wattHours(0x40), wattHours(0x42), wattHours(0x44)],
};

async function code(device: ModbusDevice): Promise<number> {
  const [found = 0] = await device.readInput(IDENTITY, 1);
  return found;
}

/** `12.3.45` packs into 0x…: major and minor in a nibble each, revision in a byte. */
function version(words: readonly number[] | undefined): string | undefined {
  const [word] = words ?? [];
  return word === undefined || word === 0 ? undefined : `${word >> 12}.${(word >> 8) & 0xf}.${word & 0xff}`;
}

async function facts(device: ModbusDevice, serialAt: number): Promise<Partial<MeterFacts>> {
  const serialNumber = textOf(await optional(device.readInput(serialAt, 7)));
  const firmware = version(await optional(device.readInput(FIRMWARE, 1)));
  return { ...(serialNumber === undefined ? {} : { serialNumber }), ...(firmware === undefined ? {} : { firmware }) };
}

function em300(model: string): MeterModel {
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1, gapMs: 50 },
    pollMs: 1000,
    facts: { vendor: 'Carlo Gavazzi', model, phases: 3 },
    fn: 4,
    mostWords: 52,
    gapWords: 52,
    map: EM300_MAP,
    identify: async (device) => {
      const found = await code(device);
      if (!EM300_CODES.includes(found)) throw wrongDevice(`identification code ${found}`);
      return facts(device, SERIAL);
    },
  };
}

export const em330 = (): MeterModel => em300('EM330');
export const em340 = (): MeterModel => em300('EM340');

export function em24(): MeterModel {
  return {
    ...em300('EM24'),
    // Eleven words at a time is what its oldest firmware bears.
    mostWords: 10,
    gapWords: 4,
    map: {
      ...COMMON,
      phasePowerFactor: [factor(0x32), factor(0x33), factor(0x34)], powerFactor: factor(0x35), frequencyHz: i16(0x37, 0.1),
      // The totals: the counters at 0x42 and 0x44 are partial ones, which anybody can set back at the meter.
      energyImportWh: wattHours(0x3e), reactiveImportVarh: wattHours(0x40), energyExportWh: wattHours(0x5c), reactiveExportVarh: wattHours(0x5e),
      phaseEnergyImportWh: [wattHours(0x46), wattHours(0x48), wattHours(0x4a)],
    },
    identify: async (device) => {
      const found = await code(device);
      if (!EM24_CODES.includes(found)) throw wrongDevice(`identification code ${found}`);
      return facts(device, EM24_SERIAL);
    },
  };
}

export function em580(): MeterModel {
  return {
    ...em300('EM580'),
    line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
    mostWords: 80,
    gapWords: 80,
    fine: { agreeWh: 2 * TENTH_KWH, map: { energyImportWh: i64Low(0x0500), energyExportWh: i64Low(0x051c) } },
    identify: async (device) => {
      const found = await code(device);
      if (EM300_CODES.includes(found) || EM24_CODES.includes(found)) throw wrongDevice(`identification code ${found}`);
      return { ...(await facts(device, SERIAL)), ...(await em580PublicKey(device)) };
    },
    faults: async (device) => {
      const [state = 0] = await device.readInput(EM580_STATE, 1);
      return em580Faults(state);
    },
    signing: (device, clock) => new Em580Signing(device, clock),
  };
}

const OVER_RANGE = ['V1N', 'V2N', 'V3N', 'V12', 'V23', 'V31', 'I1', 'I2', 'I3'];

/** Device state: what it measures is beyond its range, or it is broken itself. */
export function em580Faults(state: number): readonly ChargerFault[] {
  const has = (bit: number): boolean => (state & (1 << bit)) !== 0;
  const beyond = OVER_RANGE.filter((_, bit) => has(bit));
  const broken = [has(12) ? 'EVCS module' : '', has(13) ? 'measuring module' : ''].filter((part) => part !== '');
  if (beyond.length === 0 && broken.length === 0 && !has(9)) return [];
  const what = [...beyond.map((name) => `${name} over range`), ...(has(9) ? ['frequency out of range'] : []), ...broken.map((part) => `${part} faulty`)];
  return [{ code: 'PowerMeterFailure', vendorCode: `0x${state.toString(16).toUpperCase().padStart(4, '0')}`, info: what.join(', ') }];
}
