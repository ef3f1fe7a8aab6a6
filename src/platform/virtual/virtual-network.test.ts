import { expect, test } from 'vitest';
import type { SocketClose } from '../ports.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { ServerConnection } from './virtual-connection.ts';
import { VirtualNetwork, type VirtualNetworkOptions } from './virtual-network.ts';

interface World {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly atClient: string[];
  readonly atServer: string[];
  readonly servers: ServerConnection[];
  open(): ReturnType<VirtualNetwork['open']>;
}

function makeWorld(options: Partial<VirtualNetworkOptions> = {}): World {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, ...options });
  const atClient: string[] = [];
  const atServer: string[] = [];
  const servers: ServerConnection[] = [];
  network.onConnection((connection) => {
    servers.push(connection);
    connection.onText((text) => atServer.push(text));
    connection.onClose(({ code }) => atServer.push(`close ${code}`));
    connection.accept('ocpp1.6');
  });
  const open: World['open'] = () =>
    network.open(
      { url: 'ws://csms.test/1', protocols: ['ocpp1.6'], connectTimeoutMs: 10_000 },
      {
        onOpen: () => atClient.push('open'),
        onText: (text) => atClient.push(text),
        onBinary: () => undefined,
        onPong: () => atClient.push('pong'),
        onClose: (why: SocketClose) => atClient.push(`close ${why.kind}`),
      },
    );
  return { clock, network, atClient, atServer, servers, open };
}

test('cut: nothing passes and nobody is told; mended, all of it arrives in order', async () => {
  const world = makeWorld({ latencyMs: 50 });
  const socket = world.open();
  await world.clock.advance(100);
  socket.send('in flight');
  world.servers[0]?.send('in flight too');
  await world.clock.advance(10);
  world.network.cut();
  socket.send('later');
  world.servers[0]?.send('later too');
  socket.ping?.();
  await world.clock.advance(3_600_000);
  expect(world.atClient).toEqual(['open']);
  expect(world.atServer).toEqual([]);
  world.network.mend();
  await world.clock.advance(200);
  expect(world.atClient).toEqual(['open', 'in flight too', 'later too', 'pong']);
  expect(world.atServer).toEqual(['in flight', 'later']);
});

test('cut and mended with dead connections: both ends learn it then', async () => {
  const world = makeWorld();
  const socket = world.open();
  await world.clock.settle();
  world.network.cut();
  socket.send('lost');
  await world.clock.advance(60_000);
  world.network.mend('dead');
  await world.clock.settle();
  expect(world.atClient).toEqual(['open', 'close closed']);
  expect(world.atServer).toEqual(['close 1006']);
});

test('cut: a new opening hangs until its timeout', async () => {
  const world = makeWorld();
  world.network.cut();
  world.open();
  await world.clock.advance(9_999);
  expect(world.atClient).toEqual([]);
  await world.clock.advance(1);
  expect(world.atClient).toEqual(['close timeout']);
});

test('cut: bufferedBytes grows once the system’s own buffer is full', async () => {
  const world = makeWorld();
  const socket = world.open();
  await world.clock.settle();
  world.network.cut();
  socket.send('x'.repeat(60_000));
  expect(socket.bufferedBytes()).toBe(0);
  socket.send('x'.repeat(60_000));
  expect(socket.bufferedBytes()).toBe(120_000 - 65_536);
});

test('cut: terminate ends the client’s side at once, the server learns nothing', async () => {
  const world = makeWorld();
  const socket = world.open();
  await world.clock.settle();
  world.network.cut();
  socket.terminate();
  await world.clock.advance(60_000);
  expect(world.atClient).toEqual(['open', 'close closed']);
  expect(world.atServer).toEqual([]);
});

test('cut: a polite close waits for its answer only so long', async () => {
  const world = makeWorld();
  const socket = world.open();
  await world.clock.settle();
  world.network.cut();
  socket.close();
  await world.clock.advance(29_999);
  expect(world.atClient).toEqual(['open']);
  await world.clock.advance(1);
  expect(world.atClient).toEqual(['open', 'close closed']);
});

test('refusing', async () => {
  const world = makeWorld();
  world.network.refusing = true;
  world.open();
  await world.clock.settle();
  expect(world.atClient).toEqual(['close refused']);
  expect(world.servers).toEqual([]);
});

test('reset breaks what is open and leaves the way free for the next', async () => {
  const world = makeWorld();
  world.open();
  await world.clock.settle();
  world.network.reset();
  world.open();
  await world.clock.settle();
  expect(world.atClient).toEqual(['open', 'close closed', 'open']);
  expect(world.network.connections).toHaveLength(1);
});

test('a killed client calls nothing any more, and the server sees it gone', async () => {
  const world = makeWorld();
  world.open();
  await world.clock.settle();
  world.network.killClients();
  world.servers[0]?.send('too late');
  await world.clock.advance(60_000);
  expect(world.atClient).toEqual(['open']);
  expect(world.atServer).toEqual(['close 1006']);
});

test('random breaks: a prefix of the frames arrives, the same for the same seed', async () => {
  const run = async (seed: number): Promise<string[]> => {
    const world = makeWorld({ random: new SeededRandom(seed), breakChance: 0.1 });
    const socket = world.open();
    await world.clock.settle();
    for (let i = 0; i < 100; i++) socket.send(String(i));
    await world.clock.settle();
    expect(world.atClient).toEqual(['open', 'close closed']);
    return world.atServer;
  };
  const first = await run(1);
  expect(first).toEqual([...Array.from({ length: first.length - 1 }, (_, i) => String(i)), 'close 1006']);
  expect(await run(1)).toEqual(first);
  expect((await run(2)).length).not.toBe(first.length);
});
