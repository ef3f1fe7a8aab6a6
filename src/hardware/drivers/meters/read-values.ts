/** Reads what a meter's table names, in as few requests as the meter bears. */
import { KerbsideError } from '../../../base/errors.ts';
import type { MeterReading } from '../../charger.ts';
import type { ModbusDevice } from '../../serial/modbus-device.ts';
import type { MeterMap } from './meter-model.ts';
import type { Value } from './registers.ts';

export interface Span { readonly address: number; readonly count: number }

/** Requests that cover all values. */
export function spans(values: readonly Value[], limits: { readonly mostWords: number; readonly gapWords: number }): Span[] {
  const sorted = [...values].sort((a, b) => a.address - b.address);
  const found: { address: number; count: number }[] = [];
  for (const { address, words } of sorted) {
    const last = found.at(-1);
    const end = last === undefined ? 0 : last.address + last.count;
    const joined = last === undefined ? 0 : Math.max(end, address + words) - last.address;
    if (last !== undefined && address - end <= limits.gapWords && joined <= limits.mostWords) last.count = joined;
    else found.push({ address, count: words });
  }
  return found;
}

export type Words = ReadonlyMap<number, number>;

export async function readSpans(device: ModbusDevice, fn: 3 | 4, wanted: readonly Span[]): Promise<Words> {
  const words = new Map<number, number>();
  for (const { address, count } of wanted) {
    const block = fn === 3 ? await device.readHolding(address, count) : await device.readInput(address, count);
    block.forEach((word, index) => words.set(address + index, word));
  }
  return words;
}

/** All values of a table, to plan the requests. */
export function valuesOf(map: Partial<MeterMap>): Value[] {
  return Object.values(map).flat();
}

/**
 * A reading in one piece. @throws KerbsideError `BadReading` where the billing register is missing or no number: such a
 * reading must not count.
 */
export function toReading(map: MeterMap, words: Words, atMonotonicMs: number): MeterReading {
  const numbers: Record<string, number | readonly number[]> = {};
  for (const [name, where] of Object.entries(map) as [string, Value | readonly Value[]][]) {
    const number = isList(where) ? phases(where, words) : decode(where, words);
    if (number !== undefined) numbers[name] = number;
  }
  const { energyImportWh, powerW, phasePowerW, voltageV = [], currentA = [] } = numbers as Partial<MeterReading>;
  if (energyImportWh === undefined || energyImportWh < 0) {
    throw new KerbsideError('BadReading', `the energy register says ${energyImportWh ?? 'nothing'}`);
  }
  return {
    ...numbers, atMonotonicMs, energyImportWh, voltageV,
    // Some say with the sign of the current which way the energy flows: that is what power is for.
    currentA: currentA.map(Math.abs),
    powerW: powerW ?? phasePowerW?.reduce((sum, watts) => sum + watts, 0) ?? 0,
  };
}

export function decode(where: Value, words: Words): number | undefined {
  return where.decode(Array.from({ length: where.words }, (_, index) => words.get(where.address + index) ?? 0));
}

/** As far as there are phases: those after the first that isn't there don't count. */
function phases(where: readonly Value[], words: Words): readonly number[] | undefined {
  const found: number[] = [];
  for (const phase of where) {
    const number = decode(phase, words);
    if (number === undefined) break;
    found.push(number);
  }
  return found.length === 0 ? undefined : found;
}

function isList(where: Value | readonly Value[]): where is readonly Value[] {
  return Array.isArray(where);
}
