/** A sample of every block of OCPP 2.0.1 in the tab itself: real worker, IndexedDB, WebCrypto, fetch and screen. One station throughout, in this order. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Issued, x509 } from '../fixtures/pki.ts';
import { RunningApp } from '../fixtures/running-app.ts';
import type { StationRemote } from '../fixtures/station-remote.ts';
import { StationWire, type Payload } from '../fixtures/station-wire.ts';

/** The certificates of tests begin in summer 2026; a machine's clock may be before that. */
const LONG_AGO = { fromDay: -1000 };
const ANYBODY = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT, POST', 'Access-Control-Allow-Headers': '*' };

let app: RunningApp;
let page: Page;
let station: StationRemote;
let wire: StationWire;
let files: Server;
const uploads: { method: string; body: string }[] = [];

beforeAll(async () => {
  files = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
      if (request.method !== 'OPTIONS') uploads.push({ method: request.method ?? '', body });
      response.writeHead(200, ANYBODY).end();
    });
  });
  await new Promise<void>((resolve) => void files.listen(0, '127.0.0.1', resolve));
  app = await RunningApp.start();
  wire = new StationWire(app.csms);
  page = await app.openTab();
  station = app.remote(page);
  await station.ready();
});
afterAll(async () => {
  expect(app.csms.books().problems).toEqual([]);
  await app.close();
  await new Promise((resolve) => files.close(resolve));
});
beforeEach(() => {
  wire.forget();
  app.csms.intercept = () => undefined;
});

function item(name: string, more: object = {}): object {
  const [component = '', variable = ''] = name.split('.');
  return { component: { name: component }, variable: { name: variable }, ...more };
}

async function set(settings: Readonly<Record<string, string>>): Promise<void> {
  const { setVariableResult } = await wire.ask('SetVariables', { setVariableData: Object.entries(settings).map(([name, attributeValue]) => item(name, { attributeValue })) });
  expect(setVariableResult).toMatchObject(Object.keys(settings).map(() => ({ attributeStatus: 'Accepted' })));
}

async function get(name: string): Promise<unknown> {
  const { getVariableResult } = await wire.ask('GetVariables', { getVariableData: [item(name)] });
  return (getVariableResult as { attributeValue?: string }[])[0]?.attributeValue;
}

const infoOf = (event: Payload): Payload => event['transactionInfo'] as Payload;
const present = (value: string, evse: number): Promise<{ status: string; by: string }> => station.do('presentToken', { value, type: 'ISO14443', evse });
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const token = (idToken: string): object => ({ idToken, type: 'ISO14443' });
const connectorStatus = (evseId: number, status: string): Promise<Payload> => wire.until('StatusNotification', (told) => told['evseId'] === evseId && told['connectorStatus'] === status);

it('A: a key pair of WebCrypto, its request, and the certificate made of it; a stranger\'s is refused and told of', async () => {
  app.csms.intercept = (_, action) => (action === 'SignCertificate' ? { status: 'Accepted' } : undefined);
  const v2g = await Issued.root('V2G Root', LONG_AGO);
  expect(await wire.ask('InstallCertificate', { certificateType: 'V2GRootCertificate', certificate: v2g.pem })).toEqual({ status: 'Accepted' });
  await set({ 'ISO15118Ctrlr.SeccId': 'SECC0001', 'ISO15118Ctrlr.OrganizationName': 'Operator' });
  const request = async (): Promise<string> => {
    wire.forget();
    expect(await wire.ask('TriggerMessage', { requestedMessage: 'SignV2GCertificate' })).toEqual({ status: 'Accepted' });
    return String((await wire.until('SignCertificate', ({ certificateType }) => certificateType === 'V2GCertificate'))['csr']);
  };
  const foreign = await (await Issued.root('Stranger', LONG_AGO)).sign(await request(), LONG_AGO);
  expect(await wire.ask('CertificateSigned', { certificateChain: foreign, certificateType: 'V2GCertificate' })).toMatchObject({
    status: 'Rejected', statusInfo: { reasonCode: 'InvalidCertificate', additionalInfo: 'CN=Stranger isn\'t trusted here' },
  });
  await wire.until('SecurityEventNotification', ({ type }) => type === 'InvalidChargingStationCertificate');
  const good = await v2g.sign(await request(), LONG_AGO);
  expect(await x509.parse(good)).toMatchObject([{ commonName: 'SECC0001', organization: 'Operator' }]);
  expect(await wire.ask('CertificateSigned', { certificateChain: good, certificateType: 'V2GCertificate' })).toEqual({ status: 'Accepted' });
  expect(await wire.ask('GetInstalledCertificateIds', { certificateType: ['V2GCertificateChain'] })).toMatchObject({ status: 'Accepted' });
});

