import { describe, expect, it } from 'vitest';
import type { FaultCode } from '../../hardware/charger.ts';
import type { StatusReport } from '../../station/reports.ts';
import { at, fakeStation, NOON_MS, testBridge } from '../test-bridge.ts';
import { edition } from './index.ts';

const currentTime = new Date(NOON_MS).toISOString();
const CARD = { value: 'CARD1', type: 'ISO14443' };
const status = (own: Partial<StatusReport>): StatusReport => ({
  kind: 'status', evseId: 1, connectorId: 1, status: 'Available', phase: 'Available', fault: null, timestamp: at(0), ...own,
});

describe('asking the CSMS', () => {
  it('TC_001_CS BootNotification, each field within its length', async () => {
    const csms = testBridge(edition);
    csms.csms.set('BootNotification', () => ({ status: 'Pending', currentTime, interval: 30 }));
    const long = 'x'.repeat(60);
    expect(await csms.bridge.bootNotification({
      reason: 'PowerUp', vendorName: long, model: long, serialNumber: long, firmwareVersion: long, meterType: long, meterSerialNumber: long,
    })).toEqual({ status: 'Pending', currentTimeMs: NOON_MS, intervalS: 30 });
    expect(Object.keys(csms.sent[0]?.payload ?? {})).toHaveLength(6);
  });

  it('Heartbeat and Authorize', async () => {
    const csms = testBridge(edition);
    csms.csms.set('Heartbeat', () => ({ currentTime }));
    csms.csms.set('Authorize', () => ({ idTagInfo: { status: 'Blocked', parentIdTag: 'FLEET' } }));
    expect(await csms.bridge.heartbeat()).toEqual({ currentTimeMs: NOON_MS });
    expect(await csms.bridge.authorize(CARD)).toEqual({ status: 'Blocked', groupIdToken: { value: 'FLEET', type: 'Central' } });
    expect(csms.sent[1]?.payload).toEqual({ idTag: 'CARD1' });
  });

  it('a token that no idTag can hold is Invalid without asking', async () => {
    const csms = testBridge(edition);
    expect(await csms.bridge.authorize({ value: 'x'.repeat(21), type: 'eMAID' })).toEqual({ status: 'Invalid' });
    expect(csms.sent).toEqual([]);
  });

  it('DataTransfer carries text: what isn\'t text goes as JSON', async () => {
    const csms = testBridge(edition);
    csms.csms.set('DataTransfer', () => ({ status: 'Accepted', data: 'yes' }));
    expect(await csms.bridge.dataTransfer({ vendorId: 'v', data: { a: 1 } })).toEqual({ status: 'Accepted', data: 'yes' });
    expect(csms.sent[0]?.payload).toEqual({ vendorId: 'v', data: '{"a":1}' });
  });
});

