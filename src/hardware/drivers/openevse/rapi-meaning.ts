/** What the controller's states, flags and lines mean, for the driver and for people. */
import type { ChargerFault, PilotState } from '../../charger.ts';
import { parseLine } from './rapi-frame.ts';

/** State codes of $GS and $AT. */
const STATES: Readonly<Record<number, string>> = {
  0x00: 'starting', 0x01: 'not connected', 0x02: 'connected', 0x03: 'charging', 0x04: 'ventilation required', 0x05: 'diode check failed',
  0x06: 'ground fault (GFCI)', 0x07: 'no ground', 0x08: 'stuck relay', 0x09: 'GFCI self-test failed', 0x0a: 'over temperature',
  0x0b: 'over current', 0x0e: 'relay closure fault', 0xfe: 'sleeping', 0xff: 'disabled',
};

export const VFLAG = { chargingOn: 0x0040, evConnected: 0x0100, hardFault: 0x0002 } as const;

/** Switched-off safety checks: with any of them Kerbside doesn't serve. */
const CHECKS_OFF: readonly (readonly [bit: number, name: string])[] = [
  [0x0002, 'diode check'], [0x0004, 'ventilation check'], [0x0008, 'ground check'], [0x0010, 'stuck-relay check'],
  [0x0200, 'GFCI self-test'], [0x0400, 'temperature check'],
];
const OTHER_FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [0x0001, 'level 2'], [0x0020, 'automatic service level off'], [0x0040, 'auto-start off'], [0x1000, 'CGMI'], [0x8000, 'button off'],
];

export function stateName(state: number): string {
  return STATES[state] ?? `state ${hex(state)}`;
}

export function checksOff(flags: number): string[] {
  return CHECKS_OFF.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}

export function flagNames(flags: number): string[] {
  return [...checksOff(flags).map((name) => `${name} OFF`), ...OTHER_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)];
}

/** Null: no fault. */
export function faultOf(state: number): ChargerFault | null {
  const vendorCode = hex(state);
  const info = stateName(state);
  switch (state) {
    case 0x06: case 0x07: return { code: 'GroundFailure', vendorCode, info };
    case 0x08: case 0x0e: return { code: 'PowerSwitchFailure', vendorCode, info };
    case 0x0a: return { code: 'HighTemperature', vendorCode, info };
    case 0x0b: return { code: 'OverCurrentFailure', vendorCode, info };
    case 0x05: return { code: 'EVCommunicationError', vendorCode, info };
    case 0x09: return { code: 'InternalError', vendorCode, info };
    case 0x04: return { code: 'OtherError', vendorCode, info };
    default: return null;
  }
}

/** @param previous what was known, for a controller that holds the pilot at -12 V and can't see the car */
export function pilotOf(state: number, pilotState: number, previous: PilotState): PilotState {
  if (state === 0xff) return 'F';
  switch (pilotState) {
    case 0x01: return 'A';
    case 0x02: return 'B';
    case 0x03: return 'C';
    case 0x04: return 'D';
    default: return previous === 'F' ? 'A' : previous; // a fault hides the pilot for a moment
  }
}

/** Of $GI: two spaces, then six raw bytes, spaces among them. As hexadecimal digits; null: it isn't told, or isn't whole. */
export function mcuIdOf(line: string): string | null {
  const id = /^\$OK {2}([\s\S]{6})(?: :[0-9A-F]{2})?\^/i.exec(line)?.[1];
  return id === undefined ? null : [...id].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('').toUpperCase();
}

/** One line in words, for the technician's serial log. */
export function explainLine(line: string): string {
  const command = /^\$(?!OK|NK)([A-Z0-9]{2})([^^:]*)/.exec(line);
  const frame = parseLine(line);
  if (frame === null) {
    if (command === null) return 'stray text';
    return COMMANDS[command[1] ?? ''] ?? 'unknown or damaged frame';
  }
  if (frame.kind === 'reply') return frame.ok ? `done${frame.tokens.length > 0 ? `: ${frame.tokens.join(' ')}` : ''}` : 'refused';
  const code = Number.parseInt(frame.tokens[0] ?? '', 16);
  switch (frame.name) {
    case 'AT': return `state: ${stateName(code)}, pilot ${frame.tokens[2] ?? '?'} A`;
    case 'ST': return `state: ${stateName(code)}`;
    case 'AB': return `controller started: ${code === 0 ? 'self-test passed' : stateName(code)}, firmware ${frame.tokens[1] ?? '?'}`;
    case 'AN': return `button, ${frame.tokens[0] === '1' ? 'long' : 'short'}`;
    default: return 'asks for WiFi';
  }
}

const COMMANDS: Readonly<Record<string, string>> = {
  GV: 'read firmware version', GS: 'read state', GE: 'read settings', GC: 'read current limits', GI: 'read the chip\'s id', GG: 'read current and voltage',
  GU: 'read energy', GP: 'read temperatures', GF: 'read fault counters', GY: 'read heartbeat supervision', SY: 'heartbeat', SC: 'set current',
  FE: 'enable', FS: 'sleep', FD: 'disable', FR: 'restart', G5: 'read lock', S5: 'set lock',
};

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}
