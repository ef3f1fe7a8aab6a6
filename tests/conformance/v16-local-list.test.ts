/** OCPP 1.6 station test cases: the Local Auth List Management profile (sections 3.5.2, 5.10, 5.15; errata 3.52). */
import { describe, expect, it } from 'vitest';
import { CARD, chargePoint, configure, offline, online, OTHER, since, statuses, type World } from './charge-point.ts';

type Entry = Record<string, unknown>;
const entry = (idTag: string, status = 'Accepted', more: object = {}): Entry => ({ idTag, idTagInfo: { status, ...more } });
const send = (world: World, updateType: 'Full' | 'Differential', listVersion: number, localAuthorizationList?: Entry[]) => world.ask('SendLocalList', {
  listVersion, updateType, ...(localAuthorizationList === undefined ? {} : { localAuthorizationList }),
});
const version = async (world: World) => (await world.ask('GetLocalListVersion', {})).listVersion;

/** Nobody can be asked: the list decides. */
async function statusOffline(world: World, value: string): Promise<string> {
  const { status, by } = await world.card({ value, type: 'ISO14443' });
  if (status === 'Accepted') world.agent.cancelAuthorization(1);
  await world.seconds(1);
  return `${status} by ${by}`;
}

describe('Local Auth List Management', () => {
  it('TC_042_1_CS LocalAuthListEnabled=false: version -1', async () => {
    const world = await chargePoint();
    expect(await send(world, 'Full', 2, [entry(CARD.value)])).toEqual({ status: 'Accepted' });
    await configure(world, 'LocalAuthListEnabled', 'false');
    expect(await version(world)).toBe(-1);
  });

  it('TC_042_2_CS an empty list has version 0, whatever was sent', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalAuthListEnabled', 'true');
    expect(await version(world)).toBe(0);
    expect(await send(world, 'Full', 1)).toEqual({ status: 'Accepted' });
    expect(await version(world)).toBe(0);
  });

  it('TC_043_CS Full, then Differential: Accepted, and the drivers on it are authorized', async () => {
    const world = await chargePoint();
    expect(await send(world, 'Full', 1, [entry(CARD.value), entry('GONE')])).toEqual({ status: 'Accepted' });
    expect(await send(world, 'Differential', 2, [entry(OTHER.value), { idTag: 'GONE' }])).toEqual({ status: 'Accepted' });
    expect(await version(world)).toBe(2);
    await offline(world);
    expect(await statusOffline(world, CARD.value)).toBe('Accepted by list');
    expect(await statusOffline(world, OTHER.value)).toBe('Accepted by list');
    expect(await statusOffline(world, 'GONE')).toBe('Unknown by none');
  });

  it('TC_043_1_CS LocalAuthListEnabled=false: NotSupported, nobody is on a list', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalAuthListEnabled', 'false');
    expect(await send(world, 'Full', 1, [entry(CARD.value)])).toEqual({ status: 'NotSupported' });
    await offline(world);
    expect(await statusOffline(world, CARD.value)).toBe('Unknown by none');
  });

  it('TC_043_2_CS versions 2, 5 and then 4: VersionMismatch, version 5 stays', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalAuthListEnabled', 'true');
    expect(await send(world, 'Full', 2, [entry(CARD.value)])).toEqual({ status: 'Accepted' });
    expect(await version(world)).toBe(2);
    expect(await send(world, 'Differential', 5, [entry(OTHER.value)])).toEqual({ status: 'Accepted' });
    expect(await version(world)).toBe(5);
    expect(await send(world, 'Differential', 4, [entry('THIRD')])).toEqual({ status: 'VersionMismatch' });
    expect(await version(world)).toBe(5);
    await offline(world);
    expect(await statusOffline(world, 'THIRD')).toBe('Unknown by none');
  });

  it('TC_043_3_CS a disk that can\'t take it: Failed', async () => {
    const world = await chargePoint();
    await configure(world, 'LocalAuthListEnabled', 'true');
    world.store.failNextCommits(1);
    expect(await send(world, 'Full', 2, [entry(CARD.value)])).toEqual({ status: 'Failed' });
    expect(await version(world)).toBe(0);
  });

  it.each([
    ['version 0', 0, [entry(CARD.value)]], ['version -1', -1, [entry(CARD.value)]],
    ['a tag twice', 2, [entry(CARD.value), entry(CARD.value.toLowerCase())]],
    ['more than SendLocalListMaxLength', 2, Array.from({ length: 1001 }, (_, index) => entry(`T${index}`))],
  ])('errata 3.52, section 6.41 %s: Failed, the list stays', async (_, listVersion, list) => {
    const world = await chargePoint();
    expect(await send(world, 'Full', 1, [entry(OTHER.value)])).toEqual({ status: 'Accepted' });
    expect(await send(world, 'Full', listVersion, list)).toEqual({ status: 'Failed' });
    expect(await version(world)).toBe(1);
  });

  it('section 3.5.2 it outlives a power cut', async () => {
    const world = await chargePoint();
    await send(world, 'Full', 7, [entry(CARD.value)]);
    world.kill();
    await world.start(10);
    expect(await version(world)).toBe(7);
  });

  it('TC_008_CS a listed tag, AuthorizeRemoteTxRequests=true: the remote start begins without Authorize', async () => {
    const world = await chargePoint();
    for (const [key, value] of [['LocalPreAuthorize', 'true'], ['AuthorizationCacheEnabled', 'false'], ['LocalAuthListEnabled', 'true'], ['AuthorizeRemoteTxRequests', 'true']] as const) {
      await configure(world, key, value);
    }
    expect(await version(world)).toBe(0);
    expect(await send(world, 'Full', 1, [entry(CARD.value)])).toEqual({ status: 'Accepted' });
    const seen = since(world);
    world.ev().plugIn();
    await world.seconds(2);
    expect(statuses(world).at(-1)).toBe('Preparing');
    expect(await world.ask('RemoteStartTransaction', { idTag: CARD.value, connectorId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect(seen('StartTransaction')).toMatchObject([{ idTag: CARD.value, connectorId: 1 }]);
    expect(seen('Authorize')).toEqual([]);
    expect(statuses(world).at(-1)).toBe('Charging');
  });

  it.each([['Blocked', {}], ['Invalid', {}], ['Expired', {}], ['Accepted', { expiryDate: '2026-06-01T11:00:00Z' }]])(
    'section 3.5.4 offline, AllowOfflineTxForUnknownId=true: a tag listed as %s %j is rejected', async (status, more) => {
      const world = await chargePoint();
      await configure(world, 'AllowOfflineTxForUnknownId', 'true');
      await send(world, 'Full', 1, [entry(CARD.value, status, more)]);
      await offline(world);
      expect(await statusOffline(world, CARD.value)).toBe(`${status === 'Accepted' ? 'Expired' : status} by list`);
      expect(await statusOffline(world, 'NOBODY')).toBe('Accepted by none');
      await online(world);
    });
});
