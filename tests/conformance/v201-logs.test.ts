/** Block N, use case N01 of OCPP 2.0.1: logs. */
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../src/platform/ports.ts';
import { charging, offline, online, since, station, type World } from './charging-station.ts';

const LOCATION = 'https://files.example/upload/log.txt';

interface LogStatus { readonly status: string; readonly requestId?: number }
const statuses = (world: World): LogStatus[] => world.csms.of('LogStatusNotification') as unknown as LogStatus[];
const text = (request: HttpRequest | undefined): string => new TextDecoder().decode(request?.body);

function getLog(requestId: number, more: { readonly remoteLocation?: string; readonly oldestTimestamp?: string; readonly latestTimestamp?: string;
  readonly logType?: string; readonly retries?: number; readonly retryInterval?: number } = {}): Record<string, unknown> {
  const { remoteLocation = LOCATION, oldestTimestamp, latestTimestamp, logType = 'DiagnosticsLog', ...rest } = more;
  return { logType, requestId, log: { remoteLocation, ...(oldestTimestamp === undefined ? {} : { oldestTimestamp }),
    ...(latestTimestamp === undefined ? {} : { latestTimestamp }) }, ...rest };
}

describe('N01: the diagnostics log', () => {
  it('TC_N_25_CS, N01.FR.01, N01.FR.02, N01.FR.04, N01.FR.07, N01.FR.08, N01.FR.09, N01.FR.13, N01.FR.14 one file, uploaded, and told step by step', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 201, delayMs: 2000 });
    const answer = await world.ask('GetLog', getLog(41));
    expect(answer).toEqual({ status: 'Accepted', filename: expect.stringMatching(/^CP1-diagnostics-\d{8}T\d{6}Z\.log$/) });
    await world.seconds(1);
    expect(statuses(world)).toEqual([{ status: 'Uploading', requestId: 41 }]);
    await world.seconds(5);
    expect(statuses(world)).toEqual([{ status: 'Uploading', requestId: 41 }, { status: 'Uploaded', requestId: 41 }]);
    expect(world.http.requests).toMatchObject([{ method: 'PUT', url: LOCATION }]);
    const file = text(world.http.requests[0]);
    expect(file).toContain('the CSMS answered Accepted');
    expect(file).toContain('# OCPPCommCtrlr.FileTransferProtocols=HTTP,HTTPS');
  });

  it('TC_N_26_CS, N01.FR.10 every failed attempt is told, retries and interval are the CSMS\'s', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 500 });
    expect(await world.ask('GetLog', getLog(42, { retries: 3, retryInterval: 10 }))).toMatchObject({ status: 'Accepted' });
    await world.seconds(60);
    expect(statuses(world)).toEqual([{ status: 'Uploading', requestId: 42 }, ...Array(4).fill({ status: 'UploadFailure', requestId: 42 })]);
    expect(world.http.requests).toHaveLength(4);
    const told = world.csms.received.filter(({ action }) => action === 'LogStatusNotification').map(({ atMs }) => atMs);
    expect(Math.round(((told.at(-1) ?? 0) - (told[0] ?? 0)) / 1000)).toBe(30);
    await world.seconds(300);
    expect(world.http.requests).toHaveLength(4);
  });

  it.each([
    [400, 'BadMessage'], [401, 'PermissionDenied'], [403, 'PermissionDenied'], [405, 'NotSupportedOperation'], [501, 'NotSupportedOperation'], [503, 'UploadFailure'],
  ])('N01.FR.10 a server that answers %i: %s', async (status, told) => {
    const world = await station();
    world.http.answer = () => ({ status });
    await world.ask('GetLog', getLog(1, { retries: 0 }));
    await world.seconds(5);
    expect(statuses(world).map((item) => item.status)).toEqual(['Uploading', told]);
  });

  it('N01.FR.10 a server that isn\'t there: UploadFailure; left the choice, the station tries again and gets through', async () => {
    const world = await station();
    let up = false;
    world.http.answer = () => (up ? { status: 200 } : 'unreachable');
    await world.ask('GetLog', getLog(2));
    await world.seconds(40);
    up = true;
    await world.seconds(40);
    expect(statuses(world).map((item) => item.status)).toEqual(['Uploading', 'UploadFailure', 'UploadFailure', 'Uploaded']);
  });

  it('N01.FR.19 a POST, for a server without PUT, has Content-Type and Content-Disposition with the file\'s name', async () => {
    const world = await station();
    world.http.answer = ({ method }) => ({ status: method === 'PUT' ? 405 : 200 });
    const { filename } = await world.ask('GetLog', getLog(3));
    await world.seconds(5);
    expect(world.http.requests.map(({ method }) => method)).toEqual(['PUT', 'POST']);
    expect(world.http.requests[1]?.headers).toEqual({
      'Content-Type': 'text/plain; charset=utf-8', 'Content-Disposition': `attachment; filename="${String(filename)}"`,
    });
    expect(statuses(world).at(-1)).toEqual({ status: 'Uploaded', requestId: 3 });
  });

  it('N01.FR.21 an address that ends in a slash gets the file\'s name', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 200 });
    const { filename } = await world.ask('GetLog', getLog(4, { remoteLocation: 'https://files.example/logs/' }));
    await world.seconds(5);
    expect(world.http.requests[0]?.url).toBe(`https://files.example/logs/${String(filename)}`);
  });

  it('TC_N_34_CS, N01.FR.05 nothing of that time: Rejected, and no upload', async () => {
    const world = await station();
    expect(await world.ask('GetLog', getLog(5, { latestTimestamp: '2020-01-01T00:00:00Z' }))).toMatchObject({ status: 'Rejected' });
    await world.seconds(10);
    expect(statuses(world)).toEqual([]);
    expect(world.http.requests).toEqual([]);
  });

  it('N01.FR.04 only the lines of the time that was asked for', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 200 });
    await charging(world);
    await world.ask('GetLog', getLog(6, { oldestTimestamp: '2026-06-01T12:00:02Z' }));
    await world.seconds(5);
    const lines = text(world.http.requests[0]).split('\n').filter((line) => /^2026-/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line >= '2026-06-01T12:00:02')).toBe(true);
    expect(text(world.http.requests[0])).not.toContain('the CSMS answered Accepted');
  });

  it('TC_N_36_CS, N01.FR.12, N01.FR.20 a second request cancels the upload of the first', async () => {
    const world = await station();
    world.http.answer = () => (world.http.requests.length === 1 ? 'silent' : { status: 200 });
    expect(await world.ask('GetLog', getLog(71))).toMatchObject({ status: 'Accepted' });
    await world.seconds(5);
    expect(await world.ask('GetLog', getLog(72))).toMatchObject({ status: 'AcceptedCanceled', filename: expect.any(String) });
    await world.seconds(5);
    expect(statuses(world)).toEqual([
      { status: 'Uploading', requestId: 71 }, { status: 'AcceptedCanceled', requestId: 71 },
      { status: 'Uploading', requestId: 72 }, { status: 'Uploaded', requestId: 72 },
    ]);
  });

  it('N01.FR.13 a trigger during an upload tells its state and id, without one Idle and no id', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 200, delayMs: 20_000 });
    await world.ask('GetLog', getLog(8));
    await world.seconds(2);
    const heard = since(world);
    expect(await world.ask('TriggerMessage', { requestedMessage: 'LogStatusNotification' })).toEqual({ status: 'Accepted' });
    await world.seconds(1);
    expect(heard('LogStatusNotification')).toEqual([{ status: 'Uploading', requestId: 8 }]);
    await world.seconds(30);
    const later = since(world);
    await world.ask('TriggerMessage', { requestedMessage: 'LogStatusNotification' });
    await world.seconds(1);
    expect(later('LogStatusNotification')).toEqual([{ status: 'Idle' }]);
  });

  it('TC_N_35_CS, N01.FR.03 the security log, with what happened at the start and an attempt with a bad certificate', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 200 });
    const firmware = { location: 'https://x.example/', retrieveDateTime: '2026-06-01T12:00:00Z', signingCertificate: 'none', signature: 'AA==' };
    await world.ask('UpdateFirmware', { requestId: 1, firmware });
    expect(await world.ask('GetLog', getLog(13, { logType: 'SecurityLog' }))).toEqual({ status: 'Accepted', filename: expect.stringMatching(/^CP1-security-.*\.log$/) });
    await world.seconds(5);
    expect(statuses(world)).toEqual([{ status: 'Uploading', requestId: 13 }, { status: 'Uploaded', requestId: 13 }]);
    expect(text(world.http.requests[0]).trim().split('\n')).toEqual([
      expect.stringMatching(/^2026-06-01T\S+ warn security: StartupOfTheDevice/),
      expect.stringMatching(/^2026-06-01T12:00:\S+ warn security: InvalidFirmwareSigningCertificate, /),
    ]);
  });

  it('an address that is neither http nor https is refused by name', async () => {
    const world = await station();
    expect(await world.ask('GetLog', getLog(9, { remoteLocation: 'sftp://files.example/' }))).toMatchObject({
      status: 'Rejected', statusInfo: { reasonCode: 'UnsupportedParam', additionalInfo: 'only http and https addresses can be used' },
    });
  });

  it('N01.FR.07 a power cut in the middle: the upload begins anew, lines from before the cut in it, under the same id', async () => {
    const world = await station();
    world.http.answer = () => 'silent';
    await world.ask('GetLog', getLog(10));
    await world.seconds(20); // the log's own lines are on the disk by now
    world.kill();
    world.http.answer = () => ({ status: 200 });
    await world.start();
    await world.seconds(10);
    expect(statuses(world).at(-1)).toEqual({ status: 'Uploaded', requestId: 10 });
    expect(text(world.http.requests.at(-1))).toMatch(/2026-06-01T12:00:0\d\.\d+Z info boot: the CSMS answered Accepted/);
  });

  it('N01.FR.09 what happened while the CSMS was away is told when it is back', async () => {
    const world = await station();
    world.http.answer = () => ({ status: 200, delayMs: 10_000 });
    await world.ask('GetLog', getLog(11));
    await world.seconds(1);
    await offline(world);
    await world.seconds(30);
    await online(world);
    expect(statuses(world)).toEqual([{ status: 'Uploading', requestId: 11 }, { status: 'Uploaded', requestId: 11 }]);
  });

  it('no password and no whole card number is in the file', async () => {
    const world = await station({ 'SecurityCtrlr.BasicAuthPassword': 'correct-horse-battery' });
    await charging(world);
    world.http.answer = () => ({ status: 200 });
    await world.ask('GetLog', getLog(12));
    await world.seconds(5);
    const file = text(world.http.requests[0]);
    expect(file).toContain('0001 accepted'); // masked to its last four
    expect(file).not.toContain('CARD0001');
    expect(file).not.toContain('correct-horse-battery');
  });
});
