/** OCPP 2.0.1 block O: which messages there are, which can't be, and where they stand. */
import { describe, expect, it } from 'vitest';
import { MESSAGE_CAPACITY, MESSAGES_PER_NOTIFICATION } from '../../src/station/display/capacity.ts';
import { charging, events, item, station, type World } from './charging-station.ts';
import { getMessages, inFuture, info, onScreen, setMessage, shown } from './display.ts';

const transactionOf = (world: World): string => events(world).at(-1)?.transactionInfo.transactionId ?? '';

describe('get and clear', () => {
  async function three(): Promise<World> {
    const world = await station();
    await setMessage(world, info(1, { state: 'Idle' }));
    await setMessage(world, info(2, { priority: 'InFront' }));
    await setMessage(world, info(3, { priority: 'InFront', state: 'Charging' }));
    return world;
  }

  it('TC_O_02_CS O03.FR.01 O03.FR.02 all of them', async () => {
    const { status, messages } = await getMessages(await three());
    expect([status, messages.map(({ id }) => id)]).toEqual(['Accepted', [1, 2, 3]]);
  });

  it('O03.FR.03 O03.FR.04 O03.FR.05 O04.FR.04 O04.FR.05 O04.FR.06 in several parts of one request, told to be continued but for the last', async () => {
    const world = await station();
    const count = 2 * MESSAGES_PER_NOTIFICATION + 3;
    for (let id = 1; id <= count; id++) await setMessage(world, info(id));
    for (const filter of [{}, { priority: 'NormalCycle' }]) {
      const { parts, messages, requestId } = await getMessages(world, filter); // getMessages checks `tbc`
      expect(parts.map((part) => part.messageInfo.length)).toEqual([MESSAGES_PER_NOTIFICATION, MESSAGES_PER_NOTIFICATION, 3]);
      expect(parts.every((part) => part.requestId === requestId)).toBe(true);
      expect(new Set(messages.map(({ id }) => id)).size).toBe(count);
    }
  });

  it.each([
    ['TC_O_07_CS id', { id: [2] }, [2]],
    ['several ids', { id: [3, 1, 99] }, [1, 3]],
    ['TC_O_08_CS priority', { priority: 'InFront' }, [2, 3]],
    ['TC_O_09_CS state', { state: 'Charging' }, [3]],
    ['priority and state', { priority: 'InFront', state: 'Charging' }, [3]],
  ])('O04.FR.01 O04.FR.03 by %s', async (_, filter, ids) => {
    const { status, messages } = await getMessages(await three(), filter);
    expect([status, messages.map(({ id }) => id)]).toEqual(['Accepted', ids]);
  });

  it.each([
    ['TC_O_11_CS another id', { id: [99] }],
    ['TC_O_34_CS the id, but another state', { id: [1], state: 'Faulted' }],
    ['TC_O_35_CS the id, but another priority', { id: [1], priority: 'AlwaysFront' }],
  ])('O04.FR.02 %s', async (_, filter) => {
    expect((await getMessages(await three(), filter)).status).toBe('Unknown');
  });

  it('TC_O_03_CS O03.FR.06 TC_O_33_CS O04.FR.07 none are there, whatever is asked for', async () => {
    const world = await station();
    for (const filter of [{}, { id: [1] }, { priority: 'InFront' }, { state: 'Idle' }]) expect((await getMessages(world, filter)).status).toBe('Unknown');
  });

  it('TC_O_04_CS O05.FR.01 cleared', async () => {
    const world = await three();
    expect(await world.ask('ClearDisplayMessage', { id: 2 })).toEqual({ status: 'Accepted' });
    expect((await getMessages(world, { id: [2] })).status).toBe('Unknown');
    expect((await getMessages(world)).messages.map(({ id }) => id)).toEqual([1, 3]);
  });

  it('TC_O_05_CS O05.FR.02 an id that nobody knows can\'t be cleared', async () => {
    expect(await (await three()).ask('ClearDisplayMessage', { id: 99 })).toEqual({ status: 'Unknown' });
  });

  it('a clear and a set are final when answered: a power cut right after changes nothing', async () => {
    const world = await three();
    await world.ask('ClearDisplayMessage', { id: 1 });
    await setMessage(world, info(4));
    world.kill();
    await world.start();
    expect((await getMessages(world)).messages.map(({ id }) => id)).toEqual([2, 3, 4]);
  });
});

