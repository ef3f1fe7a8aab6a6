import { describe, expect, test } from 'vitest';
import type { Network, Socket, SocketClose, SocketOpening } from '../../src/platform/ports.ts';
import type { ServerConnection } from '../../src/platform/virtual/virtual-connection.ts';

/** A network and a server on it, for one test. */
export interface SocketWorld {
  readonly network: Network;
  readonly url: string;
  /** An address where nothing listens; null where that can't be had. */
  readonly deadUrl: string | null;
  onConnection(listener: (connection: ServerConnection) => void): void;
  /** Lets the world go on until the condition holds; fails the test if it never does. */
  until(condition: () => boolean): Promise<void>;
  /** Lets so much of the network's own clock pass. */
  pass(ms: number): Promise<void>;
  end(): Promise<void>;
}

export interface SocketContractOptions {
  /** Whether failures before opening are told apart (a browser can't). */
  readonly tellsKinds: boolean;
  readonly pings: boolean;
  /** How many bytes of one message must come through. */
  readonly bigBytes?: number;
}

/** What happened at the client, in order. */
export interface Seen {
  readonly events: string[];
  close: SocketClose | null;
}

export function record(network: Network, opening: Partial<SocketOpening> & { url: string }): Seen & { socket: Socket } {
  const seen: Seen = { events: [], close: null };
  const socket = network.open(
    { protocols: ['ocpp2.0.1', 'ocpp1.6'], connectTimeoutMs: 5000, ...opening },
    {
      onOpen: (protocol) => seen.events.push(`open ${protocol}`),
      onText: (text) => seen.events.push(`text ${text.length > 100 ? text.length : text}`),
      onBinary: (byteLength) => seen.events.push(`binary ${byteLength}`),
      onPong: () => seen.events.push('pong'),
      onClose: (why) => {
        seen.events.push(`close ${why.kind}`);
        seen.close = why;
      },
    },
  );
  return Object.assign(seen, { socket });
}

