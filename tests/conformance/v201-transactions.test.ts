/** OCPP 2.0.1 station test cases, block E: start and stop points, status of a transaction. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, offline, online, OTHER, since, station, statuses, type TransactionEvent, type World } from './charging-station.ts';

const short = (event: TransactionEvent | undefined): unknown => event === undefined ? undefined
  : [event.eventType, event.triggerReason, event.transactionInfo.chargingState, ...(event.transactionInfo.stoppedReason === undefined ? [] : [event.transactionInfo.stoppedReason])];

/** seqNo without a gap, one transaction: whatever else a test looks at. */
function sound(world: World): void {
  const all = events(world);
  expect(all.map(({ seqNo }) => seqNo)).toEqual(all.map((_, index) => index));
  expect(new Set(all.map(({ transactionInfo }) => transactionInfo.transactionId)).size).toBe(1);
}

describe('E: where a transaction starts', () => {
  it('TC_E_01_CS TxStartPoint PowerPathClosed: with authorization and cable', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'PowerPathClosed' });
    await world.card();
    await world.seconds(3);
    expect(events(world)).toEqual([]);
    world.ev().plugIn();
    await world.seconds(5);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', idToken: { idToken: CARD.value }, evse: { id: 1, connectorId: 1 } });
    sound(world);
  });

  it('TC_E_02_CS TxStartPoint EnergyTransfer: with the energy', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EnergyTransfer' });
    await world.card();
    world.ev().evSuspend();
    world.ev().plugIn();
    await world.seconds(10);
    expect(statuses(world).at(-1)).toBe('Occupied');
    expect(events(world)).toEqual([]);
    world.ev().evResume();
    await world.seconds(5);
    expect(short(events(world)[0])).toEqual(['Started', 'ChargingStateChanged', 'Charging']);
    expect(events(world)[0]).toMatchObject({ idToken: { idToken: CARD.value, type: CARD.type }, evse: { id: 1, connectorId: 1 } });
    sound(world);
  });

  it('TC_E_03_CS cable first', async () => {
    const world = await station();
    await charging(world);
    expect(statuses(world)).toEqual(['Available', 'Occupied']);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', triggerReason: 'Authorized', idToken: { idToken: CARD.value } });
    expect(short(events(world).at(-1))).toEqual(['Updated', 'ChargingStateChanged', 'Charging']);
    sound(world);
  });

  it('TC_E_04_CS authorization first', async () => {
    const world = await station();
    await world.card();
    await world.seconds(2);
    world.ev().plugIn();
    await world.seconds(5);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started' });
    expect(short(events(world).at(-1))).toEqual(['Updated', 'ChargingStateChanged', 'Charging']);
    sound(world);
  });

  it('TC_E_05_CS authorization first and no cable: EVConnectTimeout, Ended with Timeout, and the next driver is served', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.TxStopPoint': 'Authorized', 'TxCtrlr.EVConnectionTimeOut': '20', 'AuthCacheCtrlr.Enabled': 'false' });
    await world.card();
    await world.seconds(25);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'EVConnectTimeout', transactionInfo: { stoppedReason: 'Timeout' } });
    sound(world);
    await charging(world);
  });

  it('TC_E_09_CS TxStartPoint EVConnected: with the cable', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    world.ev().plugIn();
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('Occupied');
    expect(short(events(world)[0])).toEqual(['Started', 'CablePluggedIn', 'EVConnected']);
    expect(events(world)[0]?.evse).toEqual({ id: 1, connectorId: 1 });
  });

  it('TC_E_10_CS TxStartPoint Authorized: with the card', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized' });
    await world.card();
    await world.seconds(2);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'Authorized', idToken: { idToken: CARD.value, type: CARD.type } }]);
  });

  it('TC_E_12_CS TxStartPoint ParkingBayOccupancy: with the car', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'ParkingBayOccupancy' });
    world.ev().parkingBay(true);
    await world.seconds(3);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'EVDetected' }]);
  });

  it('TC_E_13_CS TxStartPoint Authorized: with the remote start', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'AuthCtrlr.AuthorizeRemoteStart': 'true' });
    expect(await world.ask('RequestStartTransaction', { remoteStartId: 7, idToken: { idToken: CARD.value, type: CARD.type }, evseId: 1 })).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'RemoteStart', idToken: { idToken: CARD.value }, transactionInfo: { remoteStartId: 7 } }]);
  });

  it('TC_E_38_CS the car isn\'t ready: SuspendedEV once it had time to ask', async () => {
    const world = await station();
    await world.card();
    world.ev().evSuspend();
    world.ev().plugIn();
    await world.seconds(25);
    expect(short(events(world).at(-1))).toEqual([expect.any(String), 'ChargingStateChanged', 'SuspendedEV']);
    sound(world);
  });
});

