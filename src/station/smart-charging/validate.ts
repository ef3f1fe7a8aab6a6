/** May this profile be installed (K01; 1.6 section 5.16)? Null: yes; else why not, in the appendix's words. Pure. */
import type { Reason } from '../types.ts';
import type { SetRules } from './api.ts';
import { MAX_PERIODS, MAX_STACK_LEVEL } from './capacity.ts';
import type { ChargingProfile, ChargingSchedule, InstalledProfile, RateUnit } from './profile.ts';

/** What a profile must fit, per EVSE. */
export interface PhaseFacts {
  readonly evseId: number;
  readonly phases: number;
  /** The hardware can connect a car to one phase. */
  readonly canSwitch: boolean;
  /** ... and to any of the three. */
  readonly canChoose: boolean;
  /** The one grid phase of a single-phase EVSE, or of one that can't choose. */
  readonly ownPhase: number;
}

/** What ISO 15118 makes of a profile: a car that speaks may choose among three schedules, once it has said what it needs. */
export interface CarFacts { readonly speaks: boolean; readonly awaitsNeeds: boolean }
export const NO_TALK: CarFacts = { speaks: false, awaitsNeeds: false };

export interface ValidationInput {
  readonly car: CarFacts;
  readonly evseId: number;
  readonly profile: ChargingProfile;
  readonly rules: SetRules;
  readonly evses: readonly PhaseFacts[];
  readonly rateUnits: readonly RateUnit[];
  readonly installed: readonly InstalledProfile[];
  /** Of the EVSE; null: none runs. */
  readonly runningTransactionId: string | null;
  /** It comes with a remote start: its transaction hasn't begun (K05). */
  readonly remoteStart: boolean;
}

export function refusal(input: ValidationInput): Reason | null {
  return ownRefusal(input) ?? placeRefusal(input) ?? scheduleRefusal(input) ?? phaseRefusal(input) ?? companyRefusal(input);
}

/** What is wrong with the profile itself. */
function ownRefusal({ profile, remoteStart }: ValidationInput): Reason | null {
  const { purpose, kind, recurrency, stackLevel, validFromMs, validToMs } = profile;
  if (purpose === 'ChargingStationExternalConstraints') return invalid('only an external system sets ChargingStationExternalConstraints'); // K01.FR.22
  if (remoteStart && purpose !== 'TxProfile') return invalid('a remote start takes a TxProfile'); // K05.FR.02
  if (remoteStart && profile.transactionId !== undefined) return invalid('the transaction that a remote start begins has no id yet');
  if (purpose !== 'TxProfile' && profile.transactionId !== undefined) return invalid('only a TxProfile has a transactionId');
  if (stackLevel < 0 || stackLevel > MAX_STACK_LEVEL) return { reasonCode: 'InvalidStackLevel', additionalInfo: `0 to ${MAX_STACK_LEVEL}` };
  if ((kind === 'Recurring') !== (recurrency !== undefined)) return invalid('recurrencyKind goes with Recurring, and only with it'); // K01.FR.60
  if (purpose === 'ChargingStationMaxProfile' && kind === 'Relative') return invalid('ChargingStationMaxProfile can\'t be Relative'); // K01.FR.38
  if (validFromMs !== undefined && validToMs !== undefined && validFromMs >= validToMs) return invalid('validTo isn\'t after validFrom');
  return null;
}

/** Where it is to go. */
function placeRefusal({ evseId, profile, rules, evses, runningTransactionId, remoteStart, car }: ValidationInput): Reason | null {
  const { purpose, transactionId } = profile;
  if (evseId !== 0 && !evses.some((evse) => evse.evseId === evseId)) return { reasonCode: 'UnknownEvse' }; // K01.FR.28
  if (purpose === 'ChargingStationMaxProfile' && evseId !== 0) return invalid('ChargingStationMaxProfile is for EVSE 0'); // K04.FR.03
  if (purpose !== 'TxProfile' || remoteStart) return null;
  if (evseId === 0) return invalid('a TxProfile is for one EVSE'); // K01.FR.16
  if (runningTransactionId === null) return { reasonCode: 'TxNotFound' }; // K01.FR.09
  if (transactionId === undefined) return rules.transactionIdOptional ? null : { reasonCode: 'MissingParam', additionalInfo: 'transactionId' }; // K01.FR.03
  if (transactionId !== runningTransactionId) return { reasonCode: 'TxNotFound' }; // K01.FR.33
  return car.awaitsNeeds ? { reasonCode: 'InvalidMessageSeq', additionalInfo: 'the car hasn\'t said what it needs' } : null; // K15.FR.17
}

