/** OCPP 2.0.1 block C: groups and the master pass (C09, C16). */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, offline, OTHER, since, station, type World } from './charging-station.ts';
import { powerW, wire } from './tokens.ts';

const THIRD = { value: 'CARD0003', type: 'ISO14443' };
const POLICE = { value: 'POLICE01', type: 'ISO14443' };
const MASTER = { 'AuthCtrlr.MasterPassGroupId': 'MASTER' };
const inGroup = (idToken: string, status = 'Accepted'): Record<string, unknown> => ({ status, groupIdToken: { idToken, type: 'Central' } });

/** What the CSMS knows of each token; others are Invalid. */
function knows(world: World, tokens: Readonly<Record<string, Record<string, unknown>>>): void {
  const info = (payload: Record<string, unknown>): Record<string, unknown> => tokens[(payload.idToken as { idToken: string }).idToken] ?? { status: 'Invalid' };
  world.csms.answers.set('Authorize', (payload) => ({ idTokenInfo: info(payload) }));
  world.csms.answers.set('TransactionEvent', (payload) => (payload.idToken === undefined ? {} : { idTokenInfo: info(payload) }));
}
const FAMILY = { [CARD.value]: inGroup('FAMILY'), [OTHER.value]: inGroup('FAMILY') };
async function listed(world: World, tokens: readonly (readonly [{ value: string; type: string }, Record<string, unknown>])[]): Promise<void> {
  const localAuthorizationList = tokens.map(([token, idTokenInfo]) => ({ idToken: wire(token), idTokenInfo }));
  expect(await world.ask('SendLocalList', { versionNumber: 1, updateType: 'Full', localAuthorizationList })).toEqual({ status: 'Accepted' });
}
/** A car on every EVSE, each of another driver. */
async function allCharging(world: World, drivers = [CARD, THIRD]): Promise<void> {
  for (const [index, driver] of drivers.entries()) {
    world.ev(index + 1).plugIn();
    await world.seconds(3);
    expect(await world.card(driver, index + 1)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(powerW(world, index + 1)).toBeGreaterThan(1000);
  }
}
const ends = (world: World) => events(world).filter(({ eventType }) => eventType === 'Ended');

describe('C09: groups', () => {
  it('C09.FR.03/FR.05 another valid token of the group, unknown here: asked for, then it stops', async () => {
    const world = await station();
    knows(world, FAMILY);
    await charging(world);
    const seen = since(world);
    expect(await world.card(OTHER, 1)).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([{ idToken: wire(OTHER) }]);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: wire(OTHER), transactionInfo: { stoppedReason: 'Local' } });
  });

  it('TC_C_40_CS C09.FR.07, C01.FR.03 both in the list: one starts, the other stops, nobody is asked', async () => {
    const world = await station({ 'AuthCtrlr.LocalPreAuthorize': 'true', 'TxCtrlr.TxStartPoint': 'EVConnected', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    knows(world, FAMILY);
    await listed(world, [[CARD, inGroup('FAMILY')], [OTHER, inGroup('FAMILY')]]);
    world.ev().plugIn();
    await world.seconds(3);
    expect(await world.card(CARD)).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(5);
    expect(events(world)[1]).toMatchObject({ eventType: 'Updated', triggerReason: 'Authorized', idToken: wire(CARD) });
    expect(powerW(world)).toBeGreaterThan(1000);
    expect(await world.card(OTHER)).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(5);
    expect(events(world).find(({ triggerReason }) => triggerReason === 'StopAuthorized')).toMatchObject({ eventType: 'Updated', idToken: wire(OTHER) });
    expect(powerW(world)).toBe(0);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'Local' } });
    expect(world.csms.of('Authorize')).toEqual([]);
  });

  it('C09.FR.04/FR.07 that holds whatever LocalPreAuthorize says: it is for starting', async () => {
    const world = await station({ 'AuthCtrlr.LocalPreAuthorize': 'false' });
    knows(world, FAMILY);
    await listed(world, [[OTHER, inGroup('FAMILY')]]);
    await charging(world);
    const seen = since(world);
    expect(await world.card(OTHER, 1)).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([]);
    expect(ends(world)).toHaveLength(1);
  });

  it('TC_C_43_CS C09.FR.11 listed as Invalid: asked for, and as it stays Invalid it stops nothing', async () => {
    const world = await station({ 'AuthCtrlr.LocalPreAuthorize': 'true' });
    knows(world, { [CARD.value]: inGroup('FAMILY'), [OTHER.value]: inGroup('FAMILY', 'Invalid') });
    await listed(world, [[CARD, inGroup('FAMILY')], [OTHER, inGroup('FAMILY', 'Invalid')]]);
    world.ev().plugIn();
    await world.seconds(3);
    expect(await world.card(CARD)).toEqual({ status: 'Accepted', by: 'list' });
    await world.seconds(5);
    const seen = since(world);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Invalid', by: 'csms' });
    await world.seconds(20);
    expect(seen('Authorize')).toEqual([{ idToken: wire(OTHER) }]);
    expect(seen('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'StopAuthorized')).toEqual([]);
    expect(powerW(world)).toBeGreaterThan(1000);
  });

  it('the group that only the answer to a TransactionEvent told counts as well, and after a power cut', async () => {
    const world = await station();
    world.csms.answers.set('TransactionEvent', (payload) => (payload.idToken === undefined ? {} : { idTokenInfo: inGroup('FAMILY') }));
    await charging(world);
    world.kill();
    await world.start(10);
    knows(world, FAMILY);
    expect(await world.card(OTHER, 1)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(ends(world)).toHaveLength(1);
  });

  it('one reader for two outlets: a token of the group stops its session; but a car that waits for its card goes first', async () => {
    const world = await station({}, { evses: 2 });
    knows(world, { ...FAMILY, [THIRD.value]: inGroup('FAMILY') });
    await charging(world, 1);
    world.ev(2).plugIn();
    await world.seconds(3);
    expect(await world.card(OTHER)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect([powerW(world, 1) > 1000, powerW(world, 2) > 1000]).toEqual([true, true]);
    expect(await world.card(THIRD)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect([powerW(world, 1), powerW(world, 2) > 1000, ends(world).length]).toEqual([0, true, 1]);
  });

  it('tokens without a group, or with an empty one, are nobody\'s mates', async () => {
    const world = await station();
    knows(world, { [CARD.value]: inGroup(''), [OTHER.value]: inGroup('') });
    await charging(world);
    expect(await world.card(OTHER, 1)).toMatchObject({ status: 'ConcurrentTx' });
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
  });
});

describe('C16: the master pass', () => {
  const DRIVERS = { [CARD.value]: { status: 'Accepted' }, [THIRD.value]: { status: 'Accepted' }, [POLICE.value]: inGroup('MASTER') };

  it('TC_C_49_CS C16.FR.02/FR.08 without a choice on a display it ends every transaction: MasterPass', async () => {
    const world = await station(MASTER, { evses: 2 });
    knows(world, DRIVERS);
    await allCharging(world);
    const seen = since(world);
    expect(await world.card(POLICE)).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(seen('Authorize')).toEqual([{ idToken: wire(POLICE) }]);
    expect(ends(world)).toHaveLength(2);
    for (const end of ends(world)) expect(end).toMatchObject({ triggerReason: 'StopAuthorized', idToken: wire(POLICE), transactionInfo: { stoppedReason: 'MasterPass' } });
    expect([powerW(world, 1), powerW(world, 2)]).toEqual([0, 0]);
    expect(world.agent.snapshot().evses.map(({ connectors }) => connectors[0]?.locked)).toEqual([false, false]);
  });

  it('TC_C_47_CS C16.FR.01/FR.07/FR.08 with one it asks first; all are chosen: all end', async () => {
    const world = await station(MASTER, { evses: 2, masterPassChoice: true });
    knows(world, DRIVERS);
    await allCharging(world);
    expect(await world.card(POLICE)).toEqual({ status: 'Accepted', by: 'csms' });
    await world.seconds(5);
    expect(world.agent.snapshot().masterPass).toMatchObject({ evseIds: [1, 2] });
    expect([ends(world), powerW(world, 1) > 1000, powerW(world, 2) > 1000]).toEqual([[], true, true]);
    world.agent.chooseMasterPass([1, 2]);
    await world.seconds(5);
    expect(ends(world)).toHaveLength(2);
    for (const end of ends(world)) expect(end).toMatchObject({ idToken: wire(POLICE), transactionInfo: { stoppedReason: 'MasterPass' } });
    expect(world.agent.snapshot().masterPass).toBeNull();
  });

  it('TC_C_48_CS C16.FR.01/FR.07 EVSE 1 is chosen: it ends, the other goes on', async () => {
    const world = await station(MASTER, { evses: 2, masterPassChoice: true });
    knows(world, DRIVERS);
    await allCharging(world);
    await world.card(POLICE);
    world.agent.chooseMasterPass([1]);
    await world.seconds(5);
    expect(ends(world)).toMatchObject([{ transactionInfo: { stoppedReason: 'MasterPass' } }]);
    expect([powerW(world, 1), powerW(world, 2) > 1000]).toEqual([0, true]);
  });

  it('nothing is chosen in time, or none: all goes on, and a late choice counts nothing', async () => {
    const world = await station(MASTER, { evses: 2, masterPassChoice: true });
    knows(world, DRIVERS);
    await allCharging(world);
    await world.card(POLICE);
    await world.seconds(61);
    expect(world.agent.snapshot().masterPass).toBeNull();
    world.agent.chooseMasterPass([1, 2]);
    await world.card(POLICE);
    world.agent.chooseMasterPass([]);
    await world.seconds(5);
    expect([ends(world), powerW(world, 1) > 1000, powerW(world, 2) > 1000]).toEqual([[], true, true]);
  });

  it('C16.FR.03 it starts nothing, at no outlet', async () => {
    const world = await station({ ...MASTER, 'TxCtrlr.TxStartPoint': 'Authorized' }, { evses: 2 });
    knows(world, DRIVERS);
    expect(await world.card(POLICE)).toMatchObject({ status: 'Invalid' });
    expect(await world.card(POLICE, 2)).toMatchObject({ status: 'Invalid' });
    world.ev(2).plugIn();
    await world.seconds(10);
    expect([events(world), powerW(world, 2)]).toEqual([[], 0]);
  });

  it.each([['C16.FR.04', 'cache'], ['C16.FR.05', 'list']])('%s offline the %s tells that it is one', async (_, by) => {
    const world = await station({ ...MASTER, 'TxCtrlr.EVConnectionTimeOut': '10' });
    knows(world, DRIVERS);
    if (by === 'list') await listed(world, [[CARD, { status: 'Accepted' }], [POLICE, inGroup('MASTER')]]);
    else await world.card(POLICE);
    await charging(world);
    await offline(world);
    expect(await world.card(POLICE)).toEqual({ status: 'Accepted', by });
    await world.seconds(5);
    expect(powerW(world)).toBe(0);
  });

  it('C16.FR.08 where no stop point is reached yet, the reason stays for the end', async () => {
    const world = await station({ ...MASTER, 'TxCtrlr.TxStartPoint': 'EVConnected', 'TxCtrlr.TxStopPoint': 'EVConnected' });
    knows(world, DRIVERS);
    await charging(world);
    await world.card(POLICE);
    await world.seconds(5);
    expect(events(world).find(({ triggerReason }) => triggerReason === 'StopAuthorized')).toMatchObject({ eventType: 'Updated', idToken: wire(POLICE) });
    expect(powerW(world)).toBe(0);
    world.ev().unplug();
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', transactionInfo: { stoppedReason: 'MasterPass' } });
  });

  it('without MasterPassGroupId its group is one like others', async () => {
    const world = await station();
    knows(world, DRIVERS);
    await charging(world);
    expect(await world.card(POLICE, 1)).toMatchObject({ status: 'ConcurrentTx' });
    await world.seconds(5);
    expect(powerW(world)).toBeGreaterThan(1000);
  });
});
