import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { energyWh } from '../../src/gateway/sandbox-csms/books.ts';
import { RunningApp } from '../fixtures/running-app.ts';

let app: RunningApp;
beforeEach(async () => {
  app = await RunningApp.start();
});
afterEach(() => app.close());

/** Everything in the books is whole, and as many transactions as told. */
function expectBooks(transactions: number): void {
  const books = app.csms.books();
  expect(books.problems).toEqual([]);
  expect(books.transactions).toHaveLength(transactions);
  for (const record of books.transactions) expect(record.endedAt, record.id).not.toBeNull();
}

describe('a charge survives', () => {
  it.each(['the tab', 'the browser'])('%s killed in its middle: same transaction, continuous numbers', async (victim) => {
    let page = await app.openTab();
    await app.remote(page).ready();
    const before = await app.remote(page).charge(1, 'DEMO-0001', 3);
    if (victim === 'the browser') await app.killAndRelaunch();
    else await page.goto('chrome://crash').catch(() => undefined); // ends the renderer, and the worker that is the station
    page = await app.openTab();
    const station = app.remote(page);
    const after = await station.untilEvse(1, 'charging again', (evse) => evse.transaction !== null && evse.powerW > 0);
    expect(after.transaction?.id).toBe(before.transaction?.id);
    expect(after.meterWh).toBeGreaterThanOrEqual(before.meterWh);
    expect(after.transaction?.energyWh).toBeGreaterThanOrEqual(before.transaction?.energyWh ?? 0);
    expect(after.transaction?.seqNo).toBeGreaterThanOrEqual(before.transaction?.seqNo ?? 0);
    await station.finish(1, 'DEMO-0001');
    await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    expectBooks(1);
  });

  it('an outage of the CSMS: everything arrives afterwards, in order, once, and billed is what was metered', async () => {
    const station = app.remote(await app.openTab());
    const start = await station.ready();
    const firstRegisterWh = start.evses[0]?.meterWh ?? Number.NaN;
    await station.charge(1, 'DEMO-0001');
    app.csms.stop();
    await station.until('offline', (snapshot) => snapshot.csms.link !== 'connected');
    await station.untilEvse(1, 'charging on', (evse) => (evse.transaction?.energyWh ?? 0) > 5);
    await station.finish(1, 'DEMO-0001');
    await station.charge(1, 'DEMO-0001'); // known from the authorization cache
    const offline = await station.snapshot();
    expect(offline.books.queued).toBeGreaterThan(0);
    app.csms.start();
    await station.do('reconnect');
    await station.until('everything delivered', (snapshot) => snapshot.csms.link === 'connected' && snapshot.books.queued === 0);
    await station.finish(1, 'DEMO-0001');
    const end = await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    expectBooks(2);
    expect(end.books.parked).toBe(0);
    const billedWh = app.csms.books().transactions.reduce((sum, record) => sum + energyWh(record), 0);
    const meteredWh = (end.evses[0]?.meterWh ?? Number.NaN) - firstRegisterWh;
    expect(Math.abs(billedWh - meteredWh)).toBeLessThanOrEqual(1);
  });

  it('a reload without any network: the app comes from its service worker and charges on', async () => {
    const page = await app.openTab();
    const station = app.remote(page);
    await station.ready();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const before = await station.charge(1, 'DEMO-0001');
    await app.gateway.close();
    await app.context.setOffline(true);
    await page.reload();
    const after = await station.untilEvse(1, 'charging again', (evse) => evse.transaction !== null && evse.powerW > 0);
    expect(after.transaction?.id).toBe(before.transaction?.id);
    await app.context.setOffline(false);
    await app.restartGateway();
    await station.do('reconnect');
    await station.ready();
    await station.finish(1, 'DEMO-0001');
    await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    expectBooks(1);
  });
});

describe('one station per origin', () => {
  it('a second tab is a screen of the first, and takes over when the first goes', async () => {
    const first = await app.openTab();
    await app.remote(first).ready();
    const second = await app.openTab();
    const fromSecond = app.remote(second);
    const before = await fromSecond.charge(2, 'DEMO-0003');
    expect(app.csms.stations().map((station) => station.boots)).toEqual([1]);
    await first.close();
    const after = await fromSecond.untilEvse(2, 'charging again', (evse) => evse.transaction !== null && evse.powerW > 0);
    expect(after.transaction?.id).toBe(before.transaction?.id);
    await fromSecond.ready();
    await fromSecond.finish(2, 'DEMO-0003');
    await fromSecond.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    expectBooks(1);
    expect(app.csms.stations()).toHaveLength(1);
  });

  it('a card shown while no tab is the station yet is taken by the next one', async () => {
    const first = await app.openTab();
    await app.remote(first).ready();
    const second = await app.openTab();
    const fromSecond = app.remote(second);
    const card = { value: 'DEMO-0003', type: 'ISO14443', evse: 2 };
    await fromSecond.do('presentToken', card); // cached: the next station isn't connected yet when it is shown again
    await fromSecond.do('cancelAuthorization', 2);
    await fromSecond.do('simulate', 'plugIn', { evse: 2 });
    await first.close();
    expect(await fromSecond.do('presentToken', card)).toEqual({ status: 'Accepted', by: 'cache' });
    await fromSecond.untilEvse(2, 'charging', (evse) => evse.powerW > 0, 40_000);
    await fromSecond.finish(2, 'DEMO-0003');
    await fromSecond.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    expectBooks(1);
  });
});

describe('content security policy', () => {
  it('page and worker run no code made of text', async () => {
    const page = await app.openTab();
    await app.remote(page).ready();
    // In a task of its own: what DevTools evaluates directly may run anything.
    const tryEval = (): Promise<string> =>
      new Promise((resolve) => setTimeout(() => {
        try {
          // eslint-disable-next-line no-new-func -- what must fail here
          resolve(String(new Function('return 1')()));
        } catch (thrown) {
          resolve(thrown instanceof Error ? thrown.name : 'something else');
        }
      }));
    expect(await page.evaluate(tryEval)).toBe('EvalError');
    const [worker] = page.workers();
    expect(await worker?.evaluate(tryEval)).toBe('EvalError');
  });
});
