/** Whose is an outlet, and can somebody else have it? Pure. */
import type { Evse } from '../evse.ts';
import { awaitsAuthorization } from '../transactions/state.ts';
import type { IdToken } from '../types.ts';

/** The token that stands behind what happens here; null: nobody's. */
export function holderOf({ record: { transaction, authorization, heldFor } }: Evse): { readonly idToken: IdToken | null; readonly groupIdToken: IdToken | null } | null {
  if (authorization !== null) return authorization;
  if (transaction !== null && transaction.ending === null && transaction.stopReason === null) return transaction;
  return heldFor;
}

export function isBusy({ record: { transaction, authorization, heldFor } }: Evse): boolean {
  return transaction !== null || authorization !== null || heldFor !== null;
}

/** A transaction that waits for an authorization: it hasn't one, and isn't being ended. */
export function canTakeOver(evse: Evse): boolean {
  return awaitsAuthorization(evse.record);
}

/** C01.FR.23: a transaction that somebody was authorized for stays his, even after his authorization has ended. */
export function belongsToOther({ record: { transaction } }: Evse, token: IdToken, same: (a: IdToken, b: IdToken) => boolean): boolean {
  return transaction?.idToken != null && !same(transaction.idToken, token);
}

/** C09: both have a group, and it is the same. */
export function sameGroup(a: IdToken | null | undefined, b: IdToken | null | undefined): boolean {
  return a != null && b != null && a.value !== '' && a.value.toLowerCase() === b.value.toLowerCase();
}
