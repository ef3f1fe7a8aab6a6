import { beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../../platform/virtual/memory-store.ts';
import { DeviceModel } from '../../station/device-model/device-model.ts';
import { paginate } from '../../station/device-model/reports.ts';
import { at, energy, event, fakeStation, NOON_MS, testBridge } from '../test-bridge.ts';
import { edition } from './index.ts';

const iso = (seconds = 0) => new Date(NOON_MS + seconds * 1000).toISOString();
const ONLINE = { offline: false };

describe('block B', () => {
  it('B01 BootNotification, each field within its length', async () => {
    const csms = testBridge(edition);
    csms.csms.set('BootNotification', () => ({ status: 'Accepted', currentTime: iso(), interval: 300 }));
    const long = 'x'.repeat(60);
    expect(await csms.bridge.bootNotification({ reason: 'Watchdog', vendorName: long, model: long, serialNumber: long, firmwareVersion: long }))
      .toEqual({ status: 'Accepted', currentTimeMs: NOON_MS, intervalS: 300 });
    expect(csms.sent[0]?.payload['reason']).toBe('Watchdog');
  });

  describe('with the station\'s own device model', () => {
    let model: DeviceModel;
    beforeEach(async () => {
      model = await DeviceModel.load({
        store: new MemoryStore(), facts: { vendorName: 'Kerbside', model: 'K', firmwareVersion: '1', serialNumber: 'S1' },
        topology: { evses: [{ id: 1, phases: 3, maxPowerW: 22_000, connectors: [{ id: 1, type: 'cType2' }] }] },
      });
    });
    const bridge = () => testBridge(edition, Object.assign(fakeStation(), { deviceModel: model }));
    const ask = (name: string, variable: string) => ({ component: { name }, variable: { name: variable } });

    it('B07.FR.09 every variable can be reported', async () => {
      const csms = bridge();
      for (const items of paginate(model.all(), 50)) {
        await csms.bridge.deliver({ kind: 'deviceModel', requestId: 1, seqNo: 0, tbc: false, generatedAt: at(0), items }, ONLINE);
      }
      const reported = csms.sent.flatMap(({ payload }) => payload['reportData'] as { variable: { name: string }; variableAttribute: { value?: string }[] }[]);
      expect(reported).toHaveLength(model.all().length);
      expect(reported.find(({ variable }) => variable.name === 'BasicAuthPassword')?.variableAttribute[0]).not.toHaveProperty('value');
    });

    it('B06.FR.02 to FR.13: one result per item, each decided on its own', async () => {
      const csms = bridge();
      const { payload } = await csms.receive('GetVariables', { getVariableData: [
        ask('TxCtrlr', 'EVConnectionTimeOut'), ask('TxCtrlr', 'Nothing'), ask('Nothing', 'Enabled'), ask('SecurityCtrlr', 'BasicAuthPassword'),
        { ...ask('TxCtrlr', 'EVConnectionTimeOut'), attributeType: 'MaxSet' }, ask('AuthCtrlr', 'MasterPassGroupId'),
      ] });
      const results = payload['getVariableResult'] as { attributeStatus: string; attributeValue?: string; attributeType: string }[];
      expect(results.map(({ attributeStatus, attributeValue }) => [attributeStatus, attributeValue])).toEqual([
        ['Accepted', '60'], ['UnknownVariable', undefined], ['UnknownComponent', undefined], ['Rejected', undefined],
        ['NotSupportedAttributeType', undefined], ['Accepted', ''],
      ]);
      expect(results[0]?.attributeType).toBe('Actual'); // B06.FR.11
    });

    it('B05 SetVariables takes what is right and refuses the rest with a reason', async () => {
      const csms = bridge();
      const { payload } = await csms.receive('SetVariables', { setVariableData: [
        { ...ask('TxCtrlr', 'EVConnectionTimeOut'), attributeValue: '90' }, { ...ask('TxCtrlr', 'EVConnectionTimeOut'), attributeValue: 'soon' },
        { ...ask('OCPPCommCtrlr', 'ActiveNetworkProfile'), attributeValue: '2' },
      ] });
      expect(payload['setVariableResult']).toMatchObject([
        { attributeStatus: 'Accepted' }, { attributeStatus: 'Rejected', attributeStatusInfo: {} },
        { attributeStatus: 'Rejected', attributeStatusInfo: { reasonCode: 'ReadOnly' } },
      ]);
      expect(model.number('TxCtrlr.EVConnectionTimeOut')).toBe(90);
    });

    it.each([
      ['B06.FR.16', 'GetVariables', 'getVariableData', {}], ['B05.FR.11', 'SetVariables', 'setVariableData', { attributeValue: '1' }],
      ['B08.FR.17', 'GetReport', 'componentVariable', {}],
    ])('%s more items than ItemsPerMessage[%s] allows', async (_, action, field, extra) => {
      const csms = bridge();
      await model.factorySet(`DeviceDataCtrlr.ItemsPerMessage[${action}]`, '2');
      const request = (count: number) => ({
        ...(action === 'GetReport' ? { requestId: 1 } : {}), [field]: Array.from({ length: count }, () => ({ ...ask('TxCtrlr', 'EVConnectionTimeOut'), ...extra })),
      });
      const handler = csms.bridge.handlers.get(action);
      await expect(handler?.(request(3) as never)).rejects.toMatchObject({ errorCode: 'OccurrenceConstraintViolation' });
      if (action !== 'GetReport') await expect(handler?.(request(2) as never)).resolves.toBeDefined();
    });
  });

  it('B07, B08: which report, and what it holds', async () => {
    const csms = testBridge(edition, fakeStation({ provisioning: { baseReport: () => 'Accepted', report: () => 'EmptyResultSet' } }));
    expect((await csms.receive('GetBaseReport', { requestId: 7, reportBase: 'FullInventory' })).payload).toEqual({ status: 'Accepted' });
    expect((await csms.receive('GetReport', {
      requestId: 8, componentCriteria: ['Problem'], componentVariable: [{ component: { name: 'EVSE', evse: { id: 1 } } }],
    })).payload).toEqual({ status: 'EmptyResultSet' });
    expect(csms.station.asked.filter(({ what }) => what.startsWith('provisioning')).map(({ args }) => args)).toEqual([
      [7, 'FullInventory'], [8, ['Problem'], [{ component: { name: 'EVSE', evse: 1 } }]],
    ]);
  });

  const profile = {
    ocppVersion: 'OCPP20', ocppTransport: 'JSON', ocppCsmsUrl: 'wss://csms.example/ocpp', messageTimeout: 30, securityProfile: 2, ocppInterface: 'Wired0',
  };
  it('B09.FR.01 SetNetworkProfile', async () => {
    const csms = testBridge(edition);
    expect((await csms.receive('SetNetworkProfile', { configurationSlot: 2, connectionData: profile })).payload).toEqual({ status: 'Accepted' });
    expect(csms.station.asked).toEqual([{ what: 'provisioning.setNetworkProfile', args: [
      2, { csmsUrl: 'wss://csms.example/ocpp', securityProfile: 2, messageTimeoutS: 30, ocppInterface: 'Wired0' },
    ] }]);
  });

  it.each([
    ['SOAP', { ocppTransport: 'SOAP' }], ['a modem', { apn: { apn: 'x', apnAuthentication: 'AUTO' } }],
    ['a VPN', { vpn: { server: 's', user: 'u', password: 'p', key: 'k', type: 'IPSec' } }],
  ])('B09.FR.02 %s isn\'t accepted and then ignored', async (_, extra) => {
    const csms = testBridge(edition);
    expect((await csms.receive('SetNetworkProfile', { configurationSlot: 2, connectionData: { ...profile, ...extra } })).payload)
      .toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'UnsupportedParam' } });
    expect(csms.station.asked).toEqual([]);
  });

  it('B11, B12 Reset', async () => {
    const csms = testBridge(edition, fakeStation({ provisioning: { reset: (type) => ({ status: type === 'OnIdle' ? 'Scheduled' : 'Accepted' }) } }));
    expect((await csms.receive('Reset', { type: 'OnIdle' })).payload).toEqual({ status: 'Scheduled' });
    expect((await csms.receive('Reset', { type: 'Immediate', evseId: 2 })).payload).toEqual({ status: 'Accepted' });
    expect(csms.station.asked.map(({ args }) => args)).toEqual([['OnIdle', undefined], ['Immediate', 2]]);
  });
});

