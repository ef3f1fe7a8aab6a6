import { KerbsideError } from '../../base/errors.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { BasicAuth, Clock, Socket, SocketClose, SocketEvents, SocketOpening, TlsMaterial } from '../ports.ts';
import { VirtualPipe } from './virtual-pipe.ts';

/** What a fake server sees of one connection, at the level of the wire. */
export interface ServerConnection {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly basicAuth: BasicAuth | null;
  /** What the client trusts, and the certificate it presents. */
  readonly tls: TlsMaterial | null;
  /** Completes the handshake. Without a protocol, or with one not offered, the client gives up, as clients must. */
  accept(protocol?: string): void;
  /** Refuses the handshake, so that the client sees this kind of failure. */
  reject(kind: Exclude<SocketClose['kind'], 'closed' | 'timeout'>, detail?: string, tlsFault?: SocketClose['tlsFault']): void;
  send(text: string): void;
  sendBinary(byteLength: number): void;
  close(code?: number, reason?: string): void;
  /** Drops the connection without a closing handshake. */
  terminate(): void;
  onText(listener: (text: string) => void): Stop;
  /** Called once. `closed` with the peer's code, or 1006 where the connection just ended. */
  onClose(listener: (why: { readonly code: number; readonly reason: string }) => void): Stop;
  /** Whether the handshake is done and, for all the server knows, the connection stands. */
  readonly isOpen: boolean;
}

/** What the network decides for a connection. */
export interface ConnectionWorld {
  readonly clock: Clock;
  readonly latencyMs: () => number;
  /** Asked for every frame: true breaks the connection instead of delivering it. */
  readonly breaksNow: () => boolean;
  /** As a browser: no ping, and of a failure before opening nothing is told. */
  readonly likeBrowser: boolean;
  readonly gone: (connection: VirtualConnection) => void;
}

/** What the system takes before `bufferedBytes` begins to grow. */
const SYSTEM_BUFFER_BYTES = 65_536;
/** How long a client waits for the answer to its close frame. */
const CLOSE_TIMEOUT_MS = 30_000;

const ABNORMAL = { code: 1006, reason: '' };

/** Both ends of one WebSocket. */
export class VirtualConnection {
  /** The server's end. */
  readonly serverSide: ServerConnection;
  private client: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  private server: 'new' | 'open' | 'closing' | 'closed' = 'new';
  private readonly toServer: VirtualPipe;
  private readonly toClient: VirtualPipe;
  private readonly texts = new Signal<string>();
  private readonly serverClosed = new Signal<{ readonly code: number; readonly reason: string }>();
  private stopTimer: Stop | null = null;

  constructor(
    private readonly world: ConnectionWorld,
    private readonly opening: SocketOpening,
    private readonly events: SocketEvents,
  ) {
    this.toServer = new VirtualPipe(world.clock, world.latencyMs);
    this.toClient = new VirtualPipe(world.clock, world.latencyMs);
    this.serverSide = this.makeServerSide();
    this.stopTimer = world.clock.after(opening.connectTimeoutMs, () => {
      this.clientCloses({ ...ABNORMAL, kind: 'timeout', detail: `no answer within ${opening.connectTimeoutMs} ms` });
      this.toServer.push(() => this.serverCloses(ABNORMAL));
    });
  }

  /** Sends the handshake; `arrive` is called when it reaches the server's machine. */
  start(arrive: () => void): void {
    this.toServer.push(arrive);
  }

  freeze(): void {
    this.toServer.freeze();
    this.toClient.freeze();
  }

  thaw(): void {
    this.toServer.thaw();
    this.toClient.thaw();
  }

  /** Both ends learn at once that the connection is gone. */
  break(): void {
    this.clientFails('failed', 'connection reset');
    this.serverCloses(ABNORMAL);
  }

  /** The client's process is gone: nothing is called there; the server sees the connection end. */
  orphan(): void {
    this.client = 'closed';
    this.stopTimer?.();
    this.toClient.end();
    this.toServer.push(() => this.serverCloses(ABNORMAL));
  }

  fail(kind: SocketClose['kind'], detail: string, tlsFault?: SocketClose['tlsFault']): void {
    this.toClient.push(() => this.clientFails(kind, detail, tlsFault));
    this.serverCloses(ABNORMAL);
  }

