/** What set-up chose, as the books keep it, and its checks in words. */
import { KerbsideError } from '../base/errors.ts';
import type { SetupConfig } from '../link/commands.ts';
import type { Store, Stored } from '../platform/ports.ts';
import type { EditionName } from '../csms/edition.ts';
import type { AgentOptions } from './agent.ts';

const KEY = 'config';
const EDITIONS: readonly EditionName[] = ['ocpp2.0.1', 'ocpp1.6'];

export async function readSetup(store: Store): Promise<SetupConfig | null> {
  const stored = await store.get('setup', KEY);
  return isSetup(stored) ? stored : null;
}

/** @throws KerbsideError `InvalidSetup` with a sentence; nothing is saved then. */
export async function saveSetup(store: Store, config: SetupConfig): Promise<void> {
  await checkSetup(config);
  const before = await readSetup(store);
  const password = config.password ?? before?.password;
  await store.commit([{ op: 'put', collection: 'setup', key: KEY, value: { ...config, ...(password === undefined ? {} : { password }) } as unknown as Stored }]);
}

/** @throws KerbsideError `InvalidSetup`, or what `checkProfile` throws, with a sentence */
export async function checkSetup(config: SetupConfig): Promise<void> {
  const invalid = (sentence: string): KerbsideError => new KerbsideError('InvalidSetup', sentence, sentence);
  if (!/^[A-Za-z0-9*\-_=+|@.]{1,48}$/.test(config.identity)) throw invalid('The station identity needs 1 to 48 letters, digits or any of * - _ = + | @ .');
  if (!URL.canParse(config.csmsUrl) || !/^wss?:$/.test(new URL(config.csmsUrl).protocol)) throw invalid('The CSMS address must begin with ws:// or wss://.');
  const url = new URL(config.csmsUrl);
  if (url.username !== '' || url.password !== '') throw invalid('Leave the password out of the address: it has a field of its own.');
  if (config.securityProfile === 2 && url.protocol !== 'wss:') throw invalid('Security profile 2 needs an address that begins with wss://.');
  if (config.securityProfile > 0 && config.password !== undefined && config.password.length < 8) throw invalid('The password is too short.');
  if (config.editions.length === 0 || config.editions.some((edition) => !EDITIONS.includes(edition as EditionName))) throw invalid('Choose at least one OCPP edition.');
  if (config.hardware.kind === 'profile') await checkHardware(config.hardware);
  if (config.hardware.kind === 'simulated' && !(config.hardware.evses >= 1 && config.hardware.evses <= 8)) throw invalid('A simulated station has 1 to 8 outlets.');
  if (!/^[A-Z]{3}$/.test(config.currency)) throw invalid('The currency is three capital letters, such as EUR.');
}

/** @throws KerbsideError with a sentence: it can't be built so */
export async function checkHardware(profile: unknown): Promise<void> {
  // Long, and needed only while somebody sets up.
  const check: typeof import('../link/profile-check.ts').checkProfile = (await import('../link/profile-check.ts')).checkProfile;
  check(profile);
}

export function agentOptions(config: SetupConfig): AgentOptions {
  return {
    identity: config.identity,
    csmsUrl: config.csmsUrl,
    securityProfile: config.securityProfile,
    editions: config.editions as readonly EditionName[],
    hardware: config.hardware,
    currency: config.currency,
    factorySettings: [],
    ...(config.password === undefined ? {} : { password: config.password }),
  };
}

function isSetup(value: unknown): value is SetupConfig {
  return typeof value === 'object' && value !== null && 'identity' in value && 'csmsUrl' in value && 'hardware' in value;
}
