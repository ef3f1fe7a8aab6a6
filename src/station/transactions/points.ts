/** TxStartPoint and TxStopPoint (E01, E06; OCPP 2.0.1 section E 1.1): which points does a step cross? */
import type { TxStartPoint, TxStopPoint } from '../types.ts';
import type { EvseRecord } from './state.ts';

export interface Conditions {
  readonly bay: boolean;
  readonly connected: boolean;
  readonly authorized: boolean;
  readonly energy: boolean;
}

export function conditions(record: EvseRecord): Conditions {
  return {
    bay: record.bayOccupied,
    connected: record.pluggedConnectorId !== null,
    authorized: record.authorization !== null,
    energy: record.contactorClosed,
  };
}

export const isPowerPathClosed = (c: Conditions): boolean => c.connected && c.authorized;

/**
 * A start point counts when it is crossed; or when it holds already and driver and car come together only now, so that
 * a second session on a cable that stayed plugged in starts as well. From that moment on energy may flow, so it starts a
 * transaction whatever the points say (but for EnergyTransfer, which is crossed in time): a station without a bay sensor
 * would charge for nothing at ParkingBayOccupancy.
 */
export function startPointReached(points: readonly TxStartPoint[], before: Conditions, now: Conditions): boolean {
  const together = isPowerPathClosed(now) && !isPowerPathClosed(before);
  if (together && !points.includes('EnergyTransfer')) return true;
  return points.some((point) => {
    switch (point) {
      case 'ParkingBayOccupancy': return now.bay && !before.bay;
      case 'EVConnected': return now.connected && !before.connected;
      case 'Authorized': return now.authorized && !before.authorized;
      case 'PowerPathClosed': return together;
      case 'EnergyTransfer': return now.energy && !before.energy;
      case 'DataSigned': return false; // it comes by itself once driver and car are there
    }
  });
}

/** The authorization's end is judged by the event that ends it (E05, E07), so it isn't among these. */
export function stopPointReached(points: readonly TxStopPoint[], before: Conditions, now: Conditions): boolean {
  return points.some((point) => {
    switch (point) {
      case 'ParkingBayOccupancy': return before.bay && !now.bay;
      case 'EVConnected': return before.connected && !now.connected;
      case 'PowerPathClosed': return before.connected && !now.connected;
      case 'EnergyTransfer': return before.energy && !now.energy;
      case 'Authorized': return false;
    }
  });
}

export function endsWithAuthorization(points: readonly TxStopPoint[]): boolean {
  return points.includes('Authorized') || points.includes('PowerPathClosed');
}
