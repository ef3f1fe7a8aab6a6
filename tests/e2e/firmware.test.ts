/** An update of the app itself, in a real Chromium: signed, installed, served after the restart; a broken one is left again. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filesIn, packFirmware } from '../../scripts/firmware/pack.ts';
import { Issued } from '../fixtures/pki.ts';
import { RunningApp } from '../fixtures/running-app.ts';
import type { StationRemote } from '../fixtures/station-remote.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
/** The certificates of tests begin in summer 2026; a machine's clock may be before that. */
const LONG_AGO = { fromDay: -1000 };

let app: RunningApp;
let page: Page;
let station: StationRemote;
let files: Server;
let served = new Uint8Array();
let statuses: string[];
let root: Issued;
let signer: Issued;

beforeEach(async () => {
  statuses = [];
  files = createServer((_, response) => void response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end(served));
  await new Promise<void>((resolve) => void files.listen(0, '127.0.0.1', resolve));
  root = await Issued.root('Manufacturer Root', LONG_AGO);
  signer = await root.issue('Firmware Signing', LONG_AGO);
  app = await RunningApp.start();
  app.csms.onFrame(({ text }) => {
    const frame = JSON.parse(text) as readonly unknown[];
    if (frame[0] === 2 && frame[2] === 'FirmwareStatusNotification') statuses.push(String((frame[3] as { status: unknown }).status));
  });
  page = await app.openTab();
  station = app.remote(page);
  await station.ready();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await call('InstallCertificate', { certificateType: 'ManufacturerRootCertificate', certificate: root.pem });
});
afterEach(async () => {
  await app.close();
  await new Promise((resolve) => files.close(resolve));
});

function call(action: string, payload: object): Promise<unknown> {
  return app.csms.call(app.csms.stations()[0]?.id ?? '', action, payload);
}

/** The app as it is built, its page named after the version. */
async function update(version: string, pageOf: (html: string) => string): Promise<void> {
  const bundle = filesIn(DIST);
  const html = new TextDecoder().decode(bundle.get('index.html'));
  bundle.set('index.html', new TextEncoder().encode(pageOf(html)));
  served = new Uint8Array(packFirmware(bundle, version, 'browser'));
  const signature = Buffer.from(await signer.signData(served)).toString('base64');
  const location = `http://127.0.0.1:${(files.address() as AddressInfo).port}/${version}.zip`;
  const firmware = { location, retrieveDateTime: new Date(0).toISOString(), signingCertificate: signer.pem, signature };
  expect(await call('UpdateFirmware', { requestId: 1, firmware })).toMatchObject({ status: 'Accepted' });
}

const marked = (version: string) => (html: string): string => html.replace('<head>', `<head><meta name="app-version" content="${version}">`);
const loaded = (version: string): Promise<unknown> => page.waitForFunction(
  (wanted) => document.querySelector('meta[name="app-version"]')?.getAttribute('content') === wanted, version, { timeout: 90_000 });

it('TC_L_16_CS a signed version is served after the restart, and the car at the cable keeps its transaction', async () => {
  await call('SetVariables', { setVariableData: [{ component: { name: 'Kerbside' }, variable: { name: 'FirmwareDuringTransactions' }, attributeValue: 'All' }] });
  await station.charge(1, 'DEMO-0001');
  await update('9.0.1', marked('9.0.1'));
  await loaded('9.0.1');
  await station.until('the new version tells its name', (snapshot) => snapshot.station.firmware === '9.0.1' && snapshot.csms.boot === 'Accepted');
  await expect.poll(() => statuses, { timeout: 20_000 }).toEqual(['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'Installed']);
  await station.untilEvse(1, 'goes on charging', (evse) => evse.state === 'charging', 40_000);
  await station.finish(1, 'DEMO-0001');
  await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
  expect(app.csms.books().problems).toEqual([]);
  expect(app.csms.books().transactions).toHaveLength(1);
  // Without the server, too: the version lies on this machine.
  await app.gateway.close();
  await page.reload();
  await loaded('9.0.1');
  await app.restartGateway();
});

it('a version whose page never starts the station is left again, and the CSMS is told', async () => {
  await update('9.0.2', marked('9.0.2'));
  await loaded('9.0.2');
  await expect.poll(() => statuses.at(-1), { timeout: 20_000 }).toBe('Installed');
  await update('9.0.3', () => '<!doctype html><title>App</title><p>nothing comes</p>');
  await page.getByText('nothing comes').waitFor({ timeout: 30_000 });
  await loaded('9.0.2');
  await station.until('the version before runs again', (snapshot) => snapshot.station.firmware === '9.0.2' && snapshot.csms.boot === 'Accepted', 60_000);
  await expect.poll(() => statuses.at(-1), { timeout: 20_000 }).toBe('InstallationFailed');
});