describe('blocks C and I', () => {
  it('C01 Authorize: everything the CSMS says of the token', async () => {
    const csms = testBridge(edition);
    csms.csms.set('Authorize', () => ({ idTokenInfo: {
      status: 'Accepted', cacheExpiryDateTime: iso(60), chargingPriority: 3, language1: 'gu', language2: 'en', evseId: [1],
      groupIdToken: { idToken: 'FLEET', type: 'Central' }, personalMessage: { format: 'UTF8', language: 'en', content: '0.30/kWh' },
    } }));
    expect(await csms.bridge.authorize({ value: 'CARD1', type: 'ISO14443' })).toEqual({
      status: 'Accepted', cacheExpiryMs: NOON_MS + 60_000, chargingPriority: 3, language1: 'gu', language2: 'en', evseIds: [1],
      groupIdToken: { value: 'FLEET', type: 'Central' }, personalMessage: { format: 'UTF8', language: 'en', content: '0.30/kWh' },
    });
    expect(csms.sent[0]?.payload).toEqual({ idToken: { idToken: 'CARD1', type: 'ISO14443' } });
  });

  it('C11 ClearCache, I02 CostUpdated', async () => {
    const csms = testBridge(edition, fakeStation({ authorization: { clearCache: async () => ({ status: 'Rejected' as const }) } }));
    expect((await csms.receive('ClearCache', {})).payload).toEqual({ status: 'Rejected' });
    expect((await csms.receive('CostUpdated', { transactionId: 'tx-1', totalCost: 1.25 })).payload).toEqual({});
    expect(csms.station.asked.at(-1)).toEqual({ what: 'tariffCost.costUpdated', args: ['tx-1', 1.25] });
  });
});

