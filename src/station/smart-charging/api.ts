import type { Reason } from '../types.ts';
import type { CompositeSchedule } from './composite.ts';
import type { ChargingProfile, ChargingSchedule, LimitSource, ProfilePurpose, RateUnit } from './profile.ts';

export type { CompositeSchedule } from './composite.ts';
export type { ChargingProfile, ChargingSchedule, LimitSource, ProfilePurpose, RateUnit } from './profile.ts';

/** Where the editions differ. */
export interface SetRules {
  /** 1.6: a profile of the same purpose, level and connector is replaced; 2.0.1 refuses (K01.FR.06, FR.39). */
  readonly onDuplicate: 'reject' | 'replace';
  /** 1.6: a TxProfile without transactionId is for the transaction that runs there; 2.0.1 wants it named (K01.FR.03). */
  readonly transactionIdOptional: boolean;
}

export interface ProfileCriteria {
  readonly ids?: readonly number[];
  /** 0: only what is installed on the station itself. */
  readonly evseId?: number;
  readonly purpose?: ProfilePurpose;
  readonly stackLevel?: number;
  readonly sources?: readonly LimitSource[];
}

export interface SmartChargingApi {
  /** False: the CSMS is told NotSupported (K01.FR.29; SmartChargingCtrlr.Enabled). */
  readonly enabled: boolean;
  /** K01. Resolves when it is on the disk. */
  setProfile(evseId: number, profile: ChargingProfile, rules: SetRules): Promise<{ readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason }>;
  /** K10. Without criteria: all of the CSMS's profiles. */
  clearProfiles(criteria: ProfileCriteria): Promise<'Accepted' | 'Unknown'>;
  /** K08. `unit` absent: A where the station takes it, else W. */
  compositeSchedule(evseId: number, durationS: number, unit?: RateUnit):
    { readonly status: 'Accepted'; readonly schedule: CompositeSchedule } | { readonly status: 'Rejected'; readonly reason: Reason };
  /** K09. The bridge sends the answer first, then runs `send`. */
  reportProfiles(requestId: number, criteria: ProfileCriteria): { readonly status: 'Accepted' | 'NoProfiles'; readonly send?: () => void };
}

/** A limit from outside OCPP: an energy manager, the grid's operator, a technician for the site (K11 to K13). */
export interface ExternalLimit {
  readonly source: Exclude<LimitSource, 'CSO'>;
  /** Absent: the grid connection of the whole station. */
  readonly evseId?: number;
  /** The grid is at risk: told to the CSMS. */
  readonly gridCritical?: boolean;
  /** `startMs` absent: from now on. */
  readonly schedule: Omit<ChargingSchedule, 'id' | 'salesTariff'>;
}
