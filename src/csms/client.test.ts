import { describe, expect, test } from 'vitest';
import type { Validators } from '../ocpp/rpc/validation.ts';
import { SeededRandom } from '../platform/virtual/seeded-random.ts';
import { VirtualClock } from '../platform/virtual/virtual-clock.ts';
import type { ServerConnection } from '../platform/virtual/virtual-connection.ts';
import { VirtualNetwork } from '../platform/virtual/virtual-network.ts';
import type { StationApi } from '../station/api.ts';
import type { CsmsPort } from '../station/csms-port.ts';
import type { Settings } from '../station/device-model/types.ts';
import { CsmsClient } from './client.ts';
import type { Bridge, Call, Edition, EditionName } from './edition.ts';
import type { NetworkSlot } from './slot-order.ts';

const VALIDATORS: Validators = { actions: new Set(['Heartbeat', 'Reset', 'GetLog']), load: () => null, request: () => null, response: () => null };
const slot = (number: number): NetworkSlot => ({ slot: number, csmsUrl: `ws://csms-${number}/ocpp/`, securityProfile: 1, messageTimeoutS: 5 });

interface WorldOptions { readonly slots?: readonly NetworkSlot[]; readonly bootStatus?: StationApi['bootStatus'] }

/** A client, a CSMS that does what `serve` says, and an edition that knows three actions and handles one. */
function world(serve: (connection: ServerConnection) => void, options: WorldOptions = {}) {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock });
  const seen = { handshakes: [] as ServerConnection[], ups: [] as { port: CsmsPort; slotChanged: boolean }[], downs: 0, logs: '', frames: [] as string[], failures: [] as string[] };
  network.onConnection((connection) => {
    seen.handshakes.push(connection);
    serve(connection);
  });
  const secrets = { password: 'old-secret' };
  const numbers: Record<string, number> = {
    RetryBackOffWaitMinimum: 2, RetryBackOffRepeatTimes: 3, RetryBackOffRandomRange: 0, NetworkProfileConnectionAttempts: 1, WebSocketPingInterval: 20,
  };
  let call: Call = () => Promise.reject(new TypeError('not connected'));
  const loadEdition = (name: EditionName): Promise<Edition> => Promise.resolve({
    name, validators: VALIDATORS,
    errorCodes: {
      unknownAction: 'NotImplemented', unsupportedAction: 'NotSupported', internal: 'InternalError', security: 'SecurityError',
      malformedFrame: 'RpcFrameworkError', protocol: 'ProtocolError', forViolation: () => 'FormatViolation', known: new Set<string>(),
    },
    createBridge: (context) => {
      ({ call } = context);
      return { edition: name, handlers: new Map([['Reset', () => ({ payload: { status: 'Accepted' } })]]) } as unknown as Bridge;
    },
  });
  const client = new CsmsClient({
    clock, random: new SeededRandom(1), network, loadEdition,
    settings: {
      number: (name: string, fallback?: number) => numbers[name.replace('OCPPCommCtrlr.', '')] ?? fallback,
      list: () => (options.slots ?? [slot(1)]).map((entry) => String(entry.slot)),
    } as unknown as Settings,
    station: { bootStatus: options.bootStatus === undefined ? 'Accepted' : options.bootStatus } as StationApi,
    memory: { get: () => undefined, set: () => Promise.resolve() },
    log: (_level, _source, text) => void (seen.logs += `${text}\n`),
    slots: () => options.slots ?? [slot(1)],
    identity: () => 'CP 1',
    credentials: { next: () => ({ password: { text: secrets.password, bytes: false } }), worked: () => undefined, failed: (_slot, close) => void seen.failures.push(close.kind) },
    editions: ['ocpp2.0.1', 'ocpp1.6'], nowMs: () => clock.wallMs(),
  });
  client.onUp.on((up) => void seen.ups.push(up));
  client.onDown.on(() => void (seen.downs += 1));
  client.onFrame.on(({ text }) => void seen.frames.push(text));
  client.start();
  return { clock, network, client, seen, secrets, call: (action: string) => call(action, {}) };
}

test('one handshake offers both editions in order, to the endpoint plus the encoded identity', async () => {
  const { clock, client, seen } = world((connection) => connection.accept('ocpp1.6'));
  await clock.settle();
  expect(seen.handshakes[0]).toMatchObject({ url: 'ws://csms-1/ocpp/CP%201', protocols: ['ocpp2.0.1', 'ocpp1.6'], basicAuth: { user: 'CP 1', password: 'old-secret' } });
  expect(client.view()).toMatchObject({ link: 'connected', edition: 'ocpp1.6', explanation: null, nextAttemptInMs: null });
});

test('a CSMS that picks no sub-protocol is an error that is explained, and tried again later', async () => {
  const { clock, client, seen } = world((connection) => connection.accept());
  await clock.settle();
  expect(client.view()).toMatchObject({ link: 'disconnected', nextAttemptInMs: 2000 });
  expect(client.view().explanation?.sentence).toMatch(/OCPP/);
  await clock.advance(2000 + 4000);
  expect(seen.handshakes).toHaveLength(3);
});

