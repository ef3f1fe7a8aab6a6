/** What other stations fell over: the CSMS or the network or the station gone at the worst moment, and the books whole after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FrailCsms, until, type Edition, type Payload } from './frail-csms.ts';
import { StationProcess } from './station-process.ts';
import { audit } from './transaction-ledger.ts';

const TOKEN = { idToken: 'TAG1', type: 'ISO14443' };
const QUICK = ['OCPPCommCtrlr.RetryBackOffWaitMinimum=1', 'OCPPCommCtrlr.RetryBackOffRandomRange=0', 'OCPPCommCtrlr.RetryBackOffRepeatTimes=1',
  'OCPPCommCtrlr.MessageTimeout=3', 'WebSocketPingInterval=2', 'SampledDataCtrlr.TxUpdatedInterval=1', 'MeterValueSampleInterval=1',
  'TransactionMessageRetryInterval=1'];

class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'kerbside-truth-'));
  station!: StationProcess;
  private firstWh: number | null = null;
  constructor(readonly csms: FrailCsms, readonly edition: Edition) {}

  start(...settings: string[]): StationProcess {
    this.station = new StationProcess('--csms', this.csms.url, '--id', 'CP1', '--password', 'hush-hush-hush-1', '--data', this.folder, '--evses', '1',
      ...[...QUICK, ...settings].flatMap((setting) => ['--set', setting]));
    return this.station;
  }

  async charge(): Promise<void> {
    const state = await this.station.until(({ boot }) => boot === 'Accepted');
    this.firstWh ??= state.evses[0]?.meterWh ?? NaN;
    await this.begin();
  }

  async begin(): Promise<void> {
    await this.station.ask('plugIn', { evse: 1 });
    expect(await this.station.ask('presentToken', TOKEN)).toMatchObject({ ok: true, status: 'Accepted' });
    await this.station.until(({ evses }) => evses[0]?.transaction !== null && (evses[0]?.powerW ?? 0) >= 1000, 10_000);
  }

  async finish(): Promise<void> {
    await this.station.ask('presentToken', TOKEN);
    await this.station.ask('unplug', { evse: 1 });
    await this.station.until(({ evses }) => evses[0]?.transaction === null && evses[0].connectors[0]?.status === 'Available', 5000);
  }

  /** All told, each once, billed as metered; no password anywhere. */
  async settle(transactions: number): Promise<void> {
    const state = await this.station.until(({ queued }) => queued === 0, 20_000);
    const { breaches, accounts } = audit(this.csms, this.edition);
    expect(breaches).toEqual([]);
    expect(state.parked).toBe(0);
    expect(accounts.map(({ ended }) => ended)).toEqual(Array<boolean>(transactions).fill(true));
    expect(Math.abs((accounts.at(-1)?.lastWh ?? NaN) - (state.evses[0]?.meterWh ?? NaN))).toBeLessThanOrEqual(1);
    // Nothing was drawn between the sessions: what is billed is what the register counted.
    const billedWh = accounts.reduce((sum, { firstWh, lastWh }) => sum + lastWh - firstWh, 0);
    expect(Math.abs(billedWh - ((state.evses[0]?.meterWh ?? NaN) - (this.firstWh ?? NaN)))).toBeLessThanOrEqual(transactions * 2);
    expect(this.station.strayLines).toEqual([]);
    expect(JSON.stringify(this.station.lines) + this.station.stderr).not.toContain('hush-hush');
  }
}

const isStart = (action: string, payload: Payload): boolean => action === 'StartTransaction' || payload['eventType'] === 'Started';
const isEnd = (action: string, payload: Payload): boolean => action === 'StopTransaction' || payload['eventType'] === 'Ended';
const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

