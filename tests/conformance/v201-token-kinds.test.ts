/** OCPP 2.0.1 block C: the start button, what the CSMS starts, PINs, and tokens that were made up here (C02 to C06). */
import { describe, expect, it } from 'vitest';
import { CARD, events, offline, set, since, station, type World } from './charging-station.ts';
import { cacheEntries, plugged, powerW, wire } from './tokens.ts';

const PIN = { value: '482915', type: 'KeyCode' };
const BUTTON = { value: '', type: 'NoAuthorization' };
const TICKET = { value: 'TICKET-77', type: 'Local' };
const APP = { value: 'one-time-code', type: 'Central' };
const CACHE = { 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true' };

const tokenOf = (payload: Record<string, unknown>): string => (payload.idToken as { idToken: string }).idToken;
const remoteStart = (world: World, idToken: object) => world.ask('RequestStartTransaction', { remoteStartId: 5, evseId: 1, idToken });

describe('C02: without a token', () => {
  it('C02.FR.01 the start button: NoAuthorization with an empty idToken, nobody is asked; pressed again it stops', async () => {
    const world = await station({ 'Kerbside.StartButton': 'true', 'TxCtrlr.TxStartPoint': 'EVConnected' });
    await plugged(world);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'CablePluggedIn' }]);
    expect(world.agent.snapshot().startButton).toBe(true);
    await world.card(BUTTON, 1);
    await world.seconds(5);
    expect(events(world)[1]).toMatchObject({ eventType: 'Updated', triggerReason: 'Authorized', idToken: { idToken: '', type: 'NoAuthorization' } });
    expect(powerW(world)).toBeGreaterThan(1000);
    await world.card(BUTTON, 1);
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized' });
    expect(world.csms.of('Authorize')).toEqual([]);
  });

  it('where no button is fitted none can be pressed', async () => {
    const world = await station();
    await plugged(world);
    expect(world.agent.snapshot().startButton).toBe(false);
    expect(await world.card(BUTTON, 1)).toEqual({ status: 'Invalid', by: 'none' });
    await world.seconds(5);
    expect([powerW(world), events(world)]).toEqual([0, []]);
  });

  it('C02.FR.01 AuthCtrlr.Enabled=false: the cable alone starts it, as NoAuthorization; after a stop it waits for the next cable', async () => {
    const world = await station({ 'AuthCtrlr.Enabled': 'false' });
    await plugged(world);
    await world.seconds(5);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', idToken: { idToken: '', type: 'NoAuthorization' } });
    expect(powerW(world)).toBeGreaterThan(1000);
    await world.card(BUTTON, 1);
    await world.seconds(60);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended' });
    expect(powerW(world)).toBe(0);
    world.ev().unplug();
    await world.seconds(3);
    await plugged(world);
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
    expect(world.csms.of('Authorize')).toEqual([]);
  });

  it('AuthCtrlr.Enabled=false: a card that is shown first is told, and not asked about', async () => {
    const world = await station({ 'AuthCtrlr.Enabled': 'false' });
    await world.card();
    await plugged(world);
    await world.seconds(5);
    expect(events(world)[0]).toMatchObject({ idToken: wire(CARD) });
    expect([powerW(world) > 1000, world.csms.of('Authorize')]).toEqual([true, []]);
  });

  it('AuthCtrlr.Enabled=false takes effect on a car that is there already', async () => {
    const world = await station();
    await plugged(world);
    await set(world, 'AuthCtrlr.Enabled', 'false');
    await world.seconds(10);
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('C02.FR.03 what the CSMS says of NoAuthorization isn\'t cached', async () => {
    const world = await station({ 'Kerbside.StartButton': 'true' });
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }));
    await plugged(world);
    await world.card(BUTTON, 1);
    await world.seconds(10);
    expect(events(world)[0]).toMatchObject({ idToken: { type: 'NoAuthorization' } });
    expect(await cacheEntries(world)).toBe(0);
  });
});

