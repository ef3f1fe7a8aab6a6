import { beforeEach, describe, expect, it } from 'vitest';
import { KerbsideError } from '../../../base/errors.ts';
import { SeededRandom } from '../../../platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../../platform/virtual/virtual-clock.ts';
import type { ChargerState } from '../../charger.ts';
import { SimulatedCharger } from './simulated-charger.ts';

let clock: VirtualClock;
let saved: unknown;
let refuse: boolean;
let states: ChargerState[];
let charger: SimulatedCharger;

const make = (): SimulatedCharger => new SimulatedCharger({
  clock, random: new SeededRandom(7), options: { evseId: 1 },
  memory: {
    load: async () => saved,
    save: async (value) => {
      if (refuse) throw new KerbsideError('StoreFull', 'full');
      saved = structuredClone(value);
    },
  },
});
const last = (): ChargerState => {
  const state = states.at(-1);
  if (state === undefined) throw new RangeError('nothing reported yet');
  return state;
};
const seconds = (count: number): Promise<void> => clock.advance(count * 1000);

beforeEach(async () => {
  clock = new VirtualClock();
  saved = null;
  refuse = false;
  states = [];
  charger = make();
  await charger.start({ onState: (state) => states.push(state) });
});

async function chargeUp(): Promise<void> {
  await charger.offer({ energise: true, maxCurrentA: 32 });
  charger.plugIn();
  await seconds(10);
}

describe('the car', () => {
  it('takes a moment, then about what it asks for, with less than 1 % of noise', async () => {
    expect(last()).toMatchObject({ link: 'up', contactorClosed: false, connectors: [{ pilot: 'A' }] });
    await chargeUp();
    expect(last()).toMatchObject({ contactorClosed: true, connectors: [{ pilot: 'C' }] });
    const before = states.length;
    await seconds(60);
    for (const state of states.slice(before)) expect(Math.abs(state.meter.powerW - 11_000)).toBeLessThan(110);
  });
  it('follows setEv within 15 s, in power and phases', async () => {
    await chargeUp();
    charger.setEv({ demandW: 3000, phases: 1 });
    await seconds(15);
    expect(Math.abs(last().meter.powerW - 3000)).toBeLessThan(30);
    expect(last().phasesInUse).toBe(1);
  });
  it('never takes more than is offered; below 6 A nothing', async () => {
    await chargeUp();
    charger.setEv({ demandW: 22_000 });
    await charger.offer({ energise: true, maxCurrentA: 10 });
    await seconds(6);
    expect(Math.max(...last().meter.currentA)).toBeLessThan(10.1);
    await charger.offer({ energise: true, maxCurrentA: 5 });
    await seconds(1);
    expect(last()).toMatchObject({ contactorClosed: false, connectors: [{ pilot: 'B' }] });
  });
  it('pauses, goes on, and stops when it is full', async () => {
    await chargeUp();
    charger.evSuspend();
    await seconds(1);
    expect(last().contactorClosed).toBe(false);
    charger.evResume();
    await seconds(10);
    expect(last().contactorClosed).toBe(true);
    charger.setEv({ socPercent: 99.95 });
    await seconds(300);
    expect(last().contactorClosed).toBe(false);
  });
});

describe('the register', () => {
  it('is the integral of the power, and stands still while energy is withheld', async () => {
    await chargeUp();
    const from = states.length;
    await seconds(60);
    let energyWh = 0;
    for (let index = from; index < states.length; index++) {
      const [a, b] = [states[index - 1]?.meter, states[index]?.meter];
      if (a !== undefined && b !== undefined) energyWh += (a.powerW * (b.atMonotonicMs - a.atMonotonicMs)) / 3.6e6;
    }
    expect(last().meter.energyImportWh - (states[from - 1]?.meter.energyImportWh ?? 0)).toBeCloseTo(energyWh, 6);
    await charger.offer({ energise: false, maxCurrentA: 0 });
    await seconds(1);
    const still = last().meter.energyImportWh;
    charger.parkingBay(true);
    await seconds(60);
    expect(last().meter.energyImportWh).toBe(still);
  });
  it('never tells more than the disk holds', async () => {
    await chargeUp();
    refuse = true;
    const held = last().meter.energyImportWh;
    await seconds(5);
    expect(last().meter.energyImportWh).toBe(held);
    refuse = false;
    await seconds(2);
    expect(last().meter.energyImportWh).toBeGreaterThan(held);
  });
  it('after a kill: the car is still plugged in, the register hasn\'t fallen, energy flows within 8 s of the offer', async () => {
    await chargeUp();
    const told = last().meter.energyImportWh;
    states = [];
    charger = make();
    await charger.start({ onState: (state) => states.push(state) });
    expect(last().connectors[0]?.plugged).toBe(true);
    expect(last().contactorClosed).toBe(false);
    expect(last().meter.energyImportWh).toBeGreaterThanOrEqual(told);
    await charger.offer({ energise: true, maxCurrentA: 32 });
    await seconds(8);
    expect(last().meter.powerW).toBeGreaterThan(1000);
  });
});

it('a fault opens the contactor, and a broken lock doesn\'t unlock', async () => {
  await chargeUp();
  charger.fault('GroundFailure');
  await seconds(1);
  expect(last()).toMatchObject({ contactorClosed: false, faults: [{ code: 'GroundFailure' }] });
  charger.clearFault();
  await seconds(10);
  expect(last().contactorClosed).toBe(true);
  charger.fault('ConnectorLockFailure', 1);
  expect(await charger.unlock(1)).toBe('UnlockFailed');
  charger.clearFault('ConnectorLockFailure');
  expect(await charger.unlock(1)).toBe('Unlocked');
});

it('an idle simulation sets no timer', async () => {
  await charger.offer({ energise: false, maxCurrentA: 0 });
  await seconds(5);
  expect(clock.nextTimerInMs()).toBeNull();
});
