/** OCPP 1.6 station test cases, Reservation profile (sections 3.11, 5.1, 5.13). */
import { describe, expect, it } from 'vitest';
import { T0 } from '../scenarios/world.ts';
import { CARD, charging, chargePoint, configure, OTHER, statuses, type World } from './charge-point.ts';

async function reserve(world: World, more: Record<string, unknown> = {}, seconds = 3600): Promise<unknown> {
  const { status } = await world.ask('ReserveNow', {
    connectorId: 1, expiryDate: new Date(T0 + world.clock.monotonicMs() + seconds * 1000).toISOString(), idTag: CARD.value, reservationId: 5, ...more,
  });
  await world.seconds(1);
  return status;
}

const starts = (world: World): Record<string, unknown>[] => world.csms.of('StartTransaction');

async function plugIn(world: World, connectorId = 1): Promise<void> {
  world.ev(connectorId).plugIn();
  await world.seconds(5);
}

describe('of a connector', () => {
  it('TC_046_1_CS: another card is refused, the one it is for starts, with the reservation\'s id', async () => {
    const world = await chargePoint();
    expect(await reserve(world)).toBe('Accepted');
    expect(statuses(world)).toEqual(['Available', 'Reserved']);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    expect(statuses(world).at(-1)).toBe('Reserved');
    await world.card(CARD);
    await world.seconds(1);
    expect(statuses(world).at(-1)).toBe('Preparing'); // G2
    await plugIn(world);
    expect(starts(world)).toMatchObject([{ connectorId: 1, idTag: CARD.value, reservationId: 5 }]);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Preparing', 'Charging']);
  });

  it('TC_046_2_CS: by remote start', async () => {
    const world = await chargePoint();
    await reserve(world);
    expect(await world.ask('RemoteStartTransaction', { idTag: OTHER.value, connectorId: 1 })).toEqual({ status: 'Rejected' });
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1 })).toEqual({ status: 'Accepted' });
    await plugIn(world);
    expect(starts(world)).toMatchObject([{ idTag: CARD.value, reservationId: 5 }]);
  });

  it('TC_047_CS: expired: Available, and anybody charges', async () => {
    const world = await chargePoint();
    await reserve(world, {}, 60);
    await world.seconds(57);
    expect(statuses(world)).toEqual(['Available', 'Reserved']);
    await world.seconds(4);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Available']);
    await world.card(OTHER);
    await plugIn(world);
    expect(starts(world)).toHaveLength(1);
    expect(starts(world)[0]).not.toHaveProperty('reservationId');
  });

  it('TC_048_1_CS: Faulted', async () => {
    const world = await chargePoint();
    world.ev().fault('GroundFailure');
    await world.seconds(2);
    expect(await reserve(world)).toBe('Faulted');
  });

  it('TC_048_2_CS: Occupied, also where it is reserved already', async () => {
    const world = await chargePoint({ evses: 2 });
    await charging(world);
    expect(await reserve(world)).toBe('Occupied');
    expect(await reserve(world, { connectorId: 2 })).toBe('Accepted');
    expect(await reserve(world, { connectorId: 2, reservationId: 6 })).toBe('Occupied');
  });

  it('TC_048_3_CS: Unavailable', async () => {
    const world = await chargePoint();
    await world.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    expect(await reserve(world)).toBe('Unavailable');
  });

  it('TC_048_4_CS: configured not to accept reservations, or no such connector: Rejected', async () => {
    const world = await chargePoint({ settings: [['ReservationCtrlr.Enabled', 'false']] });
    expect(await reserve(world)).toBe('Rejected');
    expect(await reserve(await chargePoint(), { connectorId: 9 })).toBe('Rejected');
  });

  it('section 5.13: only the transaction uses it up: a card without a cable leaves it in force', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '20');
    await reserve(world);
    await world.card(CARD);
    await world.seconds(25);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Preparing', 'Available', 'Reserved']); // B7 is an empty cell
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    await world.card(CARD);
    await plugIn(world);
    expect(starts(world)).toMatchObject([{ reservationId: 5 }]);
    expect(await world.ask('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Rejected' });
  });

  it('section 5.13: the same id replaces it', async () => {
    const world = await chargePoint({ evses: 2 });
    await reserve(world);
    expect(await reserve(world, { connectorId: 2, idTag: OTHER.value })).toBe('Accepted');
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Available', 'Reserved']);
  });

  it('section 4.9 G9, G8: a fault or Inoperative ends it', async () => {
    const world = await chargePoint({ evses: 2 });
    await reserve(world);
    await reserve(world, { connectorId: 2, reservationId: 6 });
    world.ev(1).fault('OverVoltage');
    await world.ask('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
    await world.seconds(2);
    world.ev(1).clearFault();
    await world.ask('ChangeAvailability', { connectorId: 2, type: 'Operative' });
    await world.seconds(2);
    expect(statuses(world, 1)).toEqual(['Available', 'Reserved', 'Faulted', 'Available']);
    expect(statuses(world, 2)).toEqual(['Available', 'Reserved', 'Unavailable', 'Available']);
  });

  it('one of two connectors of an EVSE: the other can\'t be used meanwhile', async () => {
    const world = await chargePoint({ connectors: [{ type: 'cType2', canLock: true }, { type: 'cCCS2', canLock: false }] });
    expect(await reserve(world, { connectorId: 2 })).toBe('Accepted');
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Unavailable', 'Reserved']);
    await world.ask('CancelReservation', { reservationId: 5 });
    await world.seconds(1);
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Available', 'Available']);
  });
});