describe('StatusNotification', () => {
  it.each(['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Reserved', 'Unavailable'] as const)(
    'section 4.9: %s without an error', async (phase) => {
      const csms = testBridge(edition);
      await csms.bridge.deliver(status({ phase }), { offline: false });
      expect(csms.sent[0]?.payload).toEqual({ connectorId: 1, errorCode: 'NoError', status: phase, timestamp: currentTime });
    });

  it.each<FaultCode>([
    'GroundFailure', 'OverCurrentFailure', 'HighTemperature', 'PowerSwitchFailure', 'ConnectorLockFailure', 'EVCommunicationError',
    'PowerMeterFailure', 'ReaderFailure', 'OverVoltage', 'UnderVoltage', 'InternalError', 'OtherError',
  ])('section 7.6: a fault %s has an error code that goes with Faulted', async (code) => {
    const csms = testBridge(edition);
    await csms.bridge.deliver(status({ phase: 'Faulted', status: 'Faulted', fault: { code, vendorCode: 'v'.repeat(70), info: 'i'.repeat(70) } }), { offline: false });
    const { errorCode, info, vendorErrorCode } = csms.sent[0]?.payload ?? {};
    expect(errorCode).toBe(code === 'EVCommunicationError' ? 'OtherError' : code);
    expect([info, vendorErrorCode]).toEqual(['i'.repeat(50), 'v'.repeat(50)]);
  });

  it('connector 0 is the station; connectors are numbered through', async () => {
    const csms = testBridge(edition);
    for (const [evseId, connectorId] of [[0, 0], [1, 1], [2, 1], [2, 2], [3, 1]] as const) {
      await csms.bridge.deliver(status({ evseId, connectorId }), { offline: false });
    }
    expect(csms.sent.map(({ payload }) => payload['connectorId'])).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the CSMS asks', () => {
  it.each([
    ['RemoteStartTransaction', { idTag: 'CARD1', connectorId: 3 }, 'remoteControl.requestStart', [{ idToken: CARD, evseId: 2, connectorId: 2 }]],
    ['RemoteStartTransaction', { idTag: 'CARD1' }, 'remoteControl.requestStart', [{ idToken: CARD }]],
    ['Reset', { type: 'Soft' }, 'provisioning.reset', ['Immediate', undefined, 'Other']],
    ['Reset', { type: 'Hard' }, 'provisioning.reset', ['Immediate', undefined, 'ImmediateReset']],
    ['ChangeAvailability', { connectorId: 0, type: 'Inoperative' }, 'availability.change', [false, {}]],
    ['ChangeAvailability', { connectorId: 1, type: 'Operative' }, 'availability.change', [true, { evseId: 1 }]],
    ['ChangeAvailability', { connectorId: 4, type: 'Operative' }, 'availability.change', [true, { evseId: 3 }]],
    ['ChangeAvailability', { connectorId: 2, type: 'Inoperative' }, 'availability.change', [false, { evseId: 2, connectorId: 1 }]],
    ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 0 }, 'remoteControl.trigger', ['StatusNotification', { evseId: 0, connectorId: 0 }]],
    ['TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }, 'remoteControl.trigger', ['DiagnosticsStatusNotification', {}]],
    ['ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' }, 'remoteControl.trigger', ['SignChargingStationCertificate', {}]],
  ])('%s %j', async (action, payload, what, args) => {
    const csms = testBridge(edition);
    expect((await csms.receive(action, payload)).payload).toEqual({ status: 'Accepted' });
    expect(csms.station.asked).toEqual([{ what, args }]);
  });

  it.each([
    ['RemoteStartTransaction', { idTag: 'CARD1', connectorId: 9 }], ['RemoteStartTransaction', { idTag: 'CARD1', connectorId: 0 }],
    ['ChangeAvailability', { connectorId: 5, type: 'Inoperative' }], ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 5 }],
  ])('%s %j: no such connector, Rejected', async (action, payload) => {
    const csms = testBridge(edition);
    expect((await csms.receive(action, payload)).payload).toEqual({ status: 'Rejected' });
    expect(csms.station.asked).toEqual([]);
  });

  it('section 4.2: Pending, no remote start and stop', async () => {
    const csms = testBridge(edition, fakeStation({ bootStatus: 'Pending' as never }), new Map([['v16.tx.1', 'tx-1']]));
    expect((await csms.receive('RemoteStartTransaction', { idTag: 'CARD1' })).payload).toEqual({ status: 'Rejected' });
    expect((await csms.receive('RemoteStopTransaction', { transactionId: 1 })).payload).toEqual({ status: 'Rejected' });
    expect(csms.station.asked).toEqual([]);
  });

  it.each([
    ['Unlocked', 'Unlocked'], ['UnlockFailed', 'UnlockFailed'], ['NotSupported', 'NotSupported'], ['UnknownConnector', 'NotSupported'],
  ] as const)('TC_017_1_CS UnlockConnector ends a transaction first: %s is %s', async (own, told) => {
    const csms = testBridge(edition, fakeStation({ remoteControl: { unlock: async () => own } }));
    expect((await csms.receive('UnlockConnector', { connectorId: 3 })).payload).toEqual({ status: told });
    expect(csms.station.asked).toEqual([{ what: 'remoteControl.unlock', args: [2, 2, { stopRunning: true }] }]);
  });

  it('section 5.18: UnlockConnector for connector 0 or an unknown one is NotSupported', async () => {
    const csms = testBridge(edition);
    for (const connectorId of [0, 5, 99]) expect((await csms.receive('UnlockConnector', { connectorId })).payload).toEqual({ status: 'NotSupported' });
    expect(csms.station.asked).toEqual([]);
  });

  it('section 5.17: what TriggerMessage asks for follows the answer', async () => {
    let sends = 0;
    const csms = testBridge(edition, fakeStation({ remoteControl: { trigger: () => ({ status: 'Accepted', send: () => { sends += 1; } }) } }));
    const { payload, afterwards } = await csms.receive('TriggerMessage', { requestedMessage: 'Heartbeat' });
    expect([payload, sends]).toEqual([{ status: 'Accepted' }, 0]);
    afterwards?.();
    expect(sends).toBe(1);
  });

  it('ClearCache and DataTransfer', async () => {
    const csms = testBridge(edition, fakeStation({
      authorization: { clearCache: async () => ({ status: 'Rejected' as const }) }, dataTransfer: { receive: async () => ({ status: 'Accepted', data: { n: 1 } }) },
    }));
    expect((await csms.receive('ClearCache', {})).payload).toEqual({ status: 'Rejected' });
    expect((await csms.receive('DataTransfer', { vendorId: 'v', messageId: 'm', data: 'd' })).payload).toEqual({ status: 'Accepted', data: '{"n":1}' });
    expect(csms.station.asked.at(-1)?.args).toMatchObject([{ vendorId: 'v', messageId: 'm', data: 'd' }]);
  });
});