describe('C03, C05: the CSMS starts it', () => {
  it.each([['true'], ['false']])('C03.FR.01, C05.FR.01 a token of type Central isn\'t asked about, AuthorizeRemoteStart=%s', async (authorize) => {
    const world = await station({ 'AuthCtrlr.AuthorizeRemoteStart': authorize });
    await plugged(world);
    expect(await remoteStart(world, wire(APP))).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(powerW(world)).toBeGreaterThan(1000);
    expect(world.csms.of('Authorize')).toEqual([]);
  });

  it('C03.FR.02, C05.FR.02 nor cached, whatever the CSMS says of it', async () => {
    const world = await station();
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }));
    await plugged(world);
    await remoteStart(world, wire(APP));
    await world.seconds(10);
    expect(events(world).some(({ idToken }) => idToken?.type === 'Central')).toBe(true);
    expect(await cacheEntries(world)).toBe(0);
  });

  it('C05.FR.03/FR.05 the next TransactionEvent has the token, once, and the remoteStartId', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected' });
    await plugged(world);
    const seen = since(world);
    expect(await remoteStart(world, wire(APP))).toMatchObject({ status: 'Accepted' });
    await world.seconds(60);
    const told = seen('TransactionEvent') as unknown as ReturnType<typeof events>;
    expect(told[0]).toMatchObject({ triggerReason: 'RemoteStart', idToken: wire(APP), transactionInfo: { remoteStartId: 5 } });
    expect(told.filter(({ idToken }) => idToken !== undefined)).toHaveLength(1);
  });

  it('C01.FR.21, C16.FR.03 AuthorizeRemoteStart=true: a token for other EVSEs, or of the master pass, starts nothing', async () => {
    const world = await station({ 'AuthCtrlr.AuthorizeRemoteStart': 'true', 'AuthCtrlr.MasterPassGroupId': 'MASTER' }, { evses: 2 });
    await plugged(world);
    for (const info of [{ evseId: [2] }, { groupIdToken: { idToken: 'MASTER', type: 'Central' } }]) {
      world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', ...info } }));
      expect(await remoteStart(world, wire(CARD))).toMatchObject({ status: 'Accepted' });
      await world.seconds(10);
      expect([powerW(world), events(world)]).toEqual([0, []]);
    }
    expect(world.csms.of('Authorize')).toHaveLength(2);
  });

  it('additionalInfo of the CSMS\'s token comes back with it', async () => {
    const world = await station({ 'AuthCtrlr.AuthorizeRemoteStart': 'true' });
    const idToken = { idToken: 'EMAID-1', type: 'eMAID', additionalInfo: [{ additionalIdToken: 'B-AB 123', type: 'plate' }] };
    await plugged(world);
    expect(await remoteStart(world, idToken)).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(world.csms.of('Authorize')).toEqual([{ idToken }]);
    expect(events(world)[0]).toMatchObject({ idToken });
  });

  it('more additionalInfo than AdditionalInfoItemsPerMessage: Rejected', async () => {
    const world = await station();
    const additionalInfo = Array.from({ length: 11 }, (_, index) => ({ additionalIdToken: `I${index}`, type: 'note' }));
    await plugged(world);
    expect(await remoteStart(world, { ...wire(APP), additionalInfo })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'TooManyElements' } });
    await world.seconds(5);
    expect(powerW(world)).toBe(0);
  });
});

