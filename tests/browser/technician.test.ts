/** The technician's pages of the built app: behind a PIN, readable by everybody, and with files in and out. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningApp } from '../fixtures/running-app.ts';

const PIN = '824601';
const PAGES = ['overview', 'transactions', 'limits', 'frames', 'serial', 'log', 'queue', 'lists', 'configuration', 'care'];
interface Axe { run: (what: string) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }

let app: RunningApp;
let page: Page;
const byId = (id: string) => page.getByTestId(id);

beforeAll(async () => {
  app = await RunningApp.start();
  page = await app.openTab();
  await app.remote(page).ready();
  await page.goto(`${app.gateway.url}#/technician`);
  await byId('tab-overview').waitFor();
});
afterAll(async () => {
  await app.close();
});

it('every page fits a telephone, and axe finds nothing on it', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  for (const name of PAGES) {
    await byId(`tab-${name}`).click();
    if (name === 'limits') await byId('limit-chart').locator('canvas').waitFor();
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: Axe }).axe.run('html'));
    expect(violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.html.slice(0, 120)}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(390);
  }
});

it('a PIN is chosen by keyboard alone; then the door is shut for who doesn\'t know it, over a reload too', async () => {
  await byId('tab-care').click();
  await byId('pin-new').focus();
  await page.keyboard.type(PIN);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PIN);
  await page.keyboard.press('Enter');
  await page.getByText('PIN: done.').waitFor();
  await page.reload();
  await byId('technician-pin').waitFor();
  expect(await byId('tab-overview').count()).toBe(0);
  await page.keyboard.type('111222');
  await page.keyboard.press('Enter');
  await page.getByText('That PIN is wrong.').waitFor();
  expect(await byId('tab-overview').count()).toBe(0);
  await byId('technician-pin').focus();
  await page.keyboard.type(PIN);
  await page.keyboard.press('Enter');
  await byId('tab-overview').waitFor();
});

it('set-up is behind the same door', async () => {
  await page.goto(`${app.gateway.url}?again#/setup`);
  await byId('technician-pin').waitFor();
  await byId('technician-pin').fill(PIN);
  await byId('technician-enter').click();
  await byId('identity').waitFor();
  expect(await byId('technician-pin').count()).toBe(0);
});

it('the bundle for support and the configuration are saved as files, and a configuration is taken', async () => {
  await page.evaluate(() => { location.hash = '#/technician'; });
  await byId('tab-care').click();
  const save = async (id: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent('download'), byId(id).click()]);
    return readFileSync(await download.path());
  };
  const files = unzipSync(new Uint8Array(await save('bundle')));
  expect(strFromU8(files['frames.txt'] ?? new Uint8Array())).toContain('BootNotification');
  const configuration = await save('export');
  expect(JSON.parse(configuration.toString('utf8'))).toMatchObject({ format: 'kerbside-configuration', version: 1, setup: { identity: 'KERBSIDE-DEMO' } });
  await byId('import').setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from('{"format":"other"}') });
  await page.getByText('isn\'t a configuration of a Kerbside station').waitFor();
  await byId('import').setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer: configuration });
  await page.getByText(/settings were taken/).waitFor();
  expect(app.complaints).toEqual([]);
});
