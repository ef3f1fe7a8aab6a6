/** OCPP 2.0.1 B11, B12: reset of the station and of a single EVSE. */
import { describe, expect, it } from 'vitest';
import type { World } from './charging-station.ts';
import { manufacturer, prepare, request, told } from './firmware.ts';
import { reserve } from './reserving.ts';
import { CARD, charging, events, since, station, statuses } from './charging-station.ts';

const OTHER = { value: 'CARD0002', type: 'ISO14443' };

/** EVSE 1 charges for one card, EVSE 2 for another. */
async function bothCharging(): Promise<World> {
  const world = await station({}, { evses: 2 });
  await charging(world, 1);
  world.ev(2).plugIn();
  await world.seconds(2);
  await world.card(OTHER, 2);
  await world.seconds(5);
  return world;
}

const energised = (world: World, evseId: number): boolean => (world.state.evses[evseId - 1]?.powerW ?? 0) > 1000;

describe('the whole station', () => {
  it('B11.FR.01/FR.03/FR.04 without transaction: Accepted first, then a restart and a cold boot', async () => {
    for (const type of ['OnIdle', 'Immediate']) {
      const world = await station({}, { evses: 2 });
      const seen = since(world);
      expect(await world.ask('Reset', { type })).toEqual({ status: 'Accepted' });
      expect(seen('BootNotification')).toEqual([]);
      await world.seconds(10);
      expect(seen('BootNotification')).toMatchObject([{ reason: 'RemoteReset' }]);
      expect(seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus]).sort()).toEqual([[1, 'Available'], [2, 'Available']]);
      expect(world.csms.connections).toBe(2);
    }
  });

  it('TC_B_23_CS, B11.FR.02, B12.FR.06 what the CSMS made Unavailable is Unavailable after it', async () => {
    const world = await station({}, { evses: 2 });
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1, connectorId: 1 } })).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'OnIdle' })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect(seen('BootNotification')).toMatchObject([{ reason: 'RemoteReset' }]);
    expect(seen('StatusNotification').map(({ evseId, connectorId, connectorStatus }) => [evseId, connectorId, connectorStatus]).sort()).toEqual([[1, 1, 'Unavailable'], [2, 1, 'Available']]);
  });

  it('TC_B_24_CS, B01.FR.13, B11.FR.05 what is Reserved is Reserved after it, and after a power cut', async () => {
    const world = await station({}, { evses: 2 });
    expect(await reserve(world, { evseId: 1 })).toBe('Accepted');
    const seen = since(world);
    const told = (): unknown[] => seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus]).sort();
    expect(await world.ask('Reset', { type: 'OnIdle' })).toEqual({ status: 'Accepted' });
    await world.seconds(10);
    expect(seen('BootNotification')).toMatchObject([{ reason: 'RemoteReset' }]);
    expect(told()).toEqual([[1, 'Reserved'], [2, 'Available']]);
    world.kill();
    await world.start();
    expect(told()).toEqual([[1, 'Reserved'], [1, 'Reserved'], [2, 'Available'], [2, 'Available']]);
    // And after the reset of the EVSE alone.
    expect(await world.ask('Reset', { type: 'Immediate', evseId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(20);
    expect(statuses(world, 1).at(-1)).toBe('Reserved');
  });

  it('B11.FR.07, B12.FR.01/FR.03 OnIdle in a transaction: Scheduled; it ends as its driver ends it, and nothing new begins', async () => {
    const world = await station({}, { evses: 3 });
    await charging(world, 1);
    await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 3 } });
    await world.seconds(1);
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'OnIdle' })).toEqual({ status: 'Scheduled' });
    await world.seconds(5);
    // Those that are free take nobody any more; the one in use goes on.
    expect([statuses(world, 1).at(-1), statuses(world, 2).at(-1), statuses(world, 3).at(-1), energised(world, 1)]).toEqual(['Occupied', 'Unavailable', 'Unavailable', true]);
    world.ev(2).plugIn();
    await world.seconds(2);
    await world.card(OTHER, 2);
    await world.seconds(5);
    expect(world.state.evses[1]?.transaction ?? null).toBeNull();
    expect(await world.ask('RequestStartTransaction', { idToken: { idToken: 'X', type: 'Central' }, remoteStartId: 1, evseId: 2 })).toMatchObject({ status: 'Rejected' });
    expect(seen('BootNotification')).toEqual([]);
    await world.card();
    await world.seconds(30);
    expect(seen('TransactionEvent').at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', transactionInfo: { stoppedReason: 'Local' } });
    expect(seen('BootNotification')).toMatchObject([{ reason: 'ScheduledReset' }]);
    expect([statuses(world, 2).at(-1), statuses(world, 3).at(-1)]).toEqual(['Occupied', 'Unavailable']);
  });

  it('B12.FR.02/FR.04 Immediate with two transactions: Accepted; both end with ResetCommand and ImmediateReset before the boot', async () => {
    const world = await bothCharging();
    const from = world.csms.received.length;
    expect(await world.ask('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
    await world.seconds(30);
    const story = world.csms.received.slice(from);
    const ended = story.filter(({ action, payload }) => action === 'TransactionEvent' && payload.eventType === 'Ended');
    expect(ended.map(({ payload }) => [payload.triggerReason, (payload.transactionInfo as { stoppedReason: string }).stoppedReason])).toEqual([['ResetCommand', 'ImmediateReset'], ['ResetCommand', 'ImmediateReset']]);
    const boot = story.findIndex(({ action }) => action === 'BootNotification');
    expect(ended.every((one) => story.indexOf(one) < boot)).toBe(true);
    expect([energised(world, 1), energised(world, 2)]).toEqual([false, false]);
  });

  it('B12.FR.05 the CSMS doesn\'t answer the Ended: it is queued, and told again after the boot', async () => {
    const world = await station();
    await charging(world);
    world.csms.answers.set('TransactionEvent', ({ eventType }) => (eventType === 'Ended' ? 'silent' : {}));
    const from = world.csms.received.length;
    expect(await world.ask('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
    await world.seconds(12);
    world.csms.answers.delete('TransactionEvent');
    await world.seconds(60);
    const story = world.csms.received.slice(from).filter(({ action, payload }) => action === 'BootNotification' || payload.eventType === 'Ended').map(({ action }) => action);
    expect(story).toEqual(['TransactionEvent', 'BootNotification', 'TransactionEvent']);
    const ended = events(world).filter(({ eventType }) => eventType === 'Ended');
    expect(ended[0]?.seqNo).toBe(ended[1]?.seqNo);
  });

  it('B11.FR.06, B12.FR.10 while it can\'t: Rejected with the reason, and nothing happens', async () => {
    const world = await station();
    await charging(world);
    world.store.failNextCommits(1000);
    world.ev().evSuspend(); // something to write, which fails
    await world.seconds(2);
    for (const type of ['OnIdle', 'Immediate']) {
      expect(await world.ask('Reset', { type })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'OutOfStorage' } });
    }
    await world.seconds(20);
    expect([world.csms.of('BootNotification').length, world.state.evses[0]?.transaction === null]).toEqual([1, false]);
  });

  it('B11.FR.06, B12.FR.10 while firmware is being installed: Rejected', async () => {
    const world = await station();
    await prepare(world, manufacturer);
    world.firmware.installing = new Promise(() => undefined);
    await world.ask('UpdateFirmware', request(world, 1));
    await world.seconds(10);
    expect(told(world).at(-1)?.status).toBe('Installing');
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'FwUpdateInProgress' } });
  });

  it('B11.FR.06 a second one while the first is under way: Rejected', async () => {
    const world = await station();
    await charging(world);
    world.csms.answers.set('TransactionEvent', () => 'silent'); // the first waits a while for its Ended to be taken
    expect(await world.ask('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
    await world.seconds(3);
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Rejected' });
  });
});

