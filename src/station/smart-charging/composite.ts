/** The composite schedule that a CSMS may ask for (K08; 1.6 section 5.7). Pure. */
import { lowest, minAmpereOf, phasesOf, rateOf, type Cap, type Supply } from './cap.ts';
import type { RateUnit } from './profile.ts';
import { constant, zip, type Steps } from './steps.ts';
import type { Window } from './timeline.ts';

/** One moment's rate in the unit asked for. */
export interface Rate {
  readonly limit: number;
  readonly phases: number;
  readonly phaseToUse: number | null;
  readonly minRate: number;
}

export interface CompositePeriod {
  readonly startS: number;
  readonly limit: number;
  readonly numberPhases: number;
  readonly phaseToUse?: number;
}
export interface CompositeSchedule {
  readonly evseId: number;
  readonly startMs: number;
  /** Less than asked for only if there were too many periods to tell. */
  readonly durationS: number;
  readonly unit: RateUnit;
  readonly minChargingRate?: number;
  readonly periods: readonly CompositePeriod[];
}

/** An EVSE: what its profiles, the station's and the hardware leave. */
export function evseRates(own: Steps<Cap>, station: Steps<Cap>, hardware: Cap, unit: RateUnit, supply: Supply): Steps<Rate> {
  return zip(own, station, (a, b) => rate(lowest(lowest(a, b), hardware), unit, supply));
}

/** The grid connection: all EVSEs together, but no more than the station may take (K08.FR.03). */
export function stationRates(evses: readonly Steps<Rate>[], station: Steps<Cap>, fromMs: number, unit: RateUnit, supply: Supply): Steps<Rate> {
  const none: Rate = { limit: 0, phases: 0, phaseToUse: null, minRate: 0 };
  const sum = evses.reduce((all, one) => zip(all, one, (a, b): Rate => ({
    limit: a.limit + b.limit, phases: Math.max(a.phases, b.phases), phaseToUse: null, minRate: 0,
  })), constant(fromMs, none));
  return zip(sum, station, (all, cap): Rate => ({ ...all, limit: Math.min(all.limit, rateOf(cap, unit, supply)) }));
}

function rate(cap: Cap, unit: RateUnit, supply: Supply): Rate {
  const phases = phasesOf(cap, supply);
  const limit = rateOf(cap, unit, supply);
  const minA = minAmpereOf(cap, supply);
  return { limit, phases, phaseToUse: cap.phaseToUse, minRate: Math.min(limit, unit === 'A' ? minA : minA * supply.nominalVoltageV * phases) };
}

/**
 * On whole seconds, as the wire has it. A second in which the limit changes gets the lower of both: at no moment does the
 * schedule promise more than holds.
 */
export function toSchedule(rates: Steps<Rate>, { fromMs, toMs }: Window, evseId: number, unit: RateUnit, maxPeriods: number): CompositeSchedule {
  const durationS = Math.ceil((toMs - fromMs) / 1000);
  const grid = new Set<number>([0]);
  for (const { atMs } of rates) {
    grid.add(Math.floor((atMs - fromMs) / 1000));
    grid.add(Math.ceil((atMs - fromMs) / 1000));
  }
  const periods: CompositePeriod[] = [];
  let first = 0;
  for (const startS of [...grid].filter((second) => second < durationS).sort((a, b) => a - b)) {
    const startMs = fromMs + startS * 1000;
    while (first + 1 < rates.length && (rates[first + 1]?.atMs ?? Infinity) <= startMs) first += 1;
    let worst = rates[first]?.value;
    for (let index = first + 1; index < rates.length && (rates[index]?.atMs ?? Infinity) < startMs + 1000; index++) {
      const value = rates[index]?.value;
      if (value !== undefined && (worst === undefined || value.limit < worst.limit)) worst = value;
    }
    if (worst === undefined) continue;
    const period = toPeriod(startS, worst);
    if (samePeriod(periods.at(-1), period)) continue;
    if (periods.length === maxPeriods) return schedule(startS);
    periods.push(period);
  }
  return schedule(durationS);

  function schedule(coveredS: number): CompositeSchedule {
    const minRate = rates[0]?.value.minRate ?? 0;
    return { evseId, startMs: fromMs, durationS: coveredS, unit, periods, ...(minRate > 0 ? { minChargingRate: tenths(minRate) } : {}) };
  }
}

function toPeriod(startS: number, { limit, phases, phaseToUse }: Rate): CompositePeriod {
  return { startS, limit: tenths(limit), numberPhases: Math.max(1, phases), ...(phaseToUse === null || phases !== 1 ? {} : { phaseToUse }) };
}

/** One decimal, never more than it is. */
function tenths(value: number): number {
  return Math.floor(value * 10 + 1e-6) / 10;
}

function samePeriod(a: CompositePeriod | undefined, b: CompositePeriod): boolean {
  return a !== undefined && a.limit === b.limit && a.numberPhases === b.numberPhases && a.phaseToUse === b.phaseToUse;
}
