/** What one kind of Modbus charge controller needs beyond the loop that all of them share. */
import type { SerialSettings } from '../../../platform/ports.ts';
import type { ChargerFacts, ChargerFault, PilotState } from '../../charger.ts';
import type { ModbusDevice, ModbusDeviceOptions } from '../../serial/modbus-device.ts';

/** What the controller says of itself in one round. */
export interface ControllerReading {
  readonly pilot: PilotState;
  readonly contactorClosed: boolean;
  readonly faults: readonly ChargerFault[];
  /** Why it can't be let serve, as a sentence: its own safety checks are off, or the like. */
  readonly refusal?: string;
  /** Per phase; empty: it measures none. */
  readonly currentA: readonly number[];
  readonly voltageV: readonly number[];
  /** Absent: from currents and voltages. */
  readonly powerW?: number;
  /** Its lifetime register; absent: power is summed up here. */
  readonly lifetimeWh?: number;
  readonly temperatureC?: number;
  /** What it lets the car have now, A per phase, where it tells. */
  readonly limitA?: number;
  /** For the technician's bench. */
  readonly details?: readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[];
}

/** What the station wants: whole or tenths of an ampere are the model's business. */
export interface Wish {
  /** 0: no energy. Else between the facts' minimum and maximum. */
  readonly currentA: number;
}

export interface ControllerModel {
  /** As it leaves the factory; a hardware profile may say otherwise. */
  readonly line: SerialSettings;
  readonly device: ModbusDeviceOptions;
  readonly pollMs: number;
  /** It measures what flows. Otherwise it serves only beside a meter: what isn't measured can't be billed. */
  readonly measures: boolean;
  /** What is known before it has been asked. */
  readonly facts: ChargerFacts;
  /** Reads only. @throws KerbsideError `WrongDevice` when something else answers there */
  identify(device: ModbusDevice): Promise<void>;
  /** After every connect and `identify`: arms its watchdog and failsafe. What it answers replaces what `facts` guessed. */
  begin(device: ModbusDevice): Promise<Partial<ChargerFacts>>;
  read(device: ModbusDevice): Promise<ControllerReading>;
  /** Resolves when the controller has taken it. */
  apply(device: ModbusDevice, wish: Wish, reading: ControllerReading): Promise<void>;
  restart?(device: ModbusDevice): Promise<void>;
}

/** Unsigned, high word first. */
export function u32(high: number | undefined, low: number | undefined): number {
  return (high ?? 0) * 0x1_0000 + (low ?? 0);
}

export function i16(word: number | undefined): number {
  return ((word ?? 0) << 16) >> 16;
}

/** Two characters a register, the first in the high byte; ends at the first zero. */
export function text(words: readonly number[]): string {
  const characters = words.flatMap((word) => [word >> 8, word & 0xff]);
  const end = characters.indexOf(0);
  return String.fromCharCode(...(end === -1 ? characters : characters.slice(0, end))).trim();
}
