/** OCPP 1.6 section 4.9: which status follows which, told when, and with which error. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, chargePoint, configure, offline, online, OTHER, since, statuses, type World } from './charge-point.ts';

/** A TxDefaultProfile of 0 A. */
const NOTHING = { connectorId: 1, csChargingProfiles: {
  chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] },
} };

describe('which follows which', () => {
  it('section 4.9 E: the station\'s reason goes before the car\'s', async () => {
    const world = await chargePoint();
    await charging(world);
    world.ev().evSuspend();
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('SuspendedEV');
    await world.ask('SetChargingProfile', NOTHING);
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('SuspendedEVSE');
    await world.ask('ClearChargingProfile', {});
    await world.seconds(25);
    expect(statuses(world).at(-1)).toBe('SuspendedEV');
    world.ev().evResume();
    await world.seconds(5);
    expect(statuses(world).at(-1)).toBe('Charging');
  });

  it('section 4.9 I: back to what it was before the fault', async () => {
    const world = await chargePoint({ evses: 2 });
    world.ev(1).plugIn();
    await world.ask('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
    await world.seconds(2);
    for (const evse of [1, 2]) world.ev(evse).fault('OverVoltage');
    await world.seconds(2);
    for (const evse of [1, 2]) world.ev(evse).clearFault();
    await world.seconds(2);
    expect(statuses(world, 1).slice(-3)).toEqual(['Preparing', 'Faulted', 'Preparing']);
    expect(statuses(world, 2).slice(-3)).toEqual(['Unavailable', 'Faulted', 'Unavailable']);
  });
});

describe('what lies between', () => {
  it.each([['cable', 'Preparing'], ['card', 'Available']])('section 4.9 B1, A8: Inoperative while a %s waits: Available, then Unavailable; Operative: %s', async (waits, afterwards) => {
    const world = await chargePoint();
    if (waits === 'cable') world.ev().plugIn();
    else await world.card();
    await world.seconds(2);
    expect(await world.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Available', 'Unavailable']);
    if (waits === 'cable') expect(await world.card()).toMatchObject({ status: 'NotAtThisTime' });
    await world.ask('ChangeAvailability', { connectorId: 1, type: 'Operative' });
    await world.seconds(2);
    expect(statuses(world).at(-1)).toBe(afterwards);
  });

  it('section 4.9 F2, B5, E3: a new session on the same plug while nothing may flow; then it may', async () => {
    const world = await chargePoint();
    await charging(world);
    await world.card();
    await world.seconds(3);
    await world.ask('SetChargingProfile', NOTHING);
    await world.card();
    await world.seconds(3);
    expect(statuses(world).slice(-3)).toEqual(['Finishing', 'Preparing', 'SuspendedEVSE']);
    await world.ask('ClearChargingProfile', {});
    await world.seconds(8);
    expect(statuses(world).slice(-2)).toEqual(['SuspendedEVSE', 'Charging']);
    expect(world.csms.of('StartTransaction')).toHaveLength(2);
  });

  it('section 4.9 E4: the restriction is lifted before any energy has flowed, but the car takes none: SuspendedEV', async () => {
    const world = await chargePoint();
    await world.ask('SetChargingProfile', NOTHING);
    world.ev().evSuspend();
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(3);
    await world.ask('ClearChargingProfile', {});
    await world.seconds(30);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'SuspendedEVSE', 'SuspendedEV']);
    world.ev().unplug();
    world.ev().plugIn();
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('Preparing'); // of the next session
  });

  it('section 4.9 C6, F8: Inoperative in a session is Scheduled: Finishing until the cable is out, then Unavailable', async () => {
    const world = await chargePoint();
    await charging(world);
    expect(await world.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Scheduled' });
    await world.seconds(5);
    expect(statuses(world).at(-1)).toBe('Charging');
    await world.card();
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('Finishing');
    expect(world.agent.snapshot().evses[0]?.state).toBe('finished'); // the receipt, not a closed outlet
    expect(await world.card()).toMatchObject({ status: 'NotAtThisTime' });
    world.ev().unplug();
    await world.seconds(3);
    expect(statuses(world).slice(-3)).toEqual(['Charging', 'Finishing', 'Unavailable']);
  });

  it.each([0, 1])('section 4.9 F8, H2: connector %i Inoperative while Finishing: Unavailable at once; Operative with the cable still in: Preparing', async (connectorId) => {
    const world = await chargePoint();
    await charging(world);
    await world.card();
    await world.seconds(3);
    expect(await world.ask('ChangeAvailability', { connectorId, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    await world.ask('ChangeAvailability', { connectorId, type: 'Operative' });
    await world.seconds(2);
    expect(statuses(world).slice(-3)).toEqual(['Finishing', 'Unavailable', 'Preparing']);
  });
});

describe('a cable without a card (section 4.9 B6, errata 3.20)', () => {
  it('Finishing after ConnectionTimeOut; the screen still asks for the card, and the card starts (F2)', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '20');
    world.ev().plugIn();
    await world.seconds(15);
    expect(statuses(world)).toEqual(['Available', 'Preparing']);
    await world.seconds(10);
    expect(statuses(world)).toEqual(['Available', 'Preparing', 'Finishing']);
    expect(world.agent.snapshot().evses[0]?.state).toBe('waitingForCard');
    await world.card();
    await world.seconds(5);
    expect(statuses(world).slice(3)).toEqual(['Preparing', 'Charging']);
    expect(world.csms.of('StartTransaction')).toHaveLength(1);
  });

  it('pulled and plugged in again it waits anew; after a restart too', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '20');
    world.ev().plugIn();
    await world.seconds(25);
    world.ev().unplug();
    await world.seconds(3);
    world.ev().plugIn();
    await world.seconds(15);
    expect(statuses(world).slice(2)).toEqual(['Finishing', 'Available', 'Preparing']);
    const seen = since(world);
    world.kill();
    await world.start();
    await world.seconds(10);
    expect(seen('StatusNotification').at(-1)).toMatchObject({ status: 'Preparing' });
    await world.seconds(15);
    expect(seen('StatusNotification').at(-1)).toMatchObject({ status: 'Finishing' });
  });

  it('errata 3.20: one reader for two: another driver\'s card doesn\'t start on the cable that timed out', async () => {
    const world = await chargePoint({ evses: 2 });
    await configure(world, 'ConnectionTimeOut', '20');
    world.ev(1).plugIn();
    await world.seconds(25);
    expect(statuses(world, 1).at(-1)).toBe('Finishing');
    await world.card(OTHER);
    await world.seconds(3);
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Finishing', 'Preparing']);
    world.ev(2).plugIn();
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 2, idTag: OTHER.value }]);
    await world.card(CARD, 1); // at his own outlet
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 2 }, { connectorId: 1, idTag: CARD.value }]);
  });

  it('a reservation, a fault and being off stop the wait; it begins anew afterwards', async () => {
    const world = await chargePoint();
    await configure(world, 'ConnectionTimeOut', '20');
    world.ev().plugIn();
    await world.seconds(15);
    world.ev().fault('GroundFailure');
    await world.seconds(15);
    world.ev().clearFault();
    await world.seconds(15);
    expect(statuses(world).slice(-2)).toEqual(['Faulted', 'Preparing']);
    await world.ask('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    await world.seconds(30);
    await world.ask('ChangeAvailability', { connectorId: 0, type: 'Operative' });
    await world.seconds(15);
    expect(statuses(world).slice(-2)).toEqual(['Unavailable', 'Preparing']);
    await world.seconds(10);
    expect(statuses(world).at(-1)).toBe('Finishing');
  });
});

