/** Modbus RTU: address, PDU, CRC-16. A browser sees no 3.5 character times, so frames are told by length and CRC. */
import { MORE, SKIP_ONE, type Framed, type Framing } from './framing.ts';
import { replyPduLength } from './modbus-pdu.ts';

/** CRC-16/MODBUS: reflected 0xA001, starts at 0xFFFF. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

export function encodeRtu(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = Uint8Array.of(unit, ...pdu, 0, 0);
  const crc = crc16(frame.subarray(0, -2));
  frame[frame.length - 2] = crc & 0xff;
  frame[frame.length - 1] = crc >> 8;
  return frame;
}

export const rtuFraming: Framing = { look };

function look(bytes: Uint8Array, request: Uint8Array): Framed {
  const [unit, fn = 0] = request;
  if (bytes.length === 0) return MORE;
  if (bytes[0] !== unit) return SKIP_ONE;
  const pduLength = replyPduLength(fn, { fn: bytes[1], next: bytes[2] });
  if (pduLength === null) return SKIP_ONE;
  if (pduLength === 'more') return MORE;
  const length = 1 + pduLength + 2;
  if (bytes.length < length) return MORE;
  const crc = crc16(bytes.subarray(0, length - 2));
  const good = bytes[length - 2] === (crc & 0xff) && bytes[length - 1] === crc >> 8;
  return good ? { kind: 'frame', length } : SKIP_ONE;
}

/** The PDU of a frame that `rtuFraming` found. */
export function pduOfRtu(frame: Uint8Array): Uint8Array {
  return frame.subarray(1, -2);
}
