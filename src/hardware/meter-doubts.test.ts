import { beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../platform/virtual/virtual-clock.ts';
import type { ChargerState, MeterReading } from './charger.ts';
import { MeterDoubts } from './meter-doubts.ts';

let clock: VirtualClock;
let doubts: MeterDoubts;
beforeEach(() => {
  clock = new VirtualClock();
  doubts = new MeterDoubts(clock);
});
const controller = (energyImportWh: number, contactorClosed = true): void =>
  doubts.controller({ link: 'up', contactorClosed, meter: { energyImportWh } } as unknown as ChargerState);
const meter = (energyImportWh: number, currentA: readonly number[] = [16, 16, 16]): void =>
  doubts.meter({ energyImportWh, currentA } as unknown as MeterReading);

it('a meter that counts less than half of what the controller counts isn\'t the one of this outlet', () => {
  controller(0);
  meter(0);
  controller(499);
  meter(0);
  expect(doubts.faults).toEqual([]);
  controller(600);
  expect(doubts.faults).toMatchObject([{ code: 'PowerMeterFailure', vendorCode: 'contradicts', info: expect.stringContaining('0 Wh where the controller counted 600 Wh') }]);
  doubts.clear();
  expect(doubts.faults).toEqual([]);
});
it('two that agree, however long', () => {
  controller(0);
  meter(10_000);
  for (let wh = 0; wh < 20_000; wh += 50) {
    meter(10_000 + wh * 0.93);
    controller(wh);
  }
  expect(doubts.faults).toEqual([]);
});
it('a controller that doesn\'t count says nothing about the meter', () => {
  controller(0);
  for (let wh = 0; wh < 50_000; wh += 1000) meter(wh);
  expect(doubts.faults).toEqual([]);
});
it('current through an open contactor counts when it lasts, and not what is only seen at another moment', async () => {
  controller(0, false);
  await clock.advance(60_000);
  meter(0, [16, 16, 16]); // closed already, but its controller hasn't been read yet
  await clock.advance(2000);
  controller(0, true);
  meter(0, [16, 16, 16]);
  controller(0, false);
  meter(0, [10, 10, 10]); // ramping down
  await clock.advance(10_000);
  meter(0, [10, 0, 0]);
  expect(doubts.faults).toEqual([]);
  meter(0, [1.2, 0, 0]);
  meter(0, [2.5, 0, 0]);
  await clock.advance(16_000);
  meter(0, [2.5, 0, 0]);
  expect(doubts.faults).toMatchObject([{ code: 'PowerSwitchFailure' }]);
  meter(0, [0, 0, 0]);
  expect(doubts.faults).toEqual([]);
});