it('B: a full report in parts without a gap, a variable that outlives a reset, and a boot that says why', async () => {
  await set({ 'OCPPCommCtrlr.OfflineThreshold': '77' });
  expect(await wire.ask('GetBaseReport', { requestId: 11, reportBase: 'FullInventory' })).toEqual({ status: 'Accepted' });
  await wire.until('NotifyReport', ({ requestId, tbc }) => requestId === 11 && tbc !== true);
  const parts = wire.of('NotifyReport');
  expect(parts.map(({ seqNo }) => seqNo)).toEqual(parts.map((_, index) => index));
  const listed = parts.flatMap(({ reportData }) => reportData as { component: { name: string }; variable: { name: string }; variableAttribute: { value?: string }[] }[]);
  expect(listed.find(({ component, variable }) => component.name === 'OCPPCommCtrlr' && variable.name === 'OfflineThreshold')?.variableAttribute).toMatchObject([{ value: '77' }]);
  expect(await wire.ask('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
  await wire.until('BootNotification', ({ reason }) => reason === 'RemoteReset');
  await station.ready();
  expect(await get('OCPPCommCtrlr.OfflineThreshold')).toBe('77');
});

it('C: a card that the cache knows isn\'t asked after again until the cache is cleared', async () => {
  await set({ 'AuthCacheCtrlr.Enabled': 'true', 'AuthCtrlr.LocalPreAuthorize': 'true' });
  const status = async (): Promise<unknown> => {
    const decision = await present('DEMO-0004', 1);
    await station.do('cancelAuthorization', 1);
    return decision;
  };
  expect(await status()).toEqual({ status: 'Accepted', by: 'csms' });
  expect(await status()).toEqual({ status: 'Accepted', by: 'cache' });
  expect(await wire.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
  expect(await status()).toEqual({ status: 'Accepted', by: 'csms' });
  expect(wire.of('Authorize')).toHaveLength(2);
  expect(await present('DEMO-BLOCKED', 1)).toMatchObject({ status: 'Blocked' });
});

it('D: a card of the local list is let in without a question', async () => {
  await set({ 'LocalAuthListCtrlr.Enabled': 'true' });
  const localAuthorizationList = [{ idToken: token('LISTED-1'), idTokenInfo: { status: 'Accepted' } }];
  expect(await wire.ask('SendLocalList', { versionNumber: 3, updateType: 'Full', localAuthorizationList })).toEqual({ status: 'Accepted' });
  expect(await wire.ask('GetLocalListVersion', {})).toEqual({ versionNumber: 3 });
  expect(await present('LISTED-1', 1)).toEqual({ status: 'Accepted', by: 'list' });
  await station.do('cancelAuthorization', 1);
  expect(wire.of('Authorize')).toEqual([]);
});

it('E, I, J, K, N: a session with its limit, its running cost on the screen, aligned values and a monitor of its power', async () => {
  const [monitor] = (await wire.ask('SetVariableMonitoring', {
    setMonitoringData: [{ value: 1000, type: 'UpperThreshold', severity: 5, component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } }],
  }))['setMonitoringResult'] as { status: string; id: number }[];
  expect(monitor).toMatchObject({ status: 'Accepted' });
  await station.charge(1, 'DEMO-0001');
  const started = await wire.until('TransactionEvent', ({ eventType }) => eventType === 'Started');
  const { transactionId } = infoOf(started);
  await wire.until('NotifyEvent', ({ eventData }) => (eventData as Payload[]).some((event) => event['variableMonitoringId'] === monitor?.id));

  expect(await wire.ask('CostUpdated', { transactionId, totalCost: 12.34 })).toEqual({});
  await page.getByTestId('cost-1').getByText('12.3').waitFor();

  await set({ 'AlignedDataCtrlr.Interval': '2' });
  const aligned = await wire.until('TransactionEvent', ({ triggerReason }) => triggerReason === 'MeterValueClock');
  expect(Date.parse(String((aligned['meterValue'] as Payload[])[0]?.['timestamp'])) % 2000).toBe(0);
  await wire.until('MeterValues', ({ evseId }) => evseId === 2);
  await set({ 'AlignedDataCtrlr.Interval': '0' });

  const chargingProfile = {
    id: 5, stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', transactionId,
    chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }] }],
  };
  expect(await wire.ask('SetChargingProfile', { evseId: 1, chargingProfile })).toEqual({ status: 'Accepted' });
  expect(await wire.ask('GetCompositeSchedule', { evseId: 1, duration: 60, chargingRateUnit: 'A' })).toMatchObject({
    status: 'Accepted', schedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }] },
  });
  await station.untilEvse(1, 'at eight amperes', (evse) => evse.currentA.length > 0 && evse.powerW > 0 && evse.currentA.every((amperes) => amperes < 8.2));

  await station.finish(1, 'DEMO-0001');
  const ended = await wire.until('TransactionEvent', ({ eventType }) => eventType === 'Ended');
  expect(infoOf(ended)).toMatchObject({ transactionId, stoppedReason: 'Local' });
  await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
  const numbers = wire.of('TransactionEvent').map(({ seqNo }) => Number(seqNo));
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

