/** OCPP 2.0.1 station test cases and requirements, block H: making reservations (H01). */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, OTHER, since, station, statuses } from './charging-station.ts';
import { CCS, expectEnergy, grouped, remoteStart, reserve, THIRD, told, TYPE2, updates, type Wish } from './reserving.ts';
import { T0 } from '../scenarios/world.ts';

describe('H01: reserving one EVSE', () => {
  it('TC_H_01_CS, E01.FR.13, E03.FR.03, H01.FR.03, H01.FR.15, H01.FR.23, H03.FR.01, H03.FR.09, H03.FR.10: Reserved until its token comes, which uses it up', async () => {
    const world = await station({}, { evses: 2 });
    expect(await reserve(world, { evseId: 1 })).toBe('Accepted');
    expect(told(world)).toEqual(['Reserved', 'Available']);
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' }); // at no outlet in particular: its own is found
    await world.seconds(1);
    expect(statuses(world, 1)).toEqual(['Available', 'Reserved', 'Available']);
    await expectEnergy(world, 1, 1);
    expect(statuses(world, 1).at(-1)).toBe('Occupied');
    expect(updates(world)).toEqual([]);
    expect(await world.ask('CancelReservation', { reservationId: 1 })).toMatchObject({ status: 'Rejected' });
  });

  it('TC_H_02_CS, F01.FR.21, G01.FR.09, H03.FR.01: another token charges neither from the reader nor by remote start; its cable changes nothing', async () => {
    const world = await station({}, { evses: 1 });
    await reserve(world, { evseId: 1 });
    world.ev().plugIn();
    await world.seconds(2);
    expect(statuses(world)).toEqual(['Available', 'Reserved']);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    expect(world.agent.snapshot()).toMatchObject({ authorization: { state: 'refused', status: 'Reserved', evseId: 1 }, evses: [{ state: 'reserved' }] });
    expect(await remoteStart(world, { evseId: 1, idToken: { idToken: OTHER.value, type: OTHER.type } })).toMatchObject({ status: 'Rejected' });
    await world.seconds(40);
    expect(events(world)).toEqual([]);
    expect(statuses(world)).toEqual(['Available', 'Reserved']);
  });

  it('TC_H_02_CS, H03.FR.09 TxStartPoint EVConnected: the cable starts a transaction, the wrong token no energy, the right one takes it over', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    await reserve(world, { evseId: 1 });
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card(OTHER, 1)).toMatchObject({ status: 'Reserved' });
    await world.seconds(30);
    expect(events(world).some(({ transactionInfo }) => transactionInfo.chargingState === 'Charging')).toBe(false);
    expect(statuses(world).at(-1)).toBe('Reserved');
    await world.card(CARD, 1);
    await world.seconds(5);
    expect(statuses(world).at(-1)).toBe('Occupied'); // H03.FR.10, G01.FR.06
    expect(events(world).find(({ triggerReason }) => triggerReason === 'Authorized')).toMatchObject({ reservationId: 1, eventType: 'Updated' });
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('E02.FR.03, G01.FR.06, H03.FR.10: cable first and then the right token: from Reserved to Occupied', async () => {
    const world = await station();
    await reserve(world, { evseId: 1 });
    world.ev().plugIn();
    await world.seconds(2);
    await world.card(CARD, 1);
    await world.seconds(5);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Occupied']);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', reservationId: 1 });
  });

  it('TC_H_03_CS, H01.FR.11: of a reserved EVSE: Occupied', async () => {
    const world = await station();
    await reserve(world, { evseId: 1 });
    expect(await reserve(world, { id: 2, evseId: 1, token: OTHER })).toBe('Occupied');
  });

  it('TC_H_04_CS, H01.FR.11: of one in use, or with a cable in: Occupied', async () => {
    const world = await station({}, { evses: 2 });
    await charging(world);
    expect(await reserve(world, { evseId: 1, token: OTHER })).toBe('Occupied');
    world.ev(2).plugIn();
    await world.seconds(2);
    expect(await reserve(world, { evseId: 2, token: OTHER })).toBe('Occupied');
  });

  it('H01.FR.12: of a broken one: Faulted', async () => {
    const world = await station({}, { evses: 2 });
    world.ev().fault('GroundFailure');
    await world.seconds(2);
    expect(await reserve(world, { evseId: 1 })).toBe('Faulted');
    expect(await reserve(world, { connectorType: 'cType2' })).toBe('Accepted');
    world.ev(2).fault('GroundFailure');
    await world.seconds(2);
    expect(await reserve(world, { id: 2 })).toBe('Faulted');
  });

  it.each([['EVSE', { id: 1 }], ['station', undefined], ['connector', { id: 1, connectorId: 1 }]])('TC_H_06_CS, H01.FR.14: of an unavailable %s: Unavailable', async (_, evse) => {
    const world = await station();
    await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', ...(evse === undefined ? {} : { evse }) });
    expect(await reserve(world, { evseId: 1 })).toBe('Unavailable');
  });

  it('TC_H_22_CS, H01.FR.01: configured not to accept reservations: Rejected', async () => {
    const world = await station({ 'ReservationCtrlr.Enabled': 'false' });
    expect(await reserve(world, { evseId: 1 })).toBe('Rejected');
    expect(await reserve(world, {})).toBe('Rejected');
    expect(statuses(world)).toEqual(['Available']);
  });

  it('TC_H_23_CS, H01.FR.02: the same id replaces a reservation', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { evseId: 1 });
    expect(await reserve(world, { evseId: 1, token: OTHER })).toBe('Accepted');
    expect(told(world)).toEqual(['Reserved', 'Available']);
    expect(await world.card(CARD, 1)).toMatchObject({ status: 'Reserved' });
    expect(await world.card(OTHER, 1)).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
  });

  it('H01.FR.02: and may move it to another EVSE; one that can\'t be had leaves the old one in force', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { evseId: 1 });
    expect(await reserve(world, { evseId: 2 })).toBe('Accepted');
    expect(told(world)).toEqual(['Available', 'Reserved']);
    await charging(world, 1);
    expect(await reserve(world, { evseId: 1 })).toBe('Occupied');
    expect(told(world)).toEqual(['Occupied', 'Reserved']);
  });

  it.each([
    ['an EVSE that isn\'t there', { evseId: 9 }, 'UnknownEvse'], ['a connector type that isn\'t there', { connectorType: 'cCCS1' }, 'UnknownConnectorType'],
    ['a time that has passed', { evseId: 1, seconds: -1 }, 'InvalidValue'],
  ])('H01: %s: Rejected, %s', async (_, wish, reasonCode) => {
    const world = await station();
    const { seconds, ...where } = wish as Wish;
    expect(await world.ask('ReserveNow', {
      id: 1, expiryDateTime: new Date(T0 + world.clock.monotonicMs() + (seconds ?? 60) * 1000).toISOString(), idToken: { idToken: 'A', type: 'Central' }, ...where,
    })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode } });
  });

  it('H01.FR.23: all connectors of the EVSE are told Reserved', async () => {
    const world = await station({}, { connectors: [TYPE2, CCS] });
    const seen = since(world);
    await reserve(world, { evseId: 1 });
    expect(seen('StatusNotification').map(({ connectorId, connectorStatus }) => [connectorId, connectorStatus])).toEqual([[1, 'Reserved'], [2, 'Reserved']]);
  });

  it('the driver reads until when', async () => {
    const world = await station();
    await reserve(world, { evseId: 1, seconds: 600 });
    const { evses: [evse], nowMs } = world.agent.snapshot();
    expect(Math.round(((evse?.reservedUntilMs ?? 0) - (nowMs ?? 0)) / 1000)).toBe(599);
    expect(evse?.state).toBe('reserved');
  });
});