describe('a single EVSE', () => {
  it('TC_B_25_CS, B11.FR.08/FR.10 without transaction: Accepted; it is Unavailable while its controller restarts; the station goes on', async () => {
    const world = await bothCharging();
    await world.card(OTHER, 2);
    world.ev(2).unplug();
    await world.seconds(10);
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [{ component: { name: 'EVSE', evse: { id: 2 } }, variable: { name: 'AllowReset' } }] });
    expect(getVariableResult).toMatchObject([{ attributeStatus: 'Accepted', attributeValue: 'true' }]);
    const before = statuses(world, 2).length;
    expect(await world.ask('Reset', { type: 'OnIdle', evseId: 2 })).toEqual({ status: 'Accepted' });
    await world.seconds(20);
    expect(statuses(world, 2).slice(before)).toEqual(['Unavailable', 'Available']);
    expect(world.logs.filter((line) => line.includes('evse 2') && line.includes('restarts'))).toHaveLength(1);
    expect([world.csms.of('BootNotification').length, world.csms.connections, energised(world, 1)]).toEqual([1, 1, true]);
  });

  it('TC_B_26_CS, B12.FR.07 OnIdle in a transaction: Scheduled; it ends as its driver ends it, then the EVSE is reset', async () => {
    const world = await bothCharging();
    expect(await world.ask('Reset', { type: 'OnIdle', evseId: 1 })).toEqual({ status: 'Scheduled' });
    await world.seconds(30);
    expect([energised(world, 1), world.logs.some((line) => line.includes('restarts'))]).toEqual([true, false]);
    await world.card(CARD, 1);
    await world.seconds(10);
    world.ev(1).unplug();
    await world.seconds(20);
    expect(events(world).filter(({ eventType }) => eventType === 'Ended')).toMatchObject([{ triggerReason: 'StopAuthorized', transactionInfo: { stoppedReason: 'Local' } }]);
    expect(world.logs.filter((line) => line.includes('evse 1') && line.includes('restarts'))).toHaveLength(1);
    expect([statuses(world, 1).at(-1), energised(world, 2), world.csms.of('BootNotification').length]).toEqual(['Available', true, 1]);
  });

  it('TC_B_27_CS, B12.FR.08 Immediate in a transaction: it ends with ResetCommand and ImmediateReset, then the EVSE is reset; the other goes on', async () => {
    const world = await bothCharging();
    expect(await world.ask('Reset', { type: 'Immediate', evseId: 1 })).toEqual({ status: 'Accepted' });
    await world.seconds(20);
    expect(events(world).filter(({ eventType }) => eventType === 'Ended')).toMatchObject([{
      triggerReason: 'ResetCommand', transactionInfo: { chargingState: 'EVConnected', stoppedReason: 'ImmediateReset' },
    }]);
    expect([world.logs.some((line) => line.includes('evse 1') && line.includes('restarts')), energised(world, 1), energised(world, 2), world.csms.of('BootNotification').length]).toEqual([true, false, true, 1]);
    // The driver of the other one hasn't noticed, and this one serves again.
    world.ev(1).unplug();
    await world.seconds(2);
    await charging(world, 1);
  });

  it('B12.FR.06 what the CSMS made Unavailable stays so', async () => {
    const world = await station({}, { evses: 2 });
    await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 2 } });
    await world.seconds(1);
    await world.ask('Reset', { type: 'Immediate', evseId: 2 });
    await world.seconds(20);
    expect([statuses(world, 1).at(-1), statuses(world, 2)]).toEqual(['Available', ['Available', 'Unavailable']]);
  });

  it('an EVSE that isn\'t there: Rejected', async () => {
    const world = await station();
    expect(await world.ask('Reset', { type: 'Immediate', evseId: 7 })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'UnknownEvse' } });
  });
});