it('F: triggered, started and stopped from afar, unlocked', async () => {
  expect(await wire.ask('TriggerMessage', { requestedMessage: 'Heartbeat' })).toEqual({ status: 'Accepted' });
  await wire.until('Heartbeat');
  await station.do('simulate', 'plugIn', { evse: 1 });
  await connectorStatus(1, 'Occupied');
  expect(await wire.ask('RequestStartTransaction', { evseId: 1, remoteStartId: 9, idToken: token('DEMO-0002') })).toMatchObject({ status: 'Accepted' });
  const started = await wire.until('TransactionEvent', (event) => infoOf(event)['remoteStartId'] === 9);
  const { transactionId } = infoOf(started);
  expect(await wire.ask('RequestStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
  await wire.until('TransactionEvent', ({ triggerReason }) => triggerReason === 'RemoteStop');
  expect(await wire.ask('UnlockConnector', { evseId: 1, connectorId: 1 })).toMatchObject({ status: 'Unlocked' });
  await station.do('simulate', 'unplug', { evse: 1 });
  await wire.until('TransactionEvent', ({ eventType }) => eventType === 'Ended');
  await connectorStatus(1, 'Available');
});

it('G: an outlet out of service, on the wire and on the screen, and back', async () => {
  expect(await wire.ask('ChangeAvailability', { operationalStatus: 'Inoperative', evse: { id: 2 } })).toEqual({ status: 'Accepted' });
  await connectorStatus(2, 'Unavailable');
  await page.locator('[data-testid="evse-2"][data-state="unavailable"]').waitFor();
  expect(await wire.ask('ChangeAvailability', { operationalStatus: 'Operative', evse: { id: 2 } })).toEqual({ status: 'Accepted' });
  await connectorStatus(2, 'Available');
});

it('H: a reserved outlet waits for its card alone, until it is free again', async () => {
  expect(await wire.ask('ReserveNow', { id: 4, evseId: 2, expiryDateTime: inAnHour(), idToken: token('DEMO-0003') })).toEqual({ status: 'Accepted' });
  await connectorStatus(2, 'Reserved');
  await page.locator('[data-testid="evse-2"][data-state="reserved"]').waitFor();
  expect(await present('DEMO-0001', 2)).toMatchObject({ status: 'Reserved' });
  expect(await wire.ask('CancelReservation', { reservationId: 4 })).toEqual({ status: 'Accepted' });
  await connectorStatus(2, 'Available');
});

it('L: an update whose certificate nobody here knows is refused before anything is fetched', async () => {
  const stranger = await (await Issued.root('Stranger', LONG_AGO)).issue('Firmware Signing', LONG_AGO);
  const firmware = { location: 'http://127.0.0.1:9/none.zip', retrieveDateTime: new Date(0).toISOString(), signingCertificate: stranger.pem, signature: 'AAAA' };
  expect(await wire.ask('UpdateFirmware', { requestId: 21, firmware })).toMatchObject({ status: 'InvalidCertificate' });
  await wire.until('SecurityEventNotification', ({ type }) => type === 'InvalidFirmwareSigningCertificate');
});

it('M: a root is installed, listed with the hashes that the CSMS reckons, and deleted', async () => {
  const root = await Issued.root('Mobility Root', LONG_AGO);
  const parsed = await root.parsed();
  const certificateHashData = { ...(await x509.hash(parsed, parsed, 'SHA256')) };
  expect(await wire.ask('InstallCertificate', { certificateType: 'MORootCertificate', certificate: root.pem })).toEqual({ status: 'Accepted' });
  expect(await wire.ask('GetInstalledCertificateIds', { certificateType: ['MORootCertificate'] })).toEqual({
    status: 'Accepted', certificateHashDataChain: [{ certificateType: 'MORootCertificate', certificateHashData }],
  });
  expect(await wire.ask('DeleteCertificate', { certificateHashData })).toEqual({ status: 'Accepted' });
  expect(await wire.ask('GetInstalledCertificateIds', { certificateType: ['MORootCertificate'] })).toEqual({ status: 'NotFound' });
});

it('N: a log that arrives at its server, and what is known of a customer', async () => {
  const remoteLocation = `http://127.0.0.1:${(files.address() as AddressInfo).port}/station.log`;
  expect(await wire.ask('GetLog', { logType: 'DiagnosticsLog', requestId: 31, log: { remoteLocation } })).toMatchObject({ status: 'Accepted' });
  await wire.until('LogStatusNotification', ({ status, requestId }) => status === 'Uploaded' && requestId === 31);
  expect(uploads).toEqual([{ method: 'PUT', body: expect.stringContaining('# OCPPCommCtrlr.OfflineThreshold=77') as string }]);
  expect(await wire.ask('CustomerInformation', { requestId: 32, report: true, clear: false, idToken: token('LISTED-1') })).toMatchObject({ status: 'Accepted' });
  const { data } = await wire.until('NotifyCustomerInformation', ({ requestId }) => requestId === 32);
  expect(data).toContain('LISTED-1');
});

it('O: the operator\'s message stands on the screen until it is cleared', async () => {
  const message = { id: 7, priority: 'AlwaysFront', message: { format: 'UTF8', language: 'en', content: 'Car park closes at ten' } };
  expect(await wire.ask('SetDisplayMessage', { message })).toEqual({ status: 'Accepted' });
  await page.getByTestId('operator-message').getByText('Car park closes at ten').waitFor();
  expect(await wire.ask('GetDisplayMessages', { requestId: 41 })).toEqual({ status: 'Accepted' });
  expect((await wire.until('NotifyDisplayMessages', ({ requestId }) => requestId === 41))['messageInfo']).toMatchObject([message]);
  expect(await wire.ask('ClearDisplayMessage', { id: 7 })).toEqual({ status: 'Accepted' });
  await page.getByTestId('operator-message').waitFor({ state: 'detached' });
});

it('P: a vendor that is known is understood, another isn\'t', async () => {
  expect(await wire.ask('DataTransfer', { vendorId: 'com.example.nobody' })).toMatchObject({ status: 'UnknownVendorId' });
  expect(await wire.ask('DataTransfer', { vendorId: 'org.openchargealliance.costmsg', messageId: 'SetUserPrice', data: { idToken: 'DEMO-0001', priceText: '0.40 per kWh' } }))
    .toMatchObject({ status: 'Accepted' });
});
