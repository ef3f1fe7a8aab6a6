/** OCPP 2.0.1 block C: cards and other tokens at the reader (C01). */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, item, OTHER, since, station, type World } from './charging-station.ts';
import { plugged, powerW, wire } from './tokens.ts';

const APP = { value: 'one-time-code', type: 'Central' };

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

  it('C01.FR.08/FR.09 the languages of the CSMS\'s answer, and its message, are what the display has to go by', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', language1: 'gu-IN', language2: 'en', personalMessage: { format: 'UTF8', content: '0.59 per kWh' } } }));
    await plugged(world);
    await world.card();
    await world.seconds(3);
    expect(world.agent.snapshot().evses[0]).toMatchObject({ languages: ['gu-IN', 'en'] });
    expect(JSON.stringify(world.agent.snapshot().evses[0]?.tariff)).toContain('0.59 per kWh');
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

  it('E03.FR.11 as long as it isn\'t known which, no outlet\'s meter speaks for it', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'SampledDataCtrlr.TxUpdatedInterval': '5', 'AlignedDataCtrlr.Interval': '10' }, { evses: 2 });
    await world.card();
    await world.seconds(40);
    expect(events(world).filter(({ meterValue }) => meterValue !== undefined)).toEqual([]);
    expect(await world.ask('TriggerMessage', { requestedMessage: 'TransactionEvent' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(2);
    expect(events(world).at(-1)).toMatchObject({ triggerReason: 'Trigger' });
    expect(events(world).at(-1)).not.toHaveProperty('meterValue');
    await plugged(world, 2);
    await world.seconds(10);
    expect(events(world).filter(({ meterValue }) => meterValue !== undefined).length).toBeGreaterThan(1);
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
