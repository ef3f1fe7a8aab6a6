import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { energyWh } from '../../src/gateway/sandbox-csms/books.ts';
import { SandboxCsms } from '../../src/gateway/sandbox-csms/sandbox-csms.ts';
import { RunningApp } from '../fixtures/running-app.ts';

let app: RunningApp;
beforeEach(async () => {
  app = await RunningApp.start({ csms: new SandboxCsms({ editions: ['ocpp1.6'] }) });
});
afterEach(() => app.close());

describe('against a CSMS that speaks 1.6 only', () => {
  it('a session with an outage, a start without network and a kill: all of it arrives once, billed as metered', async () => {
    let station = app.remote(await app.openTab());
    const start = await station.ready();
    expect(start.csms.edition).toBe('ocpp1.6');
    const firstRegisterWh = start.evses[0]?.meterWh ?? Number.NaN;
    await station.charge(1, 'DEMO-0001');
    app.csms.stop();
    await station.until('offline', (snapshot) => snapshot.csms.link !== 'connected');
    await station.finish(1, 'DEMO-0001');
    await station.charge(1, 'DEMO-0001');
    await app.killAndRelaunch();
    station = app.remote(await app.openTab());
    await station.untilEvse(1, 'charging again', (evse) => evse.transaction !== null && evse.powerW > 0);
    app.csms.start();
    await station.do('reconnect');
    await station.ready();
    await station.finish(1, 'DEMO-0001');
    const end = await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);
    const books = app.csms.books();
    expect(books.problems).toEqual([]);
    expect(books.transactions.map((record) => record.endedAt !== null)).toEqual([true, true]);
    const billedWh = books.transactions.reduce((sum, record) => sum + energyWh(record), 0);
    expect(Math.abs(billedWh - ((end.evses[0]?.meterWh ?? Number.NaN) - firstRegisterWh))).toBeLessThanOrEqual(2);
  });
});