describe('C04: a PIN at the keypad', () => {
  const wrong = (world: World): void => {
    world.csms.answers.set('Authorize', (payload) => ({ idTokenInfo: { status: tokenOf(payload) === PIN.value ? 'Accepted' : 'Invalid' } }));
  };

  it('it is asked for as KeyCode; accepted it starts, and stops again', async () => {
    const world = await station();
    wrong(world);
    await plugged(world);
    expect(await world.card(PIN, 1)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toEqual([{ idToken: wire(PIN) }]);
    expect(powerW(world)).toBeGreaterThan(1000);
    await world.card(PIN, 1);
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', idToken: wire(PIN) });
  });

  it('C04.FR.04 it stands in no log, no frame that is shown, and on no screen', async () => {
    const world = await station();
    wrong(world);
    const frames: string[] = [];
    world.agent.onFrame(({ text }) => frames.push(text));
    await plugged(world);
    await world.card(PIN, 1);
    await world.seconds(5);
    const screen = JSON.stringify(world.agent.snapshot());
    await world.card(PIN, 1);
    await world.seconds(5);
    expect(frames.some((text) => text.includes('KeyCode'))).toBe(true);
    for (const text of [...frames, ...world.logs, screen, JSON.stringify(world.agent.snapshot())]) {
      expect(text).not.toContain(PIN.value);
      expect(text).not.toContain(PIN.value.slice(-4));
    }
  });

  it('C04.FR.03 a PIN isn\'t cached: each time the CSMS is asked', async () => {
    const world = await station(CACHE);
    wrong(world);
    await world.card(PIN, 1);
    world.agent.cancelAuthorization(1);
    await world.seconds(2);
    expect(await cacheEntries(world)).toBe(0);
    await world.card(PIN, 1);
    expect(world.csms.of('Authorize')).toHaveLength(2);
  });

  it('C04.FR.06 after three wrong PINs the next is looked at only after a wait, and each wrong one doubles it', async () => {
    const world = await station();
    wrong(world);
    await plugged(world);
    const tryPin = (value: string) => world.card({ value, type: 'KeyCode' }, 1);
    for (const value of ['1111', '2222', '3333']) expect(await tryPin(value)).toMatchObject({ status: 'Invalid', by: 'csms' });
    expect(await tryPin(PIN.value)).toEqual({ status: 'NotAtThisTime', by: 'none' });
    expect(world.csms.of('Authorize')).toHaveLength(3);
    await world.seconds(31);
    expect(await tryPin('4444')).toMatchObject({ status: 'Invalid' });
    await world.seconds(45);
    expect(await tryPin(PIN.value)).toEqual({ status: 'NotAtThisTime', by: 'none' });
    // A restart doesn't help, nor does a card do harm.
    world.kill();
    await world.start(10);
    expect(await tryPin(PIN.value)).toEqual({ status: 'NotAtThisTime', by: 'none' });
    await world.seconds(61);
    expect(await tryPin(PIN.value)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
    await tryPin(PIN.value);
    await world.seconds(5);
    expect(await tryPin('5555')).toMatchObject({ status: 'Invalid' });
    expect(await tryPin('6666')).toMatchObject({ status: 'Invalid' });
  });
});

describe('C06: tokens that were made up here', () => {
  it('C06.FR.02 one of type Local is always asked for, though it is cached and LocalPreAuthorize=true', async () => {
    const world = await station(CACHE);
    for (let time = 0; time < 2; time++) {
      expect(await world.card(TICKET, 1)).toEqual({ status: 'Accepted', by: 'csms' });
      world.agent.cancelAuthorization(1);
      await world.seconds(2);
    }
    expect(world.csms.of('Authorize')).toEqual([{ idToken: wire(TICKET) }, { idToken: wire(TICKET) }]);
    await offline(world);
    expect(await world.card(TICKET, 1)).toEqual({ status: 'Accepted', by: 'cache' });
  });

  it('TxStartPoint EVConnected, TxStopPoint ParkingBayOccupancy and EVConnected: the kiosk\'s stop ends the energy, the cable the transaction', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected', 'TxCtrlr.TxStopPoint': 'ParkingBayOccupancy,EVConnected' });
    await plugged(world);
    await world.card(TICKET, 1);
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    expect(await world.ask('RequestStopTransaction', { transactionId })).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(powerW(world)).toBe(0);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Updated' });
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Remote' } });
  });

  it('the kiosk\'s stop before any cable ends the transaction that the bay began: no stop point can come any more', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'ParkingBayOccupancy', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    world.ev().parkingBay(true);
    await world.seconds(3);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    expect(await world.ask('RequestStopTransaction', { transactionId })).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'RemoteStop', transactionInfo: { transactionId, stoppedReason: 'Remote' } });
  });
});
