import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { WebSocket as WsWebSocket } from 'ws';
import { BrowserNetwork } from '../../src/platform/browser/browser-network.ts';
import { NodeNetwork } from '../../src/platform/node/node-network.ts';
import type { Clock, Network } from '../../src/platform/ports.ts';
import { SwitchableNetwork } from '../../src/platform/switchable-network.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualNetwork, type VirtualNetworkOptions } from '../../src/platform/virtual/virtual-network.ts';
import { record, socketContract, type SocketWorld } from './socket.contract.ts';
import { WsServer } from './ws-server.ts';

type Wrap = (network: Network, clock: Clock) => Network;
const asIs: Wrap = (network) => network;

function virtualWorld(options: Partial<VirtualNetworkOptions>, wrap: Wrap = asIs): () => Promise<SocketWorld> {
  return async () => {
    const clock = new VirtualClock();
    const network = new VirtualNetwork({ clock, random: new SeededRandom(5), ...options });
    return {
      network: wrap(network, clock),
      url: 'ws://csms.test/ocpp/CP-1',
      deadUrl: 'ws://csms.test/ocpp/CP-1',
      onConnection: (listener) => void network.onConnection(listener),
      until: async (condition) => {
        if (!(await clock.advanceUntil(condition, 60_000))) expect.fail('it never happened');
      },
      pass: (ms) => clock.advance(ms),
      end: async () => undefined,
    };
  };
}

/** Real sockets; only the network's own timeouts run on virtual time. */
function realWorld(makeNetwork: (clock: Clock) => Network, wrap: Wrap = asIs): () => Promise<SocketWorld> {
  return async () => {
    const clock = new VirtualClock();
    const server = await WsServer.start();
    const until = async (condition: () => boolean): Promise<void> => {
      const deadlineMs = performance.now() + 10_000;
      while (!condition()) {
        if (performance.now() > deadlineMs) expect.fail('it never happened');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    return {
      network: wrap(makeNetwork(clock), clock),
      url: server.url,
      deadUrl: await unusedUrl(),
      onConnection: (listener) => void server.arrivals.on(listener),
      until,
      pass: async (ms) => {
        await clock.advance(ms);
        // What is on the loopback already gets a chance to arrive.
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
      },
      end: () => server.stop(),
    };
  };
}

async function unusedUrl(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<unknown>((resolve) => probe.close(resolve));
  return `ws://127.0.0.1:${port}/ocpp/CP-1`;
}

const browserLike = (clock: Clock): Network =>
  new BrowserNetwork(clock, WsWebSocket as unknown as typeof WebSocket);
const switchable: Wrap = (network, clock) => new SwitchableNetwork(network, clock);

socketContract('VirtualNetwork', virtualWorld({}), { tellsKinds: true, pings: true });
socketContract('VirtualNetwork with latency', virtualWorld({ latencyMs: [5, 300] }), { tellsKinds: true, pings: true });
socketContract('VirtualNetwork like a browser', virtualWorld({ likeBrowser: true }), { tellsKinds: false, pings: false });
socketContract('NodeNetwork', realWorld((clock) => new NodeNetwork(clock)), { tellsKinds: true, pings: true });
socketContract('BrowserNetwork', realWorld(browserLike), { tellsKinds: false, pings: false });
socketContract('SwitchableNetwork over VirtualNetwork', virtualWorld({ latencyMs: 10 }, switchable), { tellsKinds: true, pings: true });
socketContract('SwitchableNetwork over NodeNetwork', realWorld((clock) => new NodeNetwork(clock), switchable), {
  tellsKinds: true,
  pings: true,
});

test.each([
  ['NodeNetwork', (): Network => new NodeNetwork()],
  ['BrowserNetwork', (): Network => browserLike(new VirtualClock())],
])('%s: an address that is none is a close, not an exception, and keeps the password to itself', async (_, make) => {
  for (const url of ['not an address', 'gopher://x', 'ws://', 'ws://user:secret@:0:0/']) {
    const client = record(make(), { url });
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.events).toEqual(['close failed']);
    expect(JSON.stringify(client.close)).not.toContain('secret');
    client.socket.send('x');
    client.socket.close();
    client.socket.terminate();
  }
});

test('NodeNetwork: a message above the bound ends the connection and nothing else', async () => {
  const world = await realWorld((clock) => new NodeNetwork(clock, { maxMessageBytes: 1000 }))();
  world.onConnection((connection) => {
    connection.accept('ocpp1.6');
    connection.send('x'.repeat(1001));
  });
  const client = record(world.network, { url: world.url });
  await world.until(() => client.close !== null);
  expect(client.close).toMatchObject({ code: 1006, kind: 'closed', detail: expect.stringContaining('Max payload') as string });
  expect(client.events).toEqual(['open ocpp1.6', 'close closed']);
  await world.end();
});

test('NodeNetwork: a name that doesn’t resolve is refused', async () => {
  const world = await realWorld((clock) => new NodeNetwork(clock))();
  const client = record(world.network, { url: 'ws://no-such-host.invalid/CP-1' });
  await world.until(() => client.close !== null);
  expect(client.close).toMatchObject({ kind: 'refused' });
  await world.end();
});

test('NodeNetwork: a handshake of TLS that fails is told as tls', async () => {
  const server = createTlsServer({});
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const world = await realWorld((clock) => new NodeNetwork(clock))();
  const client = record(world.network, { url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}/CP-1` });
  await world.until(() => client.close !== null);
  expect(client.close).toMatchObject({ kind: 'tls' });
  server.close();
  await world.end();
});

test('SwitchableNetwork over NodeNetwork: while dropped the peer’s pings go unanswered and nothing is closed', async () => {
  const clock = new VirtualClock();
  const server = await WsServer.start();
  const network = new SwitchableNetwork(new NodeNetwork(clock), clock);
  const world = await realWorld((own) => new NodeNetwork(own))();
  const atServer: string[] = [];
  let closed = 0;
  let send: (text: string) => void = () => undefined;
  server.arrivals.on((connection) => {
    connection.onText((text) => atServer.push(text));
    connection.onClose(() => (closed += 1));
    send = (text) => connection.send(text);
    connection.accept('ocpp1.6');
  });
  const client = record(network, { url: server.url });
  await world.until(() => client.events.length === 1);
  network.drop();
  client.socket.ping?.();
  client.socket.send('lost');
  send('lost too');
  client.socket.terminate();
  await world.pass(0);
  expect(server.pings).toBe(0);
  expect(atServer).toEqual([]);
  expect(closed).toBe(0);
  expect(client.events).toEqual(['open ocpp1.6', 'close closed']);
  const again = record(network, { url: server.url });
  await world.pass(0);
  expect(again.events).toEqual([]);
  network.restore();
  await world.until(() => closed === 1 && again.events.length === 1);
  expect(again.events).toEqual(['open ocpp1.6']);
  expect(client.events).toEqual(['open ocpp1.6', 'close closed']);
  await server.stop();
  await world.end();
});
