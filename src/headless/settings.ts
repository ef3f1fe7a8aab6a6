/** `--set` and `setVariable`: names of the device model or of 1.6, checked before anything starts. */
import { KerbsideError } from '../base/errors.ts';
import type { AgentOptions } from '../assembly/agent.ts';
import { resolveSettingName } from '../editions/setting-name.ts';
import { deviceModelDeps } from '../assembly/topology.ts';
import { profileOf } from '../link/hardware-profile.ts';
import type { Store } from '../platform/ports.ts';
import { DeviceModel } from '../station/device-model/device-model.ts';
import { isStandardName } from './standard-names.ts';

export interface CheckedSettings {
  readonly settings: readonly (readonly [string, string])[];
  /** Standard settings of blocks that this station hasn't got. */
  readonly unused: readonly string[];
}

/** Books that hold nothing and forget everything. */
const NO_STORE: Store = {
  get: async () => undefined,
  entries: async () => [],
  commit: async () => undefined,
  usage: async () => ({ usedBytes: 0, quotaBytes: null, persisted: null }),
  close: async () => undefined,
};

/** @throws KerbsideError `UnknownVariable` | `InvalidValue`, with the setting's name in the message */
export async function checkSettings(settings: readonly (readonly [string, string])[], hardware: AgentOptions['hardware']): Promise<CheckedSettings> {
  const model = await DeviceModel.load({ ...deviceModelDeps({ profile: profileOf(hardware), chargers: [], identity: '', firmware: '' }), store: NO_STORE });
  const used: [string, string][] = [];
  const unused: string[] = [];
  for (const [name, value] of settings) {
    const variable = resolveSettingName(name);
    if (variable !== undefined && model.has(variable)) {
      const legal = legalValue(model, variable, value);
      try {
        await model.factorySet(variable, legal);
      } catch (error) {
        throw new KerbsideError('InvalidValue', `--set ${name}: ${error instanceof KerbsideError ? error.message : 'not legal'}`);
      }
      used.push([variable, legal]);
    } else if (isStandardName(name)) unused.push(name);
    else throw new KerbsideError('UnknownVariable', `--set: no such setting: ${name}`);
  }
  return { settings: used, unused };
}

/** 1.6 writes booleans in any case. */
export function legalValue(model: DeviceModel, variable: string, value: string): string {
  return /^(true|false)$/i.test(value) && ['true', 'false'].includes(model.string(variable, '')) ? value.toLowerCase() : value;
}
