import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { energyWh } from '../../src/gateway/sandbox-csms/books.ts';
import { RunningApp } from '../fixtures/running-app.ts';

const SCREENSHOT = fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url));
const FIRST_LOAD_BUDGET_KB = 184;

let app: RunningApp;
beforeEach(async () => {
  app = await RunningApp.start();
});
afterEach(() => app.close());

it('a whole session by the simulation drawer: the display tells it, the sandbox CSMS has the same', async () => {
  const page = await app.openTab();
  const station = app.remote(page);
  await station.ready();
  await page.getByTestId('drawer-handle').click();
  await page.getByTestId('plug-in-1').click();
  await station.untilEvse(1, 'plugged in', (evse) => evse.connectors[0]?.plugged === true);
  await page.getByTestId('card-1').click();
  await station.untilEvse(1, 'charging', (evse) => evse.state === 'charging' && evse.powerW > 1000, 30_000);
  await page.locator('[data-testid="evse-1"][data-state="charging"]').waitFor();
  await expect.poll(async () => Number.parseFloat((await page.getByTestId('power-1').textContent()) ?? '')).toBeGreaterThan(1);
  await page.getByTestId('drawer-handle').click();
  // The picture of the README is made by hand: KERBSIDE_SCREENSHOT=1 npm run test:browser.
  if (process.env['KERBSIDE_SCREENSHOT'] !== undefined) {
    await station.untilEvse(1, 'worth a picture', (evse) => (evse.transaction?.energyWh ?? 0) > 60, 60_000);
    const handle = page.getByTestId('drawer-handle');
    await handle.evaluate((element) => element.style.setProperty('display', 'none'));
    await page.screenshot({ path: SCREENSHOT });
    await handle.evaluate((element) => element.style.removeProperty('display'));
  }
  await page.getByTestId('drawer-handle').click();
  await page.getByTestId('card-1').click();
  const ended = await station.untilEvse(1, 'ended', (evse) => evse.transaction === null && evse.summary !== null);
  await page.locator('[data-testid="evse-1"][data-state="finished"]').waitFor();
  await page.getByTestId('unplug-1').click();
  await station.untilEvse(1, 'free again', (evse) => evse.connectors[0]?.status === 'Available');
  await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);

  const { transactions, problems } = app.csms.books();
  expect(problems).toEqual([]);
  expect(transactions).toHaveLength(1);
  const [record] = transactions;
  if (record === undefined) return;
  expect(record.id).toBe(ended.summary?.transactionId);
  expect(record.idToken).toBe('DEMO-0001');
  expect(Math.abs(energyWh(record) - (ended.summary?.energyWh ?? Number.NaN))).toBeLessThanOrEqual(1);
});

it('a card that the CSMS refuses starts nothing, and the display says so', async () => {
  const page = await app.openTab();
  const station = app.remote(page);
  await station.ready();
  await page.getByTestId('drawer-handle').click();
  await page.getByTestId('plug-in-1').click();
  await page.getByTestId('token-1').fill('DEMO-BLOCKED');
  await page.getByTestId('card-1').click();
  await page.getByText('not accepted', { exact: false }).first().waitFor();
  const snapshot = await station.snapshot();
  expect(snapshot.evses[0]?.connectors[0]?.status).toBe('Occupied');
  expect(snapshot.evses[0]?.powerW).toBe(0);
});

it(`the first load fetches at most ${FIRST_LOAD_BUDGET_KB} kB of scripts and styles before the display stands`, async () => {
  // Before the service worker, which fetches everything in the background, gets its turn.
  await app.context.addInitScript(() => Object.defineProperty(navigator.serviceWorker, 'register', { value: () => new Promise(() => undefined) }));
  const loads: Promise<number>[] = [];
  app.context.on('response', (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname)) loads.push(response.body().then((body) => gzipSync(body, { level: 9 }).length, () => 0));
  });
  await app.remote(await app.openTab()).ready();
  const bytes = (await Promise.all(loads)).reduce((sum, each) => sum + each, 0);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes / 1000).toBeLessThanOrEqual(FIRST_LOAD_BUDGET_KB);
});
