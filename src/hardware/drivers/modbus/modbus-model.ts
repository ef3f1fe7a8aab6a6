/** A controller on Modbus, and what its registers are read with. */
import type { ModbusDevice, ModbusDeviceOptions } from '../../serial/modbus-device.ts';
import { ModbusException } from '../../serial/modbus-pdu.ts';
import type { ControllerModel } from '../polled/controller-model.ts';

export interface ModbusModel extends ControllerModel<ModbusDevice> {
  /** As it leaves the factory. */
  readonly device: ModbusDeviceOptions;
}

/** Unsigned, high word first. */
export function u32(high: number | undefined, low: number | undefined): number {
  return (high ?? 0) * 0x1_0000 + (low ?? 0);
}

export function i16(word: number | undefined): number {
  return ((word ?? 0) << 16) >> 16;
}

/** IEEE 754, high word first. */
export function float32(high: number | undefined, low: number | undefined): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, high ?? 0);
  view.setUint16(2, low ?? 0);
  return view.getFloat32(0);
}

export function floatWords(value: number): readonly [number, number] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return [view.getUint16(0), view.getUint16(2)];
}

/** Two characters a register, the first in the high byte; ends at the first zero. */
export function text(words: readonly number[]): string {
  const characters = words.flatMap((word) => [word >> 8, word & 0xff]);
  const end = characters.indexOf(0);
  return String.fromCharCode(...(end === -1 ? characters : characters.slice(0, end))).replace(/[^\x20-\x7e]/g, '').trim();
}

/** What older firmware hasn't got: null when it answers with an exception. @throws KerbsideError as the reading does otherwise */
export async function optional<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ModbusException) return null;
    throw error;
  }
}
