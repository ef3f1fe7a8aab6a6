/** What docs/headless.md promises to other people's scripts, tried as such a script would. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FrailCsms, until, type Edition, type Payload } from './frail-csms.ts';
import { StationProcess } from './station-process.ts';
import { audit } from './transaction-ledger.ts';

const TOKEN = { idToken: 'TAG1', type: 'ISO14443' };
const QUICK = ['OCPPCommCtrlr.RetryBackOffWaitMinimum=1', 'OCPPCommCtrlr.RetryBackOffRandomRange=0', 'TransactionMessageRetryInterval=1'];

const isEnd = (action: string, payload: Payload): boolean => action === 'StopTransaction' || payload['eventType'] === 'Ended';
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

interface Scene { readonly csms: FrailCsms; readonly station: StationProcess; readonly restart: () => StationProcess }

function scene(edition: Edition, name: string, settings: readonly string[], body: (scene: Scene) => Promise<void>, evses = 1): void {
  test.concurrent(name, async () => {
    const csms = await new FrailCsms(edition).listen();
    const folder = mkdtempSync(join(tmpdir(), 'kerbside-print-'));
    const started: StationProcess[] = [];
    const start = (): StationProcess => {
      const station = new StationProcess('--csms', csms.url, '--id', 'CP1', '--data', folder, '--evses', String(evses),
        ...[...QUICK, ...settings].flatMap((setting) => ['--set', setting]));
      started.push(station);
      return station;
    };
    try {
      await body({ csms, station: start(), restart: start });
      expect(started.flatMap(({ strayLines }) => strayLines)).toEqual([]);
    } finally {
      for (const station of started) await station.kill('SIGKILL');
      await csms.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
}

const booted = (station: StationProcess): Promise<unknown> => station.until(({ boot }) => boot === 'Accepted');
const charging = (station: StationProcess, evse = 1): Promise<unknown> =>
  station.until(({ evses }) => (evses.find(({ id }) => id === evse)?.powerW ?? 0) >= 1000, 10_000);

describe.each(['ocpp2.0.1', 'ocpp1.6'] as const)('%s', (edition) => {
  scene(edition, 'a message that the CSMS refuses for ever is given up and holds nothing back', ['TransactionMessageAttempts=2'], async ({ csms, station }) => {
    let refusedId: unknown;
    csms.manner = (action, payload) => {
      if (!isEnd(action, payload)) return 'answer';
      refusedId ??= payload['transactionId'] ?? (payload['transactionInfo'] as Payload)['transactionId'];
      return refusedId === (payload['transactionId'] ?? (payload['transactionInfo'] as Payload)['transactionId']) ? 'error' : 'answer';
    };
    await booted(station);
    for (let session = 0; session < 2; session += 1) {
      await station.ask('plugIn', { evse: 1 });
      await station.ask('presentToken', TOKEN);
      await charging(station);
      await station.ask('presentToken', TOKEN);
      await station.ask('unplug', { evse: 1 });
      await station.until(({ evses }) => evses[0]?.transaction === null && evses[0].connectors[0]?.status === 'Available', 5000);
    }
    expect(await station.until(({ queued }) => queued === 0)).toMatchObject({ parked: 1 });
    expect(csms.told.filter(({ action, payload, answered }) => isEnd(action, payload) && answered)).toHaveLength(1);
  });

  scene(edition, 'a boot rejected, then pending, then accepted is shown as such and asked again', [], async ({ csms, station }) => {
    const currentTime = new Date().toISOString();
    csms.manner = (action) => (action !== 'BootNotification' ? 'answer'
      : { currentTime, interval: 1, status: ['Rejected', 'Pending', 'Accepted'][csms.of('BootNotification').length] ?? 'Accepted' });
    await station.until(({ boot }) => boot === 'Rejected');
    await station.until(({ boot }) => boot === 'Pending');
    await booted(station);
    expect(csms.of('BootNotification')).toHaveLength(3);
  });

  scene(edition, 'setEv is followed within 15 s; two EVSEs at once; each transaction whole', [], async ({ csms, station }) => {
    await booted(station);
    for (const evse of [1, 2]) {
      await station.ask('plugIn', { evse });
      expect(await station.ask('presentToken', { ...TOKEN, idToken: `TAG${evse}`, evse })).toMatchObject({ status: 'Accepted', by: 'csms' });
    }
    await charging(station, 1);
    await charging(station, 2);
    await station.ask('setEv', { evse: 1, demandW: 3000, phases: 1 });
    await station.ask('setEv', { evse: 2, demandW: 9000, phases: 3 });
    const near = (watts: number | undefined, wanted: number): boolean => Math.abs((watts ?? 0) - wanted) < wanted * 0.05;
    await station.until(({ evses }) => near(evses[0]?.powerW, 3000) && near(evses[1]?.powerW, 9000), 15_000);
    for (const evse of [1, 2]) {
      await station.ask('presentToken', { ...TOKEN, idToken: `TAG${evse}`, evse });
      await station.ask('unplug', { evse });
    }
    await station.until(({ evses, queued }) => queued === 0 && evses.every(({ transaction }) => transaction === null));
    const { breaches, accounts } = audit(csms, edition);
    expect(breaches).toEqual([]);
    expect(accounts.map(({ ended }) => ended)).toEqual([true, true]);
  }, 2);

  scene(edition, 'who decided on a card: the CSMS, the cache, nobody', [], async ({ csms, station }) => {
    csms.manner = (action, payload) => {
      if (action !== 'Authorize' || !JSON.stringify(payload).includes('STRANGER')) return 'answer';
      return edition === 'ocpp1.6' ? { idTagInfo: { status: 'Invalid' } } : { idTokenInfo: { status: 'Unknown' } };
    };
    await booted(station);
    expect(await station.ask('presentToken', { ...TOKEN, idToken: 'STRANGER' })).toMatchObject({ ok: true, by: 'csms', status: edition === 'ocpp1.6' ? 'Invalid' : 'Unknown' });
    const refused = await station.state();
    expect(refused.evses[0]?.connectors[0]?.status).toBe('Available');
    await station.ask('plugIn', { evse: 1 });
    expect(await station.ask('presentToken', TOKEN)).toMatchObject({ status: 'Accepted', by: 'csms' });
    await charging(station);
    await station.ask('presentToken', TOKEN);
    await station.ask('unplug', { evse: 1 });
    await station.until(({ queued, evses }) => queued === 0 && evses[0]?.transaction === null);
    await station.ask('setVariable', { name: 'LocalPreAuthorize', value: true });
    const asked = csms.of('Authorize').length;
    await station.ask('plugIn', { evse: 1 });
    expect(await station.ask('presentToken', TOKEN)).toMatchObject({ status: 'Accepted', by: 'cache' });
    expect(csms.of('Authorize')).toHaveLength(asked);
    await station.ask('unplug', { evse: 1 });
    await station.until(({ evses }) => evses[0]?.transaction === null);
    await station.ask('dropConnection');
    expect(await station.ask('presentToken', { ...TOKEN, idToken: 'NOBODY' })).toMatchObject({ ok: true, by: 'none' });
    await station.ask('plugIn', { evse: 1 });
    expect(await station.ask('presentToken', TOKEN)).toMatchObject({ status: 'Accepted', by: 'cache' });
  });

  scene(edition, 'a fault in mid-charge is told, with its stop reason, and goes when it is cleared', [], async ({ csms, station }) => {
    await booted(station);
    await station.ask('plugIn', { evse: 1 });
    await station.ask('presentToken', TOKEN);
    await charging(station);
    await station.ask('fault', { evse: 1, code: 'GroundFailure' });
    await station.until(({ evses }) => evses[0]?.connectors[0]?.status === 'Faulted', 5000);
    await until(() => csms.of('StatusNotification').some(({ payload }) => (payload['status'] ?? payload['connectorStatus']) === 'Faulted'
      && (edition === 'ocpp2.0.1' || payload['errorCode'] === 'GroundFailure')), 'StatusNotification Faulted');
    await station.ask('clearFault', { evse: 1 });
    await station.ask('unplug', { evse: 1 });
    await station.until(({ evses, queued }) => evses[0]?.transaction === null && evses[0].connectors[0]?.status === 'Available' && queued === 0, 5000);
    const ends = csms.told.filter(({ action, payload }) => isEnd(action, payload));
    expect(ends).toHaveLength(1);
    expect(ends[0]?.payload['reason'] ?? (ends[0]?.payload['transactionInfo'] as Payload)['stoppedReason']).toBe(edition === 'ocpp1.6' ? 'Other' : 'GroundFault');
  });

  scene(edition, 'what the CSMS changed is still changed after SIGKILL; Reset is lived through', [], async ({ csms, station, restart }) => {
    await booted(station);
    const [availability, configure, reset] = edition === 'ocpp1.6'
      ? [{ connectorId: 1, type: 'Inoperative' }, ['ChangeConfiguration', { key: 'ConnectionTimeOut', value: '77' }], { type: 'Hard' }] as const
      : [{ evse: { id: 1 }, operationalStatus: 'Inoperative' }, ['SetVariables', { setVariableData: [{ attributeValue: '77', component: { name: 'TxCtrlr' },
        variable: { name: 'EVConnectionTimeOut' } }] }], { type: 'Immediate' }] as const;
    expect(JSON.stringify(await csms.call('ChangeAvailability', availability))).toContain('Accepted');
    expect(JSON.stringify(await csms.call(configure[0], configure[1]))).toContain('Accepted');
    await station.until(({ evses }) => evses[0]?.connectors[0]?.status === 'Unavailable', 5000);
    await station.kill('SIGKILL');
    csms.answers.clear();
    const second = restart();
    await second.until(({ boot, evses }) => boot === 'Accepted' && evses[0]?.connectors[0]?.status === 'Unavailable');
    const read = edition === 'ocpp1.6' ? csms.call('GetConfiguration', { key: ['ConnectionTimeOut'] })
      : csms.call('GetVariables', { getVariableData: [{ component: { name: 'TxCtrlr' }, variable: { name: 'EVConnectionTimeOut' } }] });
    expect(JSON.stringify(await read)).toContain('"77"');
    const boots = csms.of('BootNotification').length;
    expect(JSON.stringify(await csms.call('Reset', reset))).toContain('Accepted');
    await until(() => csms.of('BootNotification').length > boots, 'BootNotification after Reset');
    if (edition === 'ocpp2.0.1') expect(csms.of('BootNotification').at(-1)?.payload['reason']).toBe('RemoteReset');
  });

  scene(edition, 'garbage from either side breaks nothing', [], async ({ csms, station }) => {
    await booted(station);
    for (const garbage of ['', 'null', '[]', '{', '[2]', '[2,"x"]', '[3,"nobody",{}]', '[4,"nobody","X","",{}]', '[2,"g","NoSuchAction",{}]', '[9,"x",{}]', '"x"', '7']) csms.raw(garbage);
    csms.raw(Buffer.from([0, 255, 3, 254]));
    for (const garbage of ['{', '[]', 'null', '7', '{"id":"x"}', '{"do":7}', '\u0000\u0001', '{"id":99,"do":"__proto__"}', `{"id":98,"do":"${'x'.repeat(100_000)}"}`]) station.write(garbage);
    await seconds(1);
    expect(await station.state()).toMatchObject({ csms: 'connected', boot: 'Accepted', queued: 0, parked: 0 });
    expect(csms.connections).toBe(1);
    expect((csms.answers.get('g') as unknown[]).slice(0, 3)).toEqual([4, 'g', 'NotImplemented']);
    for (const line of station.lines) if (line['event'] !== undefined) expect(line).not.toHaveProperty('id');
    const { evses: [evse] } = await station.state();
    expect(evse).toEqual({ id: 1, connectors: [{ id: 1, status: 'Available' }], transaction: null, authorized: null, powerW: 0, meterWh: expect.any(Number) as number, limitW: null });
  });

  scene(edition, 'a drop is seen within 5 s, and `connect` comes back at once, whatever the back-off had reached', ['OCPPCommCtrlr.RetryBackOffWaitMinimum=30'], async ({ csms, station }) => {
    await booted(station);
    await station.ask('dropConnection');
    await station.until(({ csms: link }) => link !== 'connected', 5000);
    await seconds(2);
    await station.ask('connect');
    await station.until(({ csms: link }) => link === 'connected', 2500);
    expect(csms.connections).toBe(2);
  });
});

test('A01.FR.10: the books, which hold passwords and private keys, are for their owner alone', async () => {
  const csms = await new FrailCsms('ocpp2.0.1').listen();
  const folder = join(mkdtempSync(join(tmpdir(), 'kerbside-print-')), 'books');
  const station = new StationProcess('--csms', csms.url, '--id', 'CP1', '--password', 'hush-hush-hush-1', '--data', folder);
  try {
    await booted(station);
    const names = [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))];
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => (statSync(name).mode & 0o077) !== 0)).toEqual([]);
    expect(JSON.stringify(station.lines) + station.stderr).not.toContain('hush-hush');
  } finally {
    await station.kill('SIGKILL');
    await csms.close();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }
});
