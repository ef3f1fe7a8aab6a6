import { KerbsideError } from '../base/errors.ts';
import type { Stored } from './ports.ts';

/**
 * A deep copy of what goes into or comes out of the books, alike in every Store: properties that are undefined are
 * left out, and what JSON can't hold is refused instead of changing on its way to the disk.
 * @throws KerbsideError `NotStorable`
 */
export function copyStored(value: Stored): Stored {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw notStorable(String(value));
      return value === 0 ? 0 : value; // JSON has no -0
    case 'object':
      break;
    default:
      throw notStorable(typeof value);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return (value as readonly Stored[]).map(copyStored);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notStorable('an instance of a class');
  const copy: Record<string, Stored> = {};
  for (const [key, item] of Object.entries(value as { readonly [key: string]: Stored | undefined })) {
    if (item === undefined) continue;
    // A key named __proto__ would set the prototype by plain assignment.
    const copied = copyStored(item);
    if (key !== '__proto__') copy[key] = copied;
    else Object.defineProperty(copy, key, { value: copied, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

function notStorable(what: string): KerbsideError {
  return new KerbsideError('NotStorable', `the books hold JSON-like data only, not ${what}`);
}

/** The order of `Store.entries`: by UTF-16 code units. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
