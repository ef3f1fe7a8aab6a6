/** OCPP 2.0.1 station test cases and requirements, block G: status, heartbeat, availability and its persistence, lock failure. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, item, set, since, station, statuses, type World } from './charging-station.ts';
import { reserve } from './reserving.ts';

const TWO = { connectors: [{ type: 'cType2', canLock: true }, { type: 'cCCS2', canLock: false }] } as const;
type Target = { readonly id: number; readonly connectorId?: number } | undefined;

async function change(world: World, operationalStatus: 'Operative' | 'Inoperative', evse?: Target): Promise<unknown> {
  const { status } = await world.ask('ChangeAvailability', { operationalStatus, ...(evse === undefined ? {} : { evse }) });
  await world.seconds(2);
  return status;
}

/** What was told last of each connector: `1/1 Available`. */
function now(world: World): string[] {
  const last = new Map(world.csms.of('StatusNotification').map(({ evseId, connectorId, connectorStatus }) => [`${String(evseId)}/${String(connectorId)}`, String(connectorStatus)]));
  return [...last].map(([place, status]) => `${place} ${status}`).sort();
}

describe('G01: status', () => {
  it('G01.FR.01: each connector has one of the five, through a day of everything', async () => {
    const world = await station({}, { evses: 2, ...TWO });
    await charging(world);
    await reserve(world, { evseId: 2 });
    await world.card(CARD, 1);
    world.ev().unplug();
    world.ev(2).fault('GroundFailure');
    await change(world, 'Inoperative', { id: 1 });
    const told = world.csms.of('StatusNotification').map(({ connectorStatus }) => connectorStatus);
    expect(new Set(told)).toEqual(new Set(['Available', 'Occupied', 'Reserved', 'Faulted', 'Unavailable']));
  });

  it.each([
    ['EVSE', { id: 1 }], ['connector', { id: 1, connectorId: 1 }], ['station', undefined],
  ] as const)('G01.FR.05: the car leaves while its transaction goes on, and the %s is to become inoperative: Unavailable', async (_, evse) => {
    const world = await station({ 'TxCtrlr.TxStopPoint': 'Authorized', 'TxCtrlr.StopTxOnEVSideDisconnect': 'false' }, { connectors: [{ type: 'cType2', canLock: false }] });
    await charging(world);
    expect(await change(world, 'Inoperative', evse)).toBe('Scheduled');
    expect(statuses(world).at(-1)).toBe('Occupied');
    world.ev().unplug();
    await world.seconds(3);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Updated', triggerReason: 'EVCommunicationLost' });
    expect(statuses(world).at(-1)).toBe('Unavailable');
  });

  it('G01.FR.08: a plug in one connector of an EVSE is no news of the other', async () => {
    const world = await station({}, TWO);
    const seen = since(world);
    world.ev().plugIn(2);
    await world.seconds(3);
    expect(seen('StatusNotification').map(({ connectorId, connectorStatus }) => [connectorId, connectorStatus])).toEqual([[2, 'Occupied']]);
  });
});

describe('G02: heartbeat', () => {
  it('G02.FR.01, G02.FR.02: every interval of the boot answer, and of the variable once it is set', async () => {
    const world = await station();
    world.csms.answers.set('BootNotification', () => ({ status: 'Accepted', currentTime: new Date(world.clock.wallMs()).toISOString(), interval: 40 }));
    world.kill();
    await world.start(5);
    const seen = since(world);
    await world.seconds(125);
    expect(seen('Heartbeat')).toHaveLength(3);
    await set(world, 'OCPPCommCtrlr.HeartbeatInterval', '10');
    const later = since(world);
    await world.seconds(35);
    expect(later('Heartbeat')).toHaveLength(3);
  });

  it('G02.FR.06: the clock follows its answer', async () => {
    const world = await station({ 'OCPPCommCtrlr.HeartbeatInterval': '20' });
    world.csms.answers.set('Heartbeat', () => ({ currentTime: new Date(world.clock.wallMs() + 3_600_000).toISOString() }));
    await world.seconds(25);
    const { getVariableResult } = await world.ask('GetVariables', { getVariableData: [item('ClockCtrlr.DateTime')] });
    const [{ attributeValue }] = getVariableResult as [{ attributeValue: string }];
    expect(Math.abs(Date.parse(attributeValue) - world.clock.wallMs() - 3_600_000)).toBeLessThan(2000);
  });
});