describe('when it is told', () => {
  it('MinimumStatusDuration: what lasts shorter isn\'t told, what lasts is; a fault doesn\'t wait', async () => {
    const world = await chargePoint();
    await configure(world, 'MinimumStatusDuration', '10');
    const seen = since(world);
    world.ev().plugIn();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(30);
    expect(seen('StatusNotification')).toEqual([]);
    world.ev().plugIn();
    await world.seconds(12);
    expect(seen('StatusNotification').map(({ status }) => status)).toEqual(['Preparing']);
    world.ev().fault('GroundFailure');
    await world.seconds(1);
    expect(seen('StatusNotification').map(({ status }) => status)).toEqual(['Preparing', 'Faulted']);
  });

  it('MinimumStatusDuration: each must be stable for so long, counted from its own begin', async () => {
    const world = await chargePoint();
    await configure(world, 'MinimumStatusDuration', '10');
    const seen = since(world);
    world.ev().plugIn();
    await world.seconds(8);
    await world.card(); // Charging a moment before Preparing would have been told
    await world.seconds(8);
    expect(seen('StatusNotification')).toEqual([]);
    await world.seconds(8);
    expect(seen('StatusNotification').map(({ status }) => status)).toEqual(['Charging']);
  });

  it('section 4.9 after an outage: only what holds now, and only where it changed; connector 0 too', async () => {
    const world = await chargePoint({ evses: 2, settings: [['OCPPCommCtrlr.OfflineThreshold', '600'], ['TxCtrlr.EVConnectionTimeOut', '600']] });
    await offline(world);
    world.ev(1).plugIn();
    await world.seconds(5);
    world.ev(1).fault('OverCurrentFailure');
    await world.seconds(5);
    world.ev(1).clearFault();
    await world.seconds(5);
    const seen = since(world);
    await online(world);
    expect(seen('StatusNotification')).toMatchObject([{ connectorId: 1, status: 'Preparing', errorCode: 'NoError' }]);
  });

  it('section 4.9 connector 0: only Available, Unavailable; on its own, and first of all at the boot', async () => {
    const world = await chargePoint();
    expect(world.csms.of('StatusNotification').map(({ connectorId }) => connectorId)).toEqual([0, 1]);
    await charging(world);
    world.ev().fault('GroundFailure');
    await world.seconds(3);
    await world.ask('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    await world.seconds(2);
    await world.ask('ChangeAvailability', { connectorId: 0, type: 'Operative' });
    await world.seconds(2);
    expect(statuses(world, 0)).toEqual(['Available', 'Unavailable', 'Available']);
  });
});

describe('errors', () => {
  it.each([
    'GroundFailure', 'OverCurrentFailure', 'HighTemperature', 'PowerSwitchFailure', 'ConnectorLockFailure', 'PowerMeterFailure', 'ReaderFailure',
    'OverVoltage', 'UnderVoltage', 'InternalError',
  ] as const)('section 7.6: a fault %s of the hardware is Faulted with this code, and NoError when it is over', async (code) => {
    const world = await chargePoint();
    world.ev().fault(code);
    await world.seconds(2);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Faulted', errorCode: code, vendorErrorCode: `SIM-${code}` });
    world.ev().clearFault(code);
    await world.seconds(2);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorId: 1, status: 'Available', errorCode: 'NoError' });
  });

  it('a fault of one of two EVSEs leaves the other alone', async () => {
    const world = await chargePoint({ evses: 2 });
    world.ev(2).fault('HighTemperature');
    await world.seconds(2);
    expect([0, 1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Available', 'Available', 'Faulted']);
  });
});

describe('two connectors on one EVSE', () => {
  const TWO = { connectors: [{ type: 'cType2', canLock: true }, { type: 'cCCS2', canLock: false }] } as const;
  const both = (world: World): (string | undefined)[] => [1, 2].map((id) => statuses(world, id).at(-1));

  it('both Preparing while a card waits; the one with the cable goes on, the other is Unavailable; both free in the end', async () => {
    const world = await chargePoint(TWO);
    expect(await world.ask('GetConfiguration', { key: ['NumberOfConnectors'] })).toMatchObject({ configurationKey: [{ value: '2' }] });
    await world.card();
    await world.seconds(1);
    expect(both(world)).toEqual(['Preparing', 'Preparing']);
    world.ev().plugIn(2);
    await world.seconds(5);
    expect(both(world)).toEqual(['Unavailable', 'Charging']);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 2 }]);
    await world.card();
    await world.seconds(3);
    expect(both(world)).toEqual(['Unavailable', 'Finishing']);
    world.ev().unplug(2);
    await world.seconds(3);
    expect(both(world)).toEqual(['Available', 'Available']);
  });

  it('one that is broken or switched off is so alone; commands find the connector that they name', async () => {
    const world = await chargePoint(TWO);
    await world.ask('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
    await world.seconds(1);
    expect(both(world)).toEqual(['Available', 'Unavailable']);
    expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    expect(await world.ask('UnlockConnector', { connectorId: 2 })).toEqual({ status: 'NotSupported' });
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 2 })).toEqual({ status: 'Rejected' });
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1 })).toEqual({ status: 'Accepted' });
    await world.ask('ChangeAvailability', { connectorId: 2, type: 'Operative' });
  });

  it('a fault of one connector: that one Faulted, the other serves; a fault of the EVSE: both', async () => {
    const world = await chargePoint(TWO);
    world.ev().fault('ConnectorLockFailure', 1);
    await world.seconds(2);
    expect(both(world)).toEqual(['Faulted', 'Available']);
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1 })).toEqual({ status: 'Rejected' });
    world.ev().plugIn(1);
    await world.seconds(2);
    expect(both(world)).toEqual(['Faulted', 'Available']);
    world.ev().plugIn(2);
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(both(world)).toEqual(['Faulted', 'Charging']);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 2 }]);
    world.ev().fault('GroundFailure');
    await world.seconds(3);
    expect(both(world)).toEqual(['Faulted', 'Faulted']);
    expect(world.csms.of('StopTransaction')).toHaveLength(1);
  });

  it('the one in use breaks: its transaction ends, the other serves while the broken one is still plugged in', async () => {
    const world = await chargePoint(TWO);
    world.ev().plugIn(1);
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(both(world)).toEqual(['Charging', 'Unavailable']);
    world.ev().fault('HighTemperature', 1);
    await world.seconds(3);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ reason: 'Other' }]);
    expect(both(world)).toEqual(['Faulted', 'Available']);
    expect(world.state.evses[0]?.powerW).toBe(0);
    world.ev().plugIn(2);
    await world.seconds(2);
    await world.card(OTHER);
    await world.seconds(5);
    expect(both(world)).toEqual(['Faulted', 'Charging']);
    world.ev().clearFault('HighTemperature', 1);
    await world.seconds(2);
    expect(both(world)).toEqual(['Unavailable', 'Charging']);
  });

  it('a plug that doesn\'t lock takes only its own connector out of service', async () => {
    const world = await chargePoint(TWO);
    world.ev().jamLock(true, 1);
    world.ev().plugIn(1);
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(both(world)).toEqual(['Faulted', 'Available']);
    expect(await world.ask('ReserveNow', { connectorId: 1, idTag: OTHER.value, reservationId: 1, expiryDate: '2026-06-01T13:00:00Z' })).toEqual({ status: 'Faulted' });
    expect(await world.ask('ReserveNow', { connectorId: 2, idTag: OTHER.value, reservationId: 1, expiryDate: '2026-06-01T13:00:00Z' })).toEqual({ status: 'Accepted' });
  });
});

describe('a fixed cable', () => {
  it('TC_018_2_CS: UnlockConnector says NotSupported, and the session goes on', async () => {
    const world = await chargePoint({ connectors: [{ type: 'cType2', canLock: false }] });
    await charging(world);
    expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'NotSupported' });
    await world.seconds(10);
    expect(statuses(world).at(-1)).toBe('Charging');
    expect(world.csms.of('StopTransaction')).toEqual([]);
  });

  it('TC_017_2_CS: without a session likewise', async () => {
    const world = await chargePoint({ connectors: [{ type: 'cType2', canLock: false }] });
    expect(await world.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'NotSupported' });
  });
});
