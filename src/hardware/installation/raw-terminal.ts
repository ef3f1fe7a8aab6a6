/** The technician's raw terminal: bytes to a line, and what they and the answers mean. What could change a device must be meant. */
import { KerbsideError } from '../../base/errors.ts';
import type { Clock, SerialPorts } from '../../platform/ports.ts';
import { parseSettings } from '../serial/line-settings.ts';
import { toHex } from '../serial/framing.ts';
import { crc16 } from '../serial/modbus-rtu.ts';

export interface RawExchange {
  readonly portId: string;
  /** E.g. `19200 8E1`. */
  readonly line: string;
  readonly bytes: Uint8Array;
  readonly listenMs: number;
  /** Bytes that aren't known to read only are sent all the same. */
  readonly confirmed: boolean;
}

const MOST_BYTES = 300;
const MOST_LISTEN_MS = 10_000;
/** Modbus functions that read: coils, inputs, holding and input registers, exception status, server id. */
const READS: readonly number[] = [1, 2, 3, 4, 7, 17];
/** RAPI commands that ask. */
const RAPI_READ = /^\$G[A-Z0-9]( [^\r^*]*)?([\^*][0-9A-F]{2})?\r$/;

/** @throws KerbsideError `BadBytes` | `NeedsConfirmation`, and as `SerialPorts.open` */
export async function exchangeRaw(deps: { readonly serial: SerialPorts; readonly clock: Clock }, { portId, line, bytes, listenMs, confirmed }: RawExchange): Promise<{ readonly hex: string; readonly decoded: string }> {
  if (bytes.length === 0 || bytes.length > MOST_BYTES) throw new KerbsideError('BadBytes', `${bytes.length} bytes`, `Between 1 and ${MOST_BYTES} bytes can be sent.`);
  if (!confirmed && !onlyReads(bytes)) {
    throw new KerbsideError('NeedsConfirmation', describeBytes(bytes), `This may change the device (${describeBytes(bytes)}). Confirm that you mean it.`);
  }
  const open = await deps.serial.open(portId, parseSettings(line));
  try {
    const heard: number[] = [];
    open.onBytes((piece) => heard.push(...piece));
    await open.write(bytes);
    await new Promise<void>((resolve) => void deps.clock.after(Math.min(Math.max(listenMs, 50), MOST_LISTEN_MS), resolve));
    const answer = Uint8Array.from(heard);
    return { hex: toHex(answer), decoded: answer.length === 0 ? 'nothing came back' : describeBytes(answer) };
  } finally {
    await open.close();
  }
}

export function onlyReads(bytes: Uint8Array): boolean {
  return (isRtu(bytes) && bytes.length === 8 && READS.includes(bytes[1] ?? 0)) || RAPI_READ.test(String.fromCharCode(...bytes));
}

/** A Modbus frame by its check sum, a line of text, or neither. */
export function describeBytes(bytes: Uint8Array): string {
  if (isRtu(bytes)) return describeRtu(bytes);
  const text = String.fromCharCode(...bytes);
  if (/^[\x20-\x7e\r\n]+$/.test(text)) return text.split(/[\r\n]+/).filter((part) => part !== '').join(' | ');
  return `${bytes.length} bytes that are neither text nor a Modbus frame`;
}

function isRtu(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const crc = crc16(bytes.subarray(0, -2));
  return bytes.at(-2) === (crc & 0xff) && bytes.at(-1) === crc >> 8;
}

const FUNCTIONS: Readonly<Record<number, string>> = {
  1: 'read coils', 2: 'read inputs', 3: 'read holding registers', 4: 'read input registers', 5: 'write coil', 6: 'write register', 15: 'write coils', 16: 'write registers', 17: 'report server id',
};

function describeRtu(bytes: Uint8Array): string {
  const [unit = 0, fn = 0, third = 0] = bytes;
  const name = FUNCTIONS[fn & 0x7f] ?? `function ${fn & 0x7f}`;
  if ((fn & 0x80) !== 0) return `unit ${unit}: ${name} refused, exception ${third}`;
  const word = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const isAnswer = fn <= 4 && bytes.length === 5 + third && (bytes.length !== 8 || third === 3);
  if (isAnswer && fn >= 3) return `unit ${unit}: ${name}: ${Array.from({ length: third / 2 }, (_, index) => word(3 + index * 2)).join(' ')}`;
  if (isAnswer) return `unit ${unit}: ${name}: ${toHex(bytes.subarray(3, -2))}`;
  return `unit ${unit}: ${name}, ${word(2)}, ${fn === 5 || fn === 6 ? `value ${word(4)}` : `${word(4)} of them`}`;
}
