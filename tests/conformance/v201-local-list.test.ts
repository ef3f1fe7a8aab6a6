/** OCPP 2.0.1 block D: the operator's list of tokens. */
import { describe, expect, it } from 'vitest';
import type { World } from './charging-station.ts';
import { CARD, events, item, offline, OTHER, set, since, station } from './charging-station.ts';

type Entry = Record<string, unknown>;
const entry = (token: { value: string; type: string }, status = 'Accepted', more: object = {}): Entry => ({
  idToken: { idToken: token.value, type: token.type }, idTokenInfo: { status, ...more },
});
const bare = (token: { value: string; type: string }): Entry => ({ idToken: { idToken: token.value, type: token.type } });
const numbered = (count: number, from = 0): Entry[] => Array.from({ length: count }, (_, index) => entry({ value: `T${from + index}`, type: 'ISO15693' }));

const full = (world: World, versionNumber: number, localAuthorizationList?: Entry[]) => world.ask('SendLocalList', {
  versionNumber, updateType: 'Full', ...(localAuthorizationList === undefined ? {} : { localAuthorizationList }),
});
const differential = (world: World, versionNumber: number, localAuthorizationList?: Entry[]) => world.ask('SendLocalList', {
  versionNumber, updateType: 'Differential', ...(localAuthorizationList === undefined ? {} : { localAuthorizationList }),
});
const version = async (world: World) => (await world.ask('GetLocalListVersion', {})).versionNumber;
async function variable(world: World, name: string): Promise<unknown> {
  const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item(name)] });
  return (getVariableResult as { attributeValue?: string }[])[0]?.attributeValue;
}
const entries = (world: World) => variable(world, 'LocalAuthListCtrlr.Entries');

/** Offline, the list decides alone: who is on it, and how? */
async function statusOffline(world: World, token: { value: string; type: string }): Promise<string> {
  const { status, by } = await world.card(token);
  if (status === 'Accepted') {
    world.agent.cancelAuthorization(1);
    await world.seconds(1);
  }
  return `${status} by ${by}`;
}

/** "IdTokenLocalAuthList": version 3, CARD accepted. */
async function withList(settings: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = await station({ 'LocalAuthListCtrlr.Enabled': 'true', ...settings });
  expect(await full(world, 3, [entry(CARD)])).toEqual({ status: 'Accepted' });
  return world;
}