describe('block E', () => {
  it('E01.FR.10, E01.FR.16 what the first event carries', async () => {
    const csms = testBridge(edition);
    await csms.bridge.deliver(event({
      eventType: 'Started', triggerReason: 'CablePluggedIn', firstWithEvse: true, chargingState: 'EVConnected', idToken: { value: 'CARD1', type: 'ISO14443' },
      remoteStartId: 5, reservationId: 6, numberOfPhasesUsed: 3, cableMaxCurrentA: 31.6, meterValues: [energy(0, 1000, 'Transaction.Begin')],
    }), ONLINE);
    expect(csms.sent).toEqual([{ action: 'TransactionEvent', payload: {
      eventType: 'Started', timestamp: iso(), triggerReason: 'CablePluggedIn', seqNo: 0, numberOfPhasesUsed: 3, cableMaxCurrent: 32, reservationId: 6,
      transactionInfo: { transactionId: 'tx-1', chargingState: 'EVConnected', remoteStartId: 5 },
      idToken: { idToken: 'CARD1', type: 'ISO14443' }, evse: { id: 1, connectorId: 1 },
      meterValue: [{ timestamp: iso(), sampledValue: [
        { value: 1000, context: 'Transaction.Begin', measurand: 'Energy.Active.Import.Register', location: 'Outlet' },
      ] }],
    } }]);
  });

  it('E04.FR.03 offline is told, and nothing else changes with it', async () => {
    const csms = testBridge(edition);
    const report = event({ seqNo: 3, chargingState: 'SuspendedEV', triggerReason: 'ChargingStateChanged', timeSpentChargingS: 60 });
    await csms.bridge.deliver(report, ONLINE);
    await csms.bridge.deliver({ ...report, offline: true }, { offline: true });
    expect(csms.sent[0]?.payload).not.toHaveProperty('offline');
    expect(csms.sent[1]?.payload).toEqual({ ...csms.sent[0]?.payload, offline: true });
    expect(csms.sent[0]?.payload).not.toHaveProperty('evse');
  });

  it('E06.FR.08 stoppedReason goes with Ended', async () => {
    const csms = testBridge(edition);
    await csms.bridge.deliver(event({ eventType: 'Ended', triggerReason: 'EVCommunicationLost', stoppedReason: 'EVDisconnected' }), ONLINE);
    expect(csms.sent[0]?.payload['transactionInfo']).toEqual({ transactionId: 'tx-1', stoppedReason: 'EVDisconnected' });
  });

  it('E05, I06 the answer: token, cost, message in its language', async () => {
    const csms = testBridge(edition);
    csms.csms.set('TransactionEvent', () => ({
      totalCost: 0, chargingPriority: -1, idTokenInfo: { status: 'Blocked' }, updatedPersonalMessage: { format: 'UTF8', language: 'gu', content: 'x' },
    }));
    expect(await csms.bridge.deliver(event(), ONLINE)).toEqual({
      totalCost: 0, chargingPriority: -1, idTokenInfo: { status: 'Blocked' }, updatedPersonalMessage: { format: 'UTF8', language: 'gu', content: 'x' },
    });
  });

  const sampled = (measurand: string, value: number, unit: string, phase?: string) => ({
    measurand, value, unit, location: 'Outlet', context: 'Sample.Periodic', ...(phase === undefined ? {} : { phase }),
  } as const);
  it('J02 units other than Wh are named; Temperature, which 2.0.1 doesn\'t have, spoils no message', async () => {
    const csms = testBridge(edition);
    const value = { timestamp: at(0), sampledValues: [sampled('Temperature', 40, 'Celsius'), sampled('Voltage', 230.1, 'V', 'L1-N'), sampled('Frequency', 50, 'Hertz')] };
    const hot = { timestamp: at(0), sampledValues: [sampled('Temperature', 40, 'Celsius')] };
    await csms.bridge.deliver(event({ meterValues: [value, hot] }), ONLINE);
    await csms.bridge.deliver({ kind: 'meterValues', evseId: 1, connectorId: null, transactionId: null, meterValues: [value] }, ONLINE);
    await csms.bridge.deliver({ kind: 'meterValues', evseId: 1, connectorId: null, transactionId: null, meterValues: [hot] }, ONLINE);
    expect(csms.sent.map(({ action }) => action)).toEqual(['TransactionEvent', 'MeterValues']);
    for (const { payload } of csms.sent) {
      expect(payload['meterValue']).toMatchObject([{ sampledValue: [
        { measurand: 'Voltage', value: 230.1, phase: 'L1-N', unitOfMeasure: { unit: 'V' } }, { measurand: 'Frequency', unitOfMeasure: { unit: 'Hz' } },
      ] }]);
    }
  });

  it('E14 GetTransactionStatus: the indicator only for a transaction that was named', async () => {
    const csms = testBridge(edition, fakeStation({ transactions: {
      status: (id) => (id === undefined ? { messagesInQueue: true } : { messagesInQueue: false, ongoing: false }),
    } }));
    expect((await csms.receive('GetTransactionStatus', {})).payload).toEqual({ messagesInQueue: true });
    expect((await csms.receive('GetTransactionStatus', { transactionId: 'x' })).payload).toEqual({ messagesInQueue: false, ongoingIndicator: false });
  });
});

