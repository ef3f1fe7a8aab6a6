/** What the books keep of one EVSE: plain data, one record, written atomically with the reports it caused. */
import type { Wording } from '../../base/language.ts';
import type { ChargingState, IdToken, MeterValue, StoppedReason, Timestamp, TriggerReason } from '../types.ts';

export interface Authorization {
  readonly idToken: IdToken;
  readonly groupIdToken: IdToken | null;
  /** Who decided: matters when the CSMS later disagrees. */
  readonly by: 'csms' | 'list' | 'cache' | 'none' | 'remote';
  readonly remoteStartId: number | null;
  readonly reservationId: number | null;
  /** The driver didn't choose an outlet: the first one plugged in gets it. */
  readonly floating: boolean;
  /** Shown to the driver (I01). */
  readonly personalMessage: Wording | null;
  /** That the driver prefers, best first; absent: not known. */
  readonly languages?: readonly string[];
  /** The only EVSEs that it is good for (C01.FR.21); absent: all. */
  readonly evseIds?: readonly number[];
  /** Monotonic ms of this run at which it lapses without a cable (EVConnectionTimeOut); null: no countdown. */
  readonly connectDeadlineMs: number | null;
  readonly extensionsLeft: number;
  /** Of the token; absent: 0 (K03.FR.06). */
  readonly chargingPriority?: number;
}

/** A transaction end that waits for the contactor to open, so that no Wh flows after the final reading. */
export interface Ending {
  readonly trigger: TriggerReason;
  readonly reason: StoppedReason;
  readonly idToken: IdToken | null;
  /** Monotonic ms after which it ends anyway. */
  readonly deadlineMs: number;
}

export interface Transaction {
  readonly id: string;
  /** Of the next event. */
  readonly seqNo: number;
  readonly startedAt: Timestamp;
  readonly startWh: number;
  readonly connectorId: number | null;
  /** Token of the authorization that runs or ran it; null: none yet. */
  readonly idToken: IdToken | null;
  readonly groupIdToken: IdToken | null;
  readonly chargingState: ChargingState;
  /** `evse`, `idToken` … have been reported (E01.FR.16, E01.FR.10). */
  readonly evseReported: boolean;
  readonly tokenReported: boolean;
  readonly remoteStartReported: boolean;
  readonly powerPathReported: boolean;
  readonly beginReported: boolean;
  readonly phasesReported: number | null;
  /** The phases that energy flowed on last; null: not known yet. */
  readonly phasesUsed: number | null;
  /** A stop was asked for but its stop point isn't reached yet (E06): the reason that the Ended will carry. */
  readonly stopReason: StoppedReason | null;
  readonly ending: Ending | null;
  /** The CSMS refused the token (E05). */
  readonly deauthorized: boolean;
  /** Register at which energy ends for good (MaxEnergyOnInvalidId); null: none. */
  readonly energyCapWh: number | null;
  /** Energy has flowed in this transaction. */
  readonly everCharged: boolean;
  /** It has charged or been suspended: 1.6 never calls it Preparing again. */
  readonly begun?: boolean;
  readonly chargingSeconds: number;
  /** Monotonic ms since when the contactor is closed; null: open. */
  readonly chargingSinceMs: number | null;
  /** Monotonic ms since when energy is offered without the car taking it, for SuspendedEV. */
  readonly offeredSinceMs: number | null;
  /** Monotonic ms at which this run took the transaction over from the books; null: it began in this run. */
  readonly resumedMs: number | null;
  /** Values for the Ended event (TxEndedInterval). */
  readonly endedValues: readonly MeterValue[];
  readonly cost: number | null;
  readonly personalMessage: Wording | null;
  readonly languages?: readonly string[];
  /** A value of it carried the meter's public key (PublicKeyWithSignedMeterValue). */
  readonly publicKeyTold?: boolean;
}

/** A reservation that nobody else may use up (H01): until when, and on which connectors it shows as Reserved. */
export interface Reserved { readonly untilMs: number; readonly connectorIds: readonly number[] }

export interface EvseRecord {
  readonly evseId: number;
  /** Connector with a cable to a car; null: none. */
  readonly pluggedConnectorId: number | null;
  readonly contactorClosed: boolean;
  readonly bayOccupied: boolean;
  readonly faulted: boolean;
  readonly authorization: Authorization | null;
  readonly transaction: Transaction | null;
  /** The cable stays locked until its owner shows this token (E05.FR.11, E09.FR.03); null: free. */
  readonly heldFor: { readonly idToken: IdToken | null; readonly groupIdToken: IdToken | null } | null;
  /** A session ended, or none began in time, and its car is still plugged in: it waits for unplug, not for a card. */
  readonly finished: boolean;
  /** Monotonic ms of this run until which a car waits for a card; stays when it has passed; null: none waits. */
  readonly cardDeadlineMs: number | null;
  readonly operative: boolean;
  /** Connectors set Inoperative on their own (G03). */
  readonly inoperativeConnectors: readonly number[];
  readonly reserved: Reserved | null;
  /** Driver and car are there; the transaction starts, and energy may flow, with the meter's signed value (DataSigned). */
  readonly awaitsSignature: boolean;
}

/** A transaction that waits for an authorization: it hasn't one, and isn't being ended. */
export function awaitsAuthorization({ transaction, authorization }: EvseRecord): boolean {
  return transaction !== null && authorization === null && transaction.ending === null;
}

export function freshRecord(evseId: number): EvseRecord {
  return {
    evseId, pluggedConnectorId: null, contactorClosed: false, bayOccupied: false, faulted: false, authorization: null,
    transaction: null, heldFor: null, finished: false, cardDeadlineMs: null, operative: true, inoperativeConnectors: [], reserved: null, awaitsSignature: false,
  };
}

/** A record as the books hold it; null: unreadable, or of another EVSE. Fields that an older version didn't write are fresh. */
export function readRecord(evseId: number, stored: unknown): EvseRecord | null {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return null;
  const record = { ...freshRecord(evseId), ...(stored as Partial<EvseRecord>) };
  const { transaction, authorization } = record;
  const legible = record.evseId === evseId
    && (transaction === null || (typeof transaction.id === 'string' && Number.isInteger(transaction.seqNo) && Number.isFinite(transaction.startWh)))
    && (authorization === null || typeof authorization.idToken?.value === 'string');
  return legible ? record : null;
}