function scheduleRefusal({ profile, rateUnits, car }: ValidationInput): Reason | null {
  if (profile.schedules.length > (car.speaks ? 3 : 1)) { // K01.FR.34, K15.FR.07
    return { reasonCode: 'TooManyElements', additionalInfo: car.speaks ? 'at most three chargingSchedules' : 'one chargingSchedule without ISO 15118' };
  }
  for (const schedule of profile.schedules) {
    const { unit, startMs, durationS, periods } = schedule;
    if (!rateUnits.includes(unit)) return { reasonCode: 'UnsupportedRateUnit' }; // K01.FR.26
    if (profile.kind !== 'Relative' && startMs === undefined) return badSchedule('startSchedule is missing'); // K01.FR.40
    if (profile.kind === 'Relative' && startMs !== undefined) return badSchedule('a Relative profile has no startSchedule'); // K01.FR.41
    if (durationS !== undefined && durationS <= 0) return badSchedule('duration isn\'t above 0');
    if (periods.length > MAX_PERIODS) return { reasonCode: 'TooManyElements', additionalInfo: `at most ${MAX_PERIODS} periods` };
    if (periods[0]?.startS !== 0) return badSchedule('the first startPeriod isn\'t 0'); // K01.FR.31
    if (!ascending(schedule)) return badSchedule('startPeriods don\'t ascend'); // K01.FR.35
    if (periods.some(({ limit }) => !(limit >= 0)) || (schedule.minChargingRate ?? 0) < 0) return badSchedule('a limit is below 0');
  }
  return null;
}

function ascending({ periods }: ChargingSchedule): boolean {
  return periods.every((period, index) => index === 0 || period.startS > (periods[index - 1]?.startS ?? 0));
}

/** K01.FR.19, FR.20, FR.43 to FR.48. */
function phaseRefusal({ evseId, profile, evses }: ValidationInput): Reason | null {
  const concerned = evses.filter((evse) => evseId === 0 || evse.evseId === evseId);
  for (const { numberPhases, phaseToUse } of profile.schedules.flatMap(({ periods }) => periods)) {
    if (numberPhases !== undefined && (numberPhases < 1 || numberPhases > 3)) return badSchedule('numberPhases is 1 to 3');
    if (phaseToUse !== undefined && (phaseToUse < 1 || phaseToUse > 3)) return badSchedule('phaseToUse is 1 to 3');
    if (phaseToUse !== undefined && numberPhases !== 1) return badSchedule('phaseToUse needs numberPhases 1');
    for (const { phases, canSwitch, canChoose, ownPhase } of concerned) {
      if (numberPhases !== undefined && numberPhases < phases && !canSwitch) return badSchedule('this EVSE can\'t use fewer phases than it has');
      if (phaseToUse !== undefined && !canChoose && !((phases === 1 || canSwitch) && phaseToUse === ownPhase)) return badSchedule('this EVSE can\'t choose its phase');
    }
  }
  return null;
}

/** What is installed already. */
function companyRefusal({ evseId, profile, rules, installed }: ValidationInput): Reason | null {
  const others = installed.filter((entry) => entry.profile.id !== profile.id);
  if (installed.some((entry) => entry.profile.id === profile.id && entry.source !== 'CSO')) {
    return { reasonCode: 'DuplicateProfile', additionalInfo: 'an external limit has this id' }; // K01.FR.05
  }
  if (phaseConflict(profile, others)) return badSchedule('another profile wants another phase'); // errata 2025-01, 3.7
  if (rules.onDuplicate === 'replace') return null;
  const same = others.filter(({ profile: other }) => other.purpose === profile.purpose && other.stackLevel === profile.stackLevel);
  const duplicate = same.some((entry) => {
    if (profile.purpose === 'TxProfile') return entry.profile.transactionId === profile.transactionId && entry.evseId === evseId; // K01.FR.39
    // K01.FR.52, FR.53: whenever they are valid.
    if (profile.purpose === 'TxDefaultProfile' && (evseId === 0) !== (entry.evseId === 0)) return true;
    return entry.evseId === evseId && overlap(profile, entry.profile); // K01.FR.06
  });
  return duplicate ? { reasonCode: 'DuplicateProfile' } : null;
}

function overlap(a: ChargingProfile, b: ChargingProfile): boolean {
  return (a.validFromMs ?? -Infinity) < (b.validToMs ?? Infinity) && (b.validFromMs ?? -Infinity) < (a.validToMs ?? Infinity);
}

/** Between what holds for the station and what holds for a transaction. When periods meet isn't known beforehand. */
function phaseConflict(profile: ChargingProfile, others: readonly InstalledProfile[]): boolean {
  const wanted = phasesWanted(profile);
  return wanted.size > 0 && others.some(({ profile: other }) => isStationWide(other) !== isStationWide(profile)
    && [...phasesWanted(other)].some((phase) => !wanted.has(phase) || wanted.size > 1));
}

function isStationWide({ purpose }: ChargingProfile): boolean {
  return purpose === 'ChargingStationMaxProfile' || purpose === 'ChargingStationExternalConstraints';
}

function phasesWanted({ schedules }: ChargingProfile): Set<number> {
  return new Set(schedules.flatMap(({ periods }) => periods.flatMap(({ phaseToUse }) => (phaseToUse === undefined ? [] : [phaseToUse]))));
}

function invalid(additionalInfo: string): Reason {
  return { reasonCode: 'InvalidProfile', additionalInfo };
}

function badSchedule(additionalInfo: string): Reason {
  return { reasonCode: 'InvalidSchedule', additionalInfo };
}
