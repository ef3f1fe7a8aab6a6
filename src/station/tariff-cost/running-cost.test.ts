import { describe, expect, it } from 'vitest';
import { parseCostBasis, parsePriceText, type CostBasis } from './cost-messages.ts';
import { costNow, runningCost } from './running-cost.ts';

const AT = '2026-06-01T12:00:00Z';
const T = Date.parse(AT);
const MINUTE = 60_000;
const basis = (over: object = {}): CostBasis => {
  const parsed = parseCostBasis({ timestamp: AT, meterValue: 1_000_000, state: 'Charging', chargingPrice: { kWhPrice: 0.25, hourPrice: 1.2 }, ...over });
  if (parsed === null) throw new RangeError('unreadable');
  return parsed;
};
const idle = { state: 'Idle', idlePrice: { graceMinutes: 30, hourPrice: 6 } };

describe('cost between two words of the CSMS', () => {
  it('energy and time since the basis', () => {
    expect(costNow(runningCost(1, basis(), null), 1_002_000, T + 30 * MINUTE)).toBeCloseTo(1 + 0.5 + 0.6);
    expect(costNow(runningCost(1, basis(), null), 1_000_000, T)).toBe(1);
  });
  it('a clock that stands before the basis takes nothing away', () => {
    expect(costNow(runningCost(1, basis(), null), 999_000, T - MINUTE)).toBe(1);
  });
  it('idle: nothing in the grace period, then by the hour', () => {
    const cost = runningCost(2, basis(idle), null);
    expect([29, 30, 40, 90].map((minutes) => Number(costNow(cost, 1_500_000, T + minutes * MINUTE).toFixed(6)))).toEqual([2, 2, 3, 8]);
  });
  it('a second Idle message doesn\'t start the grace period again', () => {
    const first = runningCost(2, basis(idle), null);
    const later = basis({ ...idle, timestamp: '2026-06-01T12:20:00Z' });
    expect(costNow(runningCost(2, later, first), 1_000_000, T + 40 * MINUTE)).toBeCloseTo(3);
  });
  it('charging again ends the idle time', () => {
    const first = runningCost(2, basis(idle), null);
    expect(costNow(runningCost(2.5, basis({ timestamp: '2026-06-01T13:00:00Z' }), first), 1_001_000, T + 60 * MINUTE)).toBeCloseTo(2.75);
  });
  it('the next period has its own prices from its time on', () => {
    const next = basis({ nextPeriod: { atTime: '2026-06-01T13:00:00Z', chargingPrice: { kWhPrice: 1 } } });
    const cost = { ...runningCost(0, next, null), nextFromWh: 1_004_000 };
    // 4 kWh and 1 h before, 2 kWh after.
    expect(costNow(cost, 1_006_000, T + 90 * MINUTE)).toBeCloseTo(4 * 0.25 + 1.2 + 2);
  });
  it('the next period has its own idle price', () => {
    const next = basis({ ...idle, nextPeriod: { atTime: '2026-06-01T13:00:00Z', chargingPrice: {}, idlePrice: { hourPrice: 12 } } });
    expect(costNow(runningCost(0, next, null), 1_000_000, T + 90 * MINUTE)).toBeCloseTo(3 + 6);
  });
});

describe('what can be read', () => {
  it.each([
    ['no timestamp', { timestamp: undefined }], ['a bad timestamp', { timestamp: 'noon' }], ['no register', { meterValue: '1' }],
    ['another state', { state: 'Sleeping' }], ['no price', { chargingPrice: undefined }], ['a price in words', { chargingPrice: { kWhPrice: 'cheap' } }],
    ['a negative price', { chargingPrice: { kWhPrice: -1 } }], ['a next period without time', { nextPeriod: { chargingPrice: {} } }],
    ['triggers that are none', { triggerMeterValue: 'often' }],
  ])('%s: nothing at all', (_, over) => {
    expect(parseCostBasis({ timestamp: AT, meterValue: 1, state: 'Charging', chargingPrice: {}, ...over })).toBeNull();
  });
  it('triggers', () => {
    expect(basis({ triggerMeterValue: { atTime: AT, atEnergykWh: 50, atPowerkW: 0.1, atCPStatus: ['SuspendedEV', 3] } }).triggers)
      .toEqual({ atMs: T, atEnergyWh: 50_000, atPowerW: 100, atStatus: ['SuspendedEV'] });
  });
  it('text in up to five languages, as text', () => {
    const extra = ['nl', 'de', 'fr', 'sv', 'da'].map((language) => ({ format: 'HTML', language, content: `<b>${language}</b>` }));
    expect(parsePriceText({ priceText: 'a', priceTextExtra: extra }, 'en')).toEqual([
      { language: 'en', text: 'a' }, ...['nl', 'de', 'fr', 'sv'].map((language) => ({ language, text: language }))]);
    expect(parsePriceText({ priceTextExtra: extra }, 'en')).toBeNull();
  });
});
