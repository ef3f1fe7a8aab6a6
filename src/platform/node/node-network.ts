import type { ConnectionOptions } from 'node:tls';
import { WebSocket, type ClientOptions, type RawData } from 'ws';
import type { Clock, Network, NetworkAbilities, Socket, SocketClose, SocketEvents, SocketOpening } from '../ports.ts';
import { connectTls, plainReason, tlsFaultOf, tlsOptions } from './node-tls.ts';
import { fitCloseReason } from '../close-reason.ts';
import { NodeClock } from './node-clock.ts';

export interface NodeNetworkOptions {
  /** A message above this ends the connection with code 1009; OCPP messages are far below. Default 16 MiB. */
  readonly maxMessageBytes?: number;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** How long to wait for the answer to our close frame before dropping the connection. */
const CLOSE_TIMEOUT_MS = 5000;

/** WebSockets through `ws`: with an Authorization header, pings, and failures told apart. */
export class NodeNetwork implements Network {
  readonly abilities: NetworkAbilities = { clientCertificates: true, ownRoots: true, anyPassword: true };

  constructor(
    private readonly clock: Clock = new NodeClock(),
    private readonly options: NodeNetworkOptions = {},
  ) {}

  open(opening: SocketOpening, events: SocketEvents): Socket {
    let finished = false;
    let opened = false;
    let agreed = false;
    let failure: SocketClose | null = null;
    let socket: WebSocket | null = null;

    const finish = (why: SocketClose): void => {
      if (finished) return;
      finished = true;
      stopTimer();
      events.onClose(why);
    };
    const stopTimer = this.clock.after(opening.connectTimeoutMs, () => {
      if (opened) return;
      finish({ code: 1006, reason: '', kind: 'timeout', detail: `no answer within ${opening.connectTimeoutMs} ms` });
      socket?.terminate();
    });

    try {
      socket = new WebSocket(opening.url, [...opening.protocols], this.clientOptions(opening, () => (agreed = true)));
    } catch (error) {
      // Its message repeats the address, which may hold a password.
      const name = error instanceof Error ? error.name : 'Error';
      const detail = `${name}: the address or a sub-protocol is not valid`;
      queueMicrotask(() => finish({ code: 1006, reason: '', kind: 'failed', detail }));
      return { send: () => undefined, bufferedBytes: () => 0, close: () => undefined, terminate: () => undefined };
    }

    const ws = socket;
    ws.on('open', () => {
      opened = true;
      stopTimer();
      if (!finished) events.onOpen(ws.protocol);
    });
    ws.on('message', (data: RawData, isBinary: boolean) => {
      if (finished) return;
      if (isBinary) events.onBinary(lengthOf(data));
      else events.onText(textOf(data));
    });
    ws.on('pong', () => {
      if (!finished) events.onPong();
    });
    ws.on('unexpected-response', (request, response) => {
      failure = httpFailure(response.statusCode ?? 0);
      request.destroy();
      finish(failure);
    });
    ws.on('error', (error) => {
      failure ??= openingFailure(error, agreed);
    });
    ws.on('close', (code, reason) => {
      if (!opened) return finish(failure ?? { code: 1006, reason: '', kind: 'failed', detail: 'closed before it opened' });
      const detail = failure?.detail;
      finish({ code, reason: reason.toString(), kind: 'closed', ...(detail === undefined ? {} : { detail }) });
    });

    return {
      send: (text) => {
        if (ws.readyState === WebSocket.OPEN) ws.send(text, () => undefined); // a failure shows as a close
      },
      ping: () => {
        if (ws.readyState === WebSocket.OPEN) ws.ping(undefined, undefined, () => undefined);
      },
      bufferedBytes: () => ws.bufferedAmount,
      pause: () => ws.pause(),
      close: (code = 1000, reason = '') => {
        if (ws.readyState === WebSocket.CONNECTING) ws.terminate();
        else ws.close(isSendable(code) ? code : 1000, fitCloseReason(reason));
      },
      terminate: () => ws.terminate(),
    };
  }

  private clientOptions(opening: SocketOpening, onAgreed: () => void): ClientOptions {
    const { user, password = '', bytes = false } = opening.basicAuth ?? {};
    const credentials = Buffer.concat([Buffer.from(`${user ?? ''}:`), Buffer.from(password, bytes ? 'latin1' : 'utf8')]);
    const headers = user === undefined ? {} : { authorization: `Basic ${credentials.toString('base64')}` };
    const options: ClientOptions & { closeTimeout: number } = {
      ...tlsOptions(opening.tls),
      ...(/^wss:/i.test(opening.url) ? { createConnection: ((tls: ConnectionOptions) => connectTls(tls, onAgreed)) as ClientOptions['createConnection'] & object } : {}),
      headers,
      maxPayload: this.options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
      closeTimeout: CLOSE_TIMEOUT_MS,
      // Frames are small and one at a time: compressing costs memory and time, and saves little.
      perMessageDeflate: false,
    };
    return options;
  }
}

/** RFC 6455, 7.4: codes that an endpoint may put into a close frame. */
function isSendable(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999);
}

function httpFailure(status: number): SocketClose {
  const kind = status === 401 || status === 403 ? 'unauthorized' : status === 404 ? 'notFound' : 'failed';
  return { code: 1006, reason: '', kind, detail: `HTTP status ${status} instead of an upgrade to WebSocket` };
}

function openingFailure(error: Error, agreed: boolean): SocketClose {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  const reason = plainReason(error.message);
  const detail = code === '' ? reason : `${code}: ${reason}`;
  const tlsFault = tlsFaultOf(code, error.message, agreed);
  return { code: 1006, reason: '', kind: tlsFault === null ? kindOf(code, error.message) : 'tls', detail, ...(tlsFault === null ? {} : { tlsFault }) };
}

function kindOf(code: string, message: string): SocketClose['kind'] {
  if (/subprotocol/i.test(message)) return 'protocol';
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ETIMEDOUT|EADDRNOTAVAIL)$/.test(code)) return 'refused';
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/.test(code)) return 'tls';
  return 'failed';
}

function lengthOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
