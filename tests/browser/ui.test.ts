/** A driver's visit, seen on the screen of the built app: from a free outlet to the receipt, in two languages. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningApp } from '../fixtures/running-app.ts';

let app: RunningApp;
let page: Page;

const byId = (id: string) => page.getByTestId(id);
const becomes = async (state: string): Promise<void> => {
  await page.waitForSelector(`[data-testid="evse-1"][data-state="${state}"]`);
};

beforeAll(async () => {
  app = await RunningApp.start();
  page = await app.openTab();
});
afterAll(async () => {
  await app.close();
});

it('charges from card to receipt, plays no trick with the policy, and speaks Gujarati', async () => {
  await becomes('idle');
  expect(await byId('price-1').innerText()).not.toBe('');
  await byId('drawer-handle').click();
  expect(await byId('token-1').inputValue()).toBe('DEMO-0001');
  await byId('card-1').click();
  await becomes('plugIn');
  expect(await byId('countdown-1').innerText()).toMatch(/^\d+:\d\d$/);
  await byId('plug-in-1').click();
  await becomes('charging');
  await page.waitForFunction(() => Number.parseFloat(document.querySelector('[data-testid="power-1"]')?.textContent ?? '0') > 0);

  await byId('suspend-1').click();
  await becomes('suspendedByCar');
  await byId('resume-1').click();
  await becomes('charging');

  await byId('language').click();
  await byId('language-gu').click();
  await page.waitForFunction(() => document.documentElement.lang === 'gu');
  expect(await byId('evse-1').innerText()).toContain('ચાર્જ થાય છે');

  await byId('unplug-1').click();
  await becomes('finished');
  expect(await byId('cost-1').innerText()).not.toBe('');
  await byId('done-1').click();
  await becomes('idle');
  expect(app.complaints).toEqual([]);
});