describe('G03, G04: change availability', () => {
  it('G03.FR.01, G03.FR.02, G04.FR.02, G04.FR.03: each request is answered with what comes of it', async () => {
    const world = await station({}, { evses: 2 });
    await charging(world);
    expect([
      await change(world, 'Inoperative', { id: 2 }), await change(world, 'Inoperative', { id: 1 }), await change(world, 'Inoperative'), await change(world, 'Operative'),
      await change(world, 'Inoperative', { id: 9 }), await change(world, 'Inoperative', { id: 1, connectorId: 9 }),
    ]).toEqual(['Accepted', 'Scheduled', 'Scheduled', 'Accepted', 'Rejected', 'Rejected']);
  });

  it('G03.FR.03, G04.FR.04: what it is already is Accepted, and no news', async () => {
    const world = await station();
    for (const target of [{ id: 1 }, { id: 1, connectorId: 1 }, undefined]) {
      const seen = since(world);
      expect(await change(world, 'Operative', target)).toBe('Accepted');
      expect(seen('StatusNotification')).toEqual([]);
      await change(world, 'Inoperative', target);
      const again = since(world);
      expect(await change(world, 'Inoperative', target)).toBe('Accepted');
      expect(again('StatusNotification')).toEqual([]);
      await change(world, 'Operative', target);
    }
  });

  it('G01.FR.07, G03.FR.04, G03.FR.06, G03.FR.07: all connectors of an EVSE follow it, but for a broken one, and go back to what they were', async () => {
    const world = await station({}, { evses: 2, ...TWO });
    await change(world, 'Inoperative', { id: 1, connectorId: 2 });
    expect(now(world)).toEqual(['1/1 Available', '1/2 Unavailable', '2/1 Available', '2/2 Available']);
    expect(await change(world, 'Inoperative', { id: 1 })).toBe('Accepted');
    expect(now(world)).toEqual(['1/1 Unavailable', '1/2 Unavailable', '2/1 Available', '2/2 Available']);
    expect(await change(world, 'Operative', { id: 1 })).toBe('Accepted');
    expect(now(world)).toEqual(['1/1 Available', '1/2 Unavailable', '2/1 Available', '2/2 Available']);
    world.ev(2).fault('OverVoltage', 1);
    await world.seconds(2);
    await change(world, 'Inoperative', { id: 2 });
    expect(now(world).slice(2)).toEqual(['2/1 Faulted', '2/2 Unavailable']);
  });

  it('G04.FR.01, G04.FR.05, G04.FR.07, G04.FR.08: without evse it is the whole station; what was inoperative on its own stays so', async () => {
    const world = await station({}, { evses: 2 });
    await change(world, 'Inoperative', { id: 2 });
    const seen = since(world);
    expect(await change(world, 'Inoperative')).toBe('Accepted');
    expect(seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus])).toEqual([[1, 'Unavailable']]);
    expect(await change(world, 'Operative')).toBe('Accepted');
    expect(now(world)).toEqual(['1/1 Available', '2/1 Unavailable']);
  });

  it('G04.FR.06: in a transaction the station\'s change is Scheduled, at once for the others, at its end for that one', async () => {
    const world = await station({}, { evses: 2 });
    await charging(world);
    expect(await change(world, 'Inoperative')).toBe('Scheduled');
    expect(now(world)).toEqual(['1/1 Occupied', '2/1 Unavailable']);
    await world.card(CARD, 1);
    await world.seconds(4);
    expect(now(world)).toEqual(['1/1 Unavailable', '2/1 Unavailable']);
  });

  it.each([
    ['G01.FR.02, G03.FR.08', 'an EVSE', { id: 1 }, ['1/1 Unavailable', '1/2 Unavailable', '2/1 Available', '2/2 Available']],
    ['TC_G_19_CS, G03.FR.08', 'a connector', { id: 1, connectorId: 2 }, ['1/1 Available', '1/2 Unavailable', '2/1 Available', '2/2 Available']],
    ['G04.FR.09', 'the station', undefined, ['1/1 Unavailable', '1/2 Unavailable', '2/1 Unavailable', '2/2 Unavailable']],
  ] as const)('%s: what was set for %s outlives a power cut', async (_, __, evse, after) => {
    const world = await station({}, { evses: 2, ...TWO });
    await change(world, 'Inoperative', evse);
    world.kill();
    const seen = since(world);
    await world.start(30);
    const told = seen('StatusNotification').map(({ evseId, connectorId, connectorStatus }) => `${String(evseId)}/${String(connectorId)} ${String(connectorStatus)}`).sort();
    expect(told).toEqual(after);
    expect(seen('SecurityEventNotification').map(({ type }) => type)).toEqual(expect.arrayContaining([expect.stringMatching(/^(StartupOfTheDevice|ResetOrReboot)$/)]));
    await change(world, 'Operative', evse);
    expect(now(world).every((status) => status.endsWith('Available'))).toBe(true);
  });

  it('G03.FR.09: a cable in a reserved connector, and nobody\'s token: the status doesn\'t change', async () => {
    const world = await station();
    await reserve(world, { evseId: 1 });
    const seen = since(world);
    world.ev().plugIn();
    await world.seconds(10);
    expect(seen('StatusNotification')).toEqual([]);
  });

  it('nobody charges where it is inoperative', async () => {
    const world = await station();
    await change(world, 'Inoperative', { id: 1 });
    world.ev().plugIn();
    await world.seconds(2);
    expect(await world.card()).toMatchObject({ status: 'NotAtThisTime' });
    await world.seconds(10);
    expect(events(world)).toEqual([]);
  });
});

describe('G05: the plug doesn\'t lock', () => {
  it('TC_G_20_CS, G05.FR.01, G05.FR.02, G05.FR.04: no energy, the CSMS is told of the lock, the driver sees a fault; a plug that locks charges', async () => {
    const world = await station();
    world.ev().plugIn();
    world.ev().jamLock(true);
    await world.seconds(2);
    await world.card();
    await world.seconds(20);
    expect(world.state.evses[0]?.powerW).toBe(0);
    expect(world.agent.snapshot().evses[0]).toMatchObject({ state: 'faulted', fault: { code: 'ConnectorLockFailure' } });
    expect(events(world).some(({ transactionInfo }) => transactionInfo.chargingState === 'Charging')).toBe(false);
    const told = world.csms.of('NotifyEvent').flatMap(({ eventData }) => eventData as { trigger: string; actualValue: string; component: { name: string }; variable: { name: string } }[]);
    expect(told.find(({ component, variable }) => component.name === 'ConnectorPlugRetentionLock' && variable.name === 'Problem')).toMatchObject({ trigger: 'Delta', actualValue: 'true' });
    world.ev().unplug();
    world.ev().jamLock(false);
    await world.seconds(3);
    await charging(world);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });
});
