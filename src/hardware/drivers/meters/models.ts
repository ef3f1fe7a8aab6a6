/** The meters by the name that a set-up gives them. */
import { b23 } from './abb.ts';
import { em24, em330, em340, em580 } from './carlo-gavazzi.ts';
import { sdm120, sdm230, sdm630 } from './eastron.ts';
import { pro380, we514, we516 } from './inepro-orno.ts';
import { wm3m4, wm3m4c } from './iskra.ts';
import type { MeterModel } from './meter-model.ts';

const MODELS: Readonly<Record<string, () => MeterModel>> = {
  sdm630, sdm230, sdm120, em24, em330, em340, em580, b23, pro380, we516, we514, wm3m4, wm3m4c,
};

export const METER_NAMES: readonly string[] = Object.keys(MODELS);

/** Undefined: no such meter. */
export function meterModel(name: string): MeterModel | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name]?.() : undefined;
}