  /** The client's end. */
  socket(): Socket {
    const socket: Socket = {
      send: (text) => {
        if (this.client !== 'open') return;
        this.toServer.push(() => this.frame(() => this.server === 'open' && this.texts.emit(text)), text.length);
      },
      bufferedBytes: () => Math.max(0, this.toServer.bytes - SYSTEM_BUFFER_BYTES),
      close: (code = 1000, reason = '') => this.clientAsksToClose(code, reason),
      terminate: () => {
        this.clientFails('failed', 'terminated');
        this.toServer.push(() => this.serverCloses(ABNORMAL));
      },
    };
    if (this.world.likeBrowser) return socket;
    const pong = (): void => {
      if (this.client === 'open') this.events.onPong();
    };
    return { ...socket, ping: () => this.toServer.push(() => this.server === 'open' && this.toClient.push(pong)) };
  }

  private makeServerSide(): ServerConnection {
    const isOpen = (): boolean => this.server === 'open';
    return {
      url: this.opening.url,
      protocols: this.opening.protocols,
      basicAuth: this.opening.basicAuth ?? null,
      tls: this.opening.tls ?? null,
      accept: (protocol = '') => {
        if (this.server === 'closed') return; // the client gave up meanwhile
        if (this.server !== 'new') throw new KerbsideError('AlreadyAnswered', 'this handshake was answered before');
        this.server = 'open';
        this.toClient.push(() => this.clientOpens(protocol));
      },
      reject: (kind, detail = '', tlsFault) => this.fail(kind, detail, tlsFault),
      send: (text) => {
        if (isOpen()) this.toClient.push(() => this.frame(() => this.client !== 'closed' && this.events.onText(text)));
      },
      sendBinary: (byteLength) => {
        if (isOpen()) this.toClient.push(() => this.frame(() => this.client !== 'closed' && this.events.onBinary(byteLength)));
      },
      close: (code = 1000, reason = '') => {
        if (this.server !== 'open') return;
        this.server = 'closing';
        this.toClient.push(() => {
          this.clientCloses({ code, reason, kind: 'closed' });
          this.toServer.push(() => this.serverCloses({ code, reason }));
        });
      },
      terminate: () => {
        this.toClient.push(() => this.clientFails('failed', 'connection reset'));
        this.serverCloses(ABNORMAL);
      },
      onText: (listener) => this.texts.on(listener),
      onClose: (listener) => this.serverClosed.on(listener),
      get isOpen() {
        return isOpen();
      },
    };
  }

  private frame(deliver: () => void): void {
    if (this.world.breaksNow()) this.break();
    else deliver();
  }

  private clientOpens(protocol: string): void {
    if (this.client !== 'connecting') return;
    const offered = this.opening.protocols;
    if (protocol === '' ? offered.length > 0 : !offered.includes(protocol)) {
      const picked = protocol === '' ? 'no sub-protocol' : `sub-protocol "${protocol}"`;
      this.clientFails('protocol', `the server picked ${picked}, offered were: ${offered.join(', ')}`);
      this.toServer.push(() => this.serverCloses(ABNORMAL));
      return;
    }
    this.client = 'open';
    this.stopTimer?.();
    this.events.onOpen(protocol);
  }

  private clientAsksToClose(code: number, reason: string): void {
    if (this.client === 'connecting') {
      this.clientFails('failed', 'closed before it opened');
      this.toServer.push(() => this.serverCloses(ABNORMAL));
    }
    if (this.client !== 'open') return;
    this.client = 'closing';
    this.stopTimer = this.world.clock.after(CLOSE_TIMEOUT_MS, () => this.clientFails('failed', 'no answer to the close frame'));
    this.toServer.push(() => {
      this.serverCloses({ code, reason });
      this.toClient.push(() => this.clientCloses({ code, reason, kind: 'closed' }));
    });
  }

  /** Ends abnormally; before opening a browser wouldn't tell why. */
  private clientFails(kind: SocketClose['kind'], detail: string, tlsFault?: SocketClose['tlsFault']): void {
    if (this.client !== 'connecting') return this.clientCloses({ ...ABNORMAL, kind: 'closed', detail });
    if (this.world.likeBrowser) return this.clientCloses({ ...ABNORMAL, kind: 'failed' });
    this.clientCloses({ ...ABNORMAL, kind, detail, ...(tlsFault === undefined ? {} : { tlsFault }) });
  }

  private clientCloses(why: SocketClose): void {
    if (this.client === 'closed') return;
    this.client = 'closed';
    this.stopTimer?.();
    this.toClient.end();
    this.retire();
    this.events.onClose(why);
  }

  private serverCloses(why: { readonly code: number; readonly reason: string }): void {
    if (this.server === 'closed') return;
    this.server = 'closed';
    this.retire();
    this.serverClosed.emit(why);
  }

  private retire(): void {
    if (this.client === 'closed' && this.server === 'closed') this.world.gone(this);
  }
}
