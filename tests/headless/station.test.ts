import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StationProcess } from './station-process.ts';
import { StrictCsms } from './strict-csms.ts';

const TOKEN = { idToken: 'TAG1', type: 'ISO14443' };
const stations: StationProcess[] = [];
let folder = '';

const station = (...argv: string[]): StationProcess => {
  const started = new StationProcess(...argv);
  stations.push(started);
  return started;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kerbside-test-'));
});
afterEach(async () => {
  for (const started of stations.splice(0)) await started.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('bad arguments end it with code 2 and exactly one line', () => {
  const good = ['--csms', 'ws://127.0.0.1:9/ocpp', '--id', 'CP1'];
  test.each([
    ['an unknown setting, by its name', [...good, '--set', 'Nope.Nope=1'], 'Nope.Nope'],
    ['a value that isn\'t legal, by its setting', [...good, '--set', 'HeartbeatInterval=often'], 'HeartbeatInterval'],
    ['no identity', good.slice(0, 2), '--id'],
    ['an edition that nobody speaks', [...good, '--editions', 'ocpp0'], 'ocpp0'],
  ])('%s', async (_what, argv, named) => {
    const process = station(...argv);
    expect(await process.exited).toBe(2);
    expect(process.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(process.stderr).toContain(named);
    expect(process.lines).toEqual([]);
  });
});

test('without a CSMS: state at once, bad commands refused with a reason, the end of stdin ends it with 0', async () => {
  const process = station('--csms', 'ws://127.0.0.1:9/ocpp', '--id', 'CP1', '--evses', '1', '--set', 'WebSocketPingInterval=0');
  expect(await process.state()).toMatchObject({ edition: null, boot: null, queued: 0, evses: [{ id: 1, connectors: [{ id: 1, status: 'Available' }] }] });
  for (const [command, fields] of [
    ['dance', {}], ['plugIn', {}], ['plugIn', { evse: 9 }], ['setEv', { evse: 1, phases: 4 }], ['fault', { evse: 1, code: 'Sad' }],
    ['presentToken', { type: 'Central' }], ['setVariable', { name: 'Nope.Nope', value: '1' }], ['toString', {}],
  ] as const) {
    expect(await process.ask(command, fields), command).toMatchObject({ ok: false, error: expect.stringMatching(/.{5}/) });
  }
  process.write('half a line {');
  process.endInput();
  expect(await process.exited).toBe(0);
  expect(process.strayLines).toEqual([]);
});

describe.each(['ocpp2.0.1', 'ocpp1.6'] as const)('against a strict %s CSMS', (edition) => {
  let csms: StrictCsms;
  beforeEach(async () => {
    csms = await new StrictCsms(edition).listen();
  });
  afterEach(() => csms.close());

  const start = (): StationProcess => station('--csms', csms.url, '--id', 'CP1', '--data', folder, '--evses', '1',
    '--set', 'OCPPCommCtrlr.RetryBackOffWaitMinimum=1', '--set', 'OCPPCommCtrlr.RetryBackOffRandomRange=0');
  const charge = async (process: StationProcess): Promise<void> => {
    await process.until(({ boot }) => boot === 'Accepted');
    expect(await process.ask('plugIn', { evse: 1 })).toMatchObject({ ok: true });
    expect(await process.ask('presentToken', TOKEN)).toMatchObject({ ok: true, status: 'Accepted', by: 'csms' });
    await process.until(({ evses }) => (evses[0]?.powerW ?? 0) >= 1000, 12_000);
  };

  test('a whole session; every frame shown once; nothing that the schemas refuse', async () => {
    const process = start();
    await charge(process);
    expect((await process.state()).evses[0]?.transaction).toMatchObject({ chargingState: 'Charging', idToken: 'TAG1' });
    await process.ask('presentToken', TOKEN);
    await process.ask('unplug', { evse: 1 });
    await process.until(({ evses, queued }) => evses[0]?.transaction === null && queued === 0 && evses[0].connectors[0]?.status === 'Available');
    const ends = edition === 'ocpp1.6' ? csms.of('StopTransaction') : csms.of('TransactionEvent').filter(({ params }) => params['eventType'] === 'Ended');
    expect(ends).toHaveLength(1);
    expect(csms.violations).toEqual([]);
    const frames = process.lines.filter((line) => line['event'] === 'frame');
    expect(frames.filter((line) => line['dir'] === 'out' && String(line['text']).startsWith('[2,'))).toHaveLength(csms.calls.length);
    expect(frames.every((line) => line['edition'] === edition && !('id' in line))).toBe(true);
    expect(await process.kill('SIGTERM')).toBe(0);
  }, 60_000);

  test('killed in mid-session and started at once on the same books it goes on', async () => {
    const first = start();
    await charge(first);
    const before = (await first.state()).evses[0];
    await first.kill('SIGKILL');
    const second = start();
    expect((await second.state()).evses[0]?.meterWh ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(before?.meterWh ?? 0);
    const after = await second.until(({ evses }) => (evses[0]?.powerW ?? 0) >= 1000, 8000);
    expect(after.evses[0]?.transaction?.id).toBe(before?.transaction?.id);
    expect(after.evses[0]?.transaction?.seqNo).toBeGreaterThanOrEqual(before?.transaction?.seqNo ?? 0);
    expect(csms.violations).toEqual([]);
  }, 60_000);

  test('the mains fail and a back-up supply is there: the session ends as PowerLoss, and the station runs on until it is ended', async () => {
    const process = start();
    await charge(process);
    process.powerFails();
    await process.until(({ evses, queued }) => evses[0]?.transaction === null && queued === 0);
    const reasons = edition === 'ocpp1.6' ? csms.of('StopTransaction').map(({ params }) => params['reason'])
      : csms.of('TransactionEvent').filter(({ params }) => params['eventType'] === 'Ended')
        .map(({ params }) => [params['triggerReason'], (params['transactionInfo'] as { stoppedReason?: string }).stoppedReason].join());
    expect(reasons).toEqual([edition === 'ocpp1.6' ? 'PowerLoss' : 'AbnormalCondition,PowerLoss']);
    expect(csms.violations).toEqual([]);
    expect(await process.kill('SIGTERM')).toBe(0);
  }, 60_000);

  test('a dropped network: the session ends offline and is told after `connect`, without another BootNotification', async () => {
    const process = start();
    await charge(process);
    expect(await process.ask('dropConnection')).toMatchObject({ ok: true });
    const seen = csms.calls.length;
    await process.ask('presentToken', TOKEN);
    await process.ask('unplug', { evse: 1 });
    await process.until(({ evses, queued }) => evses[0]?.transaction === null && queued > 0);
    expect(csms.calls).toHaveLength(seen);
    expect(await process.ask('connect')).toMatchObject({ ok: true });
    await process.until(({ csms: link, queued }) => link === 'connected' && queued === 0);
    expect(csms.connections).toBe(2);
    expect(csms.of('BootNotification')).toHaveLength(1);
    expect(csms.violations).toEqual([]);
  }, 60_000);
});