describe('block F', () => {
  const start = { idToken: { idToken: 'CARD1', type: 'ISO14443' }, remoteStartId: 4, evseId: 2, groupIdToken: { idToken: 'G', type: 'Central' } };

  it('F01, F02 RequestStartTransaction', async () => {
    const csms = testBridge(edition, fakeStation({ remoteControl: { requestStart: () => ({ status: 'Accepted', transactionId: 'tx-9' }) } }));
    expect((await csms.receive('RequestStartTransaction', start)).payload).toEqual({ status: 'Accepted', transactionId: 'tx-9' });
    expect(csms.station.asked[0]?.args).toEqual([
      { idToken: { value: 'CARD1', type: 'ISO14443' }, remoteStartId: 4, evseId: 2, groupIdToken: { value: 'G', type: 'Central' } },
    ]);
  });

  it('B02.FR.05 Pending: start and stop are Rejected', async () => {
    const csms = testBridge(edition, fakeStation({ bootStatus: 'Pending' as never }));
    const refused = { status: 'Rejected', statusInfo: { reasonCode: 'CSNotAccepted' } };
    expect((await csms.receive('RequestStartTransaction', start)).payload).toEqual(refused);
    expect((await csms.receive('RequestStopTransaction', { transactionId: 'tx-1' })).payload).toEqual(refused);
    expect(csms.station.asked).toEqual([]);
  });

  it('F03.FR.08 RequestStopTransaction hands on the reason', async () => {
    const csms = testBridge(edition, fakeStation({ remoteControl: { requestStop: () => ({ status: 'Rejected', reason: { reasonCode: 'TxNotFound' } }) } }));
    expect((await csms.receive('RequestStopTransaction', { transactionId: 'x' })).payload).toEqual({ status: 'Rejected', statusInfo: { reasonCode: 'TxNotFound' } });
  });

  it.each(['Unlocked', 'UnlockFailed', 'OngoingAuthorizedTransaction', 'UnknownConnector'] as const)('F05 UnlockConnector: %s', async (status) => {
    const csms = testBridge(edition, fakeStation({ remoteControl: { unlock: async () => status } }));
    expect((await csms.receive('UnlockConnector', { evseId: 1, connectorId: 1 })).payload).toEqual({ status });
    expect(csms.station.asked[0]?.args).toEqual([1, 1, { stopRunning: false }]); // F05.FR.02
  });

  it('F05.FR.07 no lock: CALLERROR NotSupported', async () => {
    const csms = testBridge(edition, fakeStation({ remoteControl: { unlock: async () => 'NotSupported' } }));
    await expect(csms.bridge.handlers.get('UnlockConnector')?.({ evseId: 1, connectorId: 1 } as never)).rejects.toMatchObject({ errorCode: 'NotSupported' });
  });

  it('F06.FR.05 what TriggerMessage asks for follows the answer; an unknown kind is NotImplemented', async () => {
    let sends = 0;
    const csms = testBridge(edition, fakeStation({ remoteControl: {
      trigger: (kind) => (kind === 'SignV2GCertificate' ? { status: 'NotImplemented' } : { status: 'Accepted', send: () => { sends += 1; } }),
    } }));
    const { payload, afterwards } = await csms.receive('TriggerMessage', { requestedMessage: 'TransactionEvent', evse: { id: 1, connectorId: 1 } });
    expect([payload, sends]).toEqual([{ status: 'Accepted' }, 0]);
    afterwards?.();
    expect(sends).toBe(1);
    expect((await csms.receive('TriggerMessage', { requestedMessage: 'SignV2GCertificate' })).payload).toEqual({ status: 'NotImplemented' });
    expect(csms.station.asked.map(({ args }) => args)).toEqual([['TransactionEvent', { evseId: 1, connectorId: 1 }], ['SignV2GCertificate', {}]]);
  });
});

