/** An update of the headless station: another process runs the new version on the same books; a broken one is left again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { filesIn, packFirmware } from '../../scripts/firmware/pack.ts';
import { buildHeadless } from '../../scripts/headless-bundle.mjs';
import { startGateway, type Gateway } from '../../src/gateway/gateway.ts';
import { SandboxCsms } from '../../src/gateway/sandbox-csms/sandbox-csms.ts';
import { Issued } from '../fixtures/pki.ts';
import { StationProcess } from './station-process.ts';

/** The certificates of tests begin in summer 2026; a machine's clock may be before that. */
const LONG_AGO = { fromDay: -1000 };

let work: string;
let files: Server;
let served = new Uint8Array();
let root: Issued;
let signer: Issued;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'kerbside-firmware-'));
  await buildHeadless(join(work, 'built'));
  files = createServer((_, response) => void response.end(served));
  await new Promise<void>((resolve) => void files.listen(0, '127.0.0.1', resolve));
  root = await Issued.root('Manufacturer Root', LONG_AGO);
  signer = await root.issue('Firmware Signing', LONG_AGO);
});
afterAll(async () => {
  rmSync(work, { recursive: true, force: true });
  await new Promise((resolve) => files.close(resolve));
});

let csms: SandboxCsms;
let gateway: Gateway;
let station: StationProcess;
let data: string;
let told: string[];
beforeEach(async () => {
  told = [];
  csms = new SandboxCsms();
  csms.onFrame(({ text }) => {
    const frame = JSON.parse(text) as readonly unknown[];
    const payload = frame[3] as { status?: string; chargingStation?: { firmwareVersion: string } };
    if (frame[0] === 2 && frame[2] === 'FirmwareStatusNotification') told.push(payload.status ?? '');
    if (frame[0] === 2 && frame[2] === 'BootNotification') told.push(`boot ${payload.chargingStation?.firmwareVersion ?? ''}`);
  });
  gateway = await startGateway({ appFolder: null, csms, port: 0 });
  data = mkdtempSync(join(work, 'data-'));
  station = start();
  await until('boot 0.1.0');
  await csms.call('CP1', 'InstallCertificate', { certificateType: 'ManufacturerRootCertificate', certificate: root.pem });
});
afterEach(async () => {
  await station.kill('SIGTERM');
  await gateway.close();
});

function start(): StationProcess {
  return new StationProcess('--csms', gateway.csmsUrl, '--id', 'CP1', '--evses', '1', '--data', data);
}

async function update(version: string, change: (content: Map<string, Uint8Array>) => void = () => undefined): Promise<void> {
  const content = filesIn(join(work, 'built'));
  change(content);
  served = new Uint8Array(packFirmware(content, version, 'node'));
  const signature = Buffer.from(await signer.signData(served)).toString('base64');
  const location = `http://127.0.0.1:${(files.address() as AddressInfo).port}/${version}.zip`;
  const firmware = { location, retrieveDateTime: new Date(0).toISOString(), signingCertificate: signer.pem, signature };
  expect(await csms.call('CP1', 'UpdateFirmware', { requestId: 1, firmware })).toMatchObject({ status: 'Accepted' });
}

async function until(last: string, withinMs = 30_000): Promise<void> {
  await expect.poll(() => told.includes(last) || JSON.stringify([told, station.stderr]), { timeout: withinMs }).toBe(true);
}

test('the new version runs on the same books, also after the whole is started again', { timeout: 90_000 }, async () => {
  await update('9.1.0');
  await until('Installed');
  expect(told).toContain('boot 9.1.0');
  await station.until((state) => state.boot === 'Accepted');
  expect(await station.kill('SIGTERM')).toBe(0);
  told.length = 0;
  station = start();
  await until('boot 9.1.0');
});

test('a version that ends before it is healthy is left again, and the CSMS is told', { timeout: 90_000 }, async () => {
  await update('9.2.0', (content) => content.set('main.mjs', new TextEncoder().encode('process.exit(3);')));
  await until('InstallationFailed');
  expect(told.filter((line) => line.startsWith('boot'))).toEqual(['boot 0.1.0', 'boot 0.1.0']);
  await station.until((state) => state.boot === 'Accepted');
});
