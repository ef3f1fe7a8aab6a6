/** What tells one meter from another, and from a device that happens to answer at its address. */
import { KerbsideError } from '../../../base/errors.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import { ModbusException } from '../../serial/modbus-pdu.ts';
import { decode, readSpans, spans } from './read-values.ts';
import type { Value } from './registers.ts';

/**
 * Of meters without an identity in their registers: mains voltage and frequency must be where they belong.
 * @throws KerbsideError `WrongDevice`
 */
export async function plausible(device: ModbusDevice, fn: 3 | 4, voltage: Value, frequency: Value): Promise<void> {
  const words = await readSpans(device, fn, spans([voltage, frequency], { mostWords: 16, gapWords: 0 }));
  const volts = decode(voltage, words) ?? 0;
  const hertz = decode(frequency, words) ?? 0;
  if (volts < 80 || volts > 320 || hertz < 40 || hertz > 70) throw wrongDevice(`${volts} V at ${hertz} Hz`);
}

export function wrongDevice(found: string): KerbsideError {
  return new KerbsideError('WrongDevice', `something else answers: ${found}`);
}

/** What an older firmware doesn't have is absent; a line that fails is still an error. */
export async function optional<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ModbusException) return undefined;
    throw error;
  }
}

/** Two words as they are printed on the label; undefined: none there. */
export function hexSerial(words: readonly number[] | undefined): string | undefined {
  const digits = (words ?? []).map((word) => word.toString(16).toUpperCase().padStart(4, '0')).join('');
  return /^(0*|F*)$/.test(digits) ? undefined : digits;
}

/** Two characters a register; zeros anywhere are filling. Undefined: nothing that can be read. */
export function textOf(words: readonly number[] | undefined): string | undefined {
  const characters = (words ?? []).flatMap((word) => [word >> 8, word & 0xff]).filter((code) => code >= 0x20 && code < 0x7f);
  const text = String.fromCharCode(...characters).trim();
  return text === '' ? undefined : text;
}
