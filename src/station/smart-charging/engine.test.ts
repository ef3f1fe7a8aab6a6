/** The engine against an evaluator that looks at every moment on its own (tests/fixtures/naive-limits.ts). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveLimitA, naiveLimitW, type Moment } from '../../../tests/fixtures/naive-limits.ts';
import { UNLIMITED } from './cap.ts';
import { evseRates, stationRates, toSchedule, type Rate } from './composite.ts';
import { evseCaps, stationCaps, type EvseMergeInput } from './merge.ts';
import type { ChargingProfile, InstalledProfile, RateUnit } from './profile.ts';
import type { Steps } from './steps.ts';

const T0 = Date.UTC(2026, 5, 1, 12);
const HOUR_S = 3600;
const SUPPLY = { nominalVoltageV: 230, phases: 3 };
const WIRING = { voltageV: 230, phases: 3, maxA: 32 };
const TX = 'tx-1';

/** Moments around now: some at odd milliseconds. */
const moment = (spreadS: number) => fc.oneof(fc.integer({ min: -spreadS, max: spreadS }).map((s) => T0 + s * 1000), fc.integer({ min: -spreadS * 1000, max: spreadS * 1000 }).map((ms) => T0 + ms));

const schedule = (withStart: boolean, spreadS: number, gapS: number) => fc.record({
  unit: fc.constantFrom<RateUnit>('A', 'W'),
  startMs: withStart ? moment(spreadS) : fc.constant(undefined),
  durationS: fc.option(fc.integer({ min: 1, max: gapS * 8 }), { nil: undefined }),
  gaps: fc.array(fc.integer({ min: 1, max: gapS }), { maxLength: 6 }),
  limits: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 7, maxLength: 7 }),
  phases: fc.array(fc.constantFrom(undefined, 1, 2, 3), { minLength: 7, maxLength: 7 }),
}).map(({ unit, startMs, durationS, gaps, limits, phases }): ChargingProfile['schedules'][number] => ({
  id: 1, unit, ...(startMs === undefined ? {} : { startMs }), ...(durationS === undefined ? {} : { durationS }),
  periods: [0, ...gaps].map((_, index) => {
    const numberPhases = phases[index];
    return {
      startS: gaps.slice(0, index).reduce((sum, gap) => sum + gap, 0),
      limit: unit === 'A' ? (limits[index] ?? 0) / 10 : (limits[index] ?? 0) * 60,
      ...(numberPhases === undefined ? {} : { numberPhases }),
    };
  }),
}));

/** @param spreadS how far from now things happen @param gapS longest period */
const profile = (spreadS: number, gapS: number) => fc.record({
  stackLevel: fc.integer({ min: 0, max: 4 }),
  purpose: fc.constantFrom<ChargingProfile['purpose']>('TxDefaultProfile', 'TxDefaultProfile', 'TxProfile', 'ChargingStationMaxProfile', 'ChargingStationExternalConstraints'),
  kind: fc.constantFrom<ChargingProfile['kind']>('Absolute', 'Recurring', 'Relative'),
  recurrency: fc.constantFrom('Daily' as const, 'Weekly' as const),
  validFromMs: fc.option(moment(spreadS), { nil: undefined, freq: 2 }),
  validToMs: fc.option(moment(spreadS), { nil: undefined, freq: 2 }),
  transactionId: fc.constantFrom(TX, TX, 'tx-other'),
  evseId: fc.constantFrom(0, 1, 2),
}).chain(({ purpose, kind: anyKind, recurrency, validFromMs, validToMs, transactionId, evseId, stackLevel }) => {
  const kind = anyKind === 'Relative' && (purpose === 'ChargingStationMaxProfile' || purpose === 'ChargingStationExternalConstraints') ? 'Absolute' : anyKind;
  return schedule(kind !== 'Relative', spreadS, gapS).map((made): Omit<InstalledProfile, 'source'> => ({
    evseId: purpose === 'ChargingStationMaxProfile' ? 0 : purpose === 'TxProfile' ? Math.max(1, evseId) : evseId,
    profile: {
      id: 0, stackLevel, purpose, kind, schedules: [made], ...(kind === 'Recurring' ? { recurrency } : {}),
      ...(validFromMs === undefined ? {} : { validFromMs }), ...(validToMs === undefined ? {} : { validToMs }),
      ...(purpose === 'TxProfile' ? { transactionId } : {}),
    },
  }));
});

