/** What 1.6's station test cases take for granted: a charging point in a state, and how its CSMS sees it. */
import { expect } from 'vitest';
import { World, type WorldOptions } from '../scenarios/world.ts';

export { CARD, World } from '../scenarios/world.ts';

export const OTHER = { value: 'CARD0002', type: 'ISO14443' };

/** What the CSMS was told of a connector, oldest first. */
export function statuses(world: World, connectorId = 1): string[] {
  return world.csms.of('StatusNotification').filter((status) => status.connectorId === connectorId).map((status) => String(status.status));
}

export async function chargePoint(options: WorldOptions = {}): Promise<World> {
  return World.started({ ...options, edition: 'ocpp1.6' });
}

/** As the CSMS does it, not behind the station's back. */
export async function configure(world: World, key: string, value: string): Promise<void> {
  expect(await world.ask('ChangeConfiguration', { key, value })).toEqual({ status: 'Accepted' });
}

/** State "Charging": cable in, card accepted, energy flows. */
export async function charging(world: World, connectorId = 1): Promise<void> {
  world.ev(connectorId).plugIn();
  await world.seconds(2);
  await world.card();
  await world.seconds(5);
  expect(statuses(world, connectorId).at(-1)).toBe('Charging');
}

export async function offline(world: World): Promise<void> {
  world.network.refusing = true;
  world.network.reset();
  await world.seconds(5);
}

/** Long enough for the longest wait between two attempts that these tests set. */
export async function online(world: World): Promise<void> {
  world.network.refusing = false;
  await world.seconds(120);
  expect(world.state.queued).toBe(0);
}

/** Every message that came after this point. */
export function since(world: World): (action: string) => Record<string, unknown>[] {
  const from = world.csms.received.length;
  return (action) => world.csms.received.slice(from).filter((received) => received.action === action).map((received) => received.payload);
}
