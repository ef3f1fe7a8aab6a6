/** Section 4.9: which status may follow which. */
import type { ConnectorPhase } from '../../station/types.ts';

/** The cells of the matrix that aren't empty. */
export const NEXT: Readonly<Record<ConnectorPhase, readonly ConnectorPhase[]>> = {
  Available: ['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable', 'Faulted'],
  Preparing: ['Available', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Faulted'],
  Charging: ['Available', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEV: ['Available', 'Charging', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEVSE: ['Available', 'Charging', 'SuspendedEV', 'Finishing', 'Unavailable', 'Faulted'],
  Finishing: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Reserved: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Unavailable: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Faulted'],
  Faulted: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Reserved', 'Unavailable'],
};

/**
 * What was passed on the way where two changes came at once, e.g. a card at a car whose last session is over, while a
 * profile allows no energy: Finishing, Preparing, SuspendedEVSE. A session passes Finishing, all else Preparing if that
 * leads there, or Available. Null: nothing lies between.
 */
export function passed(from: ConnectorPhase, to: ConnectorPhase): ConnectorPhase | null {
  if (from === to || NEXT[from].includes(to)) return null;
  const inSession = from === 'Charging' || from === 'SuspendedEV' || from === 'SuspendedEVSE';
  const ways = [inSession ? 'Finishing' : 'Preparing', 'Available'] as const;
  return ways.find((way) => NEXT[from].includes(way) && NEXT[way].includes(to)) ?? null;
}
