/** What the test cases of block H share: reserving as the CSMS does, and what it was told. */
import { expect } from 'vitest';
import { T0 } from '../scenarios/world.ts';
import { CARD, events, statuses, type World } from './charging-station.ts';

export const THIRD = { value: 'CARD0003', type: 'ISO14443' };
export const FLEET = { idToken: 'FLEET', type: 'Central' };
export const TYPE2 = { type: 'cType2', canLock: true } as const;
export const CCS = { type: 'cCCS2', canLock: false } as const;

export interface Wish { readonly id?: number; readonly evseId?: number; readonly connectorType?: string; readonly token?: typeof CARD; readonly seconds?: number; readonly group?: boolean }

export async function reserve(world: World, { id = 1, token = CARD, seconds = 3600, group = false, ...where }: Wish): Promise<unknown> {
  const { status } = await world.ask('ReserveNow', {
    id, expiryDateTime: new Date(T0 + world.clock.monotonicMs() + seconds * 1000).toISOString(), idToken: { idToken: token.value, type: token.type },
    ...(group ? { groupIdToken: FLEET } : {}), ...where,
  });
  await world.seconds(1);
  return status;
}

export const told = (world: World): (string | undefined)[] => [1, 2, 3].map((evseId) => statuses(world, evseId).at(-1)).filter((status) => status !== undefined);
export const updates = (world: World): unknown[] => world.csms.of('ReservationStatusUpdate');
export const remoteStart = (world: World, more: object): Promise<Record<string, unknown>> =>
  world.ask('RequestStartTransaction', { remoteStartId: 7, idToken: { idToken: CARD.value, type: CARD.type }, ...more });

/** The CSMS answers every Authorize with the fleet's group. */
export function grouped(world: World): void {
  world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', groupIdToken: FLEET } }));
}

export async function expectEnergy(world: World, evseId: number, reservationId: number | undefined): Promise<void> {
  world.ev(evseId).plugIn();
  await world.seconds(5);
  expect(world.state.evses[evseId - 1]?.transaction?.chargingState).toBe('Charging');
  expect(events(world).map((event) => (event as { reservationId?: number }).reservationId).find((id) => id !== undefined)).toBe(reservationId);
}
