/**
 * What a moment allows. Ampere and watt limits stay apart until all profiles are merged, so that each is converted once,
 * with the phases that the merged period has (K01.FR.50, FR.51; errata 2025-01, 3.7).
 */
import type { ChargingPeriod, ChargingSchedule, RateUnit } from './profile.ts';

export interface Cap {
  /** Per phase; Infinity: not limited in this unit. */
  readonly limitA: number;
  /** In total; Infinity: not limited in this unit. */
  readonly limitW: number;
  /** Lowest numberPhases of the periods in force. */
  readonly phases: number;
  readonly phaseToUse: number | null;
  /** Below this charging is inefficient (minChargingRate); 0: not said. */
  readonly minRateA: number;
  readonly minRateW: number;
}

export const DEFAULT_PHASES = 3;

export const UNLIMITED: Cap = { limitA: Infinity, limitW: Infinity, phases: DEFAULT_PHASES, phaseToUse: null, minRateA: 0, minRateW: 0 };

export function capOf({ limit, numberPhases, phaseToUse }: ChargingPeriod, { unit, minChargingRate = 0 }: ChargingSchedule): Cap {
  return {
    limitA: unit === 'A' ? limit : Infinity,
    limitW: unit === 'W' ? limit : Infinity,
    phases: numberPhases ?? DEFAULT_PHASES,
    phaseToUse: phaseToUse ?? null,
    minRateA: unit === 'A' ? minChargingRate : 0,
    minRateW: unit === 'W' ? minChargingRate : 0,
  };
}

/** Never above either (K08.FR.04). */
export function lowest(a: Cap, b: Cap): Cap {
  if (a === UNLIMITED || a === b) return b;
  if (b === UNLIMITED) return a;
  return {
    limitA: Math.min(a.limitA, b.limitA),
    limitW: Math.min(a.limitW, b.limitW),
    phases: Math.min(a.phases, b.phases),
    phaseToUse: a.phaseToUse ?? b.phaseToUse,
    minRateA: Math.max(a.minRateA, b.minRateA),
    minRateW: Math.max(a.minRateW, b.minRateW),
  };
}

/** What is behind a cap's watts and amperes. */
export interface Supply {
  readonly nominalVoltageV: number;
  /** Wired. */
  readonly phases: number;
}

/** A per phase. A limit in W is spread over the phases that the period has, wired or not (K01.FR.45, FR.49, FR.50). */
export function ampereOf({ limitA, limitW, phases }: Cap, { nominalVoltageV }: Supply): number {
  return Math.min(limitA, limitW / (nominalVoltageV * phases));
}

/** minChargingRate, A per phase. */
export function minAmpereOf({ minRateA, minRateW, phases }: Cap, { nominalVoltageV }: Supply): number {
  return Math.max(minRateA, minRateW / (nominalVoltageV * phases));
}

export function phasesOf({ phases }: Cap, supply: Supply): number {
  return Math.min(phases, supply.phases);
}

/** In the unit asked for; Infinity where nothing limits. */
export function rateOf(cap: Cap, unit: RateUnit, supply: Supply): number {
  const limitA = ampereOf(cap, supply);
  return unit === 'A' ? limitA : limitA * supply.nominalVoltageV * phasesOf(cap, supply);
}
