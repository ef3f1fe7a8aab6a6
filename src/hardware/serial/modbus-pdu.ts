/** Modbus application protocol, V1.1b3: requests and what their answers must look like. Big-endian words. */
import { KerbsideError } from '../../base/errors.ts';

export type ModbusRequest =
  | { readonly fn: 1 | 2 | 3 | 4; readonly address: number; readonly count: number }
  | { readonly fn: 5; readonly address: number; readonly on: boolean }
  | { readonly fn: 6; readonly address: number; readonly value: number }
  | { readonly fn: 15; readonly address: number; readonly bits: readonly boolean[] }
  | { readonly fn: 16; readonly address: number; readonly values: readonly number[] };

const MAX_READ_REGISTERS = 125;
const MAX_WRITE_REGISTERS = 123;
const MAX_READ_BITS = 2000;

/** Function code and data. @throws KerbsideError `BadModbusRequest` */
export function encodePdu(request: ModbusRequest): Uint8Array {
  const { fn, address } = request;
  if (!isWord(address)) throw bad(`address ${address}`);
  const head = [fn, address >> 8, address & 0xff];
  switch (fn) {
    case 1: case 2: case 3: case 4: {
      const most = fn <= 2 ? MAX_READ_BITS : MAX_READ_REGISTERS;
      if (!(Number.isInteger(request.count) && request.count >= 1 && request.count <= most)) throw bad(`count ${request.count}`);
      return Uint8Array.of(...head, request.count >> 8, request.count & 0xff);
    }
    case 5: return Uint8Array.of(...head, request.on ? 0xff : 0, 0);
    case 6:
      if (!isWord(request.value)) throw bad(`value ${request.value}`);
      return Uint8Array.of(...head, request.value >> 8, request.value & 0xff);
    case 15: {
      const bytes = new Uint8Array(Math.ceil(request.bits.length / 8));
      request.bits.forEach((on, index) => {
        if (on) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
      });
      if (bytes.length === 0 || bytes.length > 246) throw bad(`${request.bits.length} bits`);
      return Uint8Array.of(...head, request.bits.length >> 8, request.bits.length & 0xff, bytes.length, ...bytes);
    }
    case 16: {
      const { values } = request;
      if (values.length === 0 || values.length > MAX_WRITE_REGISTERS || !values.every(isWord)) throw bad(`${values.length} values`);
      return Uint8Array.of(...head, values.length >> 8, values.length & 0xff, values.length * 2, ...values.flatMap((value) => [value >> 8, value & 0xff]));
    }
  }
}

/** Bytes of the answer's PDU, as far as its first two bytes tell; null: these can't begin an answer to this function. */
export function replyPduLength(fn: number, bytes: { readonly fn: number | undefined; readonly next: number | undefined }): number | 'more' | null {
  if (bytes.fn === undefined) return 'more';
  if (bytes.fn === (fn | 0x80)) return 2;
  if (bytes.fn !== fn) return null;
  if (fn >= 5) return 5;
  if (bytes.next === undefined) return 'more';
  return 2 + bytes.next;
}

/** What an exception answer says. */
export class ModbusException extends KerbsideError {
  constructor(readonly exceptionCode: number, request: ModbusRequest) {
    super('ModbusException', `function ${request.fn} at ${request.address}: exception ${exceptionCode} (${EXCEPTIONS[exceptionCode] ?? 'unknown'})`);
  }
}

const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function', 2: 'illegal address', 3: 'illegal value', 4: 'device failure', 5: 'acknowledged, working', 6: 'busy', 8: 'memory parity',
  10: 'gateway path unavailable', 11: 'gateway target silent',
};

/** Registers or bits read; empty for a write that was done. @throws ModbusException, KerbsideError `BadModbusReply` */
export function decodeReply(request: ModbusRequest, pdu: Uint8Array): readonly number[] {
  const [fn, second = 0] = pdu;
  if (fn === (request.fn | 0x80)) throw new ModbusException(second, request);
  switch (request.fn) {
    case 1: case 2:
      if (second !== Math.ceil(request.count / 8)) throw wrongReply(request);
      return Array.from({ length: request.count }, (_, index) => ((pdu[2 + (index >> 3)] ?? 0) >> (index & 7)) & 1);
    case 3: case 4:
      if (second !== request.count * 2) throw wrongReply(request);
      return Array.from({ length: request.count }, (_, index) => ((pdu[2 + index * 2] ?? 0) << 8) | (pdu[3 + index * 2] ?? 0));
    case 5: case 6: case 15: case 16: {
      // Address echoed, then value (5, 6) or count (15, 16).
      const expected = encodePdu(request).subarray(0, 5);
      if (!expected.every((byte, index) => byte === pdu[index])) throw wrongReply(request);
      return [];
    }
  }
}

function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

function bad(what: string): KerbsideError {
  return new KerbsideError('BadModbusRequest', what);
}

function wrongReply(request: ModbusRequest): KerbsideError {
  return new KerbsideError('BadModbusReply', `the answer doesn't fit function ${request.fn} at ${request.address}`);
}
