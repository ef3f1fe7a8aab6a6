/**
 * THE contract between the station and a charge controller. One `Charger` drives one EVSE (with one or more
 * connectors). Events up are whole states, not deltas: a lost or repeated report does no harm, and a reconnect is just
 * another state. Commands down are level-triggered: asking again for what already holds is harmless.
 */

import type { CarTalk, Secc } from './secc.ts';

/** IEC 61851-1 control pilot state. `E`/`F`: pilot short or not available. */
export type PilotState = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** What is broken. Edition bridges turn it into their error codes / variables. */
export type FaultCode =
  | 'GroundFailure'
  | 'OverCurrentFailure'
  | 'HighTemperature'
  | 'PowerSwitchFailure'
  | 'ConnectorLockFailure'
  | 'EVCommunicationError'
  | 'PowerMeterFailure'
  | 'ReaderFailure'
  | 'OverVoltage'
  | 'UnderVoltage'
  | 'InternalError'
  | 'OtherError';

/** All of them, to check what comes from outside. */
export const FAULT_CODES: ReadonlySet<string> = new Set<FaultCode>([
  'GroundFailure', 'OverCurrentFailure', 'HighTemperature', 'PowerSwitchFailure', 'ConnectorLockFailure', 'EVCommunicationError',
  'PowerMeterFailure', 'ReaderFailure', 'OverVoltage', 'UnderVoltage', 'InternalError', 'OtherError',
]);

export interface ChargerFault {
  readonly code: FaultCode;
  /** Vendor's own code, e.g. `GFCI` or the controller's state byte. */
  readonly vendorCode?: string;
  readonly info?: string;
}

export interface MeterReading {
  /** `Clock.monotonicMs()` when it was read. */
  readonly atMonotonicMs: number;
  /** Import register of this EVSE in Wh; never falls, over restarts and controller swaps neither. */
  readonly energyImportWh: number;
  /** Of all phases; negative: the car gives. */
  readonly powerW: number;
  /** Per phase L1..L3; a phase the controller can't measure or doesn't have is absent (shorter array). */
  readonly currentA: readonly number[];
  readonly voltageV: readonly number[];
  readonly frequencyHz?: number;
  readonly temperatureC?: number;
  /** Only when the car said so; never estimated. */
  readonly socPercent?: number;
  /** Import registers per phase L1..L3 in Wh, where the meter keeps them. */
  readonly phaseEnergyImportWh?: readonly number[];
  /** Export register in Wh; counts like the import register. */
  readonly energyExportWh?: number;
  readonly phaseEnergyExportWh?: readonly number[];
  /** Reactive registers in varh. */
  readonly reactiveImportVarh?: number;
  readonly reactiveExportVarh?: number;
  /** Apparent energy register in VAh, whichever way it flowed. */
  readonly apparentVah?: number;
  /** Per phase L1..L3; negative: the car gives. Sums up to `powerW`. */
  readonly phasePowerW?: readonly number[];
  /** Negative: capacitive. */
  readonly reactivePowerVar?: number;
  readonly phaseReactivePowerVar?: readonly number[];
  /** -1 to 1. */
  readonly powerFactor?: number;
  readonly phasePowerFactor?: readonly number[];
  /** The register above as the meter itself signed it; absent: it doesn't sign. */
  readonly signed?: SignedReading;
}

/** A meter's signature over one of its readings. Carried to the CSMS as it is. */
export interface SignedReading {
  /** The signed data set, base64. */
  readonly data: string;
  /** '' where the data set says it itself. */
  readonly signingMethod: string;
  /** OCMF, EDL, … */
  readonly encodingMethod: string;
  /** base64 of `oca:<encoding>:<content>:<key as printed on the meter>`. */
  readonly publicKey: string;
}

export interface ConnectorHardware {
  /** 1-based within the EVSE. */
  readonly id: number;
  readonly pilot: PilotState;
  /** A cable joins car and station (pilot B/C/D, or the plug-present switch of a socket). */
  readonly plugged: boolean;
  readonly locked: boolean;
  readonly faults: readonly ChargerFault[];
}

export interface ChargerState {
  /** `down`: the controller can't be reached; the rest is the last that was known. */
  readonly link: 'up' | 'down';
  readonly linkDetail?: string;
  readonly connectors: readonly ConnectorHardware[];
  /** The contactor is closed: the car can draw. */
  readonly contactorClosed: boolean;
  /** Faults of the whole EVSE (those of one connector are listed there). */
  readonly faults: readonly ChargerFault[];
  readonly meter: MeterReading;
  /** Phases the car draws from while energy flows; null: not known. */
  readonly phasesInUse: number | null;
  /** Parking-bay sensor; null: none fitted. */
  readonly bayOccupied: boolean | null;
  /** Service is refused because the controller's own safety checks are switched off, or the like: a sentence. */
  readonly refusal?: string;
}

