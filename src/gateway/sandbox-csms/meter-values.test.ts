import { describe, expect, it } from 'vitest';
import { importRegisterWh } from './meter-values.ts';

const timestamp = '2026-01-01T00:00:00Z';

describe('import register in meter values', () => {
  it('is the default measurand, in Wh', () => {
    expect(importRegisterWh([{ timestamp, sampledValue: [{ value: 1234.5 }] }])).toBe(1234.5);
  });

  it('takes kWh, multipliers and the text values of 1.6', () => {
    expect(importRegisterWh([{ timestamp, sampledValue: [{ value: '1.5', unit: 'kWh', measurand: 'Energy.Active.Import.Register' }] }])).toBe(1500);
    expect(importRegisterWh([{ timestamp, sampledValue: [{ value: 3, unitOfMeasure: { unit: 'kWh', multiplier: 1 } }] }])).toBe(30_000);
  });

  it('skips single phases and other measurands, and takes the newest', () => {
    const values = [
      { timestamp, sampledValue: [{ value: 10 }] },
      { timestamp, sampledValue: [{ value: 20 }, { value: 5, phase: 'L1' }, { value: 7000, measurand: 'Power.Active.Import' }] },
    ];
    expect(importRegisterWh(values)).toBe(20);
    expect(importRegisterWh([{ timestamp, sampledValue: [{ value: 1, measurand: 'SoC' }] }])).toBeNull();
    expect(importRegisterWh(undefined)).toBeNull();
  });
});
