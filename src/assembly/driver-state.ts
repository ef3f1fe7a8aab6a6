/** What the driver's display shows for an EVSE, from its record. Pure. */
import type { DriverState } from '../link/snapshot.ts';
import type { ReaderView } from '../station/authorization/reader.ts';
import type { EvseRecord } from '../station/transactions/state.ts';
import type { ConnectorPhase } from '../station/types.ts';

export interface DriverStateInput {
  readonly record: EvseRecord;
  readonly phase: ConnectorPhase;
  readonly reader: ReaderView | null;
  readonly hasSummary: boolean;
}

export function driverState({ record, phase, reader, hasSummary }: DriverStateInput): DriverState {
  const { transaction, authorization, pluggedConnectorId } = record;
  if (phase === 'Faulted') return 'faulted';
  if (phase === 'Unavailable') return 'unavailable';
  if (phase === 'Reserved') return 'reserved';
  if (reader?.state === 'checking' && reader.evseId === record.evseId && authorization === null) return 'checking';
  if (transaction !== null && transaction.ending !== null) return 'stopping';
  if (authorization !== null) {
    if (pluggedConnectorId === null) return 'plugIn';
    if (transaction === null) return 'preparing';
    switch (transaction.chargingState) {
      case 'Charging': return 'charging';
      case 'SuspendedEV': return 'suspendedByCar';
      case 'SuspendedEVSE': return 'suspendedByStation';
      case 'EVConnected': case 'Idle': return 'preparing';
    }
  }
  if (transaction !== null && transaction.stopReason !== null) return record.contactorClosed ? 'stopping' : 'finished';
  // Where only the card came too late, it is still welcome.
  if (hasSummary || record.heldFor !== null || (record.finished && record.cardDeadlineMs === null && pluggedConnectorId !== null)) return 'finished';
  return pluggedConnectorId === null ? 'idle' : 'waitingForCard';
}
