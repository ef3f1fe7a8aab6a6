/** K01, K02: charging profiles as a CSMS sets them. */
import { describe, expect, it } from 'vitest';
import { charging, station } from './charging-station.ts';
import { composite, drawnA, install, moments, profile } from './charging-profiles.ts';

describe('K01 SetChargingProfile', () => {
  it('K01.FR.07 a profile that is accepted limits the car at once', async () => {
    const world = await station();
    await charging(world);
    await install(world, 1, profile(world, 1, [[0, 10]]));
    await world.seconds(10);
    expect(drawnA(world)).toBeGreaterThan(9.5);
    expect(drawnA(world)).toBeLessThan(10.1);
    expect(moments(await composite(world, 1, 400)).map(([, limit]) => limit)).toEqual([10]);
  });
});
