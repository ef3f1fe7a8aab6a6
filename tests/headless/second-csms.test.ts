/** The 1.6 station against ocpp-ts, as docs/headless.md shows it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecondCsms } from './second-csms.ts';
import { StationProcess } from './station-process.ts';

let folder = '';
let station: StationProcess;
let csms: SecondCsms;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kerbside-test-'));
  csms = await new SecondCsms().listen();
  station = new StationProcess('--csms', csms.url, '--id', 'CP1', '--data', folder, '--evses', '1', '--editions', 'ocpp1.6');
  await station.until(({ boot }) => boot === 'Accepted');
});
afterEach(async () => {
  await station.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('a session by card: start, values, stop; the registers agree', async () => {
  expect(await csms.ask('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '1' })).toEqual({ status: 'Accepted' });
  await station.ask('plugIn', { evse: 1 });
  expect(await station.ask('presentToken', { idToken: 'TAG1', type: 'ISO14443' })).toMatchObject({ ok: true, status: 'Accepted' });
  await station.until(({ evses }) => (evses[0]?.powerW ?? 0) >= 1000, 15_000);
  await station.until(() => csms.of('MeterValues').length > 0);
  await station.ask('presentToken', { idToken: 'TAG1', type: 'ISO14443' });
  await station.ask('unplug', { evse: 1 });
  await station.until(({ evses, queued }) => queued === 0 && evses[0]?.transaction === null);
  const [start] = csms.of('StartTransaction');
  const [stop] = csms.of('StopTransaction');
  expect(start).toMatchObject({ connectorId: 1, idTag: 'TAG1' });
  expect(stop).toMatchObject({ transactionId: 4711, reason: 'Local' });
  expect(Number(stop?.meterStop)).toBeGreaterThanOrEqual(Number(start?.meterStart));
  expect(csms.of('MeterValues')[0]).toMatchObject({ connectorId: 1, transactionId: 4711 });
});

test('started and stopped by the operator', async () => {
  expect(await csms.ask('RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE1' })).toEqual({ status: 'Accepted' });
  await station.ask('plugIn', { evse: 1 });
  await station.until(() => csms.of('StartTransaction').length === 1);
  expect(await csms.ask('RemoteStopTransaction', { transactionId: 4711 })).toEqual({ status: 'Accepted' });
  await station.until(() => csms.of('StopTransaction').length === 1);
  expect(csms.of('StopTransaction')[0]).toMatchObject({ transactionId: 4711, reason: 'Remote' });
});

test('configuration, lists, availability, cache: asked one after the other', async () => {
  const { configurationKey } = await csms.ask('GetConfiguration', { key: ['NumberOfConnectors', 'SupportedFeatureProfiles'] });
  expect(configurationKey).toMatchObject([{ key: 'NumberOfConnectors', value: '1' }, { value: expect.stringContaining('Core') }]);
  expect(await csms.ask('SendLocalList', {
    listVersion: 3, updateType: 'Full', localAuthorizationList: [{ idTag: 'TAG9', idTagInfo: { status: 'Blocked' } }],
  })).toEqual({ status: 'Accepted' });
  expect(await csms.ask('GetLocalListVersion', {})).toEqual({ listVersion: 3 });
  expect(await csms.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
  expect(await csms.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
  await station.until(() => csms.of('StatusNotification').some(({ status }) => status === 'Unavailable'));
  expect(await csms.ask('ChangeAvailability', { connectorId: 1, type: 'Operative' })).toEqual({ status: 'Accepted' });
  expect(await csms.ask('TriggerMessage', { requestedMessage: 'Heartbeat' })).toEqual({ status: 'Accepted' });
  await station.until(() => csms.of('Heartbeat').length > 0);
  expect(await csms.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  expect(await csms.ask('DataTransfer', { vendorId: 'nobody.example' })).toEqual({ status: 'UnknownVendorId' });
});

test('a soft reset restarts it, and it comes back', async () => {
  expect(await csms.ask('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  await station.until(() => csms.of('BootNotification').length === 2, 20_000);
});
