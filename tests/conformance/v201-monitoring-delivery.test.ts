/** OCPP 2.0.1, N07 and N08: events while the CSMS is away, and those that come by the clock. */
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { CARD, events, offline, online, set, station, World } from './charging-station.ts';
import { monitor, monitored, nameOf, setMonitors, where, wireEvents } from './monitoring.ts';

const EVSE_STATE = 'EVSE(1).AvailabilityState';
const POWER = 'EVSE(1).Power';

describe('N07, N08: while the CSMS can\'t be reached', () => {
  const queueing = async (severity: number): Promise<World> => {
    const world = await station({ 'MonitoringCtrlr.OfflineQueuingSeverity': '5' });
    await monitored(world, EVSE_STATE, 'Delta', 1, severity);
    await monitored(world, 'Connector(1/1).AvailabilityState', 'Delta', 1, severity);
    return world;
  };

  it('TC_N_22_CS N07.FR.04 severe events wait for it', async () => {
    const world = await queueing(5);
    await offline(world);
    world.ev().plugIn();
    const atMs = world.clock.wallMs();
    await world.seconds(60);
    expect(wireEvents(world)).toEqual([]);
    await online(world);
    const [event] = wireEvents(world, EVSE_STATE);
    expect(event).toMatchObject({ ...where(EVSE_STATE), trigger: 'Delta', actualValue: 'Occupied' });
    expect(Math.abs(Date.parse(event?.timestamp ?? '') - atMs)).toBeLessThan(3000);
  });

  it('N07.FR.04 they wait over a restart too, and come in their order', async () => {
    const world = await queueing(5);
    await offline(world);
    world.ev().plugIn();
    await world.seconds(5);
    world.ev().unplug();
    await world.seconds(5);
    world.kill();
    await world.start(5);
    await online(world);
    expect(wireEvents(world, EVSE_STATE).map(({ actualValue }) => actualValue)).toEqual(['Occupied', 'Available']);
  });

  it('TC_N_23_CS milder ones are forgotten', async () => {
    const world = await queueing(6);
    await set(world, 'TxCtrlr.TxStartPoint', 'EVConnected');
    world.ev().plugIn();
    await world.seconds(3);
    expect(wireEvents(world).map((event) => [nameOf(event), event.trigger, event.actualValue])).toEqual([
      [EVSE_STATE, 'Delta', 'Occupied'], ['Connector(1/1).AvailabilityState', 'Delta', 'Occupied'],
    ]);
    expect(events(world).at(-1)).toMatchObject({ triggerReason: 'CablePluggedIn', transactionInfo: { chargingState: 'EVConnected' } });
    await offline(world);
    world.ev().unplug();
    await world.seconds(5);
    world.ev().plugIn();
    await world.seconds(60);
    await online(world);
    expect(wireEvents(world)).toHaveLength(2);
    expect(events(world).slice(1, 3).map(({ triggerReason, transactionInfo: { chargingState } }) => [triggerReason, chargingState])).toEqual([
      ['EVCommunicationLost', 'Idle'], ['CablePluggedIn', 'EVConnected'],
    ]);
  });

  it('what has changed for good meanwhile is told as it is now', async () => {
    const world = await queueing(6);
    await offline(world);
    world.ev().plugIn();
    await world.seconds(60);
    const backMs = world.clock.wallMs();
    await online(world);
    expect(wireEvents(world, EVSE_STATE)).toMatchObject([{ actualValue: 'Occupied' }]);
    expect(Date.parse(wireEvents(world, EVSE_STATE)[0]?.timestamp ?? '')).toBeGreaterThanOrEqual(backMs);
  });

  it.each([[5, true], [6, false]])('N08.FR.03 periodic events of severity %i are kept: %s', async (severity, kept) => {
    const world = await station({ 'MonitoringCtrlr.OfflineQueuingSeverity': '5' });
    await monitored(world, POWER, 'Periodic', 10, severity);
    await offline(world);
    await world.seconds(35);
    const before = world.clock.wallMs();
    await online(world);
    const late = wireEvents(world, POWER).filter(({ timestamp }) => Date.parse(timestamp) < before);
    expect(late.length >= 3).toBe(kept);
    if (!kept) expect(late).toEqual([]);
  });

  it('the queue has an end; what holds then is told when the CSMS is back', async () => {
    const world = await station({ 'MonitoringCtrlr.OfflineQueuingSeverity': '5' });
    await monitored(world, POWER, 'Periodic', 1, 5);
    await monitored(world, EVSE_STATE, 'Delta', 1, 5);
    await offline(world);
    await world.seconds(1100);
    world.ev().plugIn();
    await world.seconds(100);
    const backMs = world.clock.wallMs();
    await online(world);
    await world.seconds(300); // after so long an outage the next attempt, and a thousand messages, take their time
    const late = wireEvents(world, POWER).filter(({ timestamp }) => Date.parse(timestamp) < backMs).length;
    expect(late).toBeGreaterThan(900);
    expect(late).toBeLessThanOrEqual(1000);
    const [state] = wireEvents(world, EVSE_STATE);
    expect(state?.actualValue).toBe('Occupied');
    expect(Date.parse(state?.timestamp ?? '')).toBeGreaterThanOrEqual(backMs);
  });

  it('a CSMS that has no use for events holds up nothing, and they aren\'t kept for ever', async () => {
    const world = await queueing(5);
    world.csms.answers.set('NotifyEvent', () => ({ error: 'NotSupported' }));
    world.ev().plugIn();
    await world.seconds(10);
    expect(wireEvents(world)).toHaveLength(2); // each once
    await world.seconds(600);
    expect([wireEvents(world).length, world.state.parked, world.state.queued]).toEqual([2, 0, 0]);
    await world.card(CARD);
    await world.seconds(5);
    expect(events(world)).not.toEqual([]);
  });
});

