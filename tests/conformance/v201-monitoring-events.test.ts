/** OCPP 2.0.1, N07 and N08: what a monitor finds, and when the CSMS hears of it. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, offline, online, set, since, station, World } from './charging-station.ts';
import { monitor, monitored, nameOf, report, setMonitors, where, wireEvents, type WireEvent } from './monitoring.ts';

const EVSE_STATE = 'EVSE(1).AvailabilityState';
const POWER = 'EVSE(1).Power';
const OFFLINE_THRESHOLD = 'OCPPCommCtrlr.OfflineThreshold';

async function stopCharging(world: World): Promise<void> {
  await world.card();
  await world.seconds(5);
  expect(events(world).at(-1)?.eventType).toBe('Ended');
}

const watts = (event: WireEvent | undefined): number => Number(event?.actualValue);

describe('N07: thresholds', () => {
  it('TC_N_20_CS N07.FR.02 N07.FR.06 N07.FR.07 N07.FR.16 N07.FR.17 above, back again, and below', async () => {
    const world = await station();
    expect(await world.ask('SetMonitoringBase', { monitoringBase: 'All' })).toEqual({ status: 'Accepted' });
    const upper = await monitored(world, POWER, 'UpperThreshold', 100, 5);
    await charging(world);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    const [alert] = wireEvents(world, POWER);
    expect(alert).toEqual({
      ...where(POWER), eventId: expect.any(Number) as number, timestamp: expect.any(String) as string, trigger: 'Alerting',
      actualValue: expect.stringMatching(/^\d+$/) as string, transactionId, variableMonitoringId: upper, eventNotificationType: 'CustomMonitor',
    });
    expect(watts(alert)).toBeGreaterThan(100);
    const lower = await monitored(world, POWER, 'LowerThreshold', 10, 5);
    await stopCharging(world);
    const later = wireEvents(world, POWER).slice(1);
    expect(later).toMatchObject([
      { trigger: 'Alerting', cleared: true, transactionId, variableMonitoringId: upper, eventNotificationType: 'CustomMonitor' },
      { trigger: 'Alerting', transactionId, variableMonitoringId: lower, eventNotificationType: 'CustomMonitor' },
    ]);
    expect(watts(later[0])).toBeLessThanOrEqual(100);
    expect(watts(later[1])).toBeLessThan(10);
    expect(later[1]?.cleared ?? false).toBe(false);
    const ids = wireEvents(world).map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('a value that stays beyond a threshold is told once; one exactly on it not at all', async () => {
    const world = await station({ [OFFLINE_THRESHOLD]: '90' });
    await monitored(world, OFFLINE_THRESHOLD, 'UpperThreshold', 100, 5);
    for (const value of ['100', '101', '150', '102', '100']) await set(world, OFFLINE_THRESHOLD, value);
    await world.seconds(3);
    expect(wireEvents(world).map(({ actualValue, cleared }) => [actualValue, cleared ?? false])).toEqual([['101', false], ['100', true]]);
  });

  it('a value that is beyond it already when the monitor is set', async () => {
    const world = await station({ [OFFLINE_THRESHOLD]: '200' });
    const seen = since(world);
    const id = await monitored(world, OFFLINE_THRESHOLD, 'UpperThreshold', 100, 5);
    await world.seconds(1);
    expect(seen('NotifyEvent')).toHaveLength(1);
    expect(wireEvents(world)).toMatchObject([{ variableMonitoringId: id, actualValue: '200', trigger: 'Alerting' }]);
    // The answer comes before what it causes.
    const texts = world.csms.texts.map((text) => (text.includes('setMonitoringResult') ? 'answer' : text.includes('NotifyEvent') ? 'event' : ''));
    expect(texts.filter((text) => text !== '')).toEqual(['answer', 'event']);
  });

  it('MonitoringCtrlr.Hysteresis: an alert is over only when the value has come back that far', async () => {
    const world = await station({ [OFFLINE_THRESHOLD]: '90', 'MonitoringCtrlr.Hysteresis': '10' });
    await monitored(world, OFFLINE_THRESHOLD, 'UpperThreshold', 100, 5);
    for (const value of ['101', '95', '101', '91', '90', '100', '101']) await set(world, OFFLINE_THRESHOLD, value);
    await world.seconds(3);
    expect(wireEvents(world).map(({ actualValue, cleared }) => [actualValue, cleared ?? false])).toEqual([['101', false], ['90', true], ['101', false]]);
  });

  it('TC_N_51_CS N07.FR.11 a changed threshold is held against the value at once', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'UpperThreshold', 22_079, 5);
    await charging(world);
    expect(wireEvents(world, POWER)).toEqual([]);
    expect(await setMonitors(world, monitor(POWER, 'UpperThreshold', 0, 5, { id }))).toMatchObject([{ ...where(POWER), status: 'Accepted', type: 'UpperThreshold', severity: 5 }]);
    await world.seconds(2);
    expect(wireEvents(world, POWER)).toMatchObject([{ trigger: 'Alerting', variableMonitoringId: id }]);
    expect(watts(wireEvents(world, POWER)[0])).toBeGreaterThan(0);
    // Up again: what the old threshold reported is over.
    await setMonitors(world, monitor(POWER, 'UpperThreshold', 22_079, 5, { id }));
    await world.seconds(2);
    expect(wireEvents(world, POWER).slice(1)).toMatchObject([{ trigger: 'Alerting', cleared: true, variableMonitoringId: id }]);
  });

  it('TC_N_52_CS N07.FR.12 a removed monitor isn\'t told to be over', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'UpperThreshold', 0, 5);
    await charging(world);
    expect(wireEvents(world, POWER)).toHaveLength(1);
    expect(await world.ask('ClearVariableMonitoring', { id: [id] })).toEqual({ clearMonitoringResult: [{ status: 'Accepted', id }] });
    expect((await report(world, ['ThresholdMonitoring'], [where(POWER)])).status).toBe('EmptyResultSet');
    await stopCharging(world);
    expect(wireEvents(world, POWER)).toHaveLength(1);
  });

  it('TC_N_53_CS N07.FR.13 monitors outlive a restart, with their ids', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'UpperThreshold', 9000, 5);
    world.kill();
    await world.start(5);
    const { status, listed } = await report(world, ['ThresholdMonitoring']);
    expect(status).toBe('Accepted');
    expect(listed.find((item) => nameOf(item) === POWER)?.variableMonitoring).toEqual([{ id, transaction: false, value: 9000, type: 'UpperThreshold', severity: 5 }]);
    await charging(world);
    expect(wireEvents(world, POWER)).toMatchObject([{ variableMonitoringId: id, trigger: 'Alerting' }]);
  });

  it('N07.FR.14 an alert of before a restart that is over after it: cleared', async () => {
    const world = await station({}, { settings: [[OFFLINE_THRESHOLD, '50']] }); // set anew at every start
    const id = await monitored(world, OFFLINE_THRESHOLD, 'UpperThreshold', 100, 5);
    await set(world, OFFLINE_THRESHOLD, '200');
    await world.seconds(2);
    const eventId = wireEvents(world)[0]?.eventId ?? 0;
    world.kill();
    await world.start(5);
    expect(wireEvents(world).slice(1)).toMatchObject([{ variableMonitoringId: id, trigger: 'Alerting', cleared: true, actualValue: '50' }]);
    expect(wireEvents(world)[1]?.eventId).toBeGreaterThan(eventId);
  });

  it('an alert that a restart doesn\'t end isn\'t told twice', async () => {
    const world = await station({ [OFFLINE_THRESHOLD]: '200' });
    await monitored(world, OFFLINE_THRESHOLD, 'UpperThreshold', 100, 5);
    await world.seconds(2);
    world.kill();
    await world.start(10);
    expect(wireEvents(world)).toHaveLength(1);
  });
});

describe('N07: changes', () => {
  it('TC_N_45_CS N07.FR.18 a number that has moved by more than the difference since it was told last', async () => {
    const world = await station();
    const id = await monitored(world, POWER, 'Delta', 100, 5);
    await charging(world);
    const told = wireEvents(world, POWER);
    expect(told[0]).toMatchObject({ ...where(POWER), trigger: 'Delta', variableMonitoringId: id });
    const values = [0, ...told.map(watts)];
    expect(values.slice(1).every((value, index) => Math.abs(value - (values[index] ?? 0)) > 100)).toBe(true);
  });

  it('TC_N_61_CS a number that has moved by exactly the difference isn\'t told', async () => {
    const world = await station({ [OFFLINE_THRESHOLD]: '60' });
    await monitored(world, OFFLINE_THRESHOLD, 'Delta', 1, 5);
    await set(world, OFFLINE_THRESHOLD, '61');
    await world.seconds(10);
    expect(wireEvents(world)).toEqual([]);
    await set(world, OFFLINE_THRESHOLD, '62');
    await world.seconds(1);
    expect(wireEvents(world)).toMatchObject([{ actualValue: '62', trigger: 'Delta' }]);
    await set(world, OFFLINE_THRESHOLD, '60');
    await world.seconds(1);
    expect(wireEvents(world).map(({ actualValue }) => actualValue)).toEqual(['62', '60']); // down counts as well
  });

  it('TC_N_56_CS N07.FR.19 anything that isn\'t a number: every change', async () => {
    const world = await station();
    const id = await monitored(world, EVSE_STATE, 'Delta', 1, 5);
    world.ev().plugIn();
    await world.seconds(3);
    expect(wireEvents(world)).toMatchObject([{ ...where(EVSE_STATE), trigger: 'Delta', variableMonitoringId: id, actualValue: 'Occupied' }]);
    world.ev().unplug();
    await world.seconds(3);
    expect(wireEvents(world).map(({ actualValue }) => actualValue)).toEqual(['Occupied', 'Available']);
  });

  it('after a restart a change is measured from the value then', async () => {
    const world = await station({}, { settings: [[OFFLINE_THRESHOLD, '50']] });
    await monitored(world, OFFLINE_THRESHOLD, 'Delta', 10, 5);
    await set(world, OFFLINE_THRESHOLD, '59');
    world.kill();
    await world.start(5); // 50 again
    await set(world, OFFLINE_THRESHOLD, '60');
    await world.seconds(2);
    expect(wireEvents(world)).toEqual([]);
    await set(world, OFFLINE_THRESHOLD, '61');
    await world.seconds(2);
    expect(wireEvents(world)).toHaveLength(1);
  });

  it('TC_N_48_CS N07.FR.10 a WriteOnly variable: told that it changed, not to what', async () => {
    const password = 'ThisIsTheFirst01';
    const world = await station({}, { settings: [['SecurityCtrlr.SecurityProfile', '1'], ['SecurityCtrlr.BasicAuthPassword', password]] });
    const id = await monitored(world, 'SecurityCtrlr.BasicAuthPassword', 'Delta', 1, 8);
    const other = 'ThisIsTheSecond2';
    await set(world, 'SecurityCtrlr.BasicAuthPassword', other);
    await world.seconds(30);
    expect(wireEvents(world)).toMatchObject([{ ...where('SecurityCtrlr.BasicAuthPassword'), variableMonitoringId: id, actualValue: '', trigger: 'Delta' }]);
    expect(world.csms.texts.filter((text) => text.includes(other) || text.includes(password))).toEqual([]);
  });
});

describe('N07: what an event says', () => {
  it('N07.FR.05 a fault comes with its code, and is the cause of what follows from it', async () => {
    const world = await station();
    await monitored(world, EVSE_STATE, 'Delta', 1, 5);
    world.ev().fault('GroundFailure');
    await world.seconds(3);
    const [problem, state] = wireEvents(world);
    expect(problem).toMatchObject({
      ...where('EVSE(1).Problem'), trigger: 'Delta', actualValue: 'true', eventNotificationType: 'HardWiredMonitor',
      techCode: 'SIM-GroundFailure', techInfo: 'GroundFailure: Simulated',
    });
    expect(state).toMatchObject({ ...where(EVSE_STATE), actualValue: 'Faulted', cause: problem?.eventId });
    world.ev().clearFault();
    await world.seconds(3);
    expect(wireEvents(world).slice(2).map((event) => [nameOf(event), event.actualValue, event.cause])).toEqual([
      ['EVSE(1).Problem', 'false', undefined], [EVSE_STATE, 'Available', undefined],
    ]);
  });

  it('a monitor for transactions only sleeps between them', async () => {
    const world = await station();
    const id = await monitored(world, EVSE_STATE, 'Delta', 1, 5, { transaction: true });
    await monitored(world, POWER, 'Periodic', 2, 5, { transaction: true });
    world.ev().plugIn();
    await world.seconds(10);
    expect(wireEvents(world)).toEqual([]);
    await world.card();
    await world.seconds(5);
    const transactionId = events(world)[0]?.transactionInfo.transactionId;
    expect(wireEvents(world, POWER)[0]).toMatchObject({ trigger: 'Periodic', transactionId });
    world.ev().fault('OtherError');
    await world.seconds(3);
    expect(wireEvents(world, EVSE_STATE)).toMatchObject([{ variableMonitoringId: id, actualValue: 'Faulted', transactionId }]);
    const count = wireEvents(world, POWER).length;
    await world.seconds(20);
    expect(events(world).at(-1)?.eventType).toBe('Ended');
    expect(wireEvents(world, POWER)).toHaveLength(count);
  });

  it('every kind of event has its name', async () => {
    const world = await station();
    await world.ask('SetMonitoringBase', { monitoringBase: 'All' });
    await monitored(world, EVSE_STATE, 'Delta', 1, 5);
    world.ev().fault('ConnectorLockFailure', 1);
    await world.seconds(3);
    expect(wireEvents(world).map((event) => [nameOf(event), event.eventNotificationType, event.variableMonitoringId === undefined])).toEqual([
      ['ConnectorPlugRetentionLock(1/1).Problem', 'HardWiredNotification', true], ['EVSE(1).Problem', 'HardWiredMonitor', false],
      [EVSE_STATE, 'PreconfiguredMonitor', false], [EVSE_STATE, 'CustomMonitor', false],
    ]);
  });
});

describe('G05: a plug that doesn\'t lock', () => {
  it('TC_G_20_CS TC_N_21_CS G05.FR.01 G05.FR.02 no energy, and the lock\'s problem as a hard-wired notification', async () => {
    const world = await station();
    world.ev().jamLock(true);
    world.ev().plugIn();
    await world.seconds(3);
    expect(wireEvents(world)).toEqual([]);
    await world.card();
    await world.seconds(10);
    const [lock] = wireEvents(world);
    expect(lock).toMatchObject({ ...where('ConnectorPlugRetentionLock(1/1).Problem'), trigger: 'Delta', actualValue: 'true', eventNotificationType: 'HardWiredNotification', techCode: 'ConnectorLockFailure' });
    expect(lock?.variableMonitoringId).toBeUndefined();
    expect(world.state.evses[0]?.powerW).toBe(0);
    expect(events(world).filter(({ transactionInfo }) => transactionInfo.chargingState === 'Charging')).toEqual([]);
    // Pulled out and pushed in well, it serves.
    world.ev().unplug();
    await world.seconds(3);
    expect(wireEvents(world, 'ConnectorPlugRetentionLock(1/1).Problem').map(({ actualValue }) => actualValue)).toEqual(['true', 'false']);
    await charging(world);
  });
});

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

  it('a CSMS that has no use for events holds up nothing, and they aren\'t kept for ever', async () => {
    const world = await queueing(5);
    world.csms.answers.set('NotifyEvent', () => ({ error: 'NotSupported' }));
    world.ev().plugIn();
    await world.seconds(600);
    expect([world.state.parked, world.state.queued]).toEqual([0, 0]);
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
