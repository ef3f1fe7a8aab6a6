import { beforeEach, describe, expect, it } from 'vitest';
import { CsmsError } from '../../station/csms-port.ts';
import { at, energy, event, fakeStation, LOST, NOON_MS, testBridge, type TestBridge } from '../test-bridge.ts';
import { edition } from './index.ts';

const ONLINE = { offline: false };
const iso = (seconds: number) => new Date(NOON_MS + seconds * 1000).toISOString();
const started = event({ eventType: 'Started', triggerReason: 'Authorized', powerPathClosed: true, meterValues: [energy(0, 1000, 'Transaction.Begin')] });
const ended = event({
  eventType: 'Ended', triggerReason: 'StopAuthorized', stoppedReason: 'Local', idToken: { value: 'CARD1', type: 'ISO14443' }, seqNo: 9,
  timestamp: at(600), registerWh: 4321, meterValues: [energy(0, 1000, 'Transaction.Begin'), energy(600, 4321, 'Transaction.End')],
});

let csms: TestBridge;
beforeEach(() => {
  csms = testBridge(edition);
  csms.csms.set('StartTransaction', () => ({ transactionId: 77, idTagInfo: { status: 'Accepted' } }));
});
const deliver = (report: Parameters<TestBridge['bridge']['deliver']>[0]) => csms.bridge.deliver(report, ONLINE);
const actions = () => csms.sent.map(({ action }) => action);

describe('StartTransaction', () => {
  it('section 4.8: goes out when token and cable are both there', async () => {
    await deliver(started);
    expect(csms.sent).toEqual([{ action: 'StartTransaction', payload: { connectorId: 1, idTag: 'CARD1', meterStart: 1000, timestamp: iso(0) } }]);
  });

  it('an authorization without a cable has nothing to tell; the event that brings the cable has', async () => {
    await deliver(event({ eventType: 'Started', triggerReason: 'Authorized', connectorId: null }));
    expect(actions()).toEqual([]);
    await deliver(event({ seqNo: 1, triggerReason: 'CablePluggedIn', powerPathClosed: true, timestamp: at(5), registerWh: 1002 }));
    expect(csms.sent[0]).toMatchObject({ action: 'StartTransaction', payload: { meterStart: 1002, timestamp: iso(5) } });
  });

  it('a token that has lapsed starts nothing when a cable comes later', async () => {
    await deliver(event({ eventType: 'Started', triggerReason: 'EVDetected', connectorId: null, activeIdToken: null }));
    await deliver(event({ seqNo: 1, triggerReason: 'EVConnectTimeout', connectorId: null }));
    await deliver(event({ seqNo: 2, triggerReason: 'CablePluggedIn' }));
    await deliver({ ...ended, triggerReason: 'EVDeparted', idToken: undefined } as unknown as typeof ended);
    expect(actions()).toEqual([]);
    expect([...csms.remembered]).toEqual([]);
  });

  it('one that began in another edition starts with the first event that comes here', async () => {
    await deliver(event({ seqNo: 5, timestamp: at(100), registerWh: 2500, meterValues: [energy(100, 2500)] }));
    expect(actions()).toEqual(['StartTransaction', 'MeterValues']);
    expect(csms.sent[0]?.payload).toMatchObject({ meterStart: 2500, timestamp: iso(100) });
    expect(csms.sent[1]?.payload).toMatchObject({ transactionId: 77 });
  });

  it('when only the end of another edition\'s transaction is left, no Wh is to be told', async () => {
    await deliver(ended);
    expect(actions()).toEqual([]);
  });

  it('sent again after a lost answer with the same content (section 3.7.1), also after a restart', async () => {
    const early = event({ seqNo: 5, timestamp: at(100), registerWh: 2500 });
    for (const report of [started, { ...early, transactionId: 'tx-2' }]) {
      csms.csms.set('StartTransaction', () => LOST);
      await expect(deliver(report)).rejects.toMatchObject({ kind: 'connectionLost' });
      const first = csms.sent.at(-1);
      csms = testBridge(edition, fakeStation(), csms.remembered);
      csms.csms.set('StartTransaction', () => ({ transactionId: 78, idTagInfo: { status: 'Accepted' } }));
      await deliver(report);
      expect(csms.sent).toEqual([first]);
    }
  });

  it('an answered StartTransaction isn\'t repeated because the MeterValues of the same event failed', async () => {
    const report = { ...started, meterValues: [energy(0, 1000)] };
    csms.csms.set('MeterValues', () => LOST);
    await expect(deliver(report)).rejects.toBeInstanceOf(CsmsError);
    csms.csms.delete('MeterValues');
    await deliver(report);
    expect(actions()).toEqual(['StartTransaction', 'MeterValues', 'MeterValues']);
  });

  it('hands on what the CSMS says of the token, the parent as its group', async () => {
    csms.csms.set('StartTransaction', () => ({ transactionId: 1, idTagInfo: { status: 'ConcurrentTx', parentIdTag: 'FLEET', expiryDate: iso(60) } }));
    expect(await deliver(started)).toEqual({
      idTokenInfo: { status: 'ConcurrentTx', cacheExpiryMs: NOON_MS + 60_000, groupIdToken: { value: 'FLEET', type: 'Central' } },
    });
  });

  it('flattens EVSEs and connectors to one numbering', async () => {
    await deliver({ ...started, evseId: 2, connectorId: 2 });
    expect(csms.sent[0]?.payload['connectorId']).toBe(3);
  });

  it('a token that is too long for an idTag isn\'t cut to somebody else\'s; what follows goes with -1', async () => {
    const activeIdToken = { value: 'DE*ABC*C12345678*9-AND-MORE', type: 'eMAID' };
    await expect(deliver({ ...started, activeIdToken })).rejects.toMatchObject({ kind: 'notSupported' });
    await deliver({ ...ended, activeIdToken, idToken: activeIdToken });
    expect(csms.sent).toMatchObject([{ action: 'StopTransaction', payload: { transactionId: -1 } }]);
    expect(csms.sent[0]?.payload).not.toHaveProperty('idTag');
  });
});