describe('refused', () => {
  /** A narrower display than the one that comes along. */
  const NARROW = [
    ['DisplayMessageCtrlr.SupportedPriorities', 'NormalCycle'], ['DisplayMessageCtrlr.SupportedStates', 'Charging,Idle'], ['DisplayMessageCtrlr.SupportedFormats', 'ASCII,UTF8'],
  ] as const;

  it.each([
    ['TC_O_17_CS O01.FR.01 O02.FR.03', { priority: 'AlwaysFront' }, 'NotSupportedPriority'],
    ['TC_O_18_CS O01.FR.02 O02.FR.04', { state: 'Faulted' }, 'NotSupportedState'],
    ['TC_O_19_CS O01.FR.03 O02.FR.05', { message: { format: 'HTML', content: '<b>x</b>' } }, 'NotSupportedMessageFormat'],
  ])('%s what this display can\'t do, with and without transaction', async (_, over, status) => {
    const world = await station({}, { settings: NARROW });
    expect(await setMessage(world, info(1, over))).toBe(status);
    await charging(world);
    expect(await setMessage(world, info(1, { ...over, transactionId: transactionOf(world) }))).toBe(status);
    expect((await getMessages(world)).status).toBe('Unknown');
    expect(await setMessage(world, info(1))).toBe('Accepted');
  });

  it('O01.FR.11 O02.FR.11 more than there is room for; replacing one needs none', async () => {
    const world = await station();
    await charging(world);
    const transactionId = transactionOf(world);
    for (let id = 1; id <= MESSAGE_CAPACITY; id++) expect(await setMessage(world, info(id, id === 1 ? { priority: 'AlwaysFront' } : {}))).toBe('Accepted');
    expect(await setMessage(world, info(1000))).toBe('Rejected');
    expect(await setMessage(world, info(1000, { transactionId }))).toBe('Rejected');
    expect(await setMessage(world, info(2, { transactionId }))).toBe('Accepted'); // O06
    expect(await setMessage(world, info(1001, { priority: 'AlwaysFront' }))).toBe('Accepted'); // takes the place of 1
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item('DisplayMessageCtrlr.DisplayMessages')] });
    expect(getVariableResult).toMatchObject([{ attributeStatus: 'Accepted', attributeValue: String(MESSAGE_CAPACITY) }]);
  });

  it.each([
    ['ends before it starts', (world: World) => ({ startDateTime: inFuture(world, 100), endDateTime: inFuture(world, 50) })],
    ['has ended', (world: World) => ({ endDateTime: inFuture(world, -1) })],
    ['O01.FR.17 O02.FR.12 names no language of RFC 5646', () => ({ message: { format: 'UTF8', language: 'en_US', content: 'x' } })],
    ['isn\'t a web address', () => ({ message: { format: 'URI', content: 'javascript:alert(1)' } })],
  ])('a message that %s', async (_, over) => {
    const world = await station();
    const answer = await world.ask('SetDisplayMessage', { message: info(1, over(world)) });
    expect(answer).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'InvalidValue' } });
  });

  it('while display messages are switched off, and those that are there aren\'t shown', async () => {
    const world = await station();
    await setMessage(world, info(1));
    await world.ask('SetVariables', { setVariableData: [item('DisplayMessageCtrlr.Enabled', { attributeValue: 'false' })] });
    expect(await world.ask('SetDisplayMessage', { message: info(2) })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled' } });
    expect(shown(world)).toEqual([0]);
  });
});

describe('displays', () => {
  const OF_OUTLET_2 = { name: 'Display', evse: { id: 2 } };

  it('O01.FR.21 every display is in the base report', async () => {
    const world = await station({}, { evses: 2 });
    await world.ask('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' });
    await world.seconds(3);
    const components = world.csms.of('NotifyReport').flatMap(({ reportData }) => (reportData as { component: { name: string; evse?: { id: number } } }[]).map(({ component }) => component));
    const displays = components.filter(({ name }) => name === 'Display').map(({ evse }) => evse?.id ?? 0);
    expect([...new Set(displays)].sort()).toEqual([0, 1, 2]);
  });

  it('O01.FR.20 O01.FR.23 without a display: for everybody; with one: for that place only', async () => {
    const world = await station({}, { evses: 2 });
    expect(await setMessage(world, info(1))).toBe('Accepted');
    expect(await setMessage(world, info(2, { display: OF_OUTLET_2 }))).toBe('Accepted');
    expect(onScreen(world).map(({ id, evseId }) => [id, evseId])).toEqual([[1, null], [2, 2]]);
    expect((await getMessages(world, { id: [2] })).messages).toMatchObject([{ display: OF_OUTLET_2 }]);
  });

  it('a state is that of the display\'s own outlet', async () => {
    const world = await station({}, { evses: 2 });
    await setMessage(world, info(1, { state: 'Charging' }));
    await setMessage(world, info(2, { state: 'Charging', display: OF_OUTLET_2 }));
    await charging(world);
    expect(onScreen(world).map(({ id }) => id)).toEqual([1]);
  });

  it.each([[{ name: 'Display', instance: 'roof' }], [{ name: 'Display', evse: { id: 9 } }], [{ name: 'Connector', evse: { id: 1 } }]])('O01.FR.22 %j is unknown', async (display) => {
    const world = await station({}, { evses: 2 });
    expect(await setMessage(world, info(1, { display }))).toBe('Rejected');
  });
});
