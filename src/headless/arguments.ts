/** The command line of the headless station. Strict: whatever isn't understood ends it, with one line and exit code 2. */
import type { EditionName } from '../csms/edition.ts';

export interface HeadlessArguments {
  readonly csmsUrl: string;
  readonly identity: string;
  readonly password?: string;
  readonly editions: readonly EditionName[];
  readonly evses: number;
  /** The meters sign what they read. */
  readonly signs?: boolean;
  readonly dataDir?: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
}

export function simulatedHardware({ evses, signs }: HeadlessArguments): { readonly kind: 'simulated'; readonly evses: number; readonly signs?: boolean } {
  return { kind: 'simulated', evses, ...(signs === undefined ? {} : { signs }) };
}

/** Something on the command line is wrong; `message` is the one line to print. */
export interface BadArguments { readonly error: string }

const EDITIONS: readonly EditionName[] = ['ocpp2.0.1', 'ocpp1.6'];
const MAX_EVSES = 100;

export function parseArguments(argv: readonly string[]): HeadlessArguments | BadArguments {
  const values = new Map<string, string>();
  const settings: [string, string][] = [];
  const rest = [...argv];
  while (rest.length > 0) {
    const [flag = '', inline] = split(rest.shift() ?? '');
    if (!FLAGS.has(flag)) return { error: `unknown argument: ${flag}` };
    if (flag === '--signs') {
      if (inline !== undefined) return { error: '--signs takes no value' };
      if (values.has(flag)) return { error: `${flag} is given twice` };
      values.set(flag, '');
      continue;
    }
    const value = inline ?? rest.shift();
    if (value === undefined) return { error: `${flag} needs a value` };
    if (flag === '--set') {
      const equals = value.indexOf('=');
      if (equals < 1) return { error: `--set needs NAME=VALUE, not ${value}` };
      settings.push([value.slice(0, equals).trim(), value.slice(equals + 1)]);
    } else if (values.has(flag)) {
      return { error: `${flag} is given twice` };
    } else {
      values.set(flag, value);
    }
  }
  return check(values, settings);
}

const FLAGS = new Set(['--csms', '--id', '--password', '--editions', '--evses', '--data', '--set', '--signs']);

/** `--set=A=B` as well as `--set A=B`. */
function split(argument: string): readonly [string, string?] {
  const match = /^(--[a-z]+)=(.*)$/s.exec(argument);
  return match === null ? [argument] : [match[1] ?? '', match[2] ?? ''];
}

function check(values: ReadonlyMap<string, string>, settings: HeadlessArguments['settings']): HeadlessArguments | BadArguments {
  const csmsUrl = values.get('--csms');
  if (csmsUrl === undefined) return { error: '--csms is missing: the CSMS\'s WebSocket address' };
  if (!URL.canParse(csmsUrl) || !/^wss?:$/.test(new URL(csmsUrl).protocol)) return { error: '--csms must be a ws:// or wss:// address' };
  if (new URL(csmsUrl).username !== '') return { error: '--csms must not hold credentials: use --password' };
  const identity = values.get('--id');
  if (identity === undefined) return { error: '--id is missing: the station\'s identity' };
  if (identity === '' || identity.length > 48 || /[\s:/]/.test(identity)) return { error: '--id must be 1 to 48 characters without space, colon or slash' };
  const evses = Number(values.get('--evses') ?? '2');
  if (!Number.isInteger(evses) || evses < 1 || evses > MAX_EVSES) return { error: `--evses must be a number from 1 to ${MAX_EVSES}` };
  const editions = (values.get('--editions') ?? EDITIONS.join(',')).split(',').map((name) => name.trim());
  const strange = editions.find((name) => !EDITIONS.includes(name as EditionName));
  if (strange !== undefined) return { error: `--editions: ${strange || 'an empty name'} isn't one of ${EDITIONS.join(', ')}` };
  if (new Set(editions).size !== editions.length) return { error: '--editions names one twice' };
  const password = values.get('--password');
  const dataDir = values.get('--data');
  if (dataDir === '') return { error: '--data needs a folder' };
  return {
    csmsUrl, identity, evses, settings, editions: editions as EditionName[],
    ...(values.has('--signs') ? { signs: true } : {}),
    ...(password === undefined ? {} : { password }),
    ...(dataDir === undefined ? {} : { dataDir }),
  };
}
