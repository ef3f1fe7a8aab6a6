import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { SandboxCsms } from '../../src/gateway/sandbox-csms/sandbox-csms.ts';
import { launch, newProfile } from '../fixtures/chromium.ts';

const timestamp = '2026-01-01T00:00:00Z';
const HOSTILE = '<img src=x onerror="document.title=1">';

let csms: SandboxCsms;
let gateway: Gateway;
let context: BrowserContext;
let page: Page;
let station: WebSocket;
const complaints: string[] = [];

beforeEach(async () => {
  csms = new SandboxCsms();
  gateway = await startGateway({ appFolder: null, csms, port: 0 });
  station = new WebSocket(`${gateway.csmsUrl}/CP1`, ['ocpp2.0.1']);
  await once(station, 'open');
  context = await launch(newProfile());
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${gateway.url}/sandbox`);
});
afterEach(async () => {
  station.terminate();
  await context.close();
  await gateway.close();
});

it('the view of the sandbox CSMS shows stations, transactions and every frame as text, and its buttons reach the station', async () => {
  station.send(JSON.stringify([2, '1', 'BootNotification', { reason: 'PowerUp', chargingStation: { model: HOSTILE.slice(0, 20), vendorName: 'V' } }]));
  station.send(JSON.stringify([2, '2', 'TransactionEvent', {
    eventType: 'Started', timestamp, triggerReason: 'CablePluggedIn', seqNo: 0, evse: { id: 1 }, transactionInfo: { transactionId: 'T-42' },
  }]));
  station.send(`not ocpp ${HOSTILE}`);
  await page.locator('#transactions', { hasText: 'T-42' }).waitFor();
  await page.locator('#frames li', { hasText: HOSTILE }).waitFor();
  await page.locator('#problems li').first().waitFor();
  expect(await page.locator('img').count()).toBe(0);

  const asked = once(station, 'message');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const [, id, action, payload] = JSON.parse(String((await asked)[0])) as [number, string, string, unknown];
  expect(action).toBe('RequestStopTransaction');
  expect(payload).toEqual({ transactionId: 'T-42' });
  station.send(JSON.stringify([3, id, { status: 'Accepted' }]));
  await page.locator('#answer', { hasText: 'Accepted' }).waitFor();

  await page.getByRole('spinbutton', { name: 'Price per kWh' }).fill('0.31');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await expect.poll(() => csms.settings.pricePerKwh).toBe(0.31);
  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.locator('#running[data-running="false"]').waitFor();
  expect(csms.running).toBe(false);
  expect(complaints).toEqual([]);
});
