import { expect, test } from 'vitest';
import { OpenEvseBench } from '../../../../tests/fixtures/openevse-bench.ts';
import { SeededRandom } from '../../../platform/virtual/seeded-random.ts';

const CHARGE = { energise: true, maxCurrentA: 20 };
/** What can flow between the last reading and a controller's restart, 20 A at 240 V for 2 s. */
const UNSEEN_WH = (20 * 240 * 2) / 3600;

test.each([1, 2, 3, 4, 5, 6])('the register is what has flowed, over sessions, restarts of host and controller, and a lost adapter (seed %i)', async (seed) => {
  const random = new SeededRandom(seed);
  const bench = await OpenEvseBench.started({ lifetimeWh: 7000 });
  const { car } = bench.emulator;
  let restarts = 0;
  let lostSessions = 0;
  await bench.offer(CHARGE);
  for (let step = 0; step < 60; step++) {
    switch (Math.floor(random.next() * 9)) {
      case 0: case 1: case 2:
        car.plug();
        car.startDrawing(6 + Math.floor(random.next() * 30));
        break;
      case 3: car.stopDrawing(); break;
      case 4: car.unplug(); break;
      case 5:
        restarts += 1;
        bench.emulator.powerCycle();
        break;
      case 6:
        bench.device.unplug();
        await bench.live(1 + Math.floor(random.next() * 20));
        if (random.next() < 0.5) {
          lostSessions += 1; // ended unseen: less than 1 Wh of it can be missed
          car.unplug();
          await bench.live(2);
        }
        bench.device.replug();
        break;
      case 7:
        await bench.restart();
        await bench.offer(CHARGE);
        break;
      default: await bench.live(Math.floor(random.next() * 60));
    }
    await bench.live(1 + Math.floor(random.next() * 10));
  }
  car.unplug();
  await bench.live(30);
  const registers = bench.states.filter(({ link }) => link === 'up').map(({ meter }) => meter.energyImportWh);
  registers.forEach((register, index) => expect(register).toBeGreaterThanOrEqual(registers[index - 1] ?? 0));
  const countedWh = bench.state.meter.energyImportWh - 7000;
  const { deliveredWh } = bench.emulator;
  expect(deliveredWh).toBeGreaterThan(20);
  expect(countedWh).toBeLessThanOrEqual(deliveredWh + 0.01);
  expect(countedWh).toBeGreaterThan(deliveredWh - restarts * UNSEEN_WH - lostSessions - 0.1);
});