describe('blocks A, G, N, P', () => {
  it('G01 StatusNotification; the station as a whole has none', async () => {
    const csms = testBridge(edition);
    const status = { kind: 'status', status: 'Occupied', phase: 'Preparing', fault: null, timestamp: at(0) } as const;
    await csms.bridge.deliver({ ...status, evseId: 0, connectorId: 0 }, ONLINE);
    await csms.bridge.deliver({ ...status, evseId: 2, connectorId: 1 }, ONLINE);
    expect(csms.sent).toEqual([{ action: 'StatusNotification', payload: { timestamp: iso(), connectorStatus: 'Occupied', evseId: 2, connectorId: 1 } }]);
  });

  it.each([
    [{}, {}], [{ evse: { id: 2 } }, { evseId: 2 }], [{ evse: { id: 2, connectorId: 1 } }, { evseId: 2, connectorId: 1 }],
  ])('G03, G04 ChangeAvailability of %j', async (where, target) => {
    const csms = testBridge(edition, fakeStation({ availability: { change: async () => ({ status: 'Scheduled' }) } }));
    expect((await csms.receive('ChangeAvailability', { operationalStatus: 'Inoperative', ...where })).payload).toEqual({ status: 'Scheduled' });
    expect(csms.station.asked[0]?.args).toEqual([false, target]);
  });

  it('A04 SecurityEventNotification, N07 NotifyEvent', async () => {
    const csms = testBridge(edition);
    await csms.bridge.deliver({ kind: 'securityEvent', type: 'StartupOfTheDevice', critical: true, techInfo: 'x'.repeat(300), timestamp: at(0) }, ONLINE);
    await csms.bridge.deliver({ kind: 'notifyEvent', keep: false, events: [{
      eventId: 1, timestamp: at(0), trigger: 'Alerting', actualValue: 'true', component: { name: 'ConnectorPlugRetentionLock', evse: 1, connector: 1 },
      variable: { name: 'Problem' }, eventNotificationType: 'HardWiredNotification',
    }] }, ONLINE);
    expect(csms.sent[0]?.payload).toMatchObject({ type: 'StartupOfTheDevice', timestamp: iso() });
    expect(csms.sent[1]?.payload).toMatchObject({ seqNo: 0, eventData: [{ component: { evse: { id: 1, connectorId: 1 } } }] });
  });

  it('P01, P02 DataTransfer both ways', async () => {
    const csms = testBridge(edition, fakeStation({ dataTransfer: { receive: async () => ({ status: 'UnknownVendorId' }) } }));
    expect((await csms.receive('DataTransfer', { vendorId: 'v', data: [1] })).payload).toEqual({ status: 'UnknownVendorId' });
    csms.csms.set('DataTransfer', () => ({ status: 'Accepted', data: { n: 1 } }));
    expect(await csms.bridge.dataTransfer({ vendorId: 'v', messageId: 'm', data: { a: 1 } })).toEqual({ status: 'Accepted', data: { n: 1 } });
  });
});

describe('what is seldom met', () => {
  it('comes with what checks it, before the CALL is handled; what days need is there at once', async () => {
    vi.resetModules();
    const { edition: fresh } = await import('./index.ts');
    const { bridge: early } = testBridge(fresh);
    expect(['GetVariables', 'RequestStartTransaction', 'GetLog', 'SetChargingProfile'].map((action) => early.handlers.has(action))).toEqual([true, true, false, false]);
    expect(fresh.validators.load('GetVariables')).toBeNull();
    await fresh.validators.load('GetLog');
    expect(['GetVariables', 'GetLog', 'SetChargingProfile'].map((action) => early.handlers.has(action))).toEqual([true, true, true]);
    expect(fresh.validators.load()).toBeNull();
  });

  it('own messages wait for it', async () => {
    vi.resetModules();
    const { edition: fresh } = await import('./index.ts');
    const csms = testBridge(fresh);
    await csms.bridge.deliver({ kind: 'firmwareStatus', status: 'Downloading', requestId: 3, form: 'signed' }, ONLINE);
    expect(csms.sent).toEqual([{ action: 'FirmwareStatusNotification', payload: { status: 'Downloading', requestId: 3 } }]);
  });
});
