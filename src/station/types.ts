/** Edition-free vocabulary of the station. Spelt as OCPP 2.0.1 spells it; 1.6 names are the bridge's business. */

import type { SignedReading } from '../hardware/charger.ts';

export type { SignedReading };

/** StatusInfo of 2.x: reasonCode from the appendix list, additionalInfo for people. */
export interface Reason { readonly reasonCode: string; readonly additionalInfo?: string }

export interface IdToken {
  readonly value: string;
  /** IdTokenEnumType: Central, eMAID, ISO14443, ISO15693, KeyCode, Local, MacAddress, NoAuthorization. 1.6 has no type. */
  readonly type: string;
  /** What else identifies the driver, of types that the operator has agreed on; it counts in no comparison. */
  readonly additionalInfo?: readonly { readonly value: string; readonly type: string }[];
}

/** IdTokenEnumType of 2.0.1. */
export const TOKEN_TYPES: ReadonlySet<string> = new Set(['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress', 'NoAuthorization']);

/** Two tokens are equal iff value (case-insensitive) and type are (C01.FR.25). */
export function sameToken(a: IdToken, b: IdToken): boolean {
  return a.type === b.type && a.value.toLowerCase() === b.value.toLowerCase();
}

/** AuthorizationStatusEnumType (2.0.1); 1.6's five values are among them. */
export type AuthorizationStatus =
  | 'Accepted' | 'Blocked' | 'ConcurrentTx' | 'Expired' | 'Invalid' | 'NoCredit'
  | 'NotAllowedTypeEVSE' | 'NotAtThisLocation' | 'NotAtThisTime' | 'Unknown';

export interface IdTokenInfo {
  readonly status: AuthorizationStatus;
  readonly cacheExpiryMs?: number;
  readonly chargingPriority?: number;
  readonly language1?: string;
  readonly language2?: string;
  /** EVSEs this token may use; absent: all (C01.FR.20). */
  readonly evseIds?: readonly number[];
  /** 1.6 parentIdTag comes here with type Central. */
  readonly groupIdToken?: IdToken;
  /** Tariff text for this driver (I01, I06). */
  readonly personalMessage?: {
    readonly content: string; readonly format: string; readonly language?: string;
    /** The same in other languages, as plain text (California pricing 4.3.2). */
    readonly extra?: import('../base/language.ts').Wording;
  };
}

export type TxStartPoint = 'ParkingBayOccupancy' | 'EVConnected' | 'Authorized' | 'DataSigned' | 'PowerPathClosed' | 'EnergyTransfer';
export type TxStopPoint = Exclude<TxStartPoint, 'DataSigned'>;

export type ChargingState = 'Charging' | 'EVConnected' | 'SuspendedEV' | 'SuspendedEVSE' | 'Idle';

export type TriggerReason =
  | 'AbnormalCondition' | 'Authorized' | 'CablePluggedIn' | 'ChargingRateChanged' | 'ChargingStateChanged' | 'Deauthorized'
  | 'EVCommunicationLost' | 'EVConnectTimeout' | 'EVDeparted' | 'EVDetected' | 'EnergyLimitReached' | 'MeterValueClock'
  | 'MeterValuePeriodic' | 'RemoteStart' | 'RemoteStop' | 'ResetCommand' | 'SignedDataReceived' | 'StopAuthorized'
  | 'TimeLimitReached' | 'Trigger' | 'UnlockCommand';

export type StoppedReason =
  | 'DeAuthorized' | 'EmergencyStop' | 'EnergyLimitReached' | 'EVDisconnected' | 'GroundFault' | 'ImmediateReset' | 'Local'
  | 'LocalOutOfCredit' | 'MasterPass' | 'Other' | 'OvercurrentFault' | 'PowerLoss' | 'PowerQuality' | 'Reboot' | 'Remote'
  | 'SOCLimitReached' | 'StoppedByEV' | 'TimeLimitReached' | 'Timeout';

/** 2.0.1 ConnectorStatusEnumType: what is reported in 2.x. */
export type ConnectorStatus = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';

/**
 * The finer phase of a connector's use, from which 1.6's ChargePointStatus follows (section 4.9) and which the driver's
 * display shows. `Available` when, and only when, nothing is plugged in and no card waits.
 */
export type ConnectorPhase =
  | 'Available' | 'Preparing' | 'Charging' | 'SuspendedEV' | 'SuspendedEVSE' | 'Finishing' | 'Reserved' | 'Unavailable' | 'Faulted';

export type ReadingContext =
  | 'Interruption.Begin' | 'Interruption.End' | 'Other' | 'Sample.Clock' | 'Sample.Periodic'
  | 'Transaction.Begin' | 'Transaction.End' | 'Trigger';

/** One value, in base units (Wh, W, A, V, Hz, Celsius, Percent). Bridges add unit and scale as their edition wants. */
export interface SampledValue {
  readonly measurand: string;
  readonly value: number;
  readonly unit: string;
  /** L1, L2, L3, N, L1-N, …; absent: total. */
  readonly phase?: string;
  readonly location: 'Outlet' | 'EV' | 'Body' | 'Inlet' | 'Cable';
  readonly context: ReadingContext;
  /** The meter's own signature over this value. */
  readonly signed?: SignedReading;
}

export interface MeterValue {
  readonly timestamp: Timestamp;
  readonly sampledValues: readonly SampledValue[];
}

/**
 * A moment as the books keep it. `wallMs` is final once known; before the first clock synchronisation of a run it is
 * null, and `monotonicMs` of `run` is what `StationTime` stamps it from when the offset becomes known.
 */
export interface Timestamp {
  readonly wallMs: number | null;
  readonly monotonicMs: number;
  readonly run: number;
  /** While `wallMs` is null: what the machine's clock made of it, for a run that ends before it was synchronised. */
  readonly guessMs?: number;
}

export interface ComponentRef {
  readonly name: string;
  readonly instance?: string;
  readonly evse?: number;
  readonly connector?: number;
}
export interface VariableRef {
  readonly name: string;
  readonly instance?: string;
}
