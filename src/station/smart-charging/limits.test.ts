import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import type { FailsafeRating } from '../../hardware/charger.ts';
import type { Evse } from '../evse.ts';
import { Limits, type LimitsDeps } from './limits.ts';

const SUPPLY_A = 32;
let clock: VirtualClock;
let evses: Evse[];
let limits: Limits;

/** An EVSE whose car takes what it is given. */
function outlet(id: number, failsafe: FailsafeRating): Evse {
  return {
    id, ownMaxA: 32,
    hardware: { link: 'up', contactorClosed: true, meter: { currentA: [0, 0, 0] } },
    record: {
      authorization: { idToken: { value: 'A', type: 'ISO14443' } }, pluggedConnectorId: 1, faulted: false,
      transaction: { id: `t${id}`, ending: null, stopReason: null, deauthorized: false },
    },
    charger: { facts: { phases: 3, nominalVoltageV: 230, minCurrentA: 6, maxCurrentA: 32, failsafe } },
  } as unknown as Evse;
}

/** As the hardware and the machine do it. */
function change(index: number, hardware: object, record: object = {}): void {
  const evse = evses[index] as { hardware: object; record: object };
  evse.hardware = { ...evse.hardware, ...hardware };
  evse.record = { ...evse.record, ...record };
}

/** Seconds go by; cars in reach draw what they may. */
async function run(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    for (const [index, evse] of evses.entries()) {
      const { currentA } = limits.of(evse);
      if (evse.hardware?.link === 'up' && !evse.record.faulted && evse.record.transaction !== null) change(index, { meter: { currentA: [currentA, currentA, currentA] } });
    }
    await clock.advance(1000);
  }
}
const given = (index: number): number => limits.of(evses[index] as Evse).currentA;

function station(failsafe: FailsafeRating): void {
  clock = new VirtualClock();
  evses = [outlet(1, failsafe), outlet(2, failsafe)];
  limits = new Limits({
    clock, evses, time: { nowMs: () => clock.wallMs() }, settings: { number: () => SUPPLY_A },
    sessions: { readyMs: () => null, priority: () => 0 },
    mergeInput: (window: unknown) => ({ installed: [], window, specificOverrules: false, externalOnly: false }),
  } as unknown as LimitsDeps);
}

describe('two cars share 32 A', () => {
  const sentence = '';
  beforeEach(() => station({ onHostDeath: 'carriesOn', sentence }));

  it('a controller that can\'t be reached keeps its share while its car may still draw: the sum stays within the limit', async () => {
    await run(20);
    expect([given(0), given(1)]).toEqual([16, 16]);
    change(0, { link: 'down' }, { faulted: true });
    await run(120);
    expect(given(1)).toBe(16);
  });

  it('back in reach, and its session over: all is the other\'s', async () => {
    await run(20);
    change(0, { link: 'down' }, { faulted: true });
    await run(10);
    change(0, { link: 'up', contactorClosed: false, meter: { currentA: [0, 0, 0] } }, { faulted: false, transaction: null, authorization: null });
    await run(60);
    expect(given(1)).toBe(32);
  });

  it('lost while nothing flowed there: nothing is kept, whatever an earlier session had', async () => {
    await run(20);
    change(0, { contactorClosed: false, meter: { currentA: [0, 0, 0] } }, { transaction: null, authorization: null });
    await run(60);
    change(0, { link: 'down' }, { faulted: true });
    await run(60);
    expect(given(1)).toBe(32);
  });

  it.each([
    ['that stops by itself after 10 s', { onHostDeath: 'stops', afterS: 10, sentence } as const, 16, 32],
    ['that falls back to 6 A after 30 s', { onHostDeath: 'fallsBack', afterS: 30, fallbackA: 6, sentence } as const, 16, 26],
  ])('one %s gives back what it no longer draws', async (_what, failsafe, first, later) => {
    station(failsafe);
    await run(20);
    change(0, { link: 'down' }, { faulted: true });
    await run(5);
    expect(given(1)).toBe(first);
    await run(90);
    expect(given(1)).toBe(later);
  });

  it('a session that ends keeps what its car still draws', async () => {
    await run(20);
    change(0, { meter: { currentA: [16, 16, 16] } }, { transaction: { id: 't1', ending: {}, stopReason: 'Local', deauthorized: false } });
    for (let second = 0; second < 5; second++) {
      expect(given(1)).toBeLessThanOrEqual(16);
      change(1, { meter: { currentA: [given(1), 0, 0] } });
      await clock.advance(1000);
    }
    change(0, { contactorClosed: false, meter: { currentA: [0, 0, 0] } });
    await run(30);
    expect(given(1)).toBe(32);
  });
});
