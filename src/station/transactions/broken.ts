/**
 * What a fault takes out of service: one of the controller or the whole EVSE takes everything, one of a connector only that,
 * as long as another is left (1.x application note "Multiple Connectors per EVSE", section 4; G05).
 */
import type { ChargerState, ConnectorHardware } from '../../hardware/charger.ts';
import type { EvseRecord } from './state.ts';

function isEvseBroken({ link, refusal, faults }: ChargerState): boolean {
  return link === 'down' || refusal !== undefined || faults.length > 0;
}

export function isConnectorBroken(state: ChargerState, connectorId: number): boolean {
  return isEvseBroken(state) || (state.connectors.find(({ id }) => id === connectorId)?.faults.length ?? 0) > 0;
}

/** Nobody can be served here: the EVSE is broken, or the connector in use, or all of them. */
export function isBroken(state: ChargerState, record: EvseRecord): boolean {
  const at = pluggedConnector(state, record);
  const { connectors } = state;
  return isEvseBroken(state) || (at !== null ? isConnectorBroken(state, at) : connectors.length > 0 && connectors.every(({ faults }) => faults.length > 0));
}

/**
 * The connector whose cable is the EVSE's business; null: none. One EVSE serves one connector at a time: the one in use
 * keeps it (E01.FR.14). A broken one that no transaction is at leaves it to the others.
 */
export function pluggedConnector({ connectors }: ChargerState, { pluggedConnectorId, transaction }: EvseRecord): number | null {
  const counts = ({ id, faults }: ConnectorHardware): boolean => connectors.length === 1 || faults.length === 0 || (transaction !== null && id === pluggedConnectorId);
  const plugged = connectors.filter((connector) => connector.plugged && counts(connector));
  return (plugged.find(({ id }) => id === pluggedConnectorId) ?? plugged[0])?.id ?? null;
}