describe('H01: reserving whichever EVSE is free', () => {
  it('TC_H_08_CS, H01.FR.04, H01.FR.07, H01.FR.15, H01.FR.18, H03.FR.03: on a station with one EVSE', async () => {
    const world = await station();
    expect(await reserve(world, {})).toBe('Accepted');
    expect(told(world)).toEqual(['Reserved']);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
  });

  it('H01.FR.07, H01.FR.20: one EVSE remains: the last free one turns Reserved, and goes to no other', async () => {
    const world = await station({}, { evses: 3 });
    await reserve(world, {});
    expect(told(world)).toEqual(['Available', 'Available', 'Available']);
    world.ev(1).plugIn(); // a stranger's cable is enough
    await world.seconds(1);
    expect(told(world)).toEqual(['Occupied', 'Available', 'Available']);
    await world.card(OTHER, 2);
    await world.seconds(1);
    expect(told(world)).toEqual(['Occupied', 'Available', 'Reserved']);
    expect(await world.card(THIRD, 3)).toMatchObject({ status: 'Reserved' });
    world.ev(3).plugIn();
    await world.seconds(1);
    expect(await world.card(THIRD, 3)).toMatchObject({ status: 'Reserved' });
    world.ev(1).unplug();
    await world.seconds(1);
    expect(told(world)).toEqual(['Reserved', 'Available', 'Occupied']); // the free one is kept now: its cable is the stranger's
    expect(await world.card(THIRD, 3)).toMatchObject({ status: 'Accepted' });
    expect(await world.card(CARD, 1)).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
  });

  it('H01.FR.07: a driver who waits at one outlet and plugs in at the other leaves the first to the reservation', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, {});
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' }); // at no outlet in particular
    await world.seconds(1);
    expect(told(world)).toEqual(['Available', 'Reserved']);
    world.ev(2).plugIn();
    await world.seconds(5);
    expect(told(world)).toEqual(['Reserved', 'Occupied']);
    expect(world.state.evses[1]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_H_09_CS, H01.FR.11: all EVSEs reserved: Occupied', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { id: 1, evseId: 1 });
    await reserve(world, { id: 2, evseId: 2, token: OTHER });
    expect(await reserve(world, { id: 3, token: THIRD })).toBe('Occupied');
  });

  it('TC_H_10_CS, H01.FR.11: all EVSEs in use: Occupied', async () => {
    const world = await station({}, { evses: 2 });
    await charging(world, 1);
    world.ev(2).plugIn();
    await world.seconds(1);
    await world.card(OTHER, 2);
    await world.seconds(5);
    expect(await reserve(world, { token: THIRD })).toBe('Occupied');
  });

  it('TC_H_12_CS, H01.FR.14: all EVSEs unavailable: Unavailable', async () => {
    const world = await station({}, { evses: 2 });
    await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative' });
    expect(await reserve(world, {})).toBe('Unavailable');
  });

  it('TC_H_13_CS, H01.FR.19: NonEvseSpecific=false: Rejected, with and without a connector type', async () => {
    const world = await station({}, { settings: [['ReservationCtrlr.NonEvseSpecific', 'false']] });
    expect(await reserve(world, {})).toBe('Rejected');
    expect(await reserve(world, { connectorType: 'cType2' })).toBe('Rejected');
    expect(await reserve(world, { evseId: 1 })).toBe('Accepted');
  });

  it('TC_H_14_CS, H01.FR.20: as many reservations as EVSEs: all connectors Reserved', async () => {
    const world = await station({}, { evses: 2 });
    expect(await reserve(world, { id: 1 })).toBe('Accepted');
    expect(told(world)).toEqual(['Available', 'Available']);
    expect(await reserve(world, { id: 2, token: OTHER })).toBe('Accepted');
    expect(told(world)).toEqual(['Reserved', 'Reserved']);
    expect(await reserve(world, { id: 3, token: THIRD })).toBe('Occupied');
  });

  it('TC_H_24_CS, H03.FR.06: for a group: any of its tokens', async () => {
    const world = await station();
    grouped(world);
    await reserve(world, { group: true });
    expect(told(world)).toEqual(['Reserved']);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
  });
});