/** No two of a purpose, level and place, as no station would install them. */
const installed = (spreadS: number, gapS: number, maxLength = 9) => fc.uniqueArray(profile(spreadS, gapS), {
  maxLength, selector: ({ evseId, profile: { purpose, stackLevel, transactionId } }) => `${purpose} ${stackLevel} ${evseId} ${transactionId ?? ''}`,
}).map((entries): InstalledProfile[] => entries.map((entry, index) => ({
  ...entry, source: entry.profile.purpose === 'ChargingStationExternalConstraints' ? 'EMS' : 'CSO', profile: { ...entry.profile, id: index + 1 },
})));

interface Case { readonly entries: InstalledProfile[]; readonly zeroMs: number; readonly transactionId: string | null; readonly specificOverrules: boolean }
const cases = (spreadS: number, gapS: number) => fc.record<Case>({
  entries: installed(spreadS, gapS), zeroMs: moment(spreadS), transactionId: fc.constantFrom(TX, null), specificOverrules: fc.boolean(),
});

function input({ entries, zeroMs, transactionId, specificOverrules }: Case, fromMs: number, toMs: number): EvseMergeInput {
  return { installed: entries, window: { fromMs, toMs }, evseId: 1, transactionId, zeroMs, specificOverrules, externalOnly: false };
}

function rates(made: Case, fromMs: number, toMs: number, unit: RateUnit): Steps<Rate> {
  const merge = input(made, fromMs, toMs);
  return evseRates(evseCaps(merge), stationCaps(merge), { ...UNLIMITED, limitA: WIRING.maxA }, unit, SUPPLY);
}

function rateAt(steps: Steps<Rate>, atMs: number): number {
  return steps.filter((step) => step.atMs <= atMs).at(-1)?.value.limit ?? Number.NaN;
}

function naive(made: Case, atMs: number, unit: RateUnit): number {
  const where: Moment = { atMs, evseId: 1, transactionId: made.transactionId, zeroMs: made.zeroMs, specificOverrules: made.specificOverrules };
  return (unit === 'A' ? naiveLimitA : naiveLimitW)(made.entries, where, WIRING);
}

/** As toBeCloseTo, which a million calls of would take minutes. */
function expectClose(actual: number, expected: number): void {
  if (!(Math.abs(actual - expected) < 1e-6)) expect(actual).toBeCloseTo(expected, 6);
}

/** The rate at ascending moments, each step looked at once. */
function walker(steps: Steps<Rate>): (atMs: number) => number {
  let index = 0;
  return (atMs) => {
    while ((steps[index + 1]?.atMs ?? Infinity) <= atMs) index += 1;
    return steps[index]?.value.limit ?? Number.NaN;
  };
}

describe('the merged limit', () => {
  it('K01.FR.17 K08.FR.04 is the naive one, in every second of ten minutes', () => {
    fc.assert(fc.property(cases(900, 120), fc.constantFrom<RateUnit>('A', 'W'), (made, unit) => {
      const at = walker(rates(made, T0, T0 + 600_000, unit));
      for (let second = 0; second < 600; second++) expectClose(at(T0 + second * 1000), naive(made, T0 + second * 1000, unit));
    }), { numRuns: 500 });
  });

  it('K01.FR.13 is the naive one over three weeks of days, weeks and validity windows', () => {
    fc.assert(fc.property(cases(14 * 24 * HOUR_S, 9 * HOUR_S), fc.array(fc.integer({ min: 0, max: 21 * 24 * HOUR_S * 1000 - 1 }), { minLength: 60, maxLength: 60 }), (made, offsets) => {
      const steps = rates(made, T0, T0 + 21 * 24 * HOUR_S * 1000, 'A');
      // Wherever something changes, and at moments between.
      const atMs = [...steps.flatMap((step) => [step.atMs - 1, step.atMs]).filter((at) => at >= T0 && at < T0 + 21 * 24 * HOUR_S * 1000), ...offsets.map((offset) => T0 + offset)];
      const rate = walker(steps);
      for (const at of atMs.sort((a, b) => a - b)) expectClose(rate(at), naive(made, at, 'A'));
    }), { numRuns: 1500 });
  });

  it('SC.01 is never above any of the limits that hold, in its own unit', () => {
    fc.assert(fc.property(cases(900, 120), (made) => {
      const merge = input(made, T0, T0 + 600_000);
      const caps = evseCaps(merge);
      const external = evseCaps({ ...merge, externalOnly: true });
      for (const { atMs, value } of caps) {
        const outside = external.filter((step) => step.atMs <= atMs).at(-1)?.value ?? UNLIMITED;
        expect(value.limitA).toBeLessThanOrEqual(outside.limitA);
        expect(value.limitW).toBeLessThanOrEqual(outside.limitW);
        expect(value.phases).toBeLessThanOrEqual(outside.phases);
      }
    }), { numRuns: 500 });
  });

  it('begins where its window begins, and a window inside another sees the same', () => {
    fc.assert(fc.property(cases(900, 120), fc.integer({ min: 0, max: 500 }), (made, offsetS) => {
      const whole = rates(made, T0, T0 + 600_000, 'A');
      const part = rates(made, T0 + offsetS * 1000, T0 + 600_000, 'A');
      expect(part[0]?.atMs).toBe(T0 + offsetS * 1000);
      for (let second = offsetS; second < 600; second += 7) expectClose(rateAt(part, T0 + second * 1000), rateAt(whole, T0 + second * 1000));
    }), { numRuns: 500 });
  });
});

