/** OCPP 2.0.1 B01 to B04: registration, what is said before it, and what an outage leaves to say. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, item, offline, since, station, statuses, World } from './charging-station.ts';

const NOW = '2026-06-01T12:00:00Z';

async function unaccepted(status: 'Pending' | 'Rejected', interval: number): Promise<World> {
  const world = new World();
  world.csms.answers.set('BootNotification', () => ({ status, currentTime: NOW, interval }));
  await world.start();
  return world;
}

function bootTimes(world: World): number[] {
  return world.csms.received.filter(({ action }) => action === 'BootNotification').map(({ atMs }) => atMs);
}

const waits = (world: World): number[] => bootTimes(world).slice(1).map((atMs, index) => Math.round((atMs - (bootTimes(world)[index] ?? 0)) / 1000));

describe('B01 cold boot', () => {
  it('B01.FR.01/FR.09 the first message is a BootNotification with the reason and all that the station knows of itself', async () => {
    const world = await World.started();
    expect(world.csms.received[0]).toMatchObject({ action: 'BootNotification', payload: {
      reason: 'PowerUp', chargingStation: { vendorName: 'Kerbside', model: 'Kerbside Station', serialNumber: 'CP1' },
    } });
    expect((world.csms.of('BootNotification')[0]?.chargingStation as Record<string, unknown>).firmwareVersion).toMatch(/^\d+\.\d+/);
  });

  it('B01.FR.03 every restart connects and boots again', async () => {
    const world = await World.started();
    world.kill();
    await world.start();
    world.kill();
    await world.start();
    expect([world.csms.connections, world.csms.of('BootNotification').length]).toEqual([3, 3]);
  });

  it('B01.FR.05 Accepted: every connector\'s present state is told', async () => {
    const world = new World({ evses: 3 });
    await world.start();
    world.ev(2).plugIn();
    await world.seconds(2);
    world.kill();
    const seen = since(world);
    await world.start();
    expect(seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus]).sort()).toEqual([[1, 'Available'], [2, 'Occupied'], [3, 'Available']]);
  });

  it('B01.FR.06 the CSMS\'s time is the station\'s', async () => {
    const world = new World();
    world.csms.answers.set('BootNotification', () => ({ status: 'Accepted', currentTime: '2031-01-01T00:00:00Z', interval: 300 }));
    await world.start();
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item('ClockCtrlr.DateTime')] });
    expect((getVariableResult as readonly { attributeValue: string }[])[0]?.attributeValue).toMatch(/^2031-01-01T00:00:0/);
    expect(String(world.csms.of('StatusNotification')[0]?.timestamp)).toMatch(/^2031-01-01T00:00:0/);
  });

  it('a clock that the CSMS moves by more than TimeAdjustmentReportingThreshold is a security event; by less, none', async () => {
    const world = await station({ 'ClockCtrlr.TimeAdjustmentReportingThreshold': '60', 'OCPPCommCtrlr.HeartbeatInterval': '30' });
    const types = (): unknown[] => world.csms.of('SecurityEventNotification').map(({ type }) => type);
    let shiftMs = 50_000;
    world.csms.answers.set('Heartbeat', () => ({ currentTime: new Date(Date.parse(NOW) + world.clock.monotonicMs() + shiftMs).toISOString() }));
    await world.seconds(60);
    expect(types()).not.toContain('SettingSystemTime');
    shiftMs += 70_000;
    await world.seconds(60);
    expect(types()).toContain('SettingSystemTime');
  });

  it('B01.FR.07 Unavailable lasts over a restart', async () => {
    const world = await World.started({ evses: 2 });
    expect(await world.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 1 } })).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    world.kill();
    await world.start();
    expect([statuses(world, 1).at(-1), statuses(world, 2).at(-1)]).toEqual(['Unavailable', 'Available']);
  });

  it('B01.FR.08 nothing goes out before Accepted, what an earlier run left behind neither; then all of it', async () => {
    const world = await station();
    await charging(world);
    await offline(world);
    await world.card();
    await world.seconds(5);
    expect(world.state.queued).toBeGreaterThan(0);
    world.kill();
    world.network.refusing = false;
    world.csms.answers.set('BootNotification', () => ({ status: 'Rejected', currentTime: NOW, interval: 20 }));
    const from = world.csms.received.length;
    await world.start(15);
    expect(world.csms.received.slice(from).map(({ action }) => action)).toEqual(['BootNotification']);
    world.csms.answers.delete('BootNotification');
    await world.seconds(30);
    expect(world.csms.received.slice(from).filter(({ action }) => action === 'TransactionEvent').at(-1)).toMatchObject({ payload: { eventType: 'Ended', offline: true } });
  });
});

describe('B02 Pending', () => {
  it('B02.FR.02 nothing but BootNotification, however long, unless the CSMS asked for it', async () => {
    const world = await unaccepted('Pending', 50);
    world.ev().plugIn();
    await world.seconds(2);
    await world.card();
    await world.seconds(120);
    expect(new Set(world.csms.received.map(({ action }) => action))).toEqual(new Set(['BootNotification']));
    expect(await world.ask('GetReport', { requestId: 4, componentVariable: [{ component: { name: 'ClockCtrlr' } }] })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect(world.csms.of('NotifyReport')).toMatchObject([{ requestId: 4 }]);
    for (const [requestedMessage, action] of [['StatusNotification', 'StatusNotification'], ['MeterValues', 'MeterValues'], ['Heartbeat', 'Heartbeat']] as const) {
      expect(await world.ask('TriggerMessage', { requestedMessage, evse: { id: 1, connectorId: 1 } })).toEqual({ status: 'Accepted' });
      await world.seconds(1);
      expect(world.csms.of(action)).toHaveLength(1);
    }
    // The queue of transaction messages stays shut: a trigger can't send out of turn.
    expect(await world.ask('TriggerMessage', { requestedMessage: 'TransactionEvent' })).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'CSNotAccepted' } });
    expect(world.csms.of('TransactionEvent')).toEqual([]);
  });

  it.each([['true', 1], ['false', 0]] as const)('B02.FR.03, B03.FR.01 TxBeforeAcceptedEnabled %s: %i transaction, told once accepted', async (enabled, transactions) => {
    for (const status of ['Pending', 'Rejected'] as const) {
      const world = new World({ settings: [['TxCtrlr.TxBeforeAcceptedEnabled', enabled], ['AuthCtrlr.OfflineTxForUnknownIdEnabled', 'true']] });
      world.csms.answers.set('BootNotification', () => ({ status, currentTime: NOW, interval: 40 }));
      await world.start();
      world.ev().plugIn();
      await world.seconds(2);
      await world.card();
      await world.seconds(5);
      expect(world.state.evses.filter(({ transaction }) => transaction !== null)).toHaveLength(transactions);
      expect(world.csms.of('TransactionEvent')).toEqual([]);
      world.csms.answers.delete('BootNotification');
      await world.seconds(60);
      expect(events(world).slice(0, 1).map(({ eventType, idToken }) => [eventType, idToken?.idToken])).toEqual(transactions === 0 ? [] : [['Started', CARD.value]]);
    }
  });

  it('B02.FR.04/FR.08 not earlier than the interval, but when triggered; then the interval begins anew', async () => {
    const world = await unaccepted('Pending', 100);
    await world.seconds(58);
    expect(waits(world)).toEqual([]);
    expect(await world.ask('TriggerMessage', { requestedMessage: 'BootNotification' })).toEqual({ status: 'Accepted' });
    await world.seconds(2);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'Triggered' });
    await world.seconds(101);
    expect(waits(world)).toEqual([60, 100]);
    expect(world.csms.of('BootNotification').at(-1)).toMatchObject({ reason: 'PowerUp' });
  });

  it('B02.FR.05 remote start and stop: Rejected', async () => {
    const world = await unaccepted('Pending', 100);
    expect(await world.ask('RequestStartTransaction', { idToken: { idToken: 'X', type: 'Central' }, remoteStartId: 1 })).toMatchObject({ status: 'Rejected' });
    expect(await world.ask('RequestStopTransaction', { transactionId: 'x' })).toMatchObject({ status: 'Rejected' });
  });

  it('B02.FR.06 the connection stays', async () => {
    const world = await unaccepted('Pending', 3600);
    await world.seconds(3000);
    expect([world.csms.connections, world.state.csms]).toEqual([1, 'connected']);
  });

  it.each(['Pending', 'Rejected'] as const)('B02.FR.07, B03.FR.05 %s with interval 0: a wait of the station\'s own, no flood', async (status) => {
    const world = await unaccepted(status, 0);
    await world.seconds(300);
    expect(waits(world).length).toBeGreaterThan(1);
    expect(Math.min(...waits(world))).toBeGreaterThanOrEqual(10);
  });
});

describe('B03 Rejected', () => {
  it('B03.FR.02/FR.06 silence until the interval is over, then BootNotification', async () => {
    const world = await unaccepted('Rejected', 75);
    world.ev().plugIn();
    await world.card();
    await world.seconds(160);
    expect(new Set(world.csms.received.map(({ action }) => action))).toEqual(new Set(['BootNotification']));
    expect(waits(world)).toEqual([75, 75]);
  });

  it('B03.FR.08 every CALL of the CSMS: SecurityError', async () => {
    const world = await unaccepted('Rejected', 300);
    for (const [action, payload] of [['GetVariables', { getVariableData: [item('ClockCtrlr.DateTime')] }], ['Reset', { type: 'Immediate' }],
      ['TriggerMessage', { requestedMessage: 'BootNotification' }]] as const) {
      expect(await world.ask(action, payload)).toEqual({ error: 'SecurityError' });
    }
  });
});

describe('B04 offline', () => {
  async function outage(thresholdS: number, waitS: number): Promise<World> {
    const world = await station({
      'OCPPCommCtrlr.OfflineThreshold': String(thresholdS), 'OCPPCommCtrlr.RetryBackOffWaitMinimum': String(waitS), 'OCPPCommCtrlr.RetryBackOffRandomRange': '0',
    }, { evses: 3 });
    const before = world.csms.received.length;
    world.network.reset();
    await world.seconds(1);
    world.ev(2).plugIn();
    await world.seconds(waitS + 3);
    expect(world.csms.connections).toBe(2);
    // It was accepted before: a mere reconnect doesn't boot (B01 is for restarts).
    expect(world.csms.received.slice(before).map(({ action }) => action)).not.toContain('BootNotification');
    return world;
  }
  const told = (world: World): unknown[] => world.csms.of('StatusNotification').slice(3).map(({ evseId, connectorId, connectorStatus }) => [evseId, connectorId, connectorStatus]).sort();

  it('TC_B_51_CS, B04.FR.01 longer than OfflineThreshold: every connector', async () => {
    expect(told(await outage(10, 12))).toEqual([[1, 1, 'Available'], [2, 1, 'Occupied'], [3, 1, 'Available']]);
  });

  it('TC_B_52_CS, B04.FR.02 shorter: those that changed, and no other', async () => {
    expect(told(await outage(10, 8))).toEqual([[2, 1, 'Occupied']]);
  });

  it('B04.FR.02 what changed and changed back isn\'t told', async () => {
    const world = await station({ 'OCPPCommCtrlr.OfflineThreshold': '60', 'OCPPCommCtrlr.RetryBackOffWaitMinimum': '20' }, { evses: 2 });
    world.network.reset();
    await world.seconds(1);
    world.ev(2).plugIn();
    await world.seconds(3);
    world.ev(2).unplug();
    await world.seconds(40);
    expect(world.csms.connections).toBe(2);
    expect(world.csms.of('StatusNotification')).toHaveLength(2);
  });
});

it('MinimumStatusDuration: a state that doesn\'t last so long isn\'t told; one that does is, once', async () => {
  const world = await station({ 'ChargingStation.MinimumStatusDuration': '5' });
  expect(statuses(world)).toEqual(['Available']);
  world.ev().plugIn();
  await world.seconds(3);
  world.ev().unplug();
  await world.seconds(20);
  expect(statuses(world)).toEqual(['Available']);
  world.ev().plugIn();
  await world.seconds(4);
  expect(statuses(world)).toEqual(['Available']);
  await world.seconds(4);
  expect(statuses(world)).toEqual(['Available', 'Occupied']);
});
