/**
 * The contract of a controller that talks ISO 15118 (or DIN 70121) with the car: the SECC. The protocol itself, its
 * TLS and its EXI, live in the controller; what needs the operator comes up here, and what he decides goes down.
 */

/** ISO 15118 names it EnergyTransferModeType. */
export type EnergyTransferMode = 'DC' | 'AC_single_phase' | 'AC_two_phase' | 'AC_three_phase';

/** ChargeParameterDiscoveryReq (K15, K17). Exactly one of `ac` and `dc`. */
export interface EvChargingNeeds {
  readonly requestedEnergyTransfer: EnergyTransferMode;
  /** Seconds until the driver wants to leave. */
  readonly departureInS?: number;
  /** Periods that a schedule may have at most (MaxEntriesSAScheduleTuple). */
  readonly maxScheduleTuples?: number;
  readonly ac?: { readonly energyAmountWh: number; readonly evMinCurrentA: number; readonly evMaxCurrentA: number; readonly evMaxVoltageV: number };
  readonly dc?: {
    readonly evMaxCurrentA: number; readonly evMaxVoltageV: number; readonly energyAmountWh?: number; readonly evMaxPowerW?: number;
    readonly socPercent?: number; readonly evEnergyCapacityWh?: number; readonly fullSocPercent?: number; readonly bulkSocPercent?: number;
  };
}

/** PaymentDetailsReq (C07): whom the car says it charges for. */
export interface EvContract {
  readonly emaid: string;
  /** Contract certificate first, then its sub-CAs; PEM. */
  readonly certificateChainPem: string;
}

/** One SAScheduleTuple: what the car may take when. */
export interface ScheduleTuple {
  readonly id: number;
  readonly durationS: number;
  readonly unit: 'A' | 'W';
  readonly periods: readonly { readonly startS: number; readonly limit: number }[];
}

/** PowerDeliveryReq: which tuple the car chose, and how it means to use it; `periods` absent: it doesn't say. */
export interface EvSchedule {
  readonly tupleId: number;
  readonly periods?: readonly { readonly startS: number; readonly limit: number }[];
}

/** CertificateInstallationReq or CertificateUpdateReq (M01, M02). */
export interface EvCertificateRequest {
  readonly action: 'Install' | 'Update';
  /** e.g. `urn:iso:15118:2:2013:MsgDef`. */
  readonly schemaVersion: string;
  /** As it came, base64. */
  readonly exiRequest: string;
}
export interface EvCertificateAnswer { readonly status: 'Accepted' | 'Failed'; readonly exiResponse: string }

export interface SeccListener {
  /** A car speaks: its EVCC id, hexadecimal, without separators. */
  onCar(evccId: string): void;
  /** May this contract charge here? */
  onContract(contract: EvContract): Promise<boolean>;
  /** The schedules that the car may choose from, at most three. `renegotiation`: it has had some already. */
  onNeeds(needs: EvChargingNeeds, renegotiation: boolean): Promise<readonly ScheduleTuple[]>;
  /** The car has chosen: it will take power from now on. */
  onSchedule(schedule: EvSchedule): void;
  onCertificateRequest(request: EvCertificateRequest): Promise<EvCertificateAnswer>;
  /** SessionStopReq (E15). */
  onSessionStop(how: 'Terminate' | 'Pause'): void;
}

export interface Secc {
  /** Before the charger starts. */
  listen(listener: SeccListener): void;
  /** The schedules have changed: have the car ask for new ones (K16). */
  renegotiate(): void;
}

/** What a simulated car that speaks brings along. */
export interface HighLevelCar {
  readonly evccId: string;
  readonly contract?: EvContract;
  /** Asked for before the contract is shown (M01, M02). */
  readonly certificateRequest?: EvCertificateRequest;
  readonly needs: EvChargingNeeds;
  /** How it says it will use the chosen schedule; default: it doesn't say. */
  readonly plan?: (tuple: ScheduleTuple) => EvSchedule['periods'];
}

/** The simulation's hand on such a car. */
export interface CarTalk {
  /** The next car that plugs in, or the one that stands here; null: it speaks basic signalling only. */
  setCar(car: HighLevelCar | null): void;
  /** The car's own wish (K17). */
  needsChanged(needs: EvChargingNeeds): void;
  stopSession(how: 'Terminate' | 'Pause'): void;
  /** What the CSMS answered to the car's certificate request. */
  readonly certificateAnswer: EvCertificateAnswer | null;
  /** What the car was last offered. */
  readonly tuples: readonly ScheduleTuple[];
}
