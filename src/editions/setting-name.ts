/** Settings as people write them: a device-model name, or a 1.6 key in whatever edition the station speaks. */
import type { VariableName } from '../station/device-model/types.ts';
import { resolveKey } from './v16/configuration-keys.ts';

/**
 * `Component.Variable` comes back as it is (whether it exists the device model knows); a 1.6 key becomes its variable.
 * Undefined: neither.
 */
export function resolveSettingName(name: string): VariableName | undefined {
  return name.includes('.') ? name : resolveKey(name);
}
