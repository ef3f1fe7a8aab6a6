/** 1.6 numbers connectors through the station: those of EVSE 1, then those of EVSE 2, … Connector 0 is the station. */
import type { StationApi } from '../../station/api.ts';

export interface Place { readonly evseId: number; readonly connectorId: number }

export function toConnectorId({ evses }: StationApi, evseId: number, connectorId: number | null): number {
  let base = 0;
  for (const evse of evses) {
    if (evse.id === evseId) return base + 1 + Math.max(0, evse.connectorIds.indexOf(connectorId ?? evse.connectorIds[0] ?? 1));
    base += evse.connectorIds.length;
  }
  return 0;
}

/** Null: no such connector, or connector 0. */
export function fromConnectorId({ evses }: StationApi, connectorId: number): Place | null {
  let rest = connectorId;
  for (const evse of evses) {
    if (rest < 1) return null;
    const own = evse.connectorIds[rest - 1];
    if (own !== undefined) return { evseId: evse.id, connectorId: own };
    rest -= evse.connectorIds.length;
  }
  return null;
}
