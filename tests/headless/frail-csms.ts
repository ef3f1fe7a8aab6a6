/** A CSMS that can be killed, cut off, frozen and told to keep an answer back; it keeps what it was told for `transaction-ledger.ts`. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export type Edition = 'ocpp2.0.1' | 'ocpp1.6';
export type Payload = Record<string, unknown>;
/** `cut`: the connection ends with the message received and not answered. `error`: a CALLERROR. */
export type Manner = 'answer' | 'silence' | 'cut' | 'error' | Payload;

export interface Told {
  readonly connection: number;
  readonly messageId: string;
  readonly action: string;
  readonly payload: Payload;
  readonly atMs: number;
  readonly answered: boolean;
}

export class FrailCsms {
  readonly told: Told[] = [];
  /** When each connection ended, by its number. */
  readonly endedMs = new Map<number, number>();
  readonly answers = new Map<string, unknown>();
  manner: (action: string, payload: Payload) => Manner = () => 'answer';
  connections = 0;
  private port = 0;
  private server: WebSocketServer | null = null;
  private proxy: Server | null = null;
  private proxyPort = 0;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private frozen = false;
  private newest: WebSocket | null = null;
  private nextTransactionId = 101;
  private readonly started = new Map<string, number>();

  constructor(private readonly edition: Edition) {}

  get url(): string {
    return `ws://127.0.0.1:${this.proxyPort}/ocpp`;
  }

  /** Serves, on the same port after a `kill`. */
  async listen(): Promise<this> {
    const server = new WebSocketServer({ port: this.port, host: '127.0.0.1', handleProtocols: (offered) => (offered.has(this.edition) ? this.edition : false) });
    this.server = server;
    server.on('connection', (socket) => this.serve(socket));
    await new Promise((resolve) => server.once('listening', resolve));
    this.port = (server.address() as AddressInfo).port;
    if (this.proxy === null) await this.openProxy();
    return this;
  }

  /** Gone as a killed process is: no farewell, nobody listening. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server === null) return;
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }

  async close(): Promise<void> {
    await this.kill();
    for (const [near, far] of this.pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise((resolve) => (this.proxy === null ? resolve(null) : this.proxy.close(resolve)));
  }

  /** The network stands still in both directions and nothing is closed. Thawing loses what stood: those connections are dead. */
  freeze(frozen: boolean): void {
    this.frozen = frozen;
    for (const [near, far] of this.pairs) {
      if (frozen) {
        near.pause();
        far.pause();
      } else {
        near.destroy();
        far.destroy();
      }
    }
  }

  call(action: string, payload: Payload): Promise<unknown> {
    const id = `csms-${this.answers.size}-${action}`;
    this.newest?.send(JSON.stringify([2, id, action, payload]));
    return until(() => this.answers.get(id), `an answer to ${action}`);
  }

  raw(text: string | Buffer): void {
    this.newest?.send(text);
  }

  of(action: string): Told[] {
    return this.told.filter((call) => call.action === action);
  }

  private serve(socket: WebSocket): void {
    const connection = (this.connections += 1);
    this.newest = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => this.endedMs.set(connection, Date.now()));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as [number, string, ...unknown[]];
      if (frame[0] !== 2) {
        this.answers.set(frame[1], frame);
        return;
      }
      const [, messageId, action, payload] = frame as [2, string, string, Payload];
      const manner = this.manner(action, payload);
      const answered = manner === 'answer' || typeof manner === 'object';
      this.told.push({ connection, messageId, action, payload, atMs: Date.now(), answered });
      if (manner === 'cut') socket.terminate();
      else if (manner === 'error') socket.send(JSON.stringify([4, messageId, 'InternalError', 'not today', {}]));
      else if (answered) socket.send(JSON.stringify([3, messageId, typeof manner === 'object' ? manner : this.answer(action, payload)]));
    });
  }

  private answer(action: string, payload: Payload): Payload {
    const currentTime = new Date().toISOString();
    switch (action) {
      case 'BootNotification': return { currentTime, interval: 300, status: 'Accepted' };
      case 'Heartbeat': return { currentTime };
      case 'Authorize': return this.edition === 'ocpp1.6' ? { idTagInfo: { status: 'Accepted' } } : { idTokenInfo: { status: 'Accepted' } };
      case 'StartTransaction': return { transactionId: this.transactionId(payload), idTagInfo: { status: 'Accepted' } };
      default: return {};
    }
  }

  /** A copy gets the id of its original, as from any CSMS that knows a copy. */
  private transactionId(payload: Payload): number {
    const key = JSON.stringify(payload);
    const known = this.started.get(key);
    if (known !== undefined) return known;
    this.started.set(key, this.nextTransactionId);
    return this.nextTransactionId++;
  }

  private async openProxy(): Promise<void> {
    const proxy = createServer((near) => {
      const far = connect(this.port, '127.0.0.1');
      const pair = [near, far] as const;
      this.pairs.add(pair);
      for (const [from, to] of [[near, far], [far, near]] as const) {
        from.on('data', (chunk) => void to.write(chunk));
        from.on('error', () => undefined);
        from.on('close', () => {
          to.destroy();
          this.pairs.delete(pair);
        });
        if (this.frozen) from.pause();
      }
    });
    this.proxy = proxy;
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
    this.proxyPort = (proxy.address() as AddressInfo).port;
  }
}

/** Polls on the wall clock: a real process is on the other side. */
export async function until<T>(read: () => T | undefined | false | null, what: string, withinMs = 15_000): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const value = read();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > endMs) throw new RangeError(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
