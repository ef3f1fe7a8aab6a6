/** Iskra WM3M4, and WM3M4C which signs: numbers with a decimal exponent, in input registers. */
import { textOf, wrongDevice } from './identify.ts';
import { IskraSigning, iskraPublicKey } from './iskra-signing.ts';
import type { MeterModel } from './meter-model.ts';
import { counter, t5, t6 } from './registers.ts';

const TYPE = 1;
const SERIAL = 9;

export function wm3m4(): MeterModel {
  return {
    line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
    device: { unit: 33, gapMs: 30, firstByteMs: 1000 },
    pollMs: 1000,
    facts: { vendor: 'Iskra', model: 'WM3M4', phases: 3 },
    fn: 4,
    mostWords: 60,
    gapWords: 20,
    map: {
      frequencyHz: t5(105), voltageV: [t5(107), t5(109), t5(111)], currentA: [t6(126), t6(128), t6(130)],
      powerW: t6(140), phasePowerW: [t6(142), t6(144), t6(146)], reactivePowerVar: t6(148), phaseReactivePowerVar: [t6(150), t6(152), t6(154)],
      energyImportWh: counter(414, 418), energyExportWh: counter(415, 420),
    },
    identify: async (device) => {
      const type = textOf(await device.readInput(TYPE, 8)) ?? 'no type';
      if (!type.startsWith('WM3M4')) throw wrongDevice(type);
      const serialNumber = textOf(await device.readInput(SERIAL, 4));
      return { model: type, ...(serialNumber === undefined ? {} : { serialNumber }) };
    },
  };
}

export function wm3m4c(): MeterModel {
  const plain = wm3m4();
  return {
    ...plain,
    facts: { ...plain.facts, model: 'WM3M4C' },
    identify: async (device) => {
      const found = await plain.identify(device);
      if (found.model?.startsWith('WM3M4C') !== true) throw wrongDevice(`${found.model ?? 'a meter'}, which doesn't sign`);
      return { ...found, publicKey: await iskraPublicKey(device) };
    },
    signing: (device, clock) => new IskraSigning(device, clock),
  };
}