describe.each(['ocpp2.0.1', 'ocpp1.6'] as const)('%s', (edition) => {
  const truth = (name: string, body: (rig: Rig) => Promise<void>): void => {
    test.concurrent(name, async () => {
      const csms = await new FrailCsms(edition).listen();
      const rig = new Rig(csms, edition);
      try {
        rig.start();
        await body(rig);
      } finally {
        await rig.station.kill('SIGKILL');
        await csms.close();
        rmSync(rig.folder, { recursive: true, force: true });
      }
    }, 60_000);
  };

  truth('the CSMS is killed in mid-session, the session ends, another begins and ends', async (rig) => {
    await rig.charge();
    await rig.csms.kill();
    await seconds(3);
    await rig.finish();
    await rig.begin();
    await seconds(2);
    await rig.csms.listen();
    await rig.station.until(({ csms }) => csms === 'connected');
    await seconds(2);
    await rig.finish();
    await rig.settle(2);
  });

  truth('the network freezes without a close', async (rig) => {
    await rig.charge();
    rig.csms.freeze(true);
    await seconds(1);
    await rig.finish();
    expect((await rig.station.state()).queued).toBeGreaterThan(0);
    await seconds(8);
    rig.csms.freeze(false);
    await rig.settle(1);
  });

  for (const [moment, is] of [['start', isStart], ['end', isEnd]] as const) {
    truth(`the connection ends when the ${moment} was received and not answered`, async (rig) => {
      let cutMs = 0;
      rig.csms.manner = (action, payload) => {
        if (!is(action, payload) || cutMs > 0) return 'answer';
        cutMs = Date.now();
        return 'cut';
      };
      await rig.charge();
      await rig.finish();
      await rig.settle(1);
      const copies = rig.csms.told.filter(({ action, payload }) => is(action, payload));
      expect(copies).toHaveLength(2);
      expect((copies[1]?.atMs ?? 0) - cutMs).toBeLessThan(10_000);
    });

    truth(`the station is killed with its ${moment} received and not answered, and again in the wait for a retry`, async (rig) => {
      let heard = 0;
      rig.csms.manner = (action, payload) => {
        if (!is(action, payload)) return 'answer';
        heard += 1;
        return heard === 1 ? 'silence' : heard === 2 ? 'error' : 'answer';
      };
      await rig.charge();
      if (moment === 'end') await rig.finish();
      await until(() => heard === 1, 'the first');
      await rig.station.kill('SIGKILL');
      rig.start();
      await until(() => heard === 2, 'the copy');
      await seconds(0.3);
      await rig.station.kill('SIGKILL');
      rig.start();
      if (moment === 'start') {
        await rig.station.until(({ evses }) => (evses[0]?.powerW ?? 0) >= 1000, 8000);
        await rig.finish();
      }
      await rig.settle(1);
    });
  }

  truth('killed at any moment of one session it goes on', async (rig) => {
    await rig.charge();
    let meterWh = 0;
    for (let kill = 0; kill < 8; kill += 1) {
      await seconds(((kill * 7) % 8) * 0.2);
      await rig.station.kill('SIGKILL');
      rig.start();
      const state = await rig.station.until(({ evses }) => evses.length > 0, 5000);
      expect(state.evses[0]?.meterWh).toBeGreaterThanOrEqual(meterWh);
      meterWh = state.evses[0]?.meterWh ?? NaN;
    }
    await rig.station.until(({ evses }) => (evses[0]?.powerW ?? 0) >= 1000, 8000);
    await rig.finish();
    await rig.settle(1);
  });

  truth('a session begins and ends offline, and the station is killed before it could be told', async (rig) => {
    await rig.charge();
    await rig.finish();
    await rig.station.until(({ queued }) => queued === 0);
    await rig.csms.kill();
    await rig.begin(); // known from the cache
    await seconds(1);
    await rig.finish();
    await rig.station.kill('SIGKILL');
    rig.start();
    expect((await rig.station.state()).queued).toBeGreaterThan(0);
    await rig.csms.listen();
    await rig.settle(2);
  });

  truth('a reboot in mid-charge, plain and graceful, keeps the books', async (rig) => {
    await rig.charge();
    await rig.station.ask('reboot', { offSeconds: 2 });
    await seconds(1);
    await rig.station.until(({ boot, csms }) => boot === 'Accepted' && csms === 'connected');
    await seconds(4);
    if ((await rig.station.state()).evses[0]?.transaction !== null) await rig.finish();
    else await rig.station.ask('unplug', { evse: 1 });
    await rig.settle(1);
    await rig.charge();
    await rig.station.ask('reboot', { graceful: true });
    await seconds(4);
    await rig.station.until(({ boot, csms }) => boot === 'Accepted' && csms === 'connected');
    expect(rig.csms.of('BootNotification')).toHaveLength(3);
    if ((await rig.station.state()).evses[0]?.transaction !== null) await rig.finish();
    else await rig.station.ask('unplug', { evse: 1 });
    await rig.settle(2);
  });
});
