import { describe, expect, it } from 'vitest';
import type { ChargerFacts } from '../../hardware/charger.ts';
import { nextBoundary } from './aligned.ts';
import { measurandsWith, SUPPORTED_MEASURANDS } from './measurands.ts';
import { sample, type SamplingInput } from './sampling.ts';

const facts = { phases: 3, nominalVoltageV: 230 } as ChargerFacts;
const input: SamplingInput = {
  facts, offeredA: 16, previous: { energyImportWh: 1000 },
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

describe('a meter that gives more', () => {
  const reading: SamplingInput['reading'] = {
    ...input.reading, energyExportWh: 500.9, reactiveImportVarh: 333.3, reactiveExportVarh: 12, apparentVah: 1300.7, phaseEnergyExportWh: [100.9, 200, 200],
    phasePowerW: [3700.04, 3650, 3650], reactivePowerVar: 89.5, phaseReactivePowerVar: [120, -40.5, 10], powerFactor: 0.9984, phasePowerFactor: [0.998, 0.999, 1],
  };
  const previous = { energyImportWh: 1000, energyExportWh: 400, reactiveImportVarh: 300, reactiveExportVarh: 12 };
  const all = ['energyExportWh', 'reactiveImportVarh', 'reactiveExportVarh', 'apparentVah', 'reactivePowerVar', 'powerFactor'];
  it.each([
    ['Energy.Active.Export.Register', [[500, null, 'Wh']]],
    ['Energy.Active.Export.Interval', [[100, null, 'Wh']]],
    ['Energy.Active.Net', [[733, null, 'Wh']]],
    ['Energy.Reactive.Import.Register', [[333, null, 'varh']]],
    ['Energy.Reactive.Import.Interval', [[33, null, 'varh']]],
    ['Energy.Reactive.Export.Register', [[12, null, 'varh']]],
    ['Energy.Reactive.Export.Interval', [[0, null, 'varh']]],
    ['Energy.Reactive.Net', [[321, null, 'varh']]],
    ['Energy.Apparent.Net', [[1300, null, 'VAh']]],
    ['Power.Active.Import', [[11_000, null, 'W'], [3700, 'L1', 'W'], [3650, 'L2', 'W'], [3650, 'L3', 'W']]],
    ['Power.Active.Export', [[0, null, 'W'], [0, 'L1', 'W'], [0, 'L2', 'W'], [0, 'L3', 'W']]],
    ['Power.Reactive.Import', [[89.5, null, 'var'], [120, 'L1', 'var'], [0, 'L2', 'var'], [10, 'L3', 'var']]],
    ['Power.Reactive.Export', [[0, null, 'var'], [0, 'L1', 'var'], [40.5, 'L2', 'var'], [0, 'L3', 'var']]],
    ['Power.Factor', [[0.998, null, ''], [0.998, 'L1', ''], [0.999, 'L2', ''], [1, 'L3', '']]],
    ['Current.Export', [[0, 'L1', 'A'], [0, 'L2', 'A'], [0, 'L3', 'A']]],
  ])('J02: %s', (measurand, expected) => {
    expect(values(measurand, { reading, previous })).toEqual(expected);
  });
  it('a car that gives on one phase', () => {
    const giving = { ...reading, powerW: -1000, phasePowerW: [-3000, 1000, 1000], currentA: [13, 4.3, 4.3] };
    expect(values('Power.Active.Import', { reading: giving })).toEqual([[0, null, 'W'], [0, 'L1', 'W'], [1000, 'L2', 'W'], [1000, 'L3', 'W']]);
    expect(values('Power.Active.Export', { reading: giving })).toEqual([[1000, null, 'W'], [3000, 'L1', 'W'], [0, 'L2', 'W'], [0, 'L3', 'W']]);
    expect(values('Current.Import', { reading: giving })).toEqual([[0, 'L1', 'A'], [4.3, 'L2', 'A'], [4.3, 'L3', 'A']]);
    expect(values('Current.Export', { reading: giving })).toEqual([[13, 'L1', 'A'], [0, 'L2', 'A'], [0, 'L3', 'A']]);
  });
  it('is offered what it gives, and gives all that it is offered for', () => {
    expect(measurandsWith([])).toEqual([...SUPPORTED_MEASURANDS]);
    for (const measurand of measurandsWith(all)) expect(values(measurand, { reading, previous }), measurand).not.toEqual([]);
    for (const quantity of all) {
      const without = measurandsWith(all.filter((other) => other !== quantity));
      for (const measurand of measurandsWith(all).filter((other) => !without.includes(other))) {
        expect(values(measurand, { reading: { ...reading, [quantity]: undefined } as SamplingInput['reading'] }), measurand).toEqual([]);
      }
    }
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