export interface ChargerFacts {
  readonly model: string;
  readonly vendor: string;
  readonly firmware?: string;
  readonly serialNumber?: string;
  readonly phases: 1 | 3;
  readonly nominalVoltageV: number;
  readonly minCurrentA: number;
  readonly maxCurrentA: number;
  /** It can connect a car to one phase of its choice, in mid-session too. Absent: it can't. */
  readonly phaseSwitching?: boolean;
  /** With `phaseSwitching`: the one phase is always its first. */
  readonly fixedSinglePhase?: boolean;
  readonly connectors: readonly { readonly id: number; readonly type: ConnectorType; readonly canLock: boolean }[];
  readonly failsafe: FailsafeRating;
  /** Of a meter that signs, as in `SignedReading`. */
  readonly meterPublicKey?: string;
  /** Its meter signs whole transactions (`Charger.signing`). Known before the start. */
  readonly meterSigns?: boolean;
  /** Quantities of `MeterReading` that its meter gives beyond what every controller does. Known before the start. */
  readonly measures?: readonly string[];
}

/** OCPP ConnectorEnumType of the connectors that Kerbside meets. */
export type ConnectorType = 'cType2' | 'sType2' | 'cType1' | 'cCCS2' | 'cCCS1' | 'sType3' | 'cTesla' | 'Other1PhMax16A';

/** A connector of a simulated EVSE. */
export interface SimulatedConnector { readonly type: ConnectorType; readonly canLock: boolean }

/** What the hardware does by itself when the host dies. Shown to the technician. */
export interface FailsafeRating {
  /** `stops`: energy ends; `fallsBack`: to `fallbackA`; `carriesOn`: nothing happens. */
  readonly onHostDeath: 'stops' | 'fallsBack' | 'carriesOn';
  readonly afterS?: number;
  readonly fallbackA?: number;
  /** A sentence for the technician. */
  readonly sentence: string;
}

/** What the EVSE may give now. */
export interface Offer {
  /** Close the contactor when the car asks. */
  readonly energise: boolean;
  /** Per phase; below `minCurrentA` counts as not energised. */
  readonly maxCurrentA: number;
  /** Connect no more phases than this; absent: all. Only where `phaseSwitching` is. */
  readonly phases?: number;
  /** Which one, with `phases` 1; absent: the charger's choice. */
  readonly phaseToUse?: number;
}

export interface ChargerListener {
  onState(state: ChargerState): void;
  /** For the technician's serial log. */
  onLine?(direction: 'in' | 'out', bytes: Uint8Array, decoded: string): void;
}

/** Where a meter signs whole transactions: it must be told when one begins and ends. */
export interface TransactionSigning {
  /**
   * Before energy is offered; asked again for the same transaction it does nothing.
   * @throws KerbsideError `MeterSigningFailed` | `NoReply` | `PortLost`: nothing may be charged
   */
  begin(transaction: SigningTransaction): Promise<void>;
  /** The transaction is open in the meter, and its data set is still to come. */
  isOpen(transactionId: string): boolean;
  /**
   * Once energy has stopped. The states that follow carry the data set in `meter.signed`, until it is `over`.
   * @throws KerbsideError as above; it may be asked again
   */
  end(transactionId: string): Promise<void>;
  /** The transaction is over, with its data set or without: `meter.signed` goes. */
  over(transactionId: string): void;
}

export interface SigningTransaction {
  readonly id: string;
  /** The outlet, as it is printed into what the meter signs. */
  readonly chargePointId: string;
  /** Value and OCPP type; null: nobody was identified. */
  readonly idToken: { readonly value: string; readonly type: string } | null;
  readonly tariffText?: string;
  /** What the CSMS's clock says; absent: not known yet. */
  readonly wallMs?: number;
}

export interface Charger {
  /** Where the controller speaks ISO 15118. */
  readonly secc?: Secc;
  /** Absent: it's real. */
  readonly simulation?: SimulationControls;
  /** Null or absent: its meter doesn't sign, or signs every reading by itself. Valid like `facts`. */
  readonly signing?: TransactionSigning | null;
  /** Valid once `start` has resolved. */
  readonly facts: ChargerFacts;
  /** Connects, reads everything, reports the first state, and goes on reporting. Keeps reconnecting by itself. */
  start(listener: ChargerListener): Promise<void>;
  /** Resolves when the controller has taken it. @throws KerbsideError `ChargerUnreachable`; the driver re-asserts it. */
  offer(offer: Offer): Promise<void>;
  /** @throws KerbsideError `LockFailed`: the plug isn't locked, as far as the hardware can tell */
  lock(connectorId: number): Promise<void>;
  unlock(connectorId: number): Promise<'Unlocked' | 'UnlockFailed' | 'NotSupported'>;
  /** Restart the controller, where it can. */
  reset(): Promise<void>;
  /** Feeds the hardware watchdog. Called by the loop that supervises the session, so that a hung station trips it. */
  supervise(): void;
  stop(): Promise<void>;
}

/** Where a driver keeps what it must remember. Durable when `save` resolves. */
export interface DriverMemory {
  load(): Promise<unknown>;
  save(value: unknown): Promise<void>;
}

/** The simulation's hand: driver and car, for the drawer, the headless station and tests. */
export interface SimulationControls {
  readonly secc: CarTalk;
  plugIn(connectorId?: number): void;
  unplug(connectorId?: number): void;
  evSuspend(): void;
  evResume(): void;
  setEv(ev: { demandW?: number; phases?: 1 | 2 | 3; socPercent?: number }): void;
  fault(code: FaultCode, connectorId?: number): void;
  clearFault(code?: FaultCode, connectorId?: number): void;
  /** A plug that isn't pushed in far enough: it will not lock, which only shows when it is told to. */
  jamLock(jammed: boolean, connectorId?: number): void;
  parkingBay(occupied: boolean): void;
}