/** What every Network must do. */
export function socketContract(name: string, makeWorld: () => Promise<SocketWorld>, options: SocketContractOptions): void {
  async function inWorld(work: (world: SocketWorld) => Promise<void>): Promise<void> {
    const world = await makeWorld();
    try {
      await work(world);
    } finally {
      await world.end();
    }
  }

  /** Opens a socket against a server that accepts, and waits until both ends are open. */
  async function connect(world: SocketWorld): Promise<{ client: ReturnType<typeof record>; server: ServerConnection }> {
    let server: ServerConnection | null = null;
    world.onConnection((connection) => {
      server = connection;
      connection.accept('ocpp1.6');
    });
    const client = record(world.network, { url: world.url });
    await world.until(() => client.events.length > 0 && server?.isOpen === true);
    expect(client.events).toEqual(['open ocpp1.6']);
    return { client, server: server as unknown as ServerConnection };
  }

  const told = (kind: SocketClose['kind']): SocketClose['kind'] => (options.tellsKinds ? kind : 'failed');

  describe(`${name} keeps the contract of Network`, () => {
    test('the server sees address and sub-protocols in order; the client sees the pick', () =>
      inWorld(async (world) => {
        const seen: string[] = [];
        world.onConnection((connection) => {
          seen.push(connection.url, ...connection.protocols);
          connection.accept('ocpp1.6');
        });
        const client = record(world.network, { url: world.url });
        expect(client.events).toEqual([]);
        await world.until(() => client.events.length > 0);
        expect(client.events).toEqual(['open ocpp1.6']);
        expect(new URL(seen[0] ?? '', world.url).pathname).toBe(new URL(world.url).pathname);
        expect(seen.slice(1)).toEqual(['ocpp2.0.1', 'ocpp1.6']);
      }));

    test('texts arrive whole and in order, both ways', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        const atServer: string[] = [];
        server.onText((text) => atServer.push(text));
        const texts = ['[2,"1","Heartbeat",{}]', '', 'ચાર્જિંગ 🚗', '\0'];
        for (const text of texts) client.socket.send(text);
        for (const text of texts) server.send(text);
        await world.until(() => atServer.length === texts.length && client.events.length === texts.length + 1);
        expect(atServer).toEqual(texts);
        expect(client.events.slice(1)).toEqual(texts.map((text) => `text ${text}`));
      }));

    test('a frame of 10 MB comes through', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        const size = options.bigBytes ?? 10_000_000;
        server.send('x'.repeat(size));
        await world.until(() => client.events.length === 2);
        expect(client.events[1]).toBe(`text ${size}`);
      }));

    test('a binary frame is told by its size and ends nothing', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        server.sendBinary(37);
        server.send('after');
        await world.until(() => client.events.length === 3);
        expect(client.events.slice(1)).toEqual(['binary 37', 'text after']);
      }));

    test('the server closes: code and reason are told, once, and nothing after', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        server.close(4001, 'goodbye');
        await world.until(() => client.close !== null);
        expect(client.close).toMatchObject({ code: 4001, reason: 'goodbye', kind: 'closed' });
        client.socket.send('too late');
        client.socket.close();
        client.socket.terminate();
        await world.pass(60_000);
        expect(client.events).toEqual(['open ocpp1.6', 'close closed']);
      }));

    test('the client closes: both ends learn it', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        let closed: { code: number; reason: string } | null = null;
        server.onClose((why) => (closed = why));
        client.socket.close(1000, 'reset');
        await world.until(() => client.close !== null && closed !== null);
        expect(closed).toMatchObject({ code: 1000, reason: 'reset' });
        expect(client.close).toMatchObject({ code: 1000, kind: 'closed' });
      }));

    test('a close code or reason that can’t be sent is no exception', () =>
      inWorld(async (world) => {
        const { client } = await connect(world);
        client.socket.close(1006, '🚗'.repeat(200));
        await world.until(() => client.close !== null);
        expect(client.close?.kind).toBe('closed');
      }));

    test('terminate ends it, for the server too', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        let gone = false;
        server.onClose(() => (gone = true));
        client.socket.terminate();
        await world.until(() => client.close !== null && gone);
        expect(client.close).toMatchObject({ code: 1006, kind: 'closed' });
      }));

    test('the server vanishes: 1006', () =>
      inWorld(async (world) => {
        const { client, server } = await connect(world);
        server.terminate();
        await world.until(() => client.close !== null);
        expect(client.close).toMatchObject({ code: 1006, kind: 'closed' });
      }));

    test.each(['unauthorized', 'notFound', 'failed'] as const)('a refused handshake: %s', (kind) =>
      inWorld(async (world) => {
        world.onConnection((connection) => connection.reject(kind));
        const client = record(world.network, { url: world.url });
        await world.until(() => client.close !== null);
        expect(client.events).toEqual([`close ${told(kind)}`]);
      }),
    );

    test.each([
      ['no sub-protocol', ''],
      ['a sub-protocol that wasn’t offered', 'ocpp1.5'],
    ])('the server picks %s: never open', (_, picked) =>
      inWorld(async (world) => {
        world.onConnection((connection) => connection.accept(picked));
        const client = record(world.network, { url: world.url });
        await world.until(() => client.close !== null);
        expect(client.events).toEqual([`close ${told('protocol')}`]);
      }),
    );

    test('nothing listens: refused', () =>
      inWorld(async (world) => {
        if (world.deadUrl === null) return;
        const client = record(world.network, { url: world.deadUrl });
        await world.until(() => client.close !== null);
        expect(client.events).toEqual([`close ${told('refused')}`]);
      }));

    test('a server that never answers: own timeout, and a late answer opens nothing', () =>
      inWorld(async (world) => {
        let late: ServerConnection | null = null;
        world.onConnection((connection) => (late = connection));
        const client = record(world.network, { url: world.url, connectTimeoutMs: 3000 });
        await world.until(() => late !== null);
        await world.pass(2500);
        expect(client.events).toEqual([]);
        await world.pass(600);
        expect(client.close).toMatchObject({ kind: 'timeout' });
        (late as unknown as ServerConnection).accept('ocpp1.6');
        await world.pass(1000);
        expect(client.events).toEqual(['close timeout']);
      }));

    test('given up before it opened: closed once, opens never', () =>
      inWorld(async (world) => {
        world.onConnection((connection) => connection.accept('ocpp1.6'));
        const client = record(world.network, { url: world.url });
        client.socket.close();
        await world.until(() => client.close !== null);
        await world.pass(1000);
        expect(client.events).toEqual(['close failed']);
      }));

    test('sending before it opened does nothing', () =>
      inWorld(async (world) => {
        const atServer: string[] = [];
        world.onConnection((connection) => {
          connection.onText((text) => atServer.push(text));
          connection.accept('ocpp1.6');
        });
        const client = record(world.network, { url: world.url });
        client.socket.send('too early');
        await world.until(() => client.events.length > 0);
        client.socket.send('in time');
        await world.until(() => atServer.length > 0);
        expect(atServer).toEqual(['in time']);
      }));

    test('credentials reach the server, and no error shows them', () =>
      inWorld(async (world) => {
        let auth: ServerConnection['basicAuth'] = null;
        world.onConnection((connection) => {
          auth = connection.basicAuth;
          connection.reject('unauthorized');
        });
        const password = 'p:@/ %é';
        const client = record(world.network, { url: world.url, basicAuth: { user: 'CP-1', password } });
        await world.until(() => client.close !== null);
        expect(auth).toEqual({ user: 'CP-1', password });
        expect(JSON.stringify(client.close)).not.toContain(password);
      }));

    test('ping and pong', () =>
      inWorld(async (world) => {
        const { client } = await connect(world);
        expect(client.socket.ping !== undefined).toBe(options.pings);
        if (!options.pings) return;
        client.socket.ping?.();
        await world.until(() => client.events.length === 2);
        expect(client.events[1]).toBe('pong');
      }));
  });
}
