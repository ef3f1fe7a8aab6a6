/** A driver's hands on the screen of the built app: keypad, start key, master pass, storm of touches; and nothing that leads out of the kiosk. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningApp } from '../fixtures/running-app.ts';
import type { StationRemote } from '../fixtures/station-remote.ts';

let app: RunningApp;
let page: Page;
let remote: StationRemote;

const byId = (id: string) => page.getByTestId(id);
const becomes = async (state: string, evse = 1): Promise<void> => {
  await page.waitForSelector(`[data-testid="evse-${evse}"][data-state="${state}"]`);
};
const set = async (component: string, variable: string, value: string): Promise<void> => {
  expect(await remote.do('setVariable', component, variable, value)).toMatchObject({ status: 'Accepted' });
};

beforeAll(async () => {
  app = await RunningApp.start();
  page = await app.openTab();
  remote = app.remote(page);
  await becomes('idle');
});
afterAll(async () => {
  await app.close();
});

it('a PIN typed on the screen is one that the CSMS is asked about, and its digits are nowhere', async () => {
  await set('Kerbside', 'PinPad', 'true');
  await byId('pin').click();
  for (const digit of ['9', '9', '4', '2']) await byId(`pin-${digit}`).click();
  await byId('pin-delete').click();
  await byId('pin-2').click();
  expect(await byId('paper').innerText()).not.toMatch(/\d/);
  await byId('pin-confirm').click();
  await page.waitForSelector('[data-state="refused"]');
  expect(await page.locator('main').innerText()).not.toContain('9942');
  const asked = (await remote.do('frames', 0)).find(({ text, direction }) => direction === 'out' && text.includes('"Authorize"'));
  expect(asked?.text).toContain('KeyCode');
  expect(asked?.text).not.toContain('9942');
  expect(await page.locator('[data-panel]').count()).toBe(0);
});

it('the start key starts without a card, and stops what it started', async () => {
  await set('Kerbside', 'StartButton', 'true');
  await becomes('idle');
  await remote.do('simulate', 'plugIn', { evse: 1 });
  await byId('start-1').click();
  await becomes('charging');
  await byId('stop-1').click();
  await becomes('finished');
  await remote.do('simulate', 'unplug', { evse: 1 });
  await byId('done-1').click();
  await becomes('idle');
  await set('Kerbside', 'StartButton', 'false');
});

it('a master pass asks which of two sessions ends, and ends that one', async () => {
  await set('AuthCtrlr', 'MasterPassGroupId', 'MASTER-GROUP');
  for (const evse of [1, 2]) {
    await remote.do('simulate', 'plugIn', { evse });
    expect(await remote.do('presentToken', { value: `DEMO-000${evse + 1}`, type: 'ISO14443', evse })).toMatchObject({ status: 'Accepted' });
    await becomes('charging', evse);
  }
  await remote.do('presentToken', { value: 'MASTER', type: 'ISO14443' });
  expect(await byId('end-1').innerText()).toContain('1');
  await byId('end-2').click();
  await becomes('finished', 2);
  await becomes('charging', 1);
  await set('AuthCtrlr', 'MasterPassGroupId', '');
});

it('survives a storm of touches in mid-session, and nothing can be selected, zoomed or asked for a menu', async () => {
  const before = (await remote.snapshot()).evses[0];
  await page.evaluate(async () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 60; round++) {
      for (let touch = 0; touch < 50; touch++) {
        const at = { clientX: random() * innerWidth, clientY: random() * innerHeight, bubbles: true, cancelable: true, composed: true };
        const target = document.elementFromPoint(at.clientX, at.clientY) ?? document.body;
        // The technician's corner and the drawer aren't a driver's.
        if (target.closest('main.screen') === null || target.closest('[data-testid="reload"], [data-testid^="done-"]') !== null) continue;
        for (const type of ['pointerdown', 'pointerup', 'click', 'dblclick', 'contextmenu']) target.dispatchEvent(new PointerEvent(type, { ...at, pointerId: touch % 10, pointerType: 'touch', isPrimary: touch % 10 === 0 }));
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  const refused = await page.evaluate(() => ['contextmenu', 'selectstart', 'dragstart'].map((type) => !document.querySelector('main.screen h1')?.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }))));
  expect(refused).toEqual([true, true, true]);
  expect(await page.evaluate(() => !document.body.dispatchEvent(new WheelEvent('wheel', { ctrlKey: true, bubbles: true, cancelable: true })))).toBe(true);
  await page.keyboard.press('Control+a');
  expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toBe('');
  const after = await remote.until('the session goes on', (snapshot) => snapshot.evses[0]?.state === 'charging');
  expect(after.evses[0]?.transaction?.id).toBe(before?.transaction?.id);
  // The display still obeys.
  for (const toggle of ['bigger', 'lower']) await page.evaluate((id) => document.querySelector<HTMLElement>(`[data-testid="${id}"][aria-pressed="true"]`)?.click(), toggle);
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-testid="panel-close"]')?.click());
  await byId('language').click();
  await byId('language-de').click();
  await page.waitForFunction(() => document.documentElement.lang === 'de');
  expect(await byId('evse-1').innerText()).toContain('Lädt');
});

it('a panel that measures itself has keys of 20 real millimetres', async () => {
  await set('Kerbside', 'ScreenDiagonal', '15.6');
  const diagonalPx = await page.evaluate(() => Math.hypot(screen.width, screen.height));
  await page.waitForFunction((mm) => Math.abs(parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm')) - mm) < 0.01, diagonalPx / (15.6 * 25.4));
  const height = await byId('help').evaluate((key) => key.getBoundingClientRect().height);
  expect(height).toBeGreaterThanOrEqual((20 * diagonalPx) / (15.6 * 25.4) - 0.5);
});

it('nothing shifts in a session, from card to receipt', async () => {
  await remote.do('presentToken', { value: 'DEMO-0002', type: 'ISO14443', evse: 1 });
  await becomes('finished');
  for (const evse of [1, 2]) {
    await remote.do('simulate', 'unplug', { evse });
    await remote.do('dismissSummary', evse);
  }
  await becomes('idle');
  await page.evaluate(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & { value: number; sources: { node: Node | null }[] };
        shifts.push(`${shift.value.toFixed(4)} ${shift.sources.map(({ node }) => (node === null ? '' : `${node.nodeName}.${(node as Partial<Element>).className ?? ''}`)).join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: false });
  });
  await remote.do('presentToken', { value: 'DEMO-0002', type: 'ISO14443', evse: 1 });
  await becomes('plugIn');
  await remote.do('simulate', 'plugIn', { evse: 1 });
  await becomes('charging');
  await page.waitForFunction(() => Number.parseFloat((document.querySelector('[data-testid="power-1"]')?.textContent ?? '0').replace(',', '.')) > 0);
  await remote.do('simulate', 'evSuspend', { evse: 1 });
  await becomes('suspendedByCar');
  await remote.do('presentToken', { value: 'DEMO-0002', type: 'ISO14443', evse: 1 });
  await becomes('finished');
  const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
  // The pole stands where the power is.
  expect(shifts.filter((shift) => !/^0\.000\d I\.pole/.test(shift))).toEqual([]);
  expect(app.complaints).toEqual([]);
});
