/** Eastron SDM630, SDM230, SDM120: floats in input registers. */
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import { hexSerial, optional, plausible } from './identify.ts';
import type { MeterModel } from './meter-model.ts';
import { f32 } from './registers.ts';

const KILO = 1000;
const FREQUENCY = f32(0x46);
/** Holding registers that older firmware doesn't have. */
const SERIAL = 0xfc00;

async function identify(device: ModbusDevice): Promise<{ serialNumber?: string }> {
  await plausible(device, 4, f32(0), FREQUENCY);
  const serialNumber = hexSerial(await optional(device.readHolding(SERIAL, 2)));
  return serialNumber === undefined ? {} : { serialNumber };
}

export function sdm630(): MeterModel {
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1, gapMs: 50 },
    pollMs: 1000,
    facts: { vendor: 'Eastron', model: 'SDM630', phases: 3 },
    fn: 4,
    mostWords: 80,
    gapWords: 80,
    map: {
      voltageV: [f32(0x00), f32(0x02), f32(0x04)], currentA: [f32(0x06), f32(0x08), f32(0x0a)],
      phasePowerW: [f32(0x0c), f32(0x0e), f32(0x10)], phaseReactivePowerVar: [f32(0x18), f32(0x1a), f32(0x1c)],
      phasePowerFactor: [f32(0x1e), f32(0x20), f32(0x22)],
      powerW: f32(0x34), reactivePowerVar: f32(0x3c), powerFactor: f32(0x3e), frequencyHz: FREQUENCY,
      energyImportWh: f32(0x48, KILO), energyExportWh: f32(0x4a, KILO), reactiveImportVarh: f32(0x4c, KILO), reactiveExportVarh: f32(0x4e, KILO),
      apparentVah: f32(0x50, KILO),
      phaseEnergyImportWh: [f32(0x15a, KILO), f32(0x15c, KILO), f32(0x15e, KILO)],
      phaseEnergyExportWh: [f32(0x160, KILO), f32(0x162, KILO), f32(0x164, KILO)],
    },
    identify,
  };
}

function singlePhase(model: string, baudRate: number): MeterModel {
  return {
    line: { baudRate, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1, gapMs: 50 },
    pollMs: 1500,
    facts: { vendor: 'Eastron', model, phases: 1 },
    fn: 4,
    mostWords: 80,
    gapWords: 0,
    map: {
      voltageV: [f32(0x00)], currentA: [f32(0x06)], powerW: f32(0x0c), reactivePowerVar: f32(0x18), powerFactor: f32(0x1e), frequencyHz: FREQUENCY,
      energyImportWh: f32(0x48, KILO), energyExportWh: f32(0x4a, KILO), reactiveImportVarh: f32(0x4c, KILO), reactiveExportVarh: f32(0x4e, KILO),
    },
    identify,
  };
}

export const sdm230 = (): MeterModel => singlePhase('SDM230', 9600);
export const sdm120 = (): MeterModel => singlePhase('SDM120', 2400);
