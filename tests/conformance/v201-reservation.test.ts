/** OCPP 2.0.1 station test cases and requirements, block H: reservation. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, offline, online, OTHER, since, station, statuses, type World } from './charging-station.ts';
import { T0 } from '../scenarios/world.ts';

const THIRD = { value: 'CARD0003', type: 'ISO14443' };
const FLEET = { idToken: 'FLEET', type: 'Central' };
const TYPE2 = { type: 'cType2', canLock: true } as const;
const CCS = { type: 'cCCS2', canLock: false } as const;

interface Wish { readonly id?: number; readonly evseId?: number; readonly connectorType?: string; readonly token?: typeof CARD; readonly seconds?: number; readonly group?: boolean }

async function reserve(world: World, { id = 1, token = CARD, seconds = 3600, group = false, ...where }: Wish): Promise<unknown> {
  const { status } = await world.ask('ReserveNow', {
    id, expiryDateTime: new Date(T0 + world.clock.monotonicMs() + seconds * 1000).toISOString(), idToken: { idToken: token.value, type: token.type },
    ...(group ? { groupIdToken: FLEET } : {}), ...where,
  });
  await world.seconds(1);
  return status;
}

const told = (world: World): (string | undefined)[] => [1, 2, 3].map((evseId) => statuses(world, evseId).at(-1)).filter((status) => status !== undefined);
const updates = (world: World): unknown[] => world.csms.of('ReservationStatusUpdate');
const remoteStart = (world: World, more: object): Promise<Record<string, unknown>> =>
  world.ask('RequestStartTransaction', { remoteStartId: 7, idToken: { idToken: CARD.value, type: CARD.type }, ...more });

/** The CSMS answers every Authorize with the fleet's group. */
function grouped(world: World): void {
  world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', groupIdToken: FLEET } }));
}

async function expectEnergy(world: World, evseId: number, reservationId: number | undefined): Promise<void> {
  world.ev(evseId).plugIn();
  await world.seconds(5);
  expect(world.state.evses[evseId - 1]?.transaction?.chargingState).toBe('Charging');
  expect(events(world).map((event) => (event as { reservationId?: number }).reservationId).find((id) => id !== undefined)).toBe(reservationId);
}

