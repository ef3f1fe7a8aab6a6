/** When the screen rests, and where its words then stand. Pure. */
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';

const QUIET: readonly EvseView['state'][] = ['idle', 'unavailable', 'faulted'];
const PLACES = [{ x: 6, y: 8 }, { x: 46, y: 52 }, { x: 28, y: 30 }, { x: 6, y: 60 }, { x: 46, y: 10 }, { x: 24, y: 46 }] as const;

/** Nobody is served and the operator has nothing urgent to say. */
export function isQuiet(snapshot: StationSnapshot): boolean {
  return snapshot.authorization === null && snapshot.masterPass === null && snapshot.evses.every(({ state }) => QUIET.includes(state))
    && snapshot.messages.every(({ priority }) => priority === 'NormalCycle');
}

/** @param quietMs for how long nobody has touched the screen or been served */
export function restDue(snapshot: StationSnapshot, quietMs: number): boolean {
  const { restAfterS } = snapshot.display;
  return restAfterS !== null && isQuiet(snapshot) && quietMs >= restAfterS * 1000;
}

/** Another place every minute, in per cent of the screen. @param nowMs wall ms */
export function restPlace(nowMs: number): { readonly x: number; readonly y: number; readonly turn: number } {
  const turn = Math.floor(nowMs / 60_000);
  return { ...(PLACES[turn % PLACES.length] ?? PLACES[0]), turn };
}
