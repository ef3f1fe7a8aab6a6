/** Which screen is due, and what stands beside the signs. Pure. */
import type { ClientState } from '../../link/client.ts';
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';
import type { ViewInput } from './outlet.ts';

export type ScreenName = 'starting' | 'noStation' | 'outdated' | 'setup' | 'driver';

export function screenFor(state: ClientState, failure: string | null): ScreenName {
  if (state.outdated) return 'outdated';
  if (state.stale || failure !== null) return 'noStation';
  if (state.snapshot === null) return 'starting';
  return state.snapshot.station.hardware === 'none' ? 'setup' : 'driver';
}

/** A driver is being served, or energy may flow: no reload now. */
export function isBusy(snapshot: StationSnapshot): boolean {
  const quiet: readonly EvseView['state'][] = ['idle', 'unavailable', 'reserved', 'faulted'];
  return snapshot.authorization !== null || snapshot.evses.some((evse) => evse.transaction !== null || !quiet.includes(evse.state));
}

/** The black strip: what every driver should know of the network, or null. */
export function stripText({ snapshot, text, formats }: ViewInput): string | null {
  const { csms } = snapshot;
  if (csms.link !== 'connected' && csms.offlineSinceMs !== null) {
    const charging = snapshot.evses.some((evse) => evse.transaction !== null);
    return [text.offlineSince(formats.time(csms.offlineSinceMs)), text.offlineKnown, ...(charging ? [text.offlineReceipt] : [])].join(' ');
  }
  if (csms.boot === 'Rejected') return text.bootRejected;
  if (csms.link === 'connected' && csms.boot !== 'Accepted') return text.booting;
  if (snapshot.updating) return text.updating;
  return snapshot.pendingReset ? text.pendingReset : null;
}

/** CSS pixels of a real millimetre; null: not measured. @param diagonalPx of the panel, CSS pixels @param diagonalIn of the panel, inches */
export function pixelsPerMm(diagonalPx: number, diagonalIn: number | null): number | null {
  return diagonalIn === null ? null : diagonalPx / (diagonalIn * 25.4);
}

/** Night by the local hour: the plate is then lit instead of painted. @param atMs wall time, ms */
export function isNight(atMs: number): boolean {
  const hour = new Date(atMs).getHours();
  return hour < 6 || hour >= 20;
}
