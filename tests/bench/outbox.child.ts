/** The durable queue on real files: how fast it takes messages in, and how fast an outage's backlog goes out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edition } from '../../src/editions/v201/index.ts';
import { LevelStore } from '../../src/platform/node/level-store.ts';
import type { StationApi } from '../../src/station/api.ts';
import type { CsmsPort } from '../../src/station/csms-port.ts';
import type { Settings } from '../../src/station/device-model/types.ts';
import { Journal } from '../../src/station/journal.ts';
import { Outbox } from '../../src/station/outbox/outbox.ts';
import type { TransactionEventReport } from '../../src/station/reports.ts';
import { StationTime } from '../../src/station/time.ts';
import { serve, timed } from './serve.ts';
import { clock, connectPeer } from './station-peer.ts';

export interface OutboxQuestion {
  readonly url: string;
  /** Added one by one, each safe on the disk before the next. */
  readonly single: number;
  /** Added in turns of 100 without waiting, then waited for; then sent. */
  readonly backlog: number;
}
export interface OutboxAnswer { readonly singleMs: number; readonly burstMs: number; readonly drainMs: number; readonly drainCpuMs: number }

const BURST = 100;

serve<OutboxQuestion>(async ({ url, single, backlog }): Promise<OutboxAnswer> => {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-bench-'));
  const store = await LevelStore.open(folder);
  try {
    const { outbox, journal } = await openOutbox(store);
    const port = await connect(url);
    const one = await timed(async () => {
      for (let seqNo = 0; seqNo < single; seqNo++) {
        outbox.add(event(seqNo));
        await journal.durable();
      }
    });
    await drain(outbox, journal, port);
    const burst = await timed(async () => {
      for (let seqNo = 0; seqNo < backlog; seqNo++) {
        outbox.add(event(seqNo));
        if (seqNo % BURST === BURST - 1) await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      await journal.durable();
    });
    const out = await timed(() => drain(outbox, journal, port));
    const left = (await store.entries('outbox')).length;
    if (left > 0) throw new Error(`${left} messages are left`);
    return { singleMs: one.wallMs, burstMs: burst.wallMs, drainMs: out.wallMs, drainCpuMs: out.cpuMs };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function openOutbox(store: LevelStore): Promise<{ outbox: Outbox; journal: Journal }> {
  const log = (): void => undefined;
  const journal = new Journal(store, clock, log);
  const time = new StationTime(clock, { run: 1, lastOffsetMs: null, floorMs: 0 });
  time.synchronise(clock.wallMs());
  const outbox = new Outbox({ clock, journal, time, settings: factorySettings, log });
  await outbox.load(store);
  return { outbox, journal };
}

async function connect(url: string): Promise<CsmsPort> {
  const peer = await connectPeer(url, edition);
  return edition.createBridge({
    station: {} as StationApi, // only asked by CALLs of the CSMS, and this one has none
    memory: { get: () => undefined, set: () => Promise.resolve() },
    nowMs: () => clock.wallMs(),
    hide: () => undefined,
    call: (action, payload) => peer.call(action, payload),
  });
}

/** From the moment the CSMS accepts us until everything is answered and that is on the disk. */
async function drain(outbox: Outbox, journal: Journal, port: CsmsPort): Promise<void> {
  outbox.open(port);
  await outbox.drained(600_000);
  await journal.durable();
  outbox.close();
}

function event(seqNo: number): TransactionEventReport {
  const timestamp = { wallMs: Date.UTC(2026, 0, 5) + seqNo * 1000, monotonicMs: seqNo * 1000, run: 1 };
  return {
    kind: 'transactionEvent', eventType: 'Updated', timestamp, triggerReason: 'MeterValuePeriodic', seqNo,
    transactionId: '6b9e2a0c-3f7d-4f0e-9a51-0d2f6c1b8e44', evseId: 1, connectorId: 1, firstWithEvse: false, chargingState: 'Charging', offline: false,
    registerWh: 1000 + seqNo, activeIdToken: { value: 'CARD0001', type: 'ISO14443' }, powerPathClosed: false,
    meterValues: [{ timestamp, sampledValues: [{ measurand: 'Energy.Active.Import.Register', value: 1000 + seqNo, unit: 'Wh', location: 'Outlet', context: 'Sample.Periodic' }] }],
  };
}

const factorySettings: Settings = {
  boolean: (_, fallback = false) => fallback, number: (_, fallback = 0) => fallback, string: (_, fallback = '') => fallback,
  list: () => [], onChange: () => () => undefined,
};
