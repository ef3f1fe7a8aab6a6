/** OCPP 2.0.1, N07 and G05: what a monitor finds, and what the CSMS hears of it. */
import { describe, expect, it } from 'vitest';
import type { Charger } from '../../src/hardware/charger.ts';
import { charging, events, set, since, station, type World } from './charging-station.ts';
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
      // Its only outlet is the station's state, too.
      ['ChargingStation.AvailabilityState', 'PreconfiguredMonitor', false],
      [EVSE_STATE, 'PreconfiguredMonitor', false], [EVSE_STATE, 'CustomMonitor', false],
    ]);
  });
});

describe('G05: a plug that doesn\'t lock', () => {
  it.each([[false, ['lock', 'offer true', 'offer false', 'unlock']], [true, ['lock']]])('G05.FR.01 the lock comes before the energy, and goes after it; jammed: %s', async (jammed, expected) => {
    const world = await station();
    world.ev().jamLock(jammed);
    world.ev().plugIn();
    await world.seconds(3);
    const charger = world.ev() as unknown as Charger;
    const done: string[] = [];
    const { offer, lock, unlock } = charger;
    charger.offer = (wanted) => {
      if (done.at(-1) !== `offer ${wanted.energise}` && (wanted.energise || done.length > 1)) done.push(`offer ${wanted.energise}`);
      return offer.call(charger, wanted);
    };
    charger.lock = (connectorId) => {
      done.push('lock');
      return lock.call(charger, connectorId);
    };
    charger.unlock = (connectorId) => {
      if (!jammed) done.push('unlock');
      return unlock.call(charger, connectorId);
    };
    await world.card();
    await world.seconds(10);
    if (!jammed) await world.card();
    await world.seconds(10);
    expect(done).toEqual(expected);
  });

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
    expect(world.state.evses[0]).toMatchObject({ powerW: 0, connectors: [{ status: 'Faulted' }] });
    expect(events(world).filter(({ transactionInfo }) => transactionInfo.chargingState === 'Charging')).toEqual([]);
    // Pulled out and pushed in well, it serves.
    world.ev().unplug();
    await world.seconds(3);
    expect(wireEvents(world, 'ConnectorPlugRetentionLock(1/1).Problem').map(({ actualValue }) => actualValue)).toEqual(['true', 'false']);
    await charging(world);
  });
});
