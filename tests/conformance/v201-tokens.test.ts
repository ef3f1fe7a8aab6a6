/** OCPP 2.0.1 block C: tokens of every kind, PINs, the start button, and what the CSMS starts (C01 to C06). */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, item, offline, OTHER, set, since, station, type World } from './charging-station.ts';

const PIN = { value: '482915', type: 'KeyCode' };
const BUTTON = { value: '', type: 'NoAuthorization' };
const TICKET = { value: 'TICKET-77', type: 'Local' };
const APP = { value: 'one-time-code', type: 'Central' };
const CACHE = { 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true' };

const wire = ({ value, type }: { value: string; type: string }) => ({ idToken: value, type });
const tokenOf = (payload: Record<string, unknown>): string => (payload.idToken as { idToken: string }).idToken;
async function entries(world: World, component = 'AuthCacheCtrlr'): Promise<string | undefined> {
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item(`${component}.Entries`)] });
  return (getVariableResult as { attributeValue?: string }[])[0]?.attributeValue;
}
async function plugged(world: World, evse = 1): Promise<void> {
  world.ev(evse).plugIn();
  await world.seconds(3);
}
const powerW = (world: World, evse = 1): number => world.state.evses[evse - 1]?.powerW ?? 0;
const remoteStart = (world: World, idToken: object, more: object = {}) => world.ask('RequestStartTransaction', { remoteStartId: 5, evseId: 1, idToken, ...more });
async function refusedBefore(world: World, status: string): Promise<void> {
  world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
  const seen = since(world);
  expect(await world.card()).toMatchObject({ status, by: 'csms' });
  await world.seconds(60);
  expect(seen('Authorize')).toMatchObject([{ idToken: wire(CARD) }]);
  expect(seen('TransactionEvent')).toEqual([]);
}

