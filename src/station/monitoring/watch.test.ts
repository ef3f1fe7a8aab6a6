import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Monitor, MonitorType } from './monitor.ts';
import { look, type WatchState } from './watch.ts';

const monitor = (type: MonitorType, value: number): Monitor => ({
  id: 1, origin: 'CustomMonitor', component: { name: 'EVSE', evse: 1 }, variable: { name: 'Power' }, type, value, severity: 5, transaction: false,
});

/** What a row of values is told as. */
function told(watched: Monitor, values: readonly (string | undefined)[], { numeric = true, hysteresisPercent = 0, from = values[0] }: {
  readonly numeric?: boolean; readonly hysteresisPercent?: number; readonly from?: string | undefined;
} = {}): string[] {
  let state: WatchState = { alerting: false, baseline: from };
  return values.flatMap((value) => {
    const finding = look(watched, numeric, state, value, hysteresisPercent);
    state = finding.state;
    return finding.event === null ? [] : [`${finding.event.cleared ? '-' : '+'}${value ?? ''}`];
  });
}

describe('thresholds', () => {
  it.each([
    ['UpperThreshold', 100, ['0', '100', '101', '200', '100', '101'], ['+101', '-100', '+101']],
    ['LowerThreshold', 100, ['200', '100', '99', '0', '100', '99'], ['+99', '-100', '+99']],
    ['UpperThreshold', -10, ['-20', '-10', '-9', '-11'], ['+-9', '--11']],
  ] as const)('%s %i', (type, threshold, values, expected) => {
    expect(told(monitor(type, threshold), values)).toEqual(expected);
  });

  it('hysteresis, also of a lower threshold and of one below zero', () => {
    expect(told(monitor('LowerThreshold', 100), ['99', '105', '109', '110'], { hysteresisPercent: 10 })).toEqual(['+99', '-110']);
    expect(told(monitor('UpperThreshold', -100), ['-99', '-105', '-110'], { hysteresisPercent: 10 })).toEqual(['+-99', '--110']);
  });

  it('no value says nothing', () => {
    expect(told(monitor('UpperThreshold', 100), ['101', undefined, '', 'n/a', '101', '99'])).toEqual(['+101', '-99']);
  });

  test('alerts and clearances alternate, beginning with an alert', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -200, max: 200 })), fc.constantFrom('UpperThreshold' as const, 'LowerThreshold' as const), fc.integer({ min: 0, max: 50 }), (values, type, hysteresisPercent) => {
      const signs = told(monitor(type, 50), values.map(String), { hysteresisPercent }).map((event) => event.charAt(0));
      expect(signs).toEqual(signs.map((_, index) => (index % 2 === 0 ? '+' : '-')));
    }));
  });
});

describe('differences', () => {
  it('of numbers: more than the difference, measured from what was told last', () => {
    expect(told(monitor('Delta', 10), ['0', '10', '11', '20', '1', '0'])).toEqual(['+11', '+0']);
    expect(told(monitor('Delta', 10), ['0', '8', '16'])).toEqual(['+16']);
  });

  it('the first value of a variable that had none is no change', () => {
    expect(told(monitor('Delta', 10), ['50', '55', '61'], { from: '' })).toEqual(['+61']);
  });

  it('of anything else: every change', () => {
    expect(told(monitor('Delta', 10), ['a', 'b', 'b', 'a'], { numeric: false })).toEqual(['+b', '+a']);
    expect(told(monitor('Delta', 10), ['', 'x'], { numeric: false })).toEqual(['+x']);
  });
});
