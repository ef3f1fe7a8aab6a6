/** Charging profiles as the station keeps them: 2.0.1's shape with moments in ms (K01, section K 3; 1.6 section 3.13). */
import type { Stored } from '../../platform/ports.ts';

export type RateUnit = 'A' | 'W';
export type LimitSource = 'EMS' | 'Other' | 'SO' | 'CSO';
/** 1.6's ChargePointMaxProfile is ChargingStationMaxProfile. */
export type ProfilePurpose = 'ChargingStationExternalConstraints' | 'ChargingStationMaxProfile' | 'TxDefaultProfile' | 'TxProfile';

export interface ChargingPeriod {
  /** Seconds from the schedule's start. */
  readonly startS: number;
  /** A per phase, or W in total. */
  readonly limit: number;
  /** Absent: 3 (K01.FR.49). */
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
}

export interface ChargingSchedule {
  readonly id: number;
  readonly unit: RateUnit;
  /** Wall ms; absent in a Relative profile (K01.FR.41). */
  readonly startMs?: number;
  /** Absent: the last period has no end. */
  readonly durationS?: number;
  /** In `unit`. */
  readonly minChargingRate?: number;
  readonly periods: readonly ChargingPeriod[];
  /** Kept to be reported as it came. */
  readonly salesTariff?: Stored;
}

export interface ChargingProfile {
  readonly id: number;
  readonly stackLevel: number;
  readonly purpose: ProfilePurpose;
  readonly kind: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrency?: 'Daily' | 'Weekly';
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** Our own transaction id. */
  readonly transactionId?: string;
  /** One; up to three in an ISO 15118 session (K01.FR.34, K15.FR.07). */
  readonly schedules: readonly ChargingSchedule[];
}

/** A profile where it is installed. `evseId` 0: the station, or for TxDefaultProfile every EVSE. */
export interface InstalledProfile {
  readonly evseId: number;
  readonly source: LimitSource;
  readonly profile: ChargingProfile;
}