describe('E: where a transaction stops', () => {
  it('TC_E_06_CS the card that started it, then the cable', async () => {
    const world = await station();
    await charging(world);
    await world.card();
    await world.seconds(5);
    expect(events(world).filter(({ triggerReason }) => triggerReason === 'StopAuthorized')).toHaveLength(1);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
    expect(statuses(world)).toEqual(['Available', 'Occupied', 'Available']);
    sound(world);
  });

  it.each([['TC_E_07_CS', 'PowerPathClosed'], ['TC_E_08_CS', 'EnergyTransfer'], ['TC_E_15_CS', 'Authorized']])('%s TxStopPoint %s, by card: Ended, Local', async (_, point) => {
    const world = await station({ 'TxCtrlr.TxStopPoint': point });
    await charging(world);
    const seen = since(world);
    await world.card();
    await world.seconds(5);
    expect(seen('TransactionEvent')[0]).toMatchObject({ triggerReason: 'StopAuthorized' });
    expect(seen('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
    if (point === 'Authorized') expect(seen('TransactionEvent')).toHaveLength(1);
    sound(world);
  });

  it('TC_E_14_CS TxStopPoint EVConnected: stopped by card, Ended with the cable', async () => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'EVConnected' });
    await charging(world);
    await world.card();
    await world.seconds(5);
    expect(events(world).filter(({ eventType }) => eventType === 'Ended')).toEqual([]);
    world.ev().unplug();
    await world.seconds(5);
    expect(statuses(world).at(-1)).toBe('Available');
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'EVCommunicationLost', transactionInfo: { chargingState: 'Idle' } });
    expect(['Local', 'EVDisconnected', undefined]).toContain(events(world).at(-1)?.transactionInfo.stoppedReason);
    sound(world);
  });

  it('TC_E_16_CS begun offline with a token that the CSMS calls invalid: Ended, DeAuthorized', async () => {
    const world = await station({ 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true', 'TxCtrlr.StopTxOnInvalidId': 'true', 'TxCtrlr.TxStopPoint': 'Authorized,PowerPathClosed' });
    await offline(world);
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(10);
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Invalid' } }));
    await online(world);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', offline: true });
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized', transactionInfo: { stoppedReason: 'DeAuthorized' } });
    expect(world.state.evses[0]?.powerW).toBe(0);
    sound(world);
  });

  it.each([
    ['TC_E_17_CS', 'true', 'false', 'Authorized,PowerPathClosed'], ['TC_E_20_CS, TC_E_54_CS', 'false', 'false', 'EVConnected'],
    ['TC_E_37_CS', 'false', 'false', 'PowerPathClosed'],
  ])('%s the cable goes on the car\'s side, StopTxOnEVSideDisconnect=%s, UnlockOnEVSideDisconnect=%s, TxStopPoint %s: Ended, EVDisconnected; its own card frees the cable', async (_, stops, unlocks, point) => {
    const world = await station({ 'TxCtrlr.TxStopPoint': point, 'TxCtrlr.StopTxOnEVSideDisconnect': stops, 'OCPPCommCtrlr.UnlockOnEVSideDisconnect': unlocks });
    await charging(world);
    world.ev().evSuspend();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(5);
    expect(short(events(world).at(-1))).toEqual(['Ended', 'EVCommunicationLost', 'Idle', 'EVDisconnected']);
    await world.card();
    await world.seconds(3);
    expect(statuses(world).at(-1)).toBe('Available');
    sound(world);
  });

  it.each([['TC_E_24_CS, E09.FR.01, E09.FR.02', 'true'], ['TC_E_25_CS, E09.FR.01, E09.FR.03', 'false']])('%s StopTxOnEVSideDisconnect=true, UnlockOnEVSideDisconnect=%s: deauthorized, and the cable free at once, or once its driver is back', async (_, unlocks) => {
    const world = await station({ 'TxCtrlr.StopTxOnEVSideDisconnect': 'true', 'OCPPCommCtrlr.UnlockOnEVSideDisconnect': unlocks });
    await charging(world);
    world.ev().evSuspend();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ triggerReason: 'EVCommunicationLost', transactionInfo: { chargingState: 'Idle' } });
    expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(unlocks === 'false');
    if (unlocks === 'false') {
      expect(await world.card(OTHER)).toMatchObject({ status: 'ConcurrentTx' }); // the cable is somebody's
      expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(true);
      await world.card(CARD);
      await world.seconds(3);
      expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(false);
    }
    expect(statuses(world).at(-1)).toBe('Available');
    world.ev().evResume();
    world.ev().plugIn();
    await world.seconds(20);
    expect(world.state.evses[0]?.powerW).toBe(0); // the car is back, the authorization isn't
  });

  const SUSPEND = { 'TxCtrlr.TxStopPoint': 'Authorized', 'TxCtrlr.StopTxOnEVSideDisconnect': 'false', 'OCPPCommCtrlr.UnlockOnEVSideDisconnect': 'false' };

  const FIXED = { connectors: [{ type: 'cType2', canLock: false }] } as const;

  it.each([['TC_E_26_CS', 'a fixed cable', FIXED, 'Available'], ['TC_E_26_CS, E10.FR.01', 'one that stays locked in', {}, 'Occupied']])('%s StopTxOnEVSideDisconnect=false, %s: suspended, and it goes on when the cable is back', async (_, __, options, meanwhile) => {
    const world = await station({ ...SUSPEND, 'TxCtrlr.EVConnectionTimeOut': '10' }, options);
    await charging(world);
    world.ev().evSuspend();
    await world.seconds(3);
    world.ev().unplug();
    await world.seconds(5);
    expect(short(events(world).at(-1))).toEqual(['Updated', 'EVCommunicationLost', 'Idle']);
    expect(statuses(world).at(-1)).toBe(meanwhile);
    if (meanwhile === 'Occupied') {
      await world.seconds(60); // its driver has the card that frees it: no time-out
      expect(world.agent.snapshot().evses[0]?.connectors[0]?.locked).toBe(true);
    }
    const seen = since(world);
    world.ev().evResume();
    world.ev().plugIn();
    await world.seconds(8);
    const back = seen('TransactionEvent') as unknown as TransactionEvent[];
    expect(short(back[0])).toEqual(['Updated', 'CablePluggedIn', 'EVConnected']);
    expect(short(back.at(-1))).toEqual(['Updated', 'ChargingStateChanged', 'Charging']);
    sound(world);
  });

  it('TC_E_27_CS, E10.FR.02 a fixed cable that never comes back: EVConnectTimeout, Ended, Timeout', async () => {
    const world = await station({ ...SUSPEND, 'TxCtrlr.EVConnectionTimeOut': '30' }, FIXED);
    await charging(world);
    world.ev().unplug();
    await world.seconds(10);
    expect(short(events(world).at(-1))).toEqual(['Updated', 'EVCommunicationLost', 'Idle']);
    await world.seconds(30);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'EVConnectTimeout', transactionInfo: { stoppedReason: 'Timeout' } });
    sound(world);
  });

  it('TC_E_19_CS TxStopPoint ParkingBayOccupancy: Ended when the car drives off', async () => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'ParkingBayOccupancy' });
    world.ev().parkingBay(true);
    await charging(world);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).filter(({ eventType }) => eventType === 'Ended')).toEqual([]);
    world.ev().parkingBay(false);
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'EVDeparted', transactionInfo: { stoppedReason: 'Local' } });
    sound(world);
  });

  it.each([['TC_E_21_CS', 'Authorized'], ['TC_E_35_CS', 'PowerPathClosed']])('%s TxStopPoint %s, by remote stop: Ended, RemoteStop, Remote', async (_, point) => {
    const world = await station({ 'TxCtrlr.TxStopPoint': point });
    await charging(world);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    expect(await world.ask('RequestStopTransaction', { transactionId })).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'RemoteStop', transactionInfo: { stoppedReason: 'Remote' } });
    sound(world);
  });

  it('TC_E_22_CS TxStopPoint EnergyTransfer and the car pauses: Ended or Updated, in step with the charging state', async () => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'EnergyTransfer' });
    await charging(world);
    world.ev().evSuspend();
    await world.seconds(5);
    const last = events(world).at(-1);
    expect(last?.triggerReason).toBe('ChargingStateChanged');
    if (last?.eventType === 'Ended') expect(last.transactionInfo.stoppedReason).toBe('StoppedByEV');
    else expect(last?.transactionInfo.chargingState).toBe('SuspendedEV');
    sound(world);
  });
});