describe('D01: the list is sent', () => {
  it('TC_D_01_CS D01.FR.01/FR.02/FR.15 Full: it replaces what was there, and has the version of the message', async () => {
    const world = await withList();
    expect(await full(world, 2, [entry(OTHER)])).toEqual({ status: 'Accepted' });
    expect([await version(world), await entries(world)]).toEqual([2, '1']);
    await offline(world);
    expect(await statusOffline(world, OTHER)).toBe('Accepted by list');
    expect(await statusOffline(world, CARD)).toBe('Unknown by none');
  });

  it('TC_D_02_CS D01.FR.16 Differential with idTokenInfo: added, or brought up to date', async () => {
    const world = await withList();
    expect(await differential(world, 4, [entry(OTHER), entry(CARD, 'Blocked')])).toEqual({ status: 'Accepted' });
    expect([await version(world), await entries(world)]).toEqual([4, '2']);
    await offline(world);
    expect(await statusOffline(world, OTHER)).toBe('Accepted by list');
    expect(await statusOffline(world, CARD)).toBe('Blocked by list');
  });

  it('TC_D_03_CS D01.FR.17 Differential without idTokenInfo: taken off', async () => {
    const world = await withList();
    expect(await differential(world, 4, [bare(CARD), bare(OTHER)])).toEqual({ status: 'Accepted' });
    expect([await version(world), await entries(world)]).toEqual([4, '0']);
    await offline(world);
    expect(await statusOffline(world, CARD)).toBe('Unknown by none');
  });

  it('TC_D_04_CS D01.FR.04 Full without a list: all tokens leave, the version is the message\'s', async () => {
    const world = await withList();
    expect(await full(world, 9)).toEqual({ status: 'Accepted' });
    expect([await version(world), await entries(world)]).toEqual([9, '0']);
    await offline(world);
    expect(await statusOffline(world, CARD)).toBe('Unknown by none');
  });

  it('an empty array isn\'t what the schema allows: a CALLERROR, nothing changes', async () => {
    const world = await withList();
    expect((await full(world, 9, [])).error).toBeDefined();
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
  });

  it('TC_D_05_CS D01.FR.05 Differential without a list: the list stays, the version is the message\'s', async () => {
    const world = await withList();
    expect(await differential(world, 4)).toEqual({ status: 'Accepted' });
    expect([await version(world), await entries(world)]).toEqual([4, '1']);
    await offline(world);
    expect(await statusOffline(world, CARD)).toBe('Accepted by list');
  });

  it.each([2, 3])('TC_D_06_CS D01.FR.19 Differential of version %i on version 3: VersionMismatch, nothing changes', async (old) => {
    const world = await withList();
    expect(await differential(world, old, [entry(OTHER), bare(CARD)])).toEqual({ status: 'VersionMismatch' });
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    await offline(world);
    expect(await statusOffline(world, CARD)).toBe('Accepted by list');
  });

  it('TC_D_07_CS D01.FR.10 list and version outlive a reset and a power cut', async () => {
    const world = await withList();
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(30);
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    world.kill();
    await world.start(10);
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    await offline(world);
    expect(await statusOffline(world, CARD)).toBe('Accepted by list');
  });

  it('D01.FR.18 a version that isn\'t above 0: Failed', async () => {
    const world = await withList();
    for (const wrong of [0, -1]) {
      expect(await full(world, wrong, [entry(OTHER)])).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'ValuePositiveOnly' } });
    }
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
  });

  it('D01.FR.06 a token that occurs twice, whatever its case: Failed; of another type it is another token', async () => {
    const world = await withList();
    expect(await full(world, 4, [entry(OTHER), entry({ ...OTHER, value: OTHER.value.toLowerCase() }, 'Blocked')])).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'InvalidValue' } });
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    expect(await full(world, 4, [entry(OTHER), entry({ ...OTHER, type: 'eMAID' })])).toEqual({ status: 'Accepted' });
    expect(await entries(world)).toBe('2');
    expect(await differential(world, 5, [entry(OTHER, 'Expired')])).toEqual({ status: 'Accepted' });
    expect(await entries(world)).toBe('2');
  });

  it('a full list whose entries lack idTokenInfo: Failed, nothing changes', async () => {
    const world = await withList();
    expect(await full(world, 4, [bare(OTHER)])).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'MissingParam' } });
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
  });

  it('D01.FR.09 neither answers of the CSMS nor ClearCache nor time change it', async () => {
    const world = await withList({ 'AuthCtrlr.LocalPreAuthorize': 'true', 'TxCtrlr.StopTxOnInvalidId': 'true' });
    world.csms.answers.set('TransactionEvent', (payload) => (payload.idToken === undefined ? {} : { idTokenInfo: { status: 'Blocked' } }));
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(30);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'Deauthorized' });
    world.ev().unplug();
    expect(await world.ask('ClearCache', {})).toMatchObject({ status: 'Accepted' });
    await world.seconds(86_400);
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    await offline(world);
    expect(await statusOffline(world, CARD)).toBe('Accepted by list');
  });

  it('D01.FR.02 a disk that can\'t take it: Failed, the list is as it was, also after a restart', async () => {
    const world = await withList();
    world.store.failNextCommits(1);
    expect(await full(world, 4, [entry(OTHER)])).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'OutOfStorage' } });
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    world.kill();
    await world.start(10);
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    expect(await full(world, 4, [entry(OTHER)])).toEqual({ status: 'Accepted' });
  });

  it('D01.FR.11 ItemsPerMessage and BytesPerMessage hold: more is Failed, as much is Accepted', async () => {
    const world = await withList();
    expect([await variable(world, 'LocalAuthListCtrlr.ItemsPerMessage'), await variable(world, 'LocalAuthListCtrlr.BytesPerMessage')]).toEqual(['1000', '500000']);
    expect(await full(world, 4, numbered(1001))).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'TooManyElements' } });
    const wordy = numbered(900).map(({ idToken, idTokenInfo }) => ({ idToken, idTokenInfo: { ...idTokenInfo as object, personalMessage: { format: 'UTF8', content: 'é'.repeat(300) } } }));
    expect(await full(world, 4, wordy)).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'TooLargeElement' } });
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    expect(await full(world, 4, numbered(1000))).toEqual({ status: 'Accepted' });
    expect(await entries(world)).toBe('1000');
  });

  it('D01.FR.12 Entries and Storage tell what is there, and how much there may be; 50,000 tokens, message by message, and not one more', async () => {
    const world = await station();
    for (let message = 0; message < 50; message++) {
      const send = message === 0 ? full : differential;
      expect(await send(world, message + 1, numbered(1000, message * 1000))).toEqual({ status: 'Accepted' });
    }
    expect([await version(world), await entries(world)]).toEqual([50, '50000']);
    const bytes = Number(await variable(world, 'LocalAuthListCtrlr.Storage'));
    expect(bytes).toBeGreaterThan(50_000 * 40);
    expect(await differential(world, 51, numbered(1, 99_999))).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'OutOfStorage' } });
    expect([await version(world), await entries(world)]).toEqual([50, '50000']);
    const limits = world.agent.variables().filter(({ component }) => component === 'LocalAuthListCtrlr');
    expect(limits.find(({ variable: name }) => name === 'Entries')?.max).toBe(50_000);
    expect(limits.find(({ variable: name }) => name === 'Storage')?.max).toBeGreaterThan(bytes);
    world.kill();
    await world.start(10);
    expect([await version(world), await entries(world)]).toEqual([50, '50000']);
    await offline(world);
    expect(await statusOffline(world, { value: 't49999', type: 'ISO15693' })).toBe('Accepted by list');
  }, 60_000);

  it('D01.FR.13 Enabled=false: updates are Failed, the list isn\'t used; enabled again it is there as before', async () => {
    const world = await withList({ 'AuthCtrlr.LocalPreAuthorize': 'true' });
    await set(world, 'LocalAuthListCtrlr.Enabled', 'false');
    expect(await full(world, 4, [entry(OTHER)])).toMatchObject({ status: 'Failed', statusInfo: { reasonCode: 'NotEnabled' } });
    const seen = since(world);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'csms' });
    expect(seen('Authorize')).toHaveLength(1);
    world.agent.cancelAuthorization(1);
    await set(world, 'LocalAuthListCtrlr.Enabled', 'true');
    expect([await version(world), await entries(world)]).toEqual([3, '1']);
    expect(await world.card()).toEqual({ status: 'Accepted', by: 'list' });
  });
});

describe('D02: its version', () => {
  it('TC_D_08_CS D02.FR.01 the version of the list', async () => {
    expect(await version(await withList())).toBe(3);
  });

  it('D02.FR.02 no list was ever sent: 0', async () => {
    expect(await version(await station({ 'LocalAuthListCtrlr.Enabled': 'true' }))).toBe(0);
  });

  it('TC_D_10_CS D02.FR.03 lists are disabled: 0, though there is one', async () => {
    const world = await withList();
    await set(world, 'LocalAuthListCtrlr.Enabled', 'false');
    expect(await version(world)).toBe(0);
  });
});
