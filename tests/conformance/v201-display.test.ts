/** OCPP 2.0.1 block O: the operator's messages on the driver's screen. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, station, type World } from './charging-station.ts';
import { getMessages, inFuture, info, onScreen, setMessage, shown } from './display.ts';

async function endedAndGone(world: World): Promise<void> {
  await world.card();
  await world.seconds(3);
  world.ev().unplug();
  await world.seconds(3);
  expect(events(world).at(-1)?.eventType).toBe('Ended');
}

const transactionOf = (world: World): string => events(world).at(-1)?.transactionInfo.transactionId ?? '';

describe('set and shown', () => {
  it.each(['NormalCycle', 'InFront', 'AlwaysFront'])('TC_O_01_CS O01.FR.12 O01.FR.13 O01.FR.15 O05.FR.01 a message with priority %s is kept, told and shown', async (priority) => {
    const world = await station();
    const message = info(7, { priority });
    expect(await setMessage(world, message)).toBe('Accepted');
    const { status, messages } = await getMessages(world, { id: [7] });
    expect([status, messages]).toEqual(['Accepted', [message]]);
    expect(shown(world)).toEqual(priority === 'NormalCycle' ? [0, 7] : [7]);
    expect(await world.ask('ClearDisplayMessage', { id: 7 })).toEqual({ status: 'Accepted' });
    expect(shown(world)).toEqual([0]);
  });

  it('O01.FR.12 the ones of the normal cycle take turns with the station\'s own hints', async () => {
    const world = await station();
    for (const id of [1, 2]) await setMessage(world, info(id));
    expect(shown(world)).toEqual([0, 1, 2]);
  });

  it('O01.FR.13 InFront is shown whatever cycles; O01.FR.15 AlwaysFront whatever else there is', async () => {
    const world = await station();
    await setMessage(world, info(1));
    await setMessage(world, info(2, { priority: 'InFront' }));
    expect(shown(world)).toEqual([2]);
    await setMessage(world, info(3, { priority: 'AlwaysFront' }));
    expect(shown(world)).toEqual([3]);
  });

  it('TC_O_22_CS O01.FR.14 two messages InFront: both are kept and take turns', async () => {
    const world = await station();
    for (const id of [1, 2]) expect(await setMessage(world, info(id, { priority: 'InFront' }))).toBe('Accepted');
    for (const id of [1, 2]) expect((await getMessages(world, { id: [id] })).messages).toMatchObject([{ id, priority: 'InFront' }]);
    expect(shown(world)).toEqual([1, 2]);
  });

  it('TC_O_24_CS O01.FR.16 a second AlwaysFront takes the place of the first', async () => {
    const world = await station();
    for (const id of [1, 2]) expect(await setMessage(world, info(id, { priority: 'AlwaysFront' }))).toBe('Accepted');
    expect((await getMessages(world, { id: [1] })).status).toBe('Unknown');
    expect((await getMessages(world, { id: [2] })).messages).toMatchObject([{ id: 2, priority: 'AlwaysFront' }]);
    expect(shown(world)).toEqual([2]);
  });

  it('TC_O_12_CS O06.FR.01 the same id again: everything of it is replaced', async () => {
    const world = await station();
    await setMessage(world, info(1, { priority: 'InFront', state: 'Idle', endDateTime: inFuture(world, 600) }));
    const second = info(1, { message: { format: 'ASCII', content: 'another' } });
    expect(await setMessage(world, second)).toBe('Accepted');
    expect((await getMessages(world)).messages).toEqual([second]);
    expect(onScreen(world)).toMatchObject([{ id: 1, priority: 'NormalCycle', text: 'another' }]);
  });

  it('TC_O_13_CS O01.FR.06 not shown before its start, told all the same', async () => {
    const world = await station();
    const startDateTime = inFuture(world, 60);
    expect(await setMessage(world, info(1, { startDateTime }))).toBe('Accepted');
    expect((await getMessages(world, { id: [1] })).messages).toMatchObject([{ id: 1, startDateTime }]);
    expect(shown(world)).toEqual([0]);
    await world.seconds(55);
    expect(shown(world)).toEqual([0]);
    await world.seconds(4);
    expect(shown(world)).toEqual([0, 1]);
  });

  it('TC_O_14_CS O01.FR.07 shown until its end, then removed', async () => {
    const world = await station();
    const endDateTime = inFuture(world, 60);
    expect(await setMessage(world, info(1, { endDateTime }))).toBe('Accepted');
    expect((await getMessages(world, { id: [1] })).messages).toMatchObject([{ id: 1, endDateTime }]);
    await world.seconds(55);
    expect(shown(world)).toEqual([0, 1]);
    await world.seconds(5);
    expect(shown(world)).toEqual([0]);
    expect((await getMessages(world, { id: [1] })).status).toBe('Unknown');
  });

  it('TC_O_15_CS O01.FR.08 of a message in several languages the driver reads the one that the CSMS told with the token', async () => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', language1: 'nl' } }));
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toMatchObject([{ idToken: { idToken: CARD.value, type: CARD.type } }]);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    const variants = ['de', 'en', 'nl'].map((language, index) => info(index + 1, { priority: 'InFront', message: { format: 'UTF8', language, content: language } }));
    for (const variant of variants) expect(await setMessage(world, variant)).toBe('Accepted');
    expect(shown(world)).toEqual([3]);
  });

  it.each([['fr', 2], [undefined, 2], ['de', 1]])('O01.FR.09 a driver who prefers %s reads message %d', async (language1, id) => {
    const world = await station();
    world.csms.answers.set('Authorize', () => ({ idTokenInfo: { status: 'Accepted', ...(language1 === undefined ? {} : { language1 }) } }));
    await charging(world);
    for (const [index, language] of ['de', 'en'].entries()) {
      await setMessage(world, info(index + 1, { priority: 'InFront', transactionId: transactionOf(world), message: { format: 'UTF8', language, content: language } }));
    }
    expect(shown(world)).toEqual([id]);
  });

  it('TC_O_20_CS O01.FR.10 O02.FR.10 messages survive a power cut, those of a running transaction too', async () => {
    const world = await station();
    await charging(world);
    const general = info(1, { priority: 'InFront' });
    const bound = info(2, { transactionId: transactionOf(world) });
    for (const message of [general, bound]) expect(await setMessage(world, message)).toBe('Accepted');
    world.kill();
    await world.start();
    await world.seconds(5);
    expect((await getMessages(world, { id: [1] })).messages).toEqual([general]);
    expect((await getMessages(world, { id: [2] })).messages).toEqual([bound]);
    expect(shown(world)).toEqual([1]);
  });

  it.each([
    ['HTML', '<b>Free</b> today<script>alert(1)</script><br>&euro; 0', 'text', 'Free today\n€ 0'],
    ['URI', 'https://operator.example/help?a=1&b=2', 'link', 'https://operator.example/help?a=1&b=2'],
    ['ASCII', 'a < b', 'text', 'a < b'],
    ['UTF8', 'ગુજરાતી <i>', 'text', 'ગુજરાતી <i>'],
  ])('format %s reaches the screen as plain text or link, and goes back as it came', async (format, content, kind, text) => {
    const world = await station();
    await setMessage(world, info(1, { message: { format, content } }));
    expect(onScreen(world)).toMatchObject([{ kind, text }]);
    expect((await getMessages(world)).messages[0]?.message).toEqual({ format, content });
  });
});

describe('states', () => {
  it('TC_O_36_CS Charging: only while energy flows', async () => {
    const world = await station();
    expect(await setMessage(world, info(1, { state: 'Charging' }))).toBe('Accepted');
    expect(shown(world)).toEqual([0]);
    await charging(world);
    expect(shown(world)).toEqual([0, 1]);
    await endedAndGone(world);
    expect(shown(world)).toEqual([0]);
    expect((await getMessages(world, { id: [1] })).messages).toMatchObject([{ state: 'Charging' }]);
  });

  it('TC_O_37_CS Idle: only while nobody is served', async () => {
    const world = await station();
    expect(await setMessage(world, info(1, { state: 'Idle' }))).toBe('Accepted');
    expect(shown(world)).toEqual([0, 1]);
    await charging(world);
    expect(shown(world)).toEqual([0]);
    await endedAndGone(world);
    expect(shown(world)).toEqual([0, 1]);
    expect((await getMessages(world, { id: [1] })).messages).toMatchObject([{ state: 'Idle' }]);
  });

  it('TC_O_38_CS Unavailable: only while out of use', async () => {
    const world = await station();
    expect(await setMessage(world, info(1, { state: 'Unavailable' }))).toBe('Accepted');
    expect(shown(world)).toEqual([0]);
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(shown(world)).toEqual([0, 1]);
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Operative' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ connectorStatus: 'Available' });
    expect(shown(world)).toEqual([0]);
    expect((await getMessages(world, { id: [1] })).messages).toMatchObject([{ state: 'Unavailable' }]);
  });

  it('TC_O_39_CS Faulted: only while broken', async () => {
    const world = await station();
    expect(await setMessage(world, info(1, { state: 'Faulted' }))).toBe('Accepted');
    expect(shown(world)).toEqual([0]);
    world.ev().fault('GroundFailure');
    await world.seconds(2);
    expect(shown(world)).toEqual([0, 1]);
    world.ev().clearFault();
    await world.seconds(2);
    expect(shown(world)).toEqual([0]);
    expect((await getMessages(world, { id: [1] })).messages).toMatchObject([{ state: 'Faulted' }]);
  });
});

describe('of a transaction', () => {
  it('TC_O_06_CS O02.FR.02 O02.FR.14 shown while it runs, gone with it', async () => {
    const world = await station();
    await charging(world);
    expect(await setMessage(world, info(1, { transactionId: transactionOf(world) }))).toBe('Accepted');
    expect(shown(world)).toEqual([0, 1]);
    expect(onScreen(world)).toMatchObject([{ evseId: 1 }]);
    await endedAndGone(world);
    expect(onScreen(world)).toEqual([]);
    expect((await getMessages(world, { id: [1] })).status).toBe('Unknown');
  });

  it('TC_O_10_CS O02.FR.01 one that nobody knows', async () => {
    const world = await station();
    expect(await setMessage(world, info(1, { transactionId: 'never' }))).toBe('UnknownTransaction');
    expect((await getMessages(world)).status).toBe('Unknown');
  });

  it('TC_O_27_CS O02.FR.06 not before its start, and gone with the transaction', async () => {
    const world = await station();
    await charging(world);
    expect(await setMessage(world, info(1, { transactionId: transactionOf(world), startDateTime: inFuture(world, 60) }))).toBe('Accepted');
    await world.seconds(58);
    expect(shown(world)).toEqual([0]);
    await world.seconds(3);
    expect(shown(world)).toEqual([0, 1]);
    await endedAndGone(world);
    expect(shown(world)).toEqual([0]);
    expect((await getMessages(world, { id: [1] })).status).toBe('Unknown');
  });

  it('TC_O_28_CS O02.FR.07 removed at its end, in mid-transaction', async () => {
    const world = await station();
    await charging(world);
    expect(await setMessage(world, info(1, { transactionId: transactionOf(world), endDateTime: inFuture(world, 60) }))).toBe('Accepted');
    expect(shown(world)).toEqual([0, 1]);
    await world.seconds(61);
    expect(shown(world)).toEqual([0]);
    expect((await getMessages(world, { id: [1] })).status).toBe('Unknown');
  });

  it('TC_O_30_CS O02.FR.15 O02.FR.16 two InFront take turns before the normal cycle and go with the transaction', async () => {
    const world = await station();
    await charging(world);
    const transactionId = transactionOf(world);
    await setMessage(world, info(9));
    for (const id of [1, 2]) expect(await setMessage(world, info(id, { transactionId, priority: 'InFront' }))).toBe('Accepted');
    expect(shown(world)).toEqual([1, 2]);
    for (const id of [1, 2]) {
      expect((await getMessages(world, { id: [id] })).messages).toMatchObject([{ transactionId, priority: 'InFront', message: { content: `message ${id}` } }]);
    }
    await endedAndGone(world);
    expect(shown(world)).toEqual([0, 9]);
    for (const id of [1, 2]) expect((await getMessages(world, { id: [id] })).status).toBe('Unknown');
  });

  it('TC_O_32_CS O02.FR.17 O02.FR.18 AlwaysFront stands alone, a second one takes its place, and it goes with the transaction', async () => {
    const world = await station();
    await charging(world);
    const transactionId = transactionOf(world);
    await setMessage(world, info(9, { priority: 'InFront' }));
    for (const id of [1, 2]) expect(await setMessage(world, info(id, { transactionId, priority: 'AlwaysFront' }))).toBe('Accepted');
    expect(shown(world)).toEqual([2]);
    expect((await getMessages(world, { id: [1] })).status).toBe('Unknown');
    expect((await getMessages(world, { id: [2] })).messages).toMatchObject([{ transactionId, priority: 'AlwaysFront', message: { content: 'message 2' } }]);
    await endedAndGone(world);
    expect(shown(world)).toEqual([9]);
    expect((await getMessages(world, { id: [2] })).status).toBe('Unknown');
  });

  it('O02.FR.08 O02.FR.09 the driver of its outlet chooses the language, not the one next to it', async () => {
    const world = await station({}, { evses: 2 });
    world.csms.answers.set('Authorize', (payload) => ({ idTokenInfo: { status: 'Accepted', language1: (payload.idToken as { idToken: string }).idToken === CARD.value ? 'nl' : 'fr' } }));
    await charging(world);
    const transactionId = transactionOf(world);
    world.ev(2).plugIn();
    await world.seconds(2);
    await world.card({ value: 'CARD0002', type: 'ISO14443' }, 2);
    await world.seconds(5);
    for (const [index, language] of ['en', 'fr', 'nl'].entries()) {
      await setMessage(world, info(index + 1, { priority: 'InFront', transactionId, message: { format: 'UTF8', language, content: language } }));
    }
    expect(shown(world)).toEqual([3]);
    await world.ask('ClearDisplayMessage', { id: 3 });
    expect(shown(world)).toEqual([1]); // neither nl nor what the other driver speaks: English
  });
});
