/** PN532 frames over HSU (NXP UM0701-02, 6.2): length and data each with a checksum, and an ACK before every answer. */
import { MORE, SKIP_ONE, type Framed, type Framing } from '../../serial/framing.ts';

const HOST = 0xd4;
const CHIP = 0xd5;
const ERROR = 0x7f;
const ACK = [0x00, 0x00, 0xff, 0x00, 0xff, 0x00];
/** Extended frames aren't asked for: nothing here answers with more. */
const MOST = 254;

/** Null: no more can be said before more has come. */
interface Frame { readonly kind: 'ack' | 'information' | 'error'; readonly start: number; readonly length: number; readonly data: readonly number[] }

export function encodePn532(data: readonly number[]): Uint8Array {
  const body = [HOST, ...data];
  return Uint8Array.of(0x00, 0x00, 0xff, body.length, -body.length & 0xff, ...body, -sum(body) & 0xff, 0x00);
}

/** The frame at the start of `bytes`; 'more': it may become one; null: these can't begin one. */
function frameAt(bytes: Uint8Array): Frame | 'more' | null {
  // Any number of zeros may come before the start code 00 FF.
  let start = 0;
  while (start < bytes.length && bytes[start] === 0x00) start++;
  if (start === bytes.length) return start > 8 ? null : 'more';
  if (start === 0 || bytes[start] !== 0xff) return null;
  const length = bytes[start + 1];
  const check = bytes[start + 2];
  if (length === undefined || check === undefined) return 'more';
  if (length === 0x00 && check === 0xff) {
    return start + 3 < bytes.length ? { kind: 'ack', start: start - 1, length: start + 4, data: [] } : 'more';
  }
  if (((length + check) & 0xff) !== 0 || length === 0 || length > MOST) return null;
  const end = start + 3 + length; // the data checksum
  if (bytes.length < end + 2) return 'more';
  const body = [...bytes.subarray(start + 3, end)];
  if (((sum(body) + (bytes[end] ?? 0)) & 0xff) !== 0) return null;
  if (body[0] === ERROR) return { kind: 'error', start: start - 1, length: end + 2, data: body };
  return body[0] === CHIP ? { kind: 'information', start: start - 1, length: end + 2, data: body.slice(1) } : null;
}

/** An exchange's answer: the ACK, if it has come, and the frame that follows. */
export const pn532Framing: Framing = { look };

function look(bytes: Uint8Array, request: Uint8Array): Framed {
  const first = frameAt(bytes);
  if (first === 'more') return MORE;
  if (first === null) return SKIP_ONE;
  if (first.kind !== 'ack') return answers(first, request) ? { kind: 'frame', length: first.length } : { kind: 'garbage', skip: first.length };
  const second = frameAt(bytes.subarray(first.length));
  if (second === 'more') return MORE;
  if (second === null || second.kind === 'ack' || !answers(second, request)) return { kind: 'garbage', skip: first.length };
  return { kind: 'frame', length: first.length + second.length };
}

/** Whether it answers this command: its code is the command's plus one. */
function answers(frame: Frame, request: Uint8Array): boolean {
  return frame.kind === 'error' || frame.data[0] === (commandOf(request) ?? -1) + 1;
}

function commandOf(request: Uint8Array): number | undefined {
  // After start code, length, its checksum and D4; wake-up bytes may come before.
  const start = request.findIndex((byte, index) => byte === 0x00 && request[index + 1] === 0xff);
  return start === -1 ? undefined : request[start + 5];
}

/** What follows the answer's code; null: the chip says that the command is wrong. */
export function answerOf(frame: Uint8Array): readonly number[] | null {
  const first = frameAt(frame);
  if (first === null || first === 'more') return null;
  const last = first.kind === 'ack' ? frameAt(frame.subarray(first.length)) : first;
  return last === null || last === 'more' || last.kind !== 'information' ? null : last.data.slice(1);
}

export const PN532_ACK: Uint8Array = Uint8Array.from(ACK);

function sum(bytes: readonly number[]): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