describe('H01: reserving one EVSE', () => {
  it('TC_H_01_CS, H01.FR.03, H01.FR.15, H01.FR.23, H03.FR.01, H03.FR.09, H03.FR.10: Reserved until its token comes, which uses it up', async () => {
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

  it('G01.FR.06, H03.FR.10: cable first and then the right token: from Reserved to Occupied', async () => {
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

describe('H02: cancelling', () => {
  it('TC_H_17_CS, H02.FR.02, H02.FR.03, H02.FR.04: free for everybody again, without a ReservationStatusUpdate', async () => {
    const world = await station();
    await reserve(world, { evseId: 1 });
    expect(await world.ask('CancelReservation', { reservationId: 1 })).toMatchObject({ status: 'Accepted' });
    await world.seconds(1);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Available']);
    expect(updates(world)).toEqual([]);
    await world.card(OTHER);
    await expectEnergy(world, 1, undefined);
  });

  it('H02.FR.05, H02.FR.06: of whichever EVSE: those not reserved on their own are free again', async () => {
    const world = await station({}, { evses: 3 });
    await reserve(world, { id: 1, evseId: 1, token: THIRD });
    await reserve(world, { id: 2 });
    await reserve(world, { id: 3, token: OTHER });
    expect(told(world)).toEqual(['Reserved', 'Reserved', 'Reserved']);
    expect(await world.ask('CancelReservation', { reservationId: 2 })).toMatchObject({ status: 'Accepted' });
    await world.seconds(1);
    expect(told(world)).toEqual(['Reserved', 'Available', 'Available']);
    await world.card({ value: 'STRANGER', type: 'ISO14443' }, 2);
    await expectEnergy(world, 2, undefined);
    expect(told(world)).toEqual(['Reserved', 'Occupied', 'Reserved']); // the other reservation still gets its EVSE
  });

  it('TC_H_18_CS, H02.FR.01: one that nobody knows: Rejected', async () => {
    const world = await station();
    expect(await world.ask('CancelReservation', { reservationId: 1 })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NotFound' } });
  });
});

describe('H03: using', () => {
  it('TC_H_19_CS, H01.FR.15, H03.FR.04, H03.FR.08: a token whose group the CSMS tells', async () => {
    const world = await station();
    grouped(world);
    await reserve(world, { evseId: 1, group: true });
    expect(told(world)).toEqual(['Reserved']);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' });
    expect(world.csms.of('Authorize')).toHaveLength(1);
    await expectEnergy(world, 1, 1);
  });

  it('H03.FR.07: a token whose group the cache knows isn\'t asked for', async () => {
    const world = await station({ 'AuthCtrlr.LocalPreAuthorize': 'true' });
    grouped(world);
    await world.card(OTHER);
    world.agent.cancelAuthorization(1);
    await world.seconds(1);
    await reserve(world, { evseId: 1, group: true });
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted', by: 'cache' });
    expect(world.csms.of('Authorize')).toHaveLength(1);
    await expectEnergy(world, 1, 1);
  });

  it('H03.FR.04, H03.FR.08: a token of another group is asked for, and refused', async () => {
    const world = await station();
    await reserve(world, { evseId: 1, group: true });
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(statuses(world).at(-1)).toBe('Reserved');
  });

  it('F01.FR.21, F01.FR.22, F02.FR.06, F02.FR.23, F02.FR.24, H03.FR.09: remote start with the token, its group, or neither', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { evseId: 1, group: true, token: OTHER });
    expect(await remoteStart(world, { evseId: 1 })).toMatchObject({ status: 'Rejected' });
    expect(await remoteStart(world, { evseId: 1, groupIdToken: { idToken: 'OTHERS', type: 'Central' } })).toMatchObject({ status: 'Rejected' });
    expect(await remoteStart(world, { evseId: 1, groupIdToken: FLEET })).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 1, 1);
    expect(events(world)[0]).toMatchObject({ triggerReason: 'RemoteStart', reservationId: 1, idToken: { idToken: CARD.value } });
  });

  it('H03.FR.03: a remote start that names no EVSE takes the one reserved for its token', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { evseId: 2 });
    expect(await remoteStart(world, {})).toMatchObject({ status: 'Accepted' });
    await expectEnergy(world, 2, 1);
  });

  it('B11.FR.05, H03.FR.01: it outlives a power cut, and is used after it', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { evseId: 2 });
    world.kill();
    await world.start(30);
    expect(told(world)).toEqual(['Available', 'Reserved']);
    expect(await world.card(OTHER, 2)).toMatchObject({ status: 'Reserved' });
    await world.card(CARD, 2);
    await expectEnergy(world, 2, 1);
  });

  it('it is used while the CSMS can\'t be reached, and told afterwards', async () => {
    const world = await station({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await reserve(world, { evseId: 1 });
    await offline(world);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Reserved' });
    await world.card(CARD);
    world.ev().plugIn();
    await world.seconds(5);
    await online(world);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', offline: true, reservationId: 1 });
  });
});

describe('H04 and H01: ending without having been used', () => {
  it('TC_H_07_CS, H04.FR.01, H04.FR.02, H04.FR.03: expired: told, Available, free for everybody', async () => {
    const world = await station();
    await reserve(world, { evseId: 1, seconds: 60 });
    await world.seconds(57);
    expect(updates(world)).toEqual([]);
    expect(statuses(world)).toEqual(['Available', 'Reserved']);
    await world.seconds(4);
    expect(updates(world)).toEqual([{ reservationId: 1, reservationUpdateStatus: 'Expired' }]);
    expect(statuses(world)).toEqual(['Available', 'Reserved', 'Available']);
    await world.card(OTHER);
    await expectEnergy(world, 1, undefined);
  });

  it('H04.FR.01, H04.FR.02: expired while the station was off, or the CSMS away', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { evseId: 1, seconds: 60 });
    await reserve(world, { id: 2, evseId: 2, seconds: 300 });
    world.kill();
    await world.seconds(100);
    await world.start(30);
    expect(updates(world)).toEqual([{ reservationId: 1, reservationUpdateStatus: 'Expired' }]);
    expect(told(world)).toEqual(['Available', 'Reserved']);
    await offline(world);
    await world.seconds(300);
    await online(world);
    expect(updates(world).slice(1)).toEqual([{ reservationId: 2, reservationUpdateStatus: 'Expired' }]);
    expect(told(world)).toEqual(['Available', 'Available']);
  });

  it('TC_H_21_CS, H01.FR.17: made inoperative: Removed, and free when it is operative again', async () => {
    const world = await station({}, { connectors: [TYPE2, CCS] });
    await reserve(world, { evseId: 1 });
    const seen = since(world);
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(2);
    expect(seen('StatusNotification').map(({ connectorId, connectorStatus }) => [connectorId, connectorStatus])).toEqual([[1, 'Unavailable'], [2, 'Unavailable']]);
    expect(updates(world)).toEqual([{ reservationId: 1, reservationUpdateStatus: 'Removed' }]);
    const again = since(world);
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Operative', evse: { id: 1 } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(2);
    expect(again('StatusNotification').map(({ connectorId, connectorStatus }) => [connectorId, connectorStatus])).toEqual([[1, 'Available'], [2, 'Available']]);
    await world.card(OTHER);
    await expectEnergy(world, 1, undefined);
  });

  it('H01.FR.16: it breaks: Removed; another EVSE\'s reservation stays', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, { id: 1, evseId: 1 });
    await reserve(world, { id: 2, evseId: 2, token: OTHER });
    world.ev(1).fault('GroundFailure');
    await world.seconds(2);
    expect(updates(world)).toEqual([{ reservationId: 1, reservationUpdateStatus: 'Removed' }]);
    expect(told(world)).toEqual(['Faulted', 'Reserved']);
    world.ev(1).clearFault();
    await world.seconds(2);
    expect(told(world)).toEqual(['Available', 'Reserved']);
  });

  it('H01.FR.07, H01.FR.16: one for whichever EVSE stays while another is left, and is Removed with the last', async () => {
    const world = await station({}, { evses: 2 });
    await reserve(world, {});
    world.ev(1).fault('OverVoltage');
    await world.seconds(2);
    expect(told(world)).toEqual(['Faulted', 'Reserved']);
    expect(updates(world)).toEqual([]);
    world.ev(2).fault('OverVoltage');
    await world.seconds(2);
    expect(updates(world)).toEqual([{ reservationId: 1, reservationUpdateStatus: 'Removed' }]);
  });
});
