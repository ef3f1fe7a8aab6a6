/** ABB B23 and B24: integers in holding registers, high word first; what isn't there is all ones. */
import { hexSerial, optional, textOf, wrongDevice } from './identify.ts';
import type { MeterModel } from './meter-model.ts';
import { i16, i32, u16, u32, u64 } from './registers.ts';

const SERIAL = 0x8900;
const FIRMWARE = 0x8908;
const TYPE = 0x8960;
/** Hundredths of a kWh. */
const HUNDREDTH_KWH = 10;

const energy = (address: number) => u64(address, HUNDREDTH_KWH);
const power = (address: number) => i32(address, 0.01);
const factor = (address: number) => i16(address, 0.001);

export function b23(): MeterModel {
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 1, gapMs: 50 },
    pollMs: 1000,
    facts: { vendor: 'ABB', model: 'B23', phases: 3 },
    fn: 3,
    mostWords: 100,
    gapWords: 16,
    map: {
      voltageV: [u32(0x5b00, 0.1), u32(0x5b02, 0.1), u32(0x5b04, 0.1)], currentA: [u32(0x5b0c, 0.01), u32(0x5b0e, 0.01), u32(0x5b10, 0.01)],
      powerW: power(0x5b14), phasePowerW: [power(0x5b16), power(0x5b18), power(0x5b1a)],
      reactivePowerVar: power(0x5b1c), phaseReactivePowerVar: [power(0x5b1e), power(0x5b20), power(0x5b22)],
      frequencyHz: u16(0x5b2c, 0.01), powerFactor: factor(0x5b3a), phasePowerFactor: [factor(0x5b3b), factor(0x5b3c), factor(0x5b3d)],
      energyImportWh: energy(0x5000), energyExportWh: energy(0x5004), reactiveImportVarh: energy(0x500c), reactiveExportVarh: energy(0x5010),
      phaseEnergyImportWh: [energy(0x5460), energy(0x5464), energy(0x5468)], phaseEnergyExportWh: [energy(0x546c), energy(0x5470), energy(0x5474)],
    },
    identify: async (device) => {
      const type = textOf(await device.readHolding(TYPE, 6)) ?? 'no type';
      if (!/^B2[34]\b/.test(type)) throw wrongDevice(type);
      const [high = 0, low = 0] = (await optional(device.readHolding(SERIAL, 2))) ?? [];
      const firmware = textOf(await optional(device.readHolding(FIRMWARE, 8)));
      return {
        model: type,
        ...(hexSerial([high, low]) === undefined ? {} : { serialNumber: String(high * 0x1_0000 + low) }),
        ...(firmware === undefined ? {} : { firmware }),
      };
    },
  };
}
