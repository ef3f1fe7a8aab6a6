/** The Modbus controllers by the name that a set-up gives them. */
import { abl } from './abl.ts';
import { edgetech } from './edgetech.ts';
import { esp32Evse } from './esp32-evse.ts';
import { evseWb } from './evse-wb.ts';
import { heidelberg } from './heidelberg.ts';
import { kse } from './kse.ts';
import { mennekes } from './mennekes.ts';
import type { ModbusModel } from './modbus-model.ts';
import { phoenixEvSer } from './phoenix-ev-ser.ts';
import { prachtAlpha } from './pracht-alpha.ts';

const MODELS: Readonly<Record<string, () => ModbusModel>> = {
  heidelberg, 'evse-wb': evseWb, mennekes, abl, 'phoenix-ev-ser': phoenixEvSer, 'pracht-alpha': () => prachtAlpha(1), 'pracht-alpha-2': () => prachtAlpha(2),
  kse, edgetech, 'esp32-evse': esp32Evse,
};

export const CONTROLLER_NAMES: readonly string[] = Object.keys(MODELS);

/** Undefined: no such controller. */
export function controllerModel(name: string): ModbusModel | undefined {
  return Object.hasOwn(MODELS, name) ? MODELS[name]?.() : undefined;
}
