/** Elatec TWN4 with the Simple Protocol app: hex digits and CR both ways, 125 kHz and 13.56 MHz. */
import { KerbsideError } from '../../../base/errors.ts';
import type { CardType } from '../../reader.ts';
import type { Bus } from '../../serial/bus.ts';
import { MORE, SKIP_ONE, type Framed, type Framing } from '../../serial/framing.ts';
import type { Found, ReaderModel } from './serial-reader.ts';

const CR = 0x0d;
const SEARCH_TAG = '050020';
const VERSION = '0004FF';
const MOST_DIGITS = 1024;
/** Volume, frequency, on, off: 16 bits each but the first, low byte first. */
const BEEPS = { accepted: '040764' + '6009' + 'C800' + '0000', rejected: '040764' + 'E803' + '5802' + '0000' } as const;
/** Tag types of the reader: the standards that OCPP has names for. */
const TYPES: Readonly<Record<number, CardType>> = { 0x80: 'ISO14443', 0x81: 'ISO14443', 0x82: 'ISO15693' };

export function twn4(): ReaderModel {
  return {
    line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
    facts: { vendor: 'Elatec', model: 'TWN4' },
    goneMs: 1000,
    pollMs: 150,
    begin: async (bus) => {
      // Its first line may begin with what somebody else has said to it: then it is asked again.
      const answer = await ask(bus, VERSION).catch(() => ask(bus, VERSION));
      const text = printable(answer.slice(1));
      return text === '' ? {} : { firmware: text };
    },
    poll: async (bus) => tagOf(await ask(bus, SEARCH_TAG)),
    show: async (bus, decision) => void (await ask(bus, BEEPS[decision])),
  };
}

/** What follows the status. @throws KerbsideError `NoReply` | `PortLost` | `ReaderRefused` */
async function ask(bus: Bus, digits: string): Promise<readonly number[]> {
  const request = new TextEncoder().encode(`${digits}\r`);
  const frame = await bus.exchange(request, { framing: twn4Framing, firstByteMs: 500, gapMs: 5, attempts: 2 });
  const [status = 0xff, ...result] = bytesOf(String.fromCharCode(...frame.subarray(0, -1)));
  if (status !== 0) throw new KerbsideError('ReaderRefused', `the reader answers ${digits} with status ${status}`);
  return result;
}

/** 00: no tag; else 01, type, bits, length, number. */
export function tagOf([there = 0, type = 0, , length = 0, ...id]: readonly number[]): Found | null {
  return there === 0 || length === 0 || id.length < length ? null : { uid: id.slice(0, length), type: TYPES[type] ?? 'Local' };
}

export const twn4Framing: Framing = { look };

function look(bytes: Uint8Array): Framed {
  const end = bytes.indexOf(CR);
  const digits = end === -1 ? bytes : bytes.subarray(0, end);
  const stranger = digits.findIndex((byte) => !isHexDigit(byte));
  if (stranger !== -1) return { kind: 'garbage', skip: stranger + 1 };
  if (end === -1) return bytes.length > MOST_DIGITS ? SKIP_ONE : MORE;
  return end >= 2 && end % 2 === 0 ? { kind: 'frame', length: end + 1 } : { kind: 'garbage', skip: end + 1 };
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function bytesOf(digits: string): number[] {
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function printable(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes.filter((byte) => byte >= 0x20 && byte < 0x7f)).trim();
}