describe('N08: periodic events', () => {
  it('TC_N_24_CS N08.FR.04 N08.FR.05 N08.FR.06 every 2 s, of any variable that says it can be monitored', async () => {
    const world = await station();
    await world.ask('GetBaseReport', { requestId: 1, reportBase: 'FullInventory' });
    await world.seconds(10);
    interface Item { component: { name: string; instance?: string; evse?: { id: number } }; variable: { name: string; instance?: string }; variableCharacteristics: { supportsMonitoring: boolean } }
    const inventory = world.csms.of('NotifyReport').flatMap(({ reportData }) => reportData as Item[]);
    const candidates = inventory.filter(({ component, variable, variableCharacteristics }) => variableCharacteristics.supportsMonitoring && component.instance === undefined && variable.instance === undefined);
    expect(candidates.length).toBeGreaterThan(20);
    for (const { component, variable } of [candidates[0], candidates.find(({ component: { name } }) => name === 'EVSE')].flatMap((item) => (item === undefined ? [] : [item]))) {
      const [result] = await setMonitors(world, { component, variable, type: 'Periodic', value: 2, severity: 8 });
      expect(result).toMatchObject({ status: 'Accepted', component, variable });
      const setAtMs = world.clock.wallMs();
      await world.seconds(20);
      const told = wireEvents(world).filter(({ variableMonitoringId }) => variableMonitoringId === result?.id);
      expect(told.length).toBeGreaterThanOrEqual(9);
      for (const event of told) expect(event).toMatchObject({ trigger: 'Periodic', component, variable });
      const times = [setAtMs, ...told.map(({ timestamp }) => Date.parse(timestamp))];
      expect(times.slice(1).every((time, index) => Math.abs(time - (times[index] ?? 0) - 2000) < 200)).toBe(true);
    }
  });

  it('N08.FR.07 clock-aligned: at the quarters of the hour', async () => {
    const world = await station();
    await world.seconds(100);
    const id = await monitored(world, POWER, 'PeriodicClockAligned', 900, 8);
    await world.seconds(3600);
    const told = wireEvents(world, POWER);
    expect(told.map(({ timestamp }) => timestamp.slice(11, 19))).toEqual(['12:15:00', '12:30:00', '12:45:00', '13:00:00']);
    expect(told[0]).toMatchObject({ trigger: 'Periodic', variableMonitoringId: id });
  });

  it('a replaced monitor counts from then on, a cleared one no more; after a restart it goes on', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'Periodic', 60, 8);
    await world.seconds(50);
    await setMonitors(world, monitor(POWER, 'Periodic', 30, 8, { id }));
    await world.seconds(29);
    expect(wireEvents(world)).toEqual([]);
    await world.seconds(2);
    expect(wireEvents(world)).toHaveLength(1);
    world.kill();
    await world.start(5);
    await world.seconds(31);
    expect(wireEvents(world)).toHaveLength(2);
    await world.ask('ClearVariableMonitoring', { id: [id] });
    await world.seconds(120);
    expect(wireEvents(world)).toHaveLength(2);
  });
});

describe('1.6', () => {
  it('has no such message: nothing is sent, nothing is kept', async () => {
    const world = await World.started({ edition: 'ocpp1.6' });
    world.ev().fault('GroundFailure');
    await world.seconds(30);
    expect([world.csms.of('NotifyEvent'), world.state.parked, world.state.queued]).toEqual([[], 0, 0]);
  });
});

describe('the hard-wired monitor of the books', () => {
  const STORE = 'Kerbside.StoreUsage';
  const listOf = (entries: number): object[] => Array.from({ length: entries }, (_, index) => ({ idToken: { idToken: `LISTED-${index}`, type: 'ISO14443' }, idTokenInfo: { status: 'Accepted' } }));
  const send = (world: World, versionNumber: number, entries: number): Promise<Record<string, unknown>> =>
    world.ask('SendLocalList', { versionNumber, updateType: 'Full', localAuthorizationList: listOf(entries) });

  it('N07.FR.02, N07.FR.06 books that get nearly full raise it within ten minutes, and lower it when there is room again', async () => {
    const settings = [['LocalAuthListCtrlr.Enabled', 'true']] as const;
    const usual = await World.started({ settings });
    const { usedBytes } = await usual.store.usage();
    await send(usual, 1, 300);
    await usual.seconds(5);
    const list = (await usual.store.usage()).usedBytes - usedBytes;
    const world = new World({ settings });
    world.store = new MemoryStore({ clock: world.clock, commitLatencyMs: 3, quotaBytes: Math.round((usedBytes + list) / 0.95) }); // 95 % full with the list
    await world.start();
    await world.seconds(1300);
    expect(wireEvents(world, STORE)).toEqual([]);
    expect(await send(world, 1, 300)).toEqual({ status: 'Accepted' });
    await world.seconds(660);
    const [raised, ...more] = wireEvents(world, STORE);
    expect(raised).toMatchObject({ ...where(STORE), trigger: 'Alerting', eventNotificationType: 'HardWiredMonitor', variableMonitoringId: 1 });
    expect(Number(raised?.actualValue)).toBeGreaterThan(90);
    expect(raised?.cleared ?? false).toBe(false);
    expect(more).toEqual([]);
    expect(await send(world, 2, 1)).toEqual({ status: 'Accepted' });
    await world.seconds(660);
    expect(wireEvents(world, STORE).slice(1)).toMatchObject([{ cleared: true, variableMonitoringId: 1 }]);
  });
});