describe('the composite schedule', () => {
  it('K08.FR.02 covers the duration with ascending whole seconds, and promises at no moment more than holds', () => {
    fc.assert(fc.property(cases(400, 60), fc.constantFrom<RateUnit>('A', 'W'), fc.integer({ min: 1, max: 300 }), (made, unit, durationS) => {
      const window = { fromMs: T0, toMs: T0 + durationS * 1000 };
      const { periods, durationS: covered } = toSchedule(rates(made, window.fromMs, window.toMs, unit), window, 1, unit, 1024);
      expect(covered).toBe(durationS);
      expect(periods[0]?.startS).toBe(0);
      periods.forEach(({ startS }, index) => {
        expect(Number.isInteger(startS)).toBe(true);
        if (index > 0) expect(startS).toBeGreaterThan(periods[index - 1]?.startS ?? Infinity);
      });
      for (let tenth = 0; tenth < durationS * 10; tenth++) {
        const atMs = T0 + tenth * 100;
        const told = periods.filter(({ startS }) => T0 + startS * 1000 <= atMs).at(-1)?.limit ?? Infinity;
        const holds = naive(made, atMs, unit);
        if (told > holds + 1e-6) expect(told).toBeLessThanOrEqual(holds);
        if (tenth % 10 !== 0) continue;
        // And no less than the lowest within that second, but for the one decimal.
        const lowest = Math.min(...rates(made, atMs, atMs + 1000, unit).map(({ value }) => value.limit));
        if (told < lowest - 0.1 - 1e-6) expect(told).toBeGreaterThanOrEqual(lowest - 0.1);
      }
    }), { numRuns: 100 });
  });

  it('too many periods: tells as far as it can, and how far that is', () => {
    const periods = Array.from({ length: 50 }, (_, index) => ({ startS: index * 10, limit: index % 2 === 0 ? 10 : 20 }));
    const made: Case = { zeroMs: T0, transactionId: null, specificOverrules: false, entries: [{ evseId: 1, source: 'CSO', profile: {
      id: 1, stackLevel: 0, purpose: 'TxDefaultProfile', kind: 'Absolute', schedules: [{ id: 1, unit: 'A', startMs: T0, periods }],
    } }] };
    const window = { fromMs: T0, toMs: T0 + 500_000 };
    const told = toSchedule(rates(made, window.fromMs, window.toMs, 'A'), window, 1, 'A', 20);
    expect(told.periods).toHaveLength(20);
    expect(told.durationS).toBe(200);
  });

  it('K08.FR.03 EVSE 0: all EVSEs together, but never above the station\'s own limit', () => {
    fc.assert(fc.property(cases(900, 120), fc.constantFrom<RateUnit>('A', 'W'), (made, unit) => {
      const merge = input(made, T0, T0 + 600_000);
      const station = stationCaps(merge);
      const each = [1, 2].map((evseId) => evseRates(evseCaps({ ...merge, evseId }), station, { ...UNLIMITED, limitA: WIRING.maxA }, unit, SUPPLY));
      const total = stationRates(each, station, T0, unit, SUPPLY);
      for (let second = 0; second < 600; second += 13) {
        const atMs = T0 + second * 1000;
        const sum = each.reduce((all, steps) => all + rateAt(steps, atMs), 0);
        const cap = station.filter((step) => step.atMs <= atMs).at(-1)?.value ?? UNLIMITED;
        const limit = unit === 'A' ? Math.min(cap.limitA, cap.limitW / (230 * cap.phases)) : Math.min(cap.limitA, cap.limitW / (230 * cap.phases)) * 230 * Math.min(3, cap.phases);
        expectClose(rateAt(total, atMs), Math.min(sum, limit));
      }
    }), { numRuns: 400 });
  });
});
