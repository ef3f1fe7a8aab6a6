/** OCPP 2.0.1 station test cases, blocks F, G and P: remote control, availability, data transfer. */
import { describe, expect, it } from 'vitest';
import { CARD, charging, events, since, station, statuses, type World } from './charging-station.ts';

const remoteStart = (world: World): Promise<Record<string, unknown>> =>
  world.ask('RequestStartTransaction', { remoteStartId: 7, idToken: { idToken: CARD.value, type: CARD.type }, evseId: 1 });

describe('F: remote start and stop', () => {
  it('TC_F_01_CS cable first', async () => {
    const world = await station();
    world.ev().plugIn();
    await world.seconds(2);
    expect(await remoteStart(world)).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(events(world)[0]).toMatchObject({ eventType: 'Started', triggerReason: 'RemoteStart', idToken: { idToken: CARD.value, type: CARD.type }, transactionInfo: { remoteStartId: 7 } });
    expect(events(world).at(-1)).toMatchObject({ triggerReason: 'ChargingStateChanged', transactionInfo: { chargingState: 'Charging' } });
  });

  it.each([['TC_F_02_CS, F02.FR.09', 'true'], ['TC_F_03_CS, F02.FR.10', 'false']])('%s remote start first, AuthorizeRemoteStart=%s', async (_, authorize) => {
    const world = await station({ 'AuthCtrlr.AuthorizeRemoteStart': authorize, 'TxCtrlr.TxStartPoint': 'Authorized' });
    expect(await remoteStart(world)).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.of('Authorize')).toHaveLength(authorize === 'true' ? 1 : 0);
    expect(events(world)).toMatchObject([{ eventType: 'Started', triggerReason: 'RemoteStart', transactionInfo: { remoteStartId: 7 } }]);
    world.ev().plugIn();
    await world.seconds(5);
    expect(world.csms.story.slice(1)).toEqual(['Updated/CablePluggedIn', 'Updated/ChargingStateChanged']);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
  });

  it('TC_F_04_CS, F02.FR.07 remote start and no cable: EVConnectTimeout, Ended; the next one is served', async () => {
    const world = await station({ 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.TxStopPoint': 'Authorized', 'TxCtrlr.EVConnectionTimeOut': '20' });
    await remoteStart(world);
    await world.seconds(25);
    expect(world.csms.story).toEqual(['Started/RemoteStart', 'Ended/EVConnectTimeout']);
    expect(await remoteStart(world)).toMatchObject({ status: 'Accepted' });
    await world.seconds(3);
    expect(world.csms.story.at(-1)).toBe('Started/RemoteStart');
  });

  it('TC_F_08_CS, F03.FR.03, F03.FR.07 remote stop; TC_F_09_CS, F03.FR.08 of another transaction: Rejected', async () => {
    const world = await station();
    await charging(world);
    expect(await world.ask('RequestStopTransaction', { transactionId: 'another' })).toMatchObject({ status: 'Rejected' });
    await world.seconds(5);
    expect(world.state.evses[0]?.transaction?.chargingState).toBe('Charging');
    expect(await world.ask('RequestStopTransaction', { transactionId: events(world)[0]?.transactionInfo.transactionId })).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(events(world).at(-1)).toMatchObject({ eventType: 'Ended', triggerReason: 'RemoteStop', transactionInfo: { stoppedReason: 'Remote' } });
  });
});

describe('F: unlock', () => {
  it.each([['TC_F_06_CS, F05.FR.01, F05.FR.04', true], ['TC_F_07_CS, F05.FR.06', false]])('%s without transaction, cable connected: %s', async (_, plugged) => {
    const world = await station();
    if (plugged) world.ev().plugIn();
    await world.seconds(2);
    expect(await world.ask('UnlockConnector', { evseId: 1, connectorId: 1 })).toMatchObject({ status: 'Unlocked' });
  });

  it('TC_F_10_CS, F05.FR.03 an unknown connector', async () => {
    const world = await station();
    expect(await world.ask('UnlockConnector', { evseId: 1, connectorId: 999 })).toMatchObject({ status: 'UnknownConnector' });
  });
});

describe('F: triggers', () => {
  const trigger = async (world: World, requestedMessage: string, evse?: object): Promise<unknown> =>
    (await world.ask('TriggerMessage', { requestedMessage, ...(evse === undefined ? {} : { evse }) })).status;
  const contexts = (payload: Record<string, unknown>): unknown[] => [...new Set((payload.meterValue as { sampledValue: { context: string }[] }[]).flatMap(({ sampledValue }) => sampledValue.map(({ context }) => context)))];

  it.each([['TC_F_11_CS, F06.FR.06', { id: 1 }, [1]], ['TC_F_12_CS, F06.FR.11', undefined, [1, 2]]])('%s MeterValues of %j', async (_, evse, told) => {
    const world = await station({}, { evses: 2 });
    const seen = since(world);
    expect(await trigger(world, 'MeterValues', evse)).toBe('Accepted');
    await world.seconds(3);
    expect(seen('MeterValues').map(({ evseId }) => evseId).filter((id) => id !== 0).sort()).toEqual(told);
    for (const payload of seen('MeterValues')) expect(contexts(payload)).toEqual(['Trigger']);
  });

  it.each([['TC_F_13_CS, F06.FR.07', { id: 1 }, [1]], ['TC_F_14_CS, F06.FR.11', undefined, [1, 2]]])('%s TransactionEvent of %j', async (_, evse, told) => {
    const world = await station({}, { evses: 2 });
    await charging(world, 1);
    world.ev(2).plugIn();
    await world.seconds(2);
    await world.card({ value: 'OTHER', type: 'ISO14443' }, 2);
    await world.seconds(5);
    const running = new Map(world.state.evses.map(({ id, transaction }) => [transaction?.id, id]));
    const seen = since(world);
    expect(await trigger(world, 'TransactionEvent', evse)).toBe('Accepted');
    await world.seconds(3);
    const triggered = seen('TransactionEvent').filter(({ triggerReason }) => triggerReason === 'Trigger');
    expect(triggered.map(({ transactionInfo }) => running.get((transactionInfo as { transactionId: string }).transactionId)).sort()).toEqual(told);
    for (const payload of triggered) {
      expect(payload).toMatchObject({ transactionInfo: { chargingState: 'Charging' } });
      expect(contexts(payload)).toEqual(['Trigger']);
    }
  });

  it('TC_F_20_CS Heartbeat', async () => {
    const world = await station();
    const seen = since(world);
    expect(await trigger(world, 'Heartbeat')).toBe('Accepted');
    await world.seconds(2);
    expect(seen('Heartbeat')).toHaveLength(1);
  });

  it.each([['TC_F_23_CS', 'Available'], ['TC_F_24_CS', 'Occupied']])('%s StatusNotification: %s', async (_, connectorStatus) => {
    const world = await station();
    if (connectorStatus === 'Occupied') world.ev().plugIn();
    await world.seconds(2);
    const seen = since(world);
    expect(await trigger(world, 'StatusNotification', { id: 1, connectorId: 1 })).toBe('Accepted');
    await world.seconds(2);
    expect(seen('StatusNotification')).toMatchObject([{ evseId: 1, connectorId: 1, connectorStatus }]);
  });

  it('TC_F_26_CS, F06.FR.05, F06.FR.17 BootNotification of an accepted station: Rejected', async () => {
    const world = await station();
    const seen = since(world);
    expect(await trigger(world, 'BootNotification')).toBe('Rejected');
    await world.seconds(2);
    expect(seen('BootNotification')).toEqual([]);
  });

  it('F06.FR.08 a message that this station never sends: NotImplemented', async () => {
    expect(await trigger(await station(), 'PublishFirmwareStatusNotification')).toBe('NotImplemented');
  });
});

describe('G: availability', () => {
  it('TC_G_01_CS, E02.FR.05, G01.FR.03 Available to Occupied; TC_G_02_CS, G01.FR.04 and back', async () => {
    const world = await station();
    world.ev().plugIn();
    await world.seconds(3);
    expect(world.csms.of('StatusNotification').at(-1)).toMatchObject({ evseId: 1, connectorId: 1, connectorStatus: 'Occupied' });
    world.ev().unplug();
    await world.seconds(3);
    expect(statuses(world)).toEqual(['Available', 'Occupied', 'Available']);
  });

  const change = async (world: World, operationalStatus: string, evse?: object): Promise<unknown> => {
    const { status } = await world.ask('ChangeAvailability', { operationalStatus, ...(evse === undefined ? {} : { evse }) });
    await world.seconds(3);
    return status;
  };
  const places: readonly (readonly [string, object | undefined, readonly number[]])[] = [['EVSE', { id: 1 }, [1]], ['station', undefined, [1, 2]], ['connector', { id: 1, connectorId: 1 }, [1]]];

  it.each([['TC_G_03_CS, TC_G_04_CS', ...places[0]!], ['TC_G_05_CS, TC_G_06_CS', ...places[1]!], ['TC_G_07_CS, TC_G_08_CS', ...places[2]!]] as const)(
    '%s %s: inoperative, and operative again', async (_, __, evse, touched) => {
      const world = await station({}, { evses: 2 });
      expect(await change(world, 'Inoperative', evse)).toBe('Accepted');
      expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual([1, 2].map((id) => (touched.includes(id) ? 'Unavailable' : 'Available')));
      const seen = since(world);
      expect(await change(world, 'Operative', evse)).toBe('Accepted');
      expect(seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus])).toEqual(touched.map((id) => [id, 'Available']));
    });

  it.each([['TC_G_09_CS', ...places[0]!], ['TC_G_12_CS', ...places[1]!], ['TC_G_15_CS', ...places[2]!]] as const)('%s %s: operative to operative is Accepted', async (_, __, evse, _touched) => {
    const world = await station({}, { evses: 2 });
    expect(await change(world, 'Operative', evse)).toBe('Accepted');
    expect([1, 2].map((id) => statuses(world, id).at(-1))).toEqual(['Available', 'Available']);
  });

  it.each([['TC_G_10_CS', ...places[0]!], ['TC_G_13_CS', ...places[1]!], ['TC_G_16_CS', ...places[2]!]] as const)('%s %s: inoperative to inoperative is Accepted', async (_, __, evse, touched) => {
    const world = await station({}, { evses: 2 });
    await change(world, 'Inoperative', evse);
    expect(await change(world, 'Inoperative', evse)).toBe('Accepted');
    for (const id of touched) expect(statuses(world, id).at(-1)).toBe('Unavailable');
  });

  it.each([['TC_G_11_CS', ...places[0]!], ['TC_G_14_CS', ...places[1]!], ['TC_G_17_CS', ...places[2]!]] as const)(
    '%s %s in a transaction: Scheduled, it goes on, then Unavailable', async (_, place, evse, _touched) => {
      const world = await station({}, { evses: 2 });
      await charging(world);
      expect(await change(world, 'Inoperative', evse)).toBe('Scheduled');
      expect(statuses(world, 2).at(-1)).toBe(place === 'station' ? 'Unavailable' : 'Available');
      await world.seconds(60);
      expect(statuses(world, 1).at(-1)).toBe('Occupied');
      expect(world.state.evses[0]?.powerW).toBeGreaterThan(1000);
      await world.card(CARD, 1);
      await world.seconds(5);
      expect(events(world).at(-1)?.eventType).toBe('Ended');
      expect(statuses(world, 1).at(-1)).toBe('Unavailable');
    });

  it.each([['TC_G_18_CS', ...places[0]!], ['TC_G_21_CS', ...places[1]!]] as const)('%s %s: unavailable over a restart', async (_, __, evse, touched) => {
    const world = await station({}, { evses: 2 });
    await change(world, 'Inoperative', evse);
    const seen = since(world);
    expect(await world.ask('Reset', { type: 'Immediate' })).toMatchObject({ status: 'Accepted' });
    await world.seconds(30);
    expect(seen('BootNotification')).toHaveLength(1);
    expect(seen('StatusNotification').map(({ evseId, connectorStatus }) => [evseId, connectorStatus]).sort())
      .toEqual([1, 2].map((id) => [id, touched.includes(id) ? 'Unavailable' : 'Available']));
    expect(seen('SecurityEventNotification').map(({ type }) => type)).toEqual([expect.stringMatching(/^(StartupOfTheDevice|ResetOrReboot)$/)]);
  });
});

