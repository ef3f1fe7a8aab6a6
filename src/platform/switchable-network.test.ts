import { expect, test } from 'vitest';
import { SwitchableNetwork } from './switchable-network.ts';
import { VirtualClock } from './virtual/virtual-clock.ts';
import type { ServerConnection } from './virtual/virtual-connection.ts';
import { VirtualNetwork } from './virtual/virtual-network.ts';

interface World {
  readonly clock: VirtualClock;
  readonly network: SwitchableNetwork;
  readonly atClient: string[];
  readonly atServer: string[];
  readonly servers: ServerConnection[];
  open(connectTimeoutMs?: number): ReturnType<SwitchableNetwork['open']>;
}

function makeWorld(): World {
  const clock = new VirtualClock();
  const inner = new VirtualNetwork({ clock });
  const network = new SwitchableNetwork(inner, clock);
  const atClient: string[] = [];
  const atServer: string[] = [];
  const servers: ServerConnection[] = [];
  inner.onConnection((connection) => {
    servers.push(connection);
    connection.onText((text) => atServer.push(text));
    connection.onClose(({ code }) => atServer.push(`close ${code}`));
    connection.accept('ocpp1.6');
  });
  const open: World['open'] = (connectTimeoutMs = 10_000) =>
    network.open(
      { url: 'ws://csms.test/1', protocols: ['ocpp1.6'], connectTimeoutMs },
      {
        onOpen: () => atClient.push('open'),
        onText: (text) => atClient.push(text),
        onBinary: () => undefined,
        onPong: () => atClient.push('pong'),
        onClose: (why) => atClient.push(`close ${why.kind}`),
      },
    );
  return { clock, network, atClient, atServer, servers, open };
}

test('dropped: nothing passes, the peer isn’t told, the station sees it after 3 s; restored: the old socket is dead, a new one works', async () => {
  const world = makeWorld();
  const socket = world.open();
  await world.clock.settle();
  world.network.drop();
  expect(world.network.isUp).toBe(false);
  socket.send('lost');
  socket.ping?.();
  world.servers[0]?.send('lost too');
  await world.clock.advance(2999);
  expect(world.atClient).toEqual(['open']);
  await world.clock.advance(3_600_000);
  expect(world.atClient).toEqual(['open', 'close closed']);
  expect(world.atServer).toEqual([]);
  world.network.restore();
  expect(world.atClient).toEqual(['open', 'close closed']);
  const next = world.open();
  await world.clock.settle();
  next.send('hello');
  await world.clock.settle();
  expect(world.atClient).toEqual(['open', 'close closed', 'open']);
  expect(world.atServer).toEqual(['close 1006', 'hello']);
});

test('dropped for some seconds: comes back by itself, and tells', async () => {
  const world = makeWorld();
  const told: boolean[] = [];
  world.network.changed.on((up) => told.push(up));
  world.network.drop(30);
  await world.clock.advance(29_999);
  expect(told).toEqual([false]);
  await world.clock.advance(1);
  expect(told).toEqual([false, true]);
});

test('dropped again: the new end counts', async () => {
  const world = makeWorld();
  world.network.drop(10);
  await world.clock.advance(5000);
  world.network.drop();
  await world.clock.advance(60_000);
  expect(world.network.isUp).toBe(false);
});

test('an opening while dropped hangs until its timeout', async () => {
  const world = makeWorld();
  world.network.drop();
  world.open(3000);
  await world.clock.advance(2999);
  expect(world.atClient).toEqual([]);
  await world.clock.advance(1);
  expect(world.atClient).toEqual(['close timeout']);
  world.network.restore();
  await world.clock.advance(60_000);
  expect(world.atClient).toEqual(['close timeout']);
  expect(world.servers).toEqual([]);
});

test('an opening that still waits goes through when the network is back, pings too', async () => {
  const world = makeWorld();
  world.network.drop(2);
  const socket = world.open(3000);
  await world.clock.advance(2000);
  expect(world.atClient).toEqual(['open']);
  socket.ping?.();
  await world.clock.advance(60_000);
  expect(world.atClient).toEqual(['open', 'pong']);
});

test('the station may end a frozen socket itself; the peer learns nothing before the network is back', async () => {
  const world = makeWorld();
  const socket = world.open();
  await world.clock.settle();
  world.network.drop();
  socket.terminate();
  await world.clock.advance(60_000);
  expect(world.atClient).toEqual(['open', 'close closed']);
  expect(world.atServer).toEqual([]);
  world.network.restore();
  await world.clock.settle();
  expect(world.atServer).toEqual(['close 1006']);
  expect(world.atClient).toEqual(['open', 'close closed']);
});

test('dropped in the middle of a handshake: it waits as one begun later', async () => {
  const world = makeWorld();
  world.open();
  world.network.drop();
  await world.clock.advance(5000);
  expect(world.atClient).toEqual([]);
  world.network.restore();
  await world.clock.settle();
  expect(world.atClient).toEqual(['open']);
});