describe('MeterValues', () => {
  it('carry the number that the CSMS gave; begin values are what meterStart says', async () => {
    await deliver(started);
    await deliver(event({ seqNo: 1, timestamp: at(60), meterValues: [energy(60, 1500)] }));
    expect(actions()).toEqual(['StartTransaction', 'MeterValues']);
    expect(csms.sent[1]?.payload).toEqual({
      connectorId: 1, transactionId: 77,
      meterValue: [{ timestamp: iso(60), sampledValue: [{
        value: '1500', context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register', location: 'Outlet', unit: 'Wh',
      }] }],
    });
  });

  it('an event without values says nothing', async () => {
    await deliver(started);
    await deliver(event({ seqNo: 1, triggerReason: 'ChargingStateChanged', chargingState: 'SuspendedEV' }));
    expect(actions()).toEqual(['StartTransaction']);
  });

  it('go with -1 when StartTransaction was never confirmed (errata 3.18)', async () => {
    csms.csms.set('StartTransaction', () => new CsmsError('callError', 'no', 'InternalError'));
    await expect(deliver(started)).rejects.toMatchObject({ kind: 'callError' });
    await deliver(event({ seqNo: 1, meterValues: [energy(60, 1500)] }));
    await deliver(ended);
    expect(csms.sent.slice(1)).toMatchObject([
      { action: 'MeterValues', payload: { transactionId: -1 } }, { action: 'StopTransaction', payload: { transactionId: -1 } },
    ]);
    expect([...csms.remembered].filter(([key]) => !key.startsWith('v16.last.'))).toEqual([]);
  });

  it('spell units and phases as 1.6 does: Celcius, no Hertz, no binary fractions', async () => {
    const sampled = (measurand: string, value: number, unit: string, phase?: string) => ({
      measurand, value, unit, location: 'Outlet', context: 'Sample.Clock', ...(phase === undefined ? {} : { phase }),
    } as const);
    await deliver({ kind: 'meterValues', evseId: 2, connectorId: null, transactionId: null, meterValues: [{ timestamp: at(0), sampledValues: [
      sampled('Temperature', 41.5, 'Celsius'), sampled('Frequency', 49.98, 'Hertz'), sampled('Current.Import', 0.1 + 0.2, 'A', 'L2'),
      sampled('Voltage', 230.1, 'V', 'L1-N'), sampled('SoC', 40, 'Percent'), sampled('Power.Offered', 22_000, 'W'),
    ] }] });
    const [{ sampledValue }] = csms.sent[0]?.payload['meterValue'] as [{ sampledValue: Record<string, string>[] }];
    expect(sampledValue.map(({ value, unit, phase }) => [value, unit, phase])).toEqual([
      ['41.5', 'Celcius', undefined], ['49.98', undefined, undefined], ['0.3', 'A', 'L2'], ['230.1', 'V', 'L1-N'],
      ['40', 'Percent', undefined], ['22000', 'W', undefined],
    ]);
    expect(csms.sent[0]?.payload).toMatchObject({ connectorId: 2 });
    expect(csms.sent[0]?.payload).not.toHaveProperty('transactionId');
  });

  it('asked for in a transaction they name it', async () => {
    await deliver(started);
    await deliver({ kind: 'meterValues', evseId: 1, connectorId: 1, transactionId: 'tx-1', meterValues: [energy(5, 1001, 'Trigger')] });
    expect(csms.sent[1]?.payload).toMatchObject({ connectorId: 1, transactionId: 77 });
  });
});