describe('C01: cards', () => {
  it('C01.FR.01, C06.FR.01 energy is offered after an authorization, not before', async () => {
    const world = await station();
    await plugged(world);
    await world.seconds(120);
    expect([powerW(world), events(world)]).toEqual([0, []]);
    await world.card();
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('TC_C_05_CS an invalid card before any cable: asked for, nothing starts, also with TxStartPoint Authorized', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized' });
    await refusedBefore(world, 'Invalid');
    expect(powerW(world)).toBe(0);
  });

  it('TC_C_56_CS C01.FR.02 a card that nobody knows here is asked for; Unknown: nothing starts', async () => {
    const world = await station();
    await plugged(world);
    await refusedBefore(world, 'Unknown');
    expect(powerW(world)).toBe(0);
  });

  it.each(['ConcurrentTx', 'NoCredit', 'NotAllowedTypeEVSE', 'NotAtThisLocation', 'NotAtThisTime', 'Blocked', 'Expired'])('%s: nothing starts, and the display says why', async (status) => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status } }));
    await plugged(world);
    await world.card();
    expect(world.agent.snapshot().authorization).toMatchObject({ state: 'refused', status });
    await world.seconds(10);
    expect([powerW(world), events(world)]).toEqual([0, []]);
  });

  it('C01.FR.03 the card that started it ends it, the CSMS isn\'t asked', async () => {
    const world = await station();
    await charging(world);
    const seen = since(world);
    await world.card();
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(seen('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: wire(CARD) });
  });

  it('C01.FR.04, C06.FR.03 Authorize is for tokens: nothing else in a session sends one', async () => {
    const world = await station({ 'SampledDataCtrlr.TxUpdatedInterval': '10' });
    await charging(world);
    world.ev().evSuspend();
    await world.seconds(30);
    world.ev().evResume();
    await world.seconds(30);
    await world.card();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toEqual([{ idToken: wire(CARD) }]);
  });

  it('C01.FR.05 LocalPreAuthorize=false: one that is known here is asked for as well', async () => {
    const world = await station({ 'AuthCtrlr.LocalPreAuthorize': 'false' });
    await world.ask('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: [{ idToken: wire(CARD), idTokenInfo: { status: 'Accepted' } }] });
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    expect(world.csms.of('Authorize')).toHaveLength(1);
  });

  it('a card that bounces on the reader is asked for once', async () => {
    const world = await station();
    await plugged(world);
    const shown = [world.agent.presentToken(CARD), world.agent.presentToken(CARD)];
    await world.seconds(5);
    expect(await Promise.all(shown)).toMatchObject([{ status: 'Accepted' }, { status: 'Accepted' }]);
    expect(world.csms.of('Authorize')).toHaveLength(1);
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('C01.FR.21 a card for EVSE 2 alone charges there, not on EVSE 1; at a common reader it gets EVSE 2', async () => {
    const world = await station({}, { evses: 2 });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', evseId: [2] } }));
    await plugged(world, 1);
    expect(await world.card(CARD, 1)).toMatchObject({ status: 'NotAtThisLocation' });
    await world.seconds(5);
    expect([powerW(world, 1), events(world)]).toEqual([0, []]);
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' });
    await plugged(world, 2);
    await world.seconds(5);
    expect([powerW(world, 1), powerW(world, 2) > 1000]).toEqual([0, true]);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', evse: { id: 2 } });
  });

  it('C01.FR.21 a card that waits isn\'t taken to an EVSE that it may not use', async () => {
    const world = await station({ 'TxCtrlr.EVConnectionTimeOut': '60' }, { evses: 3 });
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', evseId: [1, 3] } }));
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' });
    await plugged(world, 2);
    await world.seconds(5);
    expect([powerW(world, 2), events(world)]).toEqual([0, []]);
    await plugged(world, 3);
    await world.seconds(5);
    expect(powerW(world, 3)).toBeGreaterThan(1000);
  });

  it('C01.FR.21 the answer to a transaction\'s event that names other EVSEs ends it', async () => {
    const world = await station({}, { evses: 2 });
    world.csms.answers.set('TransactionEvent', (event) => (event.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted', evseId: [2] } }));
    await plugged(world, 1);
    await world.card(CARD, 1);
    await world.seconds(30);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized' });
    expect(powerW(world, 1)).toBe(0);
  });

  it('C01.FR.23 a transaction whose authorization has ended stays its driver\'s: another card can\'t take it over, his can', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'EVConnected', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    await charging(world);
    await world.card();
    await world.seconds(10);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Updated' });
    expect(powerW(world)).toBe(0);
    const seen = since(world);
    expect(await world.card(OTHER)).toMatchObject({ status: 'NotAtThisTime' });
    await world.seconds(10);
    expect([powerW(world), seen('TransactionEvent').filter(({ idToken }) => idToken !== undefined)]).toEqual([0, []]);
    expect(await world.card(CARD)).toMatchObject({ status: 'Accepted' });
    await world.seconds(10);
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('C01.FR.25 the same text of another type is another token; the same in other letters, or with additionalInfo, is the same', async () => {
    const world = await station();
    await charging(world);
    expect(await world.card({ ...CARD, type: 'eMAID' })).toMatchObject({ status: 'ConcurrentTx' });
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
    expect(await world.card({ ...CARD, value: CARD.value.toLowerCase(), ...{ additionalInfo: [{ value: 'X', type: 'plate' }] } })).toMatchObject({ status: 'Accepted', by: 'none' });
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
  });

  it.each(['ISO14443', 'ISO15693', 'eMAID', 'MacAddress', 'KeyCode', 'Local'])('a token of type %s is asked for, and told, as that', async (type) => {
    const world = await station();
    await plugged(world);
    await world.card({ value: 'ABC123', type });
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toEqual([{ idToken: { idToken: 'ABC123', type } }]);
    expect(events(world)[0]).toMatchObject({ idToken: { idToken: 'ABC123', type } });
  });

  it('a token that only a CSMS can have made is accepted from no reader', async () => {
    const world = await station();
    await plugged(world);
    expect(await world.card(APP)).toEqual({ status: 'Invalid', by: 'none' });
    await world.seconds(5);
    expect([powerW(world), world.csms.of('Authorize')]).toEqual([0, []]);
  });

  it('SupportedIdTokenTypes and AdditionalInfoItemsPerMessage are told', async () => {
    const world = await station();
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item('AuthCtrlr.SupportedIdTokenTypes'), item('AuthCtrlr.AdditionalInfoItemsPerMessage')] });
    expect((getVariableResult as { attributeValue: string }[]).map(({ attributeValue }) => attributeValue))
      .toEqual(['Central,eMAID,ISO14443,ISO15693,KeyCode,Local,MacAddress,NoAuthorization', '10']);
  });

  it('TC_E_52_CS DisableRemoteAuthorization=true: only what is known here counts, online as well', async () => {
    const world = await station({ 'AuthCtrlr.DisableRemoteAuthorization': 'true', 'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true' });
    await world.ask('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList: [{ idToken: wire(OTHER), idTokenInfo: { status: 'Accepted' } }] });
    await plugged(world);
    expect(await world.card(CARD)).toEqual({ status: 'Unknown', by: 'none' });
    await world.seconds(10);
    expect([powerW(world), events(world)]).toEqual([0, []]);
    expect(await world.card(OTHER)).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
    expect(world.csms.of('Authorize')).toEqual([]);
  });
});

describe('one reader for two outlets', () => {
  it.each(['Authorized', 'EVConnected,Authorized'])('E03.FR.01 TxStartPoint %s: the transaction begins without an EVSE, and goes to the one that the cable goes into', async (points) => {
    const world = await station({ 'TxCtrlr.TxStartPoint': points }, { evses: 2 });
    await world.card();
    await world.seconds(3);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'Authorized', idToken: wire(CARD) }]);
    expect(events(world)[0]).not.toHaveProperty('evse');
    const registerWh = world.state.evses[1]?.meterWh;
    await plugged(world, 2);
    await world.seconds(60);
    expect([powerW(world, 1), powerW(world, 2) > 1000]).toEqual([0, true]);
    await world.card();
    await world.seconds(5);
    const all = events(world);
    expect(new Set(all.map(({ transactionInfo }) => transactionInfo.transactionId)).size).toBe(1);
    expect(all.map(({ seqNo }) => seqNo)).toEqual(all.map((_, index) => index));
    expect(all[1]).toMatchObject({ triggerReason: 'CablePluggedIn', evse: { id: 2, connectorId: 1 } });
    expect(all[1]?.meterValue?.[0]?.sampledValue[0]).toMatchObject({ value: registerWh, context: 'Transaction.Begin' });
    expect(all.at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
  });

  it('a power cut between card and cable: the transaction is still one, and still free to go to either outlet', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized' }, { evses: 2 });
    await world.card();
    await world.seconds(3);
    world.kill();
    await world.start(10);
    await plugged(world, 2);
    await world.seconds(5);
    expect([powerW(world, 1), powerW(world, 2) > 1000]).toEqual([0, true]);
    expect(new Set(events(world).map(({ transactionInfo }) => transactionInfo.transactionId)).size).toBe(1);
  });

  it('nobody plugs in: it ends by the time-out, once', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.EVConnectionTimeOut': '30' }, { evses: 2 });
    await world.card();
    await world.seconds(40);
    expect(events(world)).toMatchObject([{ eventType: 'Started' }, { eventType: 'Ended', triggerReason: 'EVConnectTimeout', transactionInfo: { stoppedReason: 'Timeout' } }]);
    await plugged(world, 2);
    await world.seconds(5);
    expect(powerW(world, 2)).toBe(0);
  });

  it('two drivers, two cards, two cables: each gets one', async () => {
    const world = await station({}, { evses: 2 });
    await world.card(CARD);
    await world.card(OTHER);
    await plugged(world, 2);
    await plugged(world, 1);
    await world.seconds(5);
    expect([powerW(world, 1) > 1000, powerW(world, 2) > 1000]).toEqual([true, true]);
    expect(new Set(events(world).filter(({ idToken }) => idToken !== undefined).map(({ idToken }) => idToken?.idToken))).toEqual(new Set([CARD.value, OTHER.value]));
  });
});

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
    expect(await entries(world)).toBe('0');
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
    expect(await entries(world)).toBe('0');
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
    expect(await entries(world)).toBe('0');
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
});
