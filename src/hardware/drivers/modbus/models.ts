/** The Modbus controllers by the name that a set-up gives them. */
import type { ControllerModel } from './controller-model.ts';
import { evseWb } from './evse-wb.ts';
import { heidelberg } from './heidelberg.ts';

const MODELS: Readonly<Record<string, () => ControllerModel>> = { heidelberg, 'evse-wb': evseWb };

export const CONTROLLER_NAMES: readonly string[] = Object.keys(MODELS);

/** Undefined: no such controller. */
export function controllerModel(name: string): ControllerModel | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name]?.() : undefined;
}
