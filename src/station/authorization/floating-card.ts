/**
 * A driver at a reader for all outlets who hasn't chosen one: the outlet that his cable goes into gets his authorization,
 * and the transaction that may have begun with it (E03: its EVSE wasn't known then).
 */
import type { Evse } from '../evse.ts';
import type { ReservationGuard } from '../reservation/api.ts';

export interface FloatingCardDeps {
  readonly evses: readonly Evse[];
  readonly inService: (evse: Evse) => boolean;
  readonly reservations: ReservationGuard;
  /** What else belongs to the session goes along. */
  readonly sessionMoves: (from: Evse, to: Evse) => void;
}

export function takeFloatingCard(plugged: Evse, { evses, inService, reservations, sessionMoves }: FloatingCardDeps): void {
  const { authorization: own, heldFor, transaction, operative } = plugged.record;
  if (own !== null || heldFor !== null || !operative || plugged.faulted || !inService(plugged)) return;
  const waiting = evses.find(({ id, record }) => id !== plugged.id && record.authorization?.floating === true && record.pluggedConnectorId === null
    && (record.authorization.evseIds?.includes(plugged.id) ?? true)
    && reservations.mayMove(id, plugged.id)
    // Two transactions can't become one.
    && (record.transaction === null || (transaction === null && record.transaction.ending === null)));
  const authorization = waiting?.record.authorization;
  if (waiting === undefined || authorization == null) return;
  // Taken before it is given away: in between nobody may think that the station is idle.
  plugged.dispatch({ type: 'takenOver', authorization, transaction: waiting.record.transaction });
  sessionMoves(waiting, plugged);
  waiting.dispatch({ type: 'handedOver' });
}
