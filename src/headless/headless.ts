/** Runs the agent in Node with simulated chargers and file-backed books, driven line by line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createAgent } from '../assembly/create-agent.ts';
import { FetchHttp } from '../platform/fetch-http.ts';
import { FirmwareFolder, NodeFirmware } from '../platform/node/node-firmware.ts';
import { LevelStore } from '../platform/node/level-store.ts';
import { NodeClock } from '../platform/node/node-clock.ts';
import { NodeNetwork } from '../platform/node/node-network.ts';
import { nodeRandom } from '../platform/node/node-random.ts';
import { LazyX509 } from '../platform/x509/lazy-x509.ts';
import { StoredKeys } from '../platform/x509/stored-keys.ts';
import { SwitchableNetwork } from '../platform/switchable-network.ts';
import { simulatedHardware, type HeadlessArguments } from './arguments.ts';
import { runCommand } from './commands.ts';
import { deferredStore } from './deferred-store.ts';
import { HeadlessState, STATE_WAIT_MS } from './state.ts';
import { isWatched, runVersions, START_AGAIN } from './versions.ts';

/** A01.FR.10: the books hold passwords and private keys in clear text. */
const OWNER_ONLY = 0o077;

export async function startHeadless(args: HeadlessArguments): Promise<void> {
  process.umask(OWNER_ONLY);
  const clock = new NodeClock();
  const network = new SwitchableNetwork(new NodeNetwork(clock), clock);
  const folder = args.dataDir ?? mkdtempSync(join(tmpdir(), 'kerbside-'));
  const opening = LevelStore.open(folder);
  const store = deferredStore(opening);
  const { crypto } = globalThis;
  let handingOver = false;
  /** Another version takes the books and the lines from here on. */
  const handOver = async (versions: FirmwareFolder): Promise<void> => {
    handingOver = true;
    await store.close().catch(() => undefined);
    if (isWatched()) process.exit(START_AGAIN);
    lines.close();
    process.stdin.pause();
    void runVersions(versions);
  };
  const agent = createAgent({
    clock, random: nodeRandom, store, network, serial: null, http: new FetchHttp(), crypto,
    x509: new LazyX509(crypto), keys: new StoredKeys(store, crypto), firmware: args.dataDir === undefined ? null : installer(new FirmwareFolder(join(args.dataDir, 'firmware')), handOver),
  }, {
    identity: args.identity,
    csmsUrl: args.csmsUrl,
    securityProfile: securityProfile(args),
    editions: args.editions,
    hardware: simulatedHardware(args),
    currency: 'EUR',
    factorySettings: args.settings,
    ...(args.password === undefined ? {} : { password: args.password }),
  });
  // Pipes are written synchronously on Linux: a line is out before the next one is made.
  const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  agent.onFrame(({ direction, edition, text }) => print({ event: 'frame', dir: direction, edition, text }));
  agent.onLog(({ level, source, text }) => print({ event: 'log', level, text: `${source}: ${text}` }));
  const account = new HeadlessState(() => agent.detail());
  let told = '';
  agent.onSnapshot(() => {
    const state = account.read();
    const now = JSON.stringify(state);
    if (now === told) return;
    told = now;
    print({ event: 'state', state });
  });
  // The end of a drop by itself is like `connect`: the next attempt comes now.
  network.changed.on((up) => {
    if (up) agent.reconnect();
  });

  let ending: Promise<void> | null = null;
  const end = (code: number): Promise<void> => (ending ??= (async () => {
    await agent.stop().catch(() => undefined);
    await store.close().catch(() => undefined);
    if (args.dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  })());
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  // What a UPS's watcher sends; it ends us later, or the mains come back.
  process.on('SIGPWR', () => void agent.powerFailing().catch(() => undefined));
  process.stdout.on('error', () => (handingOver ? undefined : void end(0))); // whoever read us is gone

  const started = opening.then(() => agent.start());
  const settled = Promise.race([started.catch(() => undefined), new Promise<void>((resolve) => void clock.after(STATE_WAIT_MS, resolve))]);
  const deps = { agent, network, started, state: () => settled.then(() => account.read()) };
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    const fields = parseLine(line);
    const id = fields?.['id'] ?? null;
    if (fields === null) print({ id, ok: false, error: 'not a JSON object' });
    else void runCommand(deps, fields).then((answer) => print({ id, ...answer }));
  });
  lines.on('close', () => {
    if (!handingOver) void end(0);
  });
  await started.catch((error: unknown) => {
    if (ending === null) throw error; // ended while it was starting: that is no failure
  });
}

function installer(folder: FirmwareFolder, handOver: (folder: FirmwareFolder) => Promise<void>): NodeFirmware {
  return new NodeFirmware(folder, globalThis.crypto, () => handOver(folder));
}

function securityProfile({ csmsUrl, password }: HeadlessArguments): 0 | 1 | 2 {
  if (password === undefined) return 0;
  return /^wss:/i.test(csmsUrl) ? 2 : 1;
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
