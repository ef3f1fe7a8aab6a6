/** Modbus ASCII: `:`, hex of address, PDU and LRC, CR LF. Some ABL firmware begins its answers with `>`. */
import { MORE, SKIP_ONE, type Framed, type Framing } from './framing.ts';

const COLON = 0x3a;
const GREATER = 0x3e;
const CR = 0x0d;
const LF = 0x0a;
/** 253 bytes of data at most, in hex, with address, LRC, start and end. */
const MAX_LENGTH = 1 + 2 * 256 + 2;

export function lrc(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

export function encodeAscii(unit: number, pdu: Uint8Array): Uint8Array {
  const body = Uint8Array.of(unit, ...pdu);
  const hex = [...body, lrc(body)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
  return new TextEncoder().encode(`:${hex}\r\n`);
}

export const asciiFraming: Framing = { look };

function look(bytes: Uint8Array, request: Uint8Array): Framed {
  if (bytes.length === 0) return MORE;
  if (bytes[0] !== COLON && bytes[0] !== GREATER) return SKIP_ONE;
  const end = bytes.indexOf(LF);
  if (end === -1) return bytes.length > MAX_LENGTH ? SKIP_ONE : MORE;
  if (bytes[end - 1] !== CR) return SKIP_ONE;
  const body = decodeHex(bytes.subarray(1, end - 1));
  const asked = decodeHex(request.subarray(1, -2));
  if (body === null || asked === null || body.length < 3 || lrc(body.subarray(0, -1)) !== body.at(-1)) return SKIP_ONE;
  const answersIt = body[0] === asked[0] && ((body[1] ?? 0) & 0x7f) === asked[1];
  return answersIt ? { kind: 'frame', length: end + 1 } : { kind: 'garbage', skip: end + 1 };
}

/** The PDU of a frame that `asciiFraming` found. */
export function pduOfAscii(frame: Uint8Array): Uint8Array {
  return (decodeHex(frame.subarray(1, -2)) ?? new Uint8Array()).subarray(1, -1);
}

/** Null: not an even number of hexadecimal digits. */
function decodeHex(digits: Uint8Array): Uint8Array | null {
  const text = String.fromCharCode(...digits);
  if (!/^([0-9a-f]{2})+$/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
