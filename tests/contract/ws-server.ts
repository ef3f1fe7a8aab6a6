import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Signal } from '../../src/base/signal.ts';
import type { ServerConnection } from '../../src/platform/virtual/virtual-connection.ts';

const STATUS: Readonly<Record<string, string>> = {
  unauthorized: '401 Unauthorized\r\nWWW-Authenticate: Basic realm="test"',
  notFound: '404 Not Found',
};

/** A real WebSocket server with the face of the virtual one. */
export class WsServer {
  readonly arrivals = new Signal<ServerConnection>();
  /** Pings from the client that reached the server. */
  pings = 0;
  private readonly streams = new Set<Duplex>();

  private constructor(private readonly http: Server | TlsServer) {
    http.on('connection', (stream) => {
      this.streams.add(stream);
      stream.on('close', () => this.streams.delete(stream));
    });
    http.on('upgrade', (request, stream, head) => this.arrivals.emit(this.connection(request, stream, head)));
  }

  static async start(http: Server | TlsServer = createServer(), port = 0): Promise<WsServer> {
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    return new WsServer(http);
  }

  get url(): string {
    return `${this.http instanceof TlsServer ? 'wss' : 'ws'}://127.0.0.1:${this.port}/ocpp/CP-1`;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  /** Takes no more connections; those that stand go on. */
  closeDoor(): void {
    this.http.close();
  }

  async stop(): Promise<void> {
    for (const stream of this.streams) stream.destroy();
    await new Promise<unknown>((resolve) => this.http.close(resolve));
  }

  private connection(request: IncomingMessage, stream: Duplex, head: Buffer): ServerConnection {
    const texts = new Signal<string>();
    const closed = new Signal<{ code: number; reason: string }>();
    let socket: WebSocket | null = null;
    stream.on('error', () => undefined);
    const [, basic] = (request.headers.authorization ?? '').split(' ');
    const [user, ...password] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':');
    return {
      url: request.url ?? '',
      protocols: (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()),
      tls: null,
      basicAuth: user === undefined ? null : { user, password: password.join(':') },
      accept: (protocol = '') => {
        const server = new WebSocketServer({ noServer: true, handleProtocols: () => (protocol === '' ? false : protocol) });
        server.handleUpgrade(request, stream, head, (ws) => {
          socket = ws;
          ws.on('message', (data, isBinary) => !isBinary && texts.emit((data as Buffer).toString()));
          ws.on('ping', () => (this.pings += 1));
          ws.on('error', () => undefined);
          ws.on('close', (code, reason) => closed.emit({ code, reason: reason.toString() }));
        });
      },
      reject: (kind) => void stream.end(`HTTP/1.1 ${STATUS[kind] ?? '503 Service Unavailable'}\r\nContent-Length: 0\r\n\r\n`),
      send: (text) => socket?.send(text),
      sendBinary: (byteLength) => socket?.send(Buffer.alloc(byteLength)),
      close: (code, reason) => socket?.close(code, reason),
      terminate: () => (socket === null ? stream.destroy() : socket.terminate()),
      onText: (listener) => texts.on(listener),
      onClose: (listener) => closed.on(listener),
      get isOpen() {
        return socket?.readyState === 1;
      },
    };
  }
}