describe('E: GetTransactionStatus', () => {
  it('TC_E_28_CS, E14.FR.01 an unknown transaction; TC_E_34_CS, E14.FR.06, E14.FR.08 none named, nothing queued', async () => {
    const world = await station();
    expect(await world.ask('GetTransactionStatus', { transactionId: 'unknown' })).toEqual({ ongoingIndicator: false, messagesInQueue: false });
    expect(await world.ask('GetTransactionStatus', {})).toEqual({ messagesInQueue: false });
  });

  it('TC_E_30_CS, E14.FR.02, E14.FR.05 a running one; TC_E_32_CS, E14.FR.03 after its end', async () => {
    const world = await station();
    await charging(world);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    expect(await world.ask('GetTransactionStatus', { transactionId })).toEqual({ ongoingIndicator: true, messagesInQueue: false });
    await world.card();
    world.ev().unplug();
    await world.seconds(5);
    expect(await world.ask('GetTransactionStatus', { transactionId })).toEqual({ ongoingIndicator: false, messagesInQueue: false });
  });

  /** Comes back to a CSMS that has not yet answered what was queued. */
  async function back(world: World): Promise<void> {
    world.csms.answers.set('TransactionEvent', () => 'silent');
    world.network.refusing = false;
    for (let second = 0; second < 120 && world.csms.connections < 2; second++) await world.seconds(1);
    expect(world.csms.connections).toBe(2);
  }

  it.each([['TC_E_29_CS, TC_E_33_CS, E14.FR.04, E14.FR.07', false], ['TC_E_31_CS', true]])('%s messages are queued, the transaction has ended: %s', async (_, ended) => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '10' });
    await charging(world);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    await offline(world);
    await world.seconds(25);
    if (ended) {
      await world.card();
      world.ev().unplug();
      await world.seconds(5);
    }
    await back(world);
    expect(await world.ask('GetTransactionStatus', { transactionId })).toEqual({ ongoingIndicator: !ended, messagesInQueue: true });
    expect(await world.ask('GetTransactionStatus', {})).toEqual({ messagesInQueue: true });
    world.csms.answers.delete('TransactionEvent');
    await world.seconds(300);
    const told = events(world).filter(({ triggerReason, offline: late }) => triggerReason === 'MeterValuePeriodic' && late === true);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.every(({ eventType, meterValue }) => eventType === 'Updated' && meterValue !== undefined)).toBe(true);
    if (ended) expect(events(world).at(-1)?.eventType).toBe('Ended');
  });
});