describe('of the charge point (connector 0)', () => {
  it('TC_049_CS: with one connector it is that one', async () => {
    const world = await chargePoint();
    expect(await reserve(world, { connectorId: 0 })).toBe('Accepted');
    expect(statuses(world)).toEqual(['Available', 'Reserved']);
    await world.card(CARD);
    await plugIn(world);
    expect(starts(world)).toMatchObject([{ idTag: CARD.value, reservationId: 5 }]);
  });

  it('section 5.13: with several, one is kept free', async () => {
    const world = await chargePoint({ evses: 2 });
    await reserve(world, { connectorId: 0 });
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Available', 'Available']);
    world.ev(1).plugIn();
    await world.card(OTHER, 1);
    await world.seconds(5);
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Charging', 'Reserved']);
    expect(await world.card(OTHER, 2)).toMatchObject({ status: 'Reserved' });
  });

  it('TC_050_1_CS: Faulted', async () => {
    const world = await chargePoint();
    world.ev().fault('GroundFailure');
    await world.seconds(2);
    expect(await reserve(world, { connectorId: 0 })).toBe('Faulted');
  });

  it('TC_050_2_CS: Occupied', async () => {
    const world = await chargePoint();
    await plugIn(world);
    expect(await reserve(world, { connectorId: 0 })).toBe('Occupied');
  });

  it('TC_050_3_CS: Unavailable', async () => {
    const world = await chargePoint();
    await world.ask('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    expect(await reserve(world, { connectorId: 0 })).toBe('Unavailable');
  });

  it('TC_050_4_CS: ReserveConnectorZeroSupported=false: Rejected', async () => {
    const world = await chargePoint({ settings: [['ReservationCtrlr.NonEvseSpecific', 'false']] });
    expect(await world.ask('GetConfiguration', { key: ['ReserveConnectorZeroSupported'] }))
      .toEqual({ configurationKey: [{ key: 'ReserveConnectorZeroSupported', readonly: true, value: 'false' }] });
    expect(await reserve(world, { connectorId: 0 })).toBe('Rejected');
    expect(statuses(world)).toEqual(['Available']);
  });
});

describe('cancelling, and groups', () => {
  it('TC_051_CS: cancelled: Available, and another card charges without a reservation', async () => {
    const world = await chargePoint();
    await reserve(world);
    expect(await world.ask('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Available']);
    await world.card(OTHER);
    await plugIn(world);
    expect(starts(world)).toHaveLength(1);
    expect(starts(world)[0]).not.toHaveProperty('reservationId');
  });

  it('TC_052_CS: another id: Rejected, and the reservation stays', async () => {
    const world = await chargePoint();
    await reserve(world);
    expect(await world.ask('CancelReservation', { reservationId: 6 })).toEqual({ status: 'Rejected' });
    await world.seconds(1);
    expect(statuses(world).at(-1)).toBe('Reserved');
  });

  it('TC_053_CS: a card with the same parentIdTag', async () => {
    const world = await chargePoint();
    world.csms.answers.set('Authorize', () => ({ idTagInfo: { status: 'Accepted', parentIdTag: 'FLEET' } }));
    await reserve(world, { parentIdTag: 'FLEET' });
    expect(statuses(world).at(-1)).toBe('Reserved');
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' });
    await plugIn(world);
    expect(starts(world)).toMatchObject([{ idTag: OTHER.value, reservationId: 5 }]);
  });

  it('a reservation outlives a power cut', async () => {
    const world = await chargePoint();
    await reserve(world);
    world.kill();
    await world.start(30);
    expect(statuses(world).at(-1)).toBe('Reserved');
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
  });
});