describe('P: data transfer', () => {
  it('TC_P_01_CS P01.FR.05 a vendor that nobody knows: UnknownVendorId, whatever the data', async () => {
    const world = await station();
    for (const data of ['y', 5, null, { deep: [1, { more: 'x'.repeat(5000) }] }]) {
      expect(await world.ask('DataTransfer', { vendorId: 'org.openchargealliance.octt', messageId: 'x', data })).toEqual({ status: 'UnknownVendorId' });
    }
    expect(await world.ask('DataTransfer', { vendorId: 'org.openchargealliance.octt' })).toEqual({ status: 'UnknownVendorId' });
  });

  it('TC_P_04_CS customData in a charging profile is no reason to refuse', async () => {
    const world = await station();
    const customData = { vendorId: 'example.org', note: { deep: [1, 2] } };
    const profile = {
      id: 4, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute', customData,
      chargingSchedule: [{
        id: 1, startSchedule: new Date(world.clock.wallMs()).toISOString(), duration: 300, chargingRateUnit: 'A', customData,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, numberPhases: 3, customData }],
      }],
    };
    expect(await world.ask('SetChargingProfile', { evseId: 1, chargingProfile: profile, customData })).toEqual({ status: 'Accepted' });
  });

  it('TC_P_03_CS customData is no reason to refuse', async () => {
    const world = await station();
    const customData = { vendorId: 'example.org', note: { deep: [1, 2] } };
    const variable = { component: { name: 'OCPPCommCtrlr', customData }, variable: { name: 'OfflineThreshold', customData } };
    const set = await world.ask('SetVariables', { customData, setVariableData: [{ ...variable, attributeValue: '200', attributeType: 'Actual', customData }] });
    expect(set.setVariableResult).toMatchObject([{ attributeStatus: 'Accepted' }]);
    const get = await world.ask('GetVariables', { customData, getVariableData: [{ ...variable, attributeType: 'Actual', customData }] });
    expect(get.getVariableResult).toMatchObject([{ attributeStatus: 'Accepted', attributeValue: '200' }]);
  });
});
