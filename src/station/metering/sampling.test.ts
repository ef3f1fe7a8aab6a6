import { describe, expect, it } from 'vitest';
import type { ChargerFacts } from '../../hardware/charger.ts';
import { nextBoundary } from './aligned.ts';
import { sample, SUPPORTED_MEASURANDS, type SamplingInput } from './sampling.ts';

const facts = { phases: 3, nominalVoltageV: 230 } as ChargerFacts;
const input: SamplingInput = {
  facts, offeredA: 16, previousWh: 1000,
  reading: {
    atMonotonicMs: 0, energyImportWh: 1234.9, powerW: 10_999.96, currentA: [15.95, 16.04, 15.9], voltageV: [230.1, 229.9, 230],
    frequencyHz: 49.987, temperatureC: 31.24, socPercent: 54.6,
  },
};
const stamp = { wallMs: 0, monotonicMs: 0, run: 1 };
const values = (measurand: string, over: Partial<SamplingInput> = {}): unknown[] =>
  sample([measurand], 'Sample.Periodic', stamp, { ...input, ...over })?.sampledValues.map(({ value, phase, unit }) => [value, phase ?? null, unit]) ?? [];

describe('sampled values', () => {
  it.each([
    ['Energy.Active.Import.Register', [[1234, null, 'Wh']]],
    ['Energy.Active.Import.Interval', [[234, null, 'Wh']]],
    ['Power.Active.Import', [[11_000, null, 'W']]],
    ['Power.Offered', [[11_040, null, 'W']]],
    ['Current.Import', [[16, 'L1', 'A'], [16, 'L2', 'A'], [15.9, 'L3', 'A']]],
    ['Voltage', [[230.1, 'L1-N', 'V'], [229.9, 'L2-N', 'V'], [230, 'L3-N', 'V']]],
    ['Frequency', [[49.99, null, 'Hertz']]],
    ['SoC', [[55, null, 'Percent']]],
    ['Temperature', [[31.2, null, 'Celsius']]],
  ])('J02: %s', (measurand, expected) => {
    expect(values(measurand)).toEqual(expected);
  });
  it('every supported measurand gives something', () => {
    for (const measurand of SUPPORTED_MEASURANDS) expect(values(measurand), measurand).not.toEqual([]);
  });
  it('what the meter can\'t tell is left out, not invented', () => {
    const { socPercent: _, frequencyHz: __, ...bare } = input.reading;
    expect(values('SoC', { reading: bare })).toEqual([]);
    expect(sample(['SoC', 'Frequency'], 'Sample.Periodic', stamp, { ...input, reading: bare })).toBeNull();
  });
  it('RegisterValuesWithoutPhases false: the registers per phase stand beside the total, where the meter keeps them', () => {
    const reading = { ...input.reading, phaseEnergyImportWh: [411.6, 411.7, 411.6] };
    expect(values('Energy.Active.Import.Register', { reading, phaseRegisters: true })).toEqual([[1234, null, 'Wh'], [411, 'L1', 'Wh'], [411, 'L2', 'Wh'], [411, 'L3', 'Wh']]);
    expect(values('Energy.Active.Import.Register', { reading })).toEqual([[1234, null, 'Wh']]);
    expect(values('Energy.Active.Import.Register', { phaseRegisters: true })).toEqual([[1234, null, 'Wh']]);
  });
});

describe('clock-aligned boundaries (J01; libocpp#445: exactly on the clock)', () => {
  const at = (text: string): number => Date.parse(`2026-06-01T${text}Z`);
  it.each([
    ['12:00:00.000', 900, '12:15:00'], ['12:14:59.999', 900, '12:15:00'], ['12:00:00.001', 60, '12:01:00'], ['23:59:59.000', 900, '00:00:00'],
  ])('%s, every %d s: next at %s', (now, seconds, next) => {
    expect(new Date(nextBoundary(at(now), seconds * 1000)).toISOString().slice(11, 19)).toBe(next);
  });
  it('an interval that doesn\'t divide the day starts over at midnight', () => {
    expect(new Date(nextBoundary(at('23:58:00'), 7 * 60_000)).toISOString()).toBe('2026-06-02T00:00:00.000Z');
  });
});
