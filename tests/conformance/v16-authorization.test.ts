/** OCPP 1.6 sections 3.5, 4.1, 4.8, 5.4: who may charge, and who knows it. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, chargePoint, configure, offline, OTHER, since, statuses, type World } from './charge-point.ts';

const answering = (world: World, idTagInfo: Record<string, unknown>): void => {
  world.csms.answers.set('Authorize', () => ({ idTagInfo }));
};
const send = (world: World, tags: readonly (readonly [string, string])[]) => world.ask('SendLocalList', {
  listVersion: 1, updateType: 'Full', localAuthorizationList: tags.map(([idTag, status]) => ({ idTag, idTagInfo: { status } })),
});
const powerW = (world: World, evse = 1): number => world.state.evses[evse - 1]?.powerW ?? 0;
const conflicts = (world: World): Record<string, unknown>[] => world.csms.of('StatusNotification').filter(({ errorCode }) => errorCode === 'LocalListConflict');
function cached(world: World): number {
  return Number(world.agent.variables().find(({ component, variable }) => component === 'AuthCacheCtrlr' && variable === 'Entries')?.value);
}
async function shown(world: World, value: string): Promise<string> {
  const { status, by } = await world.card({ value, type: 'ISO14443' });
  if (status === 'Accepted') world.agent.cancelAuthorization(1);
  await world.seconds(1);
  return `${status} by ${by}`;
}

describe('whom the station asks', () => {
  it('section 5.4 each refusal of the CSMS is one here', async () => {
    const world = await chargePoint();
    world.ev().plugIn();
    await world.seconds(2);
    for (const status of ['Blocked', 'Expired', 'Invalid', 'ConcurrentTx']) {
      answering(world, { status });
      expect(await shown(world, CARD.value)).toBe(`${status} by csms`);
    }
    expect([powerW(world), world.csms.of('StartTransaction')]).toEqual([0, []]);
  });

  it.each([['true', 'Accepted by list', 0], ['false', 'Accepted by csms', 1]])('LocalPreAuthorize=%s: a listed tag online is %s', async (value, decided, asked) => {
    const world = await chargePoint();
    await configure(world, 'LocalPreAuthorize', value);
    await send(world, [[CARD.value, 'Accepted']]);
    expect(await shown(world, CARD.value)).toBe(decided);
    expect(world.csms.of('Authorize')).toHaveLength(asked);
  });

  it('section 3.5.1 LocalPreAuthorize=true: a tag cached as not valid is asked for again', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalPreAuthorize', 'true');
    answering(world, { status: 'Blocked' });
    await shown(world, CARD.value);
    answering(world, { status: 'Accepted' });
    expect(await shown(world, CARD.value)).toBe('Accepted by csms');
    expect(await shown(world, CARD.value)).toBe('Accepted by cache');
  });

  it.each([['true', 'Accepted by cache'], ['false', 'Unknown by none']])('LocalAuthorizeOffline=%s: offline a cached tag is %s', async (value, decided) => {
    const world = await chargePoint();
    await configure(world, 'LocalAuthorizeOffline', value);
    await shown(world, CARD.value);
    await offline(world);
    expect(await shown(world, CARD.value)).toBe(decided);
  });

  it.each([['true', 'Accepted by none'], ['false', 'Unknown by none']])('AllowOfflineTxForUnknownId=%s: offline an unknown tag is %s', async (value, decided) => {
    const world = await chargePoint();
    await configure(world, 'AllowOfflineTxForUnknownId', value);
    await offline(world);
    expect(await shown(world, 'NOBODY')).toBe(decided);
  });

  it('AuthorizationCacheEnabled=false: nothing is kept, nothing used; ClearCache is Rejected', async () => {
    const world = await chargePoint();
    await configure(world, 'AuthorizationCacheEnabled', 'false');
    await configure(world, 'LocalPreAuthorize', 'true');
    await shown(world, CARD.value);
    expect(await shown(world, CARD.value)).toBe('Accepted by csms');
    expect(cached(world)).toBe(0);
    expect(await world.ask('ClearCache', {})).toEqual({ status: 'Rejected' });
  });

  it('expiryDate of a cached tag: past it, Expired', async () => {
    const world = await chargePoint();
    answering(world, { status: 'Accepted', expiryDate: '2026-06-01T12:01:00Z' });
    await shown(world, CARD.value);
    await world.seconds(60);
    await offline(world);
    expect(await shown(world, CARD.value)).toBe('Expired by cache');
  });

  it('a reader that tells another type reads the same tags: 1.6 has no types', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalPreAuthorize', 'true');
    await send(world, [[CARD.value, 'Accepted']]);
    expect(await world.card({ value: CARD.value.toLowerCase(), type: 'ISO15693' })).toEqual({ status: 'Accepted', by: 'list' });
  });
});

describe('list and cache', () => {
  it('section 3.5.3 what is on the list isn\'t cached, and the list goes first', async () => {
    const world = await chargePoint();
    await shown(world, OTHER.value);
    await send(world, [[CARD.value, 'Accepted'], [OTHER.value, 'Blocked']]);
    await shown(world, CARD.value);
    expect(cached(world)).toBe(1); // OTHER, from before
    await offline(world);
    expect(await shown(world, OTHER.value)).toBe('Blocked by list');
  });

  it('section 3.5.2 StartTransaction.conf contradicts the list: LocalListConflict of connector 0; the list stays', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalPreAuthorize', 'true');
    await send(world, [[CARD.value, 'Accepted']]);
    world.csms.answers.set('StartTransaction', () => ({ transactionId: 9, idTagInfo: { status: 'Blocked' } }));
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(20);
    expect(conflicts(world)).toMatchObject([{ connectorId: 0, status: 'Available', errorCode: 'LocalListConflict' }]);
    expect(await world.ask('GetLocalListVersion', {})).toEqual({ listVersion: 1 });
  });

  it('section 3.5.2 so does Authorize.conf for a tag listed as Blocked; who agrees, or is busy elsewhere, doesn\'t', async () => {
    const world = await chargePoint();
    await send(world, [[CARD.value, 'Blocked'], [OTHER.value, 'Accepted']]);
    answering(world, { status: 'ConcurrentTx' });
    await shown(world, OTHER.value);
    answering(world, { status: 'Accepted' });
    await shown(world, OTHER.value);
    expect(conflicts(world)).toEqual([]);
    await shown(world, CARD.value);
    expect(conflicts(world)).toHaveLength(1);
  });
});

describe('parentIdTag', () => {
  const parent = (parentIdTag: string, status = 'Accepted') => ({ status, parentIdTag });

  it('a listed tag of the same parent stops it, without Authorize', async () => {
    const world = await chargePoint();
    answering(world, parent('FLEET'));
    await world.ask('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: OTHER.value, idTagInfo: parent('FLEET') }] });
    await charging(world);
    const seen = since(world);
    expect(await world.card(OTHER)).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(seen('StopTransaction')).toMatchObject([{ idTag: OTHER.value, reason: 'Local' }]);
  });

  it('one whose status isn\'t Accepted stops nothing', async () => {
    const world = await chargePoint();
    answering(world, parent('FLEET'));
    await charging(world);
    answering(world, parent('FLEET', 'Expired'));
    expect(await world.card(OTHER)).toMatchObject({ status: 'Expired' });
    await world.seconds(5);
    expect([powerW(world) > 1000, world.csms.of('StopTransaction')]).toEqual([true, []]);
  });

  it('the parent that StartTransaction.conf tells counts as well', async () => {
    const world = await chargePoint();
    world.csms.answers.set('StartTransaction', () => ({ transactionId: 9, idTagInfo: parent('FLEET') }));
    await charging(world);
    answering(world, parent('FLEET'));
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ idTag: OTHER.value }]);
  });
});

describe('without a tag', () => {
  it('the start button has a name that an idTag can hold', async () => {
    const world = await chargePoint({ settings: [['Kerbside.StartButton', 'true']] });
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card({ value: '', type: 'NoAuthorization' }, 1)).toEqual({ status: 'Accepted', by: 'none' });
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ idTag: 'NoAuthorization' }]);
    expect(statuses(world).at(-1)).toBe('Charging');
    await world.card({ value: '', type: 'NoAuthorization' }, 1);
    await world.seconds(5);
    expect(world.csms.of('StopTransaction')).toMatchObject([{ idTag: 'NoAuthorization', reason: 'Local' }]);
    expect([world.csms.of('Authorize'), cached(world)]).toEqual([[], 0]);
  });

  it('a PIN is asked for as a tag, and shown nowhere', async () => {
    const world = await chargePoint();
    const shownTexts: string[] = [];
    world.agent.onFrame(({ text }) => shownTexts.push(text));
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card({ value: '482915', type: 'KeyCode' }, 1)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('Authorize')).toEqual([{ idTag: '482915' }]);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ idTag: '482915' }]);
    await world.card({ value: '482915', type: 'KeyCode' }, 1);
    await world.seconds(5);
    expect(shownTexts.some((text) => text.includes('StopTransaction'))).toBe(true);
    for (const text of [...shownTexts, ...world.logs, JSON.stringify(world.agent.snapshot())]) expect(text).not.toContain('2915');
  });
});

describe('two connectors, one reader', () => {
  it('the transaction is of the connector that the cable goes into', async () => {
    const world = await chargePoint({ evses: 2 });
    await world.card();
    world.ev(2).plugIn();
    await world.seconds(5);
    expect(world.csms.of('StartTransaction')).toMatchObject([{ connectorId: 2, idTag: CARD.value }]);
    expect([powerW(world, 1), powerW(world, 2) > 1000]).toEqual([0, true]);
    expect(statuses(world, 1).at(-1)).toBe('Available');
  });
});
