import { describe, expect, it } from 'vitest';
import { PowerCurve, PowerCurves } from './power-curve.ts';

describe('power of a session', () => {
  it('is the mean of each stretch, whenever values come', () => {
    const curve = new PowerCurve('t');
    curve.add(6000, 0);
    curve.add(3000, 15_000);
    curve.add(3000, 30_000);
    curve.add(0, 90_000);
    expect(curve.view()).toEqual({ stretchS: 30, powerW: [4500, 3000, 3000] });
  });
  it('stays short in a session of days, and keeps its shape', () => {
    const curve = new PowerCurve('t');
    for (let hour = 0; hour <= 72; hour++) curve.add(hour < 36 ? 7000 : 1000, hour * 3_600_000);
    const { stretchS, powerW } = curve.view();
    expect(powerW.length).toBeLessThanOrEqual(60);
    expect(stretchS * powerW.length).toBeGreaterThan(70 * 3600);
    expect([powerW[0], powerW.at(-1)]).toEqual([7000, 1000]);
  });
  it('begins anew with the next session', () => {
    const curves = new PowerCurves();
    curves.add(1, 'a', 5000, 0);
    curves.add(1, 'a', 5000, 60_000);
    expect(curves.of(1, 'a').powerW).toEqual([5000, 5000]);
    curves.add(1, 'b', 0, 70_000);
    expect([curves.of(1, 'a').powerW, curves.of(1, 'b').powerW]).toEqual([[], []]);
  });
});