describe('H01: reserving a connector type', () => {
  it('TC_H_15_CS, H01.FR.06, H01.FR.09, H01.FR.15, H01.FR.24, H03.FR.02: the only one: its connectors Reserved, others of the EVSE Unavailable', async () => {
    const world = await station({}, { connectors: [TYPE2, CCS] });
    const seen = since(world);
    expect(await reserve(world, { connectorType: 'cType2' })).toBe('Accepted');
    expect(seen('StatusNotification').map(({ connectorId, connectorStatus }) => [connectorId, connectorStatus])).toEqual([[1, 'Reserved'], [2, 'Unavailable']]);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
  });

  it('TC_H_16_CS, H01.FR.11, H01.FR.24: as many as there are: all Reserved, one more is Occupied', async () => {
    const world = await station({}, { evses: 2 });
    expect(await reserve(world, { id: 1, connectorType: 'cType2' })).toBe('Accepted');
    expect(told(world)).toEqual(['Available', 'Available']);
    expect(await reserve(world, { id: 2, connectorType: 'cType2', token: OTHER })).toBe('Accepted');
    expect(told(world)).toEqual(['Reserved', 'Reserved']);
    expect(await reserve(world, { id: 3, connectorType: 'cType2', token: THIRD })).toBe('Occupied');
  });

  it('H03.FR.05: for a group', async () => {
    const world = await station();
    grouped(world);
    await reserve(world, { connectorType: 'cType2', group: true });
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
  });
});
