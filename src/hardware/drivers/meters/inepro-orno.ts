/** Inepro PRO380 and ORNO WE-516/517: floats in holding registers, kW and kWh. ORNO WE-514/515: integers. */
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import type { MeterFacts } from '../../meter.ts';
import { hexSerial, optional, plausible } from './identify.ts';
import type { MeterModel } from './meter-model.ts';
import { f32, i32, u16, u32, type Value } from './registers.ts';

const KILO = 1000;
const three = (first: number, scale = 1): readonly Value[] => [0, 2, 4].map((offset) => f32(first + offset, scale));

async function facts(device: ModbusDevice, serialAt: number, softwareAt: number): Promise<Partial<MeterFacts>> {
  const serialNumber = hexSerial(await optional(device.readHolding(serialAt, 2)));
  const software = f32(softwareAt).decode((await optional(device.readHolding(softwareAt, 2))) ?? []);
  return {
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(software === undefined || !(software > 0.01 && software < 1000) ? {} : { firmware: software.toFixed(2) }),
  };
}

const BASE = {
  line: { baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1 },
  device: { unit: 1, gapMs: 50 },
  pollMs: 1000,
  fn: 3,
} as const;

export function pro380(): MeterModel {
  return {
    ...BASE,
    facts: { vendor: 'Inepro', model: 'PRO380', phases: 3 },
    mostWords: 80,
    gapWords: 6,
    map: {
      voltageV: three(0x5002), frequencyHz: f32(0x5008), currentA: three(0x500c), powerW: f32(0x5012, KILO), phasePowerW: three(0x5014, KILO),
      reactivePowerVar: f32(0x501a, KILO), phaseReactivePowerVar: three(0x501c, KILO), powerFactor: f32(0x502a), phasePowerFactor: three(0x502c),
      energyImportWh: f32(0x600c, KILO), phaseEnergyImportWh: three(0x6012, KILO), energyExportWh: f32(0x6018, KILO), phaseEnergyExportWh: three(0x601e, KILO),
      reactiveImportVarh: f32(0x6030, KILO), reactiveExportVarh: f32(0x603c, KILO),
    },
    identify: async (device) => {
      await plausible(device, 3, f32(0x5002), f32(0x5008));
      return facts(device, 0x4000, 0x4007);
    },
  };
}

export function we516(): MeterModel {
  return {
    ...BASE,
    facts: { vendor: 'ORNO', model: 'WE-516', phases: 3 },
    mostWords: 60,
    gapWords: 8,
    map: {
      voltageV: three(0x0e), frequencyHz: f32(0x14), currentA: three(0x16), powerW: f32(0x1c, KILO), phasePowerW: three(0x1e, KILO),
      reactivePowerVar: f32(0x24, KILO), phaseReactivePowerVar: three(0x26, KILO), powerFactor: f32(0x34), phasePowerFactor: three(0x36),
      energyImportWh: f32(0x108, KILO), phaseEnergyImportWh: three(0x10a, KILO), energyExportWh: f32(0x110, KILO), phaseEnergyExportWh: three(0x112, KILO),
      reactiveImportVarh: f32(0x120, KILO), reactiveExportVarh: f32(0x128, KILO),
    },
    identify: async (device) => {
      await plausible(device, 3, f32(0x0e), f32(0x14));
      return facts(device, 0x00, 0x04);
    },
  };
}

export function we514(): MeterModel {
  return {
    ...BASE,
    facts: { vendor: 'ORNO', model: 'WE-514', phases: 1 },
    mostWords: 16,
    gapWords: 0,
    map: {
      frequencyHz: u16(0x130, 0.01), voltageV: [u16(0x131, 0.01)], currentA: [u32(0x139, 0.001)], powerW: i32(0x140), reactivePowerVar: i32(0x148),
      powerFactor: u16(0x158, 0.001),
      // Hundredths of a kWh; it counts one sum, whichever way the energy flows.
      energyImportWh: u32(0xa000, 10), reactiveImportVarh: u32(0xa01e, 10),
    },
    identify: async (device) => {
      await plausible(device, 3, u16(0x131, 0.01), u16(0x130, 0.01));
      return {};
    },
  };
}
