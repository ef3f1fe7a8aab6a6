/** Diagnostics of OCPP 1.6, and GetLog of its security whitepaper. */
import { describe, expect, it } from 'vitest';
import { chargePoint, since } from './charge-point.ts';

const LOCATION = 'http://files.example/upload/diagnostics.log';

describe('GetDiagnostics', () => {
  it('TC_045_1_CS the file is uploaded, Uploading and Uploaded are told', async () => {
    const world = await chargePoint();
    world.http.answer = () => ({ status: 200, delayMs: 1000 });
    expect(await world.ask('GetDiagnostics', { location: LOCATION })).toEqual({ fileName: expect.stringMatching(/^CP1-diagnostics-.*\.log$/) });
    await world.seconds(5);
    expect(world.csms.of('DiagnosticsStatusNotification')).toEqual([{ status: 'Uploading' }, { status: 'Uploaded' }]);
    expect(world.http.requests).toMatchObject([{ method: 'PUT', url: LOCATION }]);
  });

  it('TC_045_2_CS the upload fails, without further attempts: UploadFailed, and the station goes on', async () => {
    const world = await chargePoint();
    expect(await world.ask('GetDiagnostics', { location: 'ftp://127.0.0.1:21/files/failedLocation', retries: 0 })).toHaveProperty('fileName');
    await world.seconds(5);
    expect(world.csms.of('DiagnosticsStatusNotification')).toEqual([{ status: 'Uploading' }, { status: 'UploadFailed' }]);
    expect(await world.ask('TriggerMessage', { requestedMessage: 'Heartbeat' })).toEqual({ status: 'Accepted' });
  });

  it('nothing of that time: an answer without a file\'s name, and no upload', async () => {
    const world = await chargePoint();
    expect(await world.ask('GetDiagnostics', { location: LOCATION, stopTime: '2020-01-01T00:00:00Z' })).toEqual({});
    await world.seconds(5);
    expect(world.csms.of('DiagnosticsStatusNotification')).toEqual([]);
  });

  it('a trigger without an upload under way tells Idle', async () => {
    const world = await chargePoint();
    const heard = since(world);
    expect(await world.ask('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' })).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    expect(heard('DiagnosticsStatusNotification')).toEqual([{ status: 'Idle' }]);
  });

  it('the key says which protocols: HTTP and HTTPS', async () => {
    const world = await chargePoint();
    expect(await world.ask('GetConfiguration', { key: ['SupportedFileTransferProtocols', 'SupportedFeatureProfiles'] })).toMatchObject({
      configurationKey: [
        { key: 'SupportedFileTransferProtocols', readonly: true, value: 'HTTP,HTTPS' },
        { key: 'SupportedFeatureProfiles', readonly: true, value: expect.stringContaining('FirmwareManagement') },
      ],
    });
  });
});

describe('GetLog', () => {
  it('the diagnostics log, with the id of the request in each status', async () => {
    const world = await chargePoint();
    world.http.answer = () => ({ status: 200 });
    const request = { logType: 'DiagnosticsLog', requestId: 5, log: { remoteLocation: LOCATION } };
    expect(await world.ask('GetLog', request)).toMatchObject({ status: 'Accepted', filename: expect.any(String) });
    await world.seconds(5);
    expect(world.csms.of('LogStatusNotification')).toEqual([{ status: 'Uploading', requestId: 5 }, { status: 'Uploaded', requestId: 5 }]);
    expect(world.csms.of('DiagnosticsStatusNotification')).toEqual([]);
  });

  it('TC_079_CS the security log', async () => {
    const world = await chargePoint();
    world.http.answer = () => ({ status: 200 });
    expect(await world.ask('GetLog', { logType: 'SecurityLog', requestId: 6, log: { remoteLocation: LOCATION } })).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(world.csms.of('LogStatusNotification')).toEqual([{ status: 'Uploading', requestId: 6 }, { status: 'Uploaded', requestId: 6 }]);
    expect(new TextDecoder().decode(world.http.requests[0]?.body)).toContain('StartupOfTheDevice');
  });

  it('a second request cancels the first: the answer says so, in this edition no status message', async () => {
    const world = await chargePoint();
    world.http.answer = () => (world.http.requests.length === 1 ? 'silent' : { status: 200 });
    await world.ask('GetLog', { logType: 'DiagnosticsLog', requestId: 5, log: { remoteLocation: LOCATION } });
    await world.seconds(2);
    expect(await world.ask('GetLog', { logType: 'DiagnosticsLog', requestId: 6, log: { remoteLocation: LOCATION } })).toMatchObject({ status: 'AcceptedCanceled' });
    await world.seconds(5);
    expect(world.csms.of('LogStatusNotification')).toEqual([
      { status: 'Uploading', requestId: 5 }, { status: 'Uploading', requestId: 6 }, { status: 'Uploaded', requestId: 6 },
    ]);
  });
});
