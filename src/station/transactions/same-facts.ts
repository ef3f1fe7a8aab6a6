/** Is a changed record worth writing? */
import type { EvseRecord } from './state.ts';

/** Fields that only time moves needn't be written: they are told anew after a restart. */
const VOLATILE = new Set(['chargingSinceMs', 'offeredSinceMs', 'contactorClosed', 'faulted']);

export function sameFacts(a: EvseRecord, b: EvseRecord): boolean {
  return sameFields(a, b, new Set([...VOLATILE, 'transaction']))
    && (a.transaction === b.transaction
      || (a.transaction !== null && b.transaction !== null && sameFields(a.transaction, b.transaction, VOLATILE)));
}

function sameFields<T extends object>(a: T, b: T, except: ReadonlySet<string>): boolean {
  return (Object.keys(a) as (keyof T & string)[]).every((name) => except.has(name) || a[name] === b[name]);
}