describe('StopTransaction', () => {
  beforeEach(async () => {
    await deliver(started);
    csms.sent.length = 0;
  });

  it('TC_004_1_CS stop by the driver: idTag, meterStop, begin and end values', async () => {
    await deliver(ended);
    expect(csms.sent[0]?.payload).toMatchObject({ transactionId: 77, meterStop: 4321, timestamp: iso(600), reason: 'Local', idTag: 'CARD1' });
    const data = csms.sent[0]?.payload['transactionData'] as { sampledValue: { context: string }[] }[];
    expect(data.map(({ sampledValue }) => sampledValue[0]?.context)).toEqual(['Transaction.Begin', 'Transaction.End']);
  });

  it('section 3.16.5: without configured values no transactionData; without a driver no idTag', async () => {
    const { meterValues: _, idToken: __, ...bare } = ended;
    await deliver({ ...bare, triggerReason: 'EVCommunicationLost', stoppedReason: 'EVDisconnected' });
    expect(csms.sent[0]?.payload).toEqual({ transactionId: 77, meterStop: 4321, timestamp: iso(600), reason: 'EVDisconnected' });
  });

  it.each([
    ['Local', 'StopAuthorized', 'Local'], ['MasterPass', 'StopAuthorized', 'Local'], ['Remote', 'RemoteStop', 'Remote'],
    ['EVDisconnected', 'EVCommunicationLost', 'EVDisconnected'], ['DeAuthorized', 'Deauthorized', 'DeAuthorized'],
    ['ImmediateReset', 'ResetCommand', 'HardReset'], ['Other', 'ResetCommand', 'SoftReset'], ['Reboot', 'ResetCommand', 'Reboot'], ['Other', 'UnlockCommand', 'UnlockCommand'],
    ['PowerLoss', 'AbnormalCondition', 'PowerLoss'], ['EmergencyStop', 'AbnormalCondition', 'EmergencyStop'],
    ['GroundFault', 'AbnormalCondition', 'Other'], ['StoppedByEV', 'ChargingStateChanged', 'Other'],
  ] as const)('section 7.36: %s by %s is %s', async (stoppedReason, triggerReason, reason) => {
    await deliver({ ...ended, stoppedReason, triggerReason });
    expect(csms.sent[0]?.payload['reason']).toBe(reason);
  });

  it('sent again after a lost answer with the same content; afterwards nothing is remembered', async () => {
    csms.csms.set('StopTransaction', () => LOST);
    await expect(deliver(ended)).rejects.toMatchObject({ kind: 'connectionLost' });
    csms.csms.set('StopTransaction', () => ({ idTagInfo: { status: 'Expired' } }));
    expect(await deliver(ended)).toEqual({ idTokenInfo: { status: 'Expired' } });
    expect(csms.sent[1]).toEqual(csms.sent[0]);
    expect([...csms.remembered].filter(([key]) => !key.startsWith('v16.last.'))).toEqual([]);
  });

  it('the copy after a crash between answer and books keeps its number, or isn\'t sent at all', async () => {
    const full = new Map(csms.remembered);
    await deliver(ended);
    const [first] = csms.sent;
    // Each prefix of the forgetting is a moment to crash at.
    for (const forgotten of [['v16.tx.77'], ['v16.tx.77', 'v16.start.tx-1'], ['v16.tx.77', 'v16.start.tx-1', 'v16.id.tx-1']]) {
      const after = testBridge(edition, fakeStation(), new Map([...full].filter(([key]) => !forgotten.includes(key))));
      await after.bridge.deliver(ended, ONLINE);
      expect(after.sent).toEqual(forgotten.length === 3 ? [] : [first]);
    }
  });
});

describe('RemoteStopTransaction', () => {
  it('finds our transaction by the CSMS\'s number, also after a restart; 0 is a number like others', async () => {
    csms.csms.set('StartTransaction', () => ({ transactionId: 0, idTagInfo: { status: 'Accepted' } }));
    await deliver(started);
    csms = testBridge(edition, fakeStation(), csms.remembered);
    expect((await csms.receive('RemoteStopTransaction', { transactionId: 0 })).payload).toEqual({ status: 'Accepted' });
    expect(csms.station.asked).toEqual([{ what: 'remoteControl.requestStop', args: ['tx-1'] }]);
  });

  it('TC_028_CS an unknown number is Rejected', async () => {
    expect((await csms.receive('RemoteStopTransaction', { transactionId: 5 })).payload).toEqual({ status: 'Rejected' });
    expect(csms.station.asked).toEqual([]);
  });
});
