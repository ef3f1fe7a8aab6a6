/** OCPP 2.0.1 station test cases and requirements, block H: cancelling, using, and ending unused (H02, H03, H04). */
import { describe, expect, it } from 'vitest';
import { CARD, events, offline, online, OTHER, since, station, statuses } from './charging-station.ts';
import { CCS, expectEnergy, FLEET, grouped, remoteStart, reserve, THIRD, told, TYPE2, updates } from './reserving.ts';

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
