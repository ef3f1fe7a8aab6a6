/** What both signing meters need: text in registers, waiting for a state, and a data set as OCPP carries it. */
import { hexOf } from '../../../base/hex.ts';
import { KerbsideError } from '../../../base/errors.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { SignedReading } from '../../charger.ts';
import type { SigningSubject } from '../../meter.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import { ModbusException } from '../../serial/modbus-pdu.ts';

/** The most that one Modbus request can carry. */
const MOST_READ = 125;
const MOST_WRITTEN = 123;

export async function readLong(read: (address: number, count: number) => Promise<readonly number[]>, address: number, count: number): Promise<readonly number[]> {
  const words: number[] = [];
  while (words.length < count) words.push(...(await read(address + words.length, Math.min(MOST_READ, count - words.length))));
  return words;
}

export async function writeLong(device: ModbusDevice, address: number, words: readonly number[]): Promise<void> {
  for (let at = 0; at < words.length; at += MOST_WRITTEN) await device.writeRegisters(address + at, words.slice(at, at + MOST_WRITTEN));
}

/** Two characters a register. */
export function wordsOf(text: string): number[] {
  const codes = [...text].map((character) => character.charCodeAt(0) & 0xff);
  return Array.from({ length: Math.ceil(codes.length / 2) }, (_, index) => ((codes[index * 2] ?? 0) << 8) | (codes[index * 2 + 1] ?? 0));
}

/** With its terminating zero, cut to what the field holds. */
export function zeroTerminated(text: string, fieldWords: number): number[] {
  return wordsOf(`${text.slice(0, fieldWords * 2 - 1)}\0`);
}

export function bytesOf(words: readonly number[]): number[] {
  return words.flatMap((word) => [word >> 8, word & 0xff]);
}

export function asciiOf(words: readonly number[]): string {
  return String.fromCharCode(...bytesOf(words));
}

/** As the meters' makers print it. */
export function capitalHex(bytes: readonly number[]): string {
  return hexOf(bytes).toUpperCase();
}

/** What may stand in a data set: OCMF parts its sections by `|`, and is JSON inside. */
export function harmless(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]|["\\|]/g, ' ').trim();
}

/** OCMF's identification type of an OCPP token type. */
export function identificationType(subject: SigningSubject): string {
  return subject.idToken === null ? 'NONE' : (TYPES[subject.idToken.type] ?? 'UNDEFINED');
}

const TYPES: Readonly<Record<string, string>> = {
  ISO14443: 'ISO14443', ISO15693: 'ISO15693', eMAID: 'EMAID', Central: 'CENTRAL', Local: 'LOCAL', KeyCode: 'KEY_CODE', NoAuthorization: 'NONE',
};

/** Asks again until it holds. @throws KerbsideError `MeterSigningFailed` */
export async function until(clock: Clock, holds: () => Promise<boolean>, within: { readonly ms: number; readonly what: string }): Promise<void> {
  const deadlineMs = clock.monotonicMs() + within.ms;
  while (!(await holds())) {
    if (clock.monotonicMs() >= deadlineMs) throw signingFailed(`${within.what} didn't come within ${within.ms / 1000} s`);
    await new Promise<void>((resolve) => void clock.after(100, resolve));
  }
}

/**
 * A command whose answer may be lost: whether it was taken shows in the state that is waited for next. One that had been
 * taken and is given again is refused, which doesn't matter either.
 */
export async function commanded(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof ModbusException) && !(error instanceof KerbsideError && error.code === 'NoReply')) throw error;
  }
}

export function signingFailed(why: string): KerbsideError {
  return new KerbsideError('MeterSigningFailed', why, `The meter can't sign: ${why}.`);
}

/** @throws KerbsideError `MeterSigningFailed` where the text is no data set */
export function ocmfReading(text: string, publicKey: string): SignedReading {
  const [head, payload = '', signature = ''] = text.split('|');
  if (head !== 'OCMF' || !payload.startsWith('{') || !signature.includes('"SD"')) throw signingFailed('what it gave is no OCMF data set');
  // 3.2.1 of the note on signed meter values: the method stands in the data set itself, so it isn't said again.
  return { data: btoa(text), signingMethod: '', encodingMethod: 'OCMF', publicKey };
}

/** As OCPP carries a key: `oca:<encoding>:<content>:<key>`, base64. */
export function ocppPublicKey(derHex: string): string {
  return btoa(`oca:base16:asn1:${derHex}`);
}
