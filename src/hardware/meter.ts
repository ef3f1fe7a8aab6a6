/**
 * The contract of an energy meter of its own, beside a charge controller that measures nothing or isn't billed by. Readings
 * come up whole; a register is the meter's own: making it one that never falls is `MeteredCharger`'s work.
 */
import type { ChargerFault, MeterReading, SignedReading, SigningTransaction } from './charger.ts';

export interface MeterFacts {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber?: string;
  readonly firmware?: string;
  readonly phases: 1 | 3;
  /** Of a meter that signs, as in `SignedReading`. */
  readonly publicKey?: string;
  /** It can sign whole transactions; whether it has keys shows when it answers. Known before the start. */
  readonly signs: boolean;
  /** Quantities of `MeterReading` that it gives. Known before the start. */
  readonly measures: readonly string[];
}

export interface MeterState {
  /** `down`: nothing has answered for some seconds; `reading` is the last one that was good. */
  readonly link: 'up' | 'down';
  readonly linkDetail?: string;
  /** Null: it hasn't answered yet since the start. */
  readonly reading: MeterReading | null;
  /** What the meter says is wrong with itself. */
  readonly faults: readonly ChargerFault[];
}

export interface MeterListener {
  onState(state: MeterState): void;
  /** For the technician's serial log. */
  onLine?(direction: 'in' | 'out', bytes: Uint8Array, decoded: string): void;
}

export interface Meter {
  /** Valid once the first state was `up`; what isn't known before it has answered is absent. */
  readonly facts: MeterFacts;
  /** Null: it doesn't sign. Valid like `facts`. */
  readonly signing: MeterSigning | null;
  /** Connects, reads, and goes on reading. Resolves after the first answer, or without one after some seconds; keeps trying. */
  start(listener: MeterListener): Promise<void>;
  stop(): Promise<void>;
  /** For the technician's bench. */
  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[];
}

/** Whom and what a signed transaction is about: the meter prints it into what it signs. */
export type SigningSubject = Omit<SigningTransaction, 'id'>;

export interface MeterSigning {
  /**
   * Opens a transaction in the meter. What it signs then, if it signs at the start already; else null.
   * @throws KerbsideError `MeterSigningFailed` | `NoReply` | `PortLost`: nothing may be charged
   */
  signStart(subject: SigningSubject): Promise<SignedReading | null>;
  /**
   * Closes it: one data set with both registers, begin and end. Also gets the one that an earlier run of this host left open.
   * @throws KerbsideError `MeterSigningFailed` | `NoReply` | `PortLost`
   */
  signEnd(): Promise<SignedReading>;
  /** Whether a transaction is open in the meter, whoever opened it. @throws as above */
  open(): Promise<boolean>;
}

/** Where a meter lies on its line, over what its model's factory setting says. */
export interface MeterPlace {
  readonly portId: string;
  /** Bus number, 1 to 247; absent: as it leaves the factory. */
  readonly unit?: number;
  /** `9600 8N1`; absent: as it leaves the factory. */
  readonly line?: string;
}