test('`reconnectNow` doesn\'t wait for the back-off, and leaves a connection that stands', async () => {
  const { clock, network, client, seen } = world((connection) => connection.accept('ocpp2.0.1'));
  network.refusing = true;
  await clock.advance(60_000);
  network.refusing = false;
  client.reconnectNow();
  await clock.settle();
  expect(client.view().link).toBe('connected');
  client.reconnectNow();
  await clock.settle();
  expect(seen.handshakes).toHaveLength(1);
});

test('B10.FR.10: another profile than before is told to the station; the same one isn\'t', async () => {
  const { clock, network, seen } = world((connection) => {
    if (connection.url.includes('csms-1') && seen.handshakes.length > 2) connection.reject('refused');
    else connection.accept('ocpp2.0.1');
  }, { slots: [slot(1), slot(2)] });
  await clock.settle();
  network.reset();
  await clock.advance(3000);
  network.reset();
  await clock.advance(30_000);
  expect(seen.ups.map(({ slotChanged }) => slotChanged)).toEqual([false, false, true]);
  expect(seen.handshakes.at(-1)?.url).toContain('csms-2');
  expect(seen.downs).toBe(2);
});

test('what an attempt fails of is told to whoever chooses the next credentials, and no password is ever logged', async () => {
  const { clock, network, seen, secrets, client } = world((connection) => {
    if (connection.basicAuth?.password === 'old-secret') connection.accept('ocpp2.0.1');
    else connection.reject('unauthorized');
  });
  await clock.settle();
  secrets.password = 'new-secret';
  network.reset();
  await clock.advance(2000);
  expect(client.view().explanation?.code).toBe('Unauthorized');
  expect(seen.failures).toEqual(['unauthorized']);
  secrets.password = 'old-secret';
  await clock.advance(4000);
  expect(client.view().link).toBe('connected');
  expect(seen.handshakes.map(({ basicAuth }) => basicAuth?.password)).toEqual(['old-secret', 'new-secret', 'old-secret']);
  expect(seen.logs).not.toMatch(/secret/);
});

test('a half-dead socket is noticed by the missing pong and replaced', async () => {
  const { clock, network, client, seen } = world((connection) => connection.accept('ocpp2.0.1'));
  await clock.settle();
  network.cut();
  await clock.advance(20_000 + 10_000);
  expect(client.view().link).not.toBe('connected');
  network.mend('dead');
  await clock.advance(30_000);
  expect(client.view().link).toBe('connected');
  expect(seen.ups).toHaveLength(2);
});

describe('what the station asks', () => {
  test('is a time-out, not a lost link, while the CSMS still pongs', async () => {
    const { clock, client, call } = world((connection) => connection.accept('ocpp2.0.1'));
    await clock.settle();
    const failed = expect(call('Heartbeat')).rejects.toMatchObject({ kind: 'timeout' });
    await clock.advance(40_000);
    await failed;
    expect(client.view().link).toBe('connected');
  });

  test('is lost with the link', async () => {
    const { clock, network, call } = world((connection) => connection.accept('ocpp2.0.1'));
    await clock.settle();
    const failed = expect(call('Heartbeat')).rejects.toMatchObject({ kind: 'connectionLost' });
    network.reset();
    await clock.settle();
    await failed;
  });
});

describe('what the CSMS asks', () => {
  const ask = async (edition: EditionName, action: string, bootStatus: StationApi['bootStatus']): Promise<string[]> => {
    const answers: string[] = [];
    const { clock } = world((connection) => {
      connection.accept(edition);
      connection.onText((text) => void answers.push(text));
      connection.send(`[2,"7","${action}",{}]`);
    }, { bootStatus });
    await clock.settle();
    return answers;
  };

  test('is handled when Accepted, and when Pending (B02.FR.01), even if it came before the edition was loaded', async () => {
    for (const boot of ['Accepted', 'Pending'] as const) expect(await ask('ocpp2.0.1', 'Reset', boot)).toEqual(['[3,"7",{"status":"Accepted"}]']);
  });
  test('B03.FR.08: gets SecurityError before acceptance in 2.x, and silence in 1.6', async () => {
    expect((await ask('ocpp2.0.1', 'Reset', 'Rejected'))[0]).toMatch(/^\[4,"7","SecurityError"/);
    expect((await ask('ocpp2.0.1', 'Reset', null))[0]).toMatch(/^\[4,"7","SecurityError"/);
    expect(await ask('ocpp1.6', 'Reset', 'Rejected')).toEqual([]);
  });
  test('is NotSupported where the edition knows it, NotImplemented where it doesn\'t', async () => {
    expect((await ask('ocpp2.0.1', 'GetLog', 'Accepted'))[0]).toMatch(/^\[4,"7","NotSupported"/);
    expect((await ask('ocpp2.0.1', 'Dance', 'Accepted'))[0]).toMatch(/^\[4,"7","NotImplemented"/);
  });
});
