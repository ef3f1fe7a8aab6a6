/**
 * Set-up and settings of a station as a text that another one can take: versioned, checked before anything is changed,
 * without a secret. What can't be copied from station to station (its identity) is taken with the rest: whoever imports sees
 * it in the set-up.
 */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { SetupConfig } from '../link/commands.ts';
import type { ImportResult } from '../link/technician.ts';
import type { Store } from '../platform/ports.ts';
import type { DeviceModel } from '../station/device-model/device-model.ts';
import { nameOf, parseName } from '../station/device-model/names.ts';
import type { ReportedVariable } from '../station/device-model/types.ts';
import { checkSetup } from './setup.ts';

const FORMAT = 'kerbside-configuration';
const VERSION = 1;
const MAX_CHARACTERS = 1_000_000;
const MAX_SETTINGS = 2000;

export interface Configuration {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly setup: SetupConfig;
  /** By name, as `Component(evse).Variable[instance]`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What differs from how it left the factory, and may be read and written. @param setup null: not set up yet */
export async function exportConfiguration(setup: SetupConfig | null, deviceModel: DeviceModel | null, store: Store): Promise<string> {
  if (setup === null) throw new KerbsideError('SetupDue', 'nothing to export', 'Finish the set-up first.');
  const { password: _, ...shown } = setup;
  const settings: Record<string, string> = {};
  const open = new Set((deviceModel?.all() ?? []).filter(isOpen).map(({ component, variable }) => nameOf(component, variable)));
  for (const [key, value] of await store.entries('variables')) {
    if (!key.includes('#') && typeof value === 'string' && open.has(key)) settings[key] = value;
  }
  const file: Configuration = { format: FORMAT, version: VERSION, setup: shown, settings };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws KerbsideError `BadConfiguration`, with a sentence */
export async function readConfiguration(text: string): Promise<Configuration> {
  const bad = (sentence: string): KerbsideError => new KerbsideError('BadConfiguration', sentence, sentence);
  if (text.length > MAX_CHARACTERS) throw bad('That file is too big for a configuration.');
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw bad('That file isn\'t a configuration: it is no JSON.');
  }
  if (!isRecord(file) || file['format'] !== FORMAT) throw bad('That file isn\'t a configuration of a Kerbside station.');
  if (file['version'] !== VERSION) throw bad(`That configuration is of version ${String(file['version']).slice(0, 10)}; this station reads version ${VERSION}.`);
  const { setup, settings } = file;
  if (!isSetupShape(setup)) throw bad('The set-up in that file is incomplete.');
  if (setup.password !== undefined) throw bad('A configuration carries no password.');
  if (!isRecord(settings) || !Object.values(settings).every((value) => typeof value === 'string')) throw bad('The settings in that file can\'t be read.');
  if (Object.keys(settings).length > MAX_SETTINGS) throw bad('There are too many settings in that file.');
  try {
    await checkSetup(setup);
  } catch (error) {
    throw bad(error instanceof KerbsideError && error.sentence !== null && error.sentence !== undefined ? error.sentence : describeError(error));
  }
  return { format: FORMAT, version: VERSION, setup, settings: settings as Record<string, string> };
}

/** By the rules of SetVariables, one by one: a station of another make-up takes what it has. */
export async function applySettings(deviceModel: DeviceModel, settings: Configuration['settings']): Promise<ImportResult> {
  const refused: { name: string; reason: string }[] = [];
  let set = 0;
  for (const [name, value] of Object.entries(settings)) {
    const parsed = parseName(name);
    const result = parsed === null ? { status: 'UnknownVariable', reasonCode: undefined, reason: undefined } : await deviceModel.set(parsed, value);
    if (result.status === 'Accepted') set += 1;
    else refused.push({ name: name.slice(0, 200), reason: result.reason ?? result.reasonCode ?? result.status });
  }
  return { set, refused };
}

function isOpen({ attributes }: ReportedVariable): boolean {
  return attributes.some(({ type, mutability }) => type === 'Actual' && mutability === 'ReadWrite');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSetupShape(value: unknown): value is SetupConfig {
  return isRecord(value) && ['identity', 'csmsUrl', 'currency'].every((key) => typeof value[key] === 'string')
    && [0, 1, 2].includes(value['securityProfile'] as number)
    && Array.isArray(value['editions']) && value['editions'].every((edition) => typeof edition === 'string')
    && isRecord(value['hardware']) && typeof value['hardware']['kind'] === 'string';
}
