import type { Clock, Network, NetworkAbilities, Socket, SocketClose, SocketEvents, SocketOpening } from '../ports.ts';
import { fitCloseReason } from '../close-reason.ts';
import { BrowserClock } from './browser-clock.ts';

/** How long to wait for the answer to our close frame; browsers themselves may wait for minutes. */
const CLOSE_TIMEOUT_MS = 5000;

/**
 * WebSockets of the browser. It has no ping, and of a failure it tells 1006 and nothing else: the rest of the account
 * is put together here from what can be seen.
 */
export class BrowserNetwork implements Network {
  readonly abilities: NetworkAbilities = { clientCertificates: false, ownRoots: false, anyPassword: false };

  /** @param webSocket the browser's own class, unless a test brings another with the same face */
  constructor(
    private readonly clock: Clock = new BrowserClock(),
    private readonly webSocket: typeof WebSocket = globalThis.WebSocket,
  ) {}

  open(opening: SocketOpening, events: SocketEvents): Socket {
    return new BrowserSocket(opening, events, this.clock, this.webSocket);
  }
}

class BrowserSocket implements Socket {
  private readonly socket: WebSocket | null;
  private state: 'connecting' | 'open' | 'closed' = 'connecting';
  private stopTimer: () => void;
  private stopWatching: () => void = () => undefined;

  constructor(
    opening: SocketOpening,
    private readonly events: SocketEvents,
    private readonly clock: Clock,
    webSocket: typeof WebSocket,
  ) {
    // A socket that the content security policy blocks may fire nothing at all, so the timeout is our own.
    this.stopTimer = clock.after(opening.connectTimeoutMs, () => {
      this.finish('timeout', `no answer within ${opening.connectTimeoutMs} ms`);
    });
    try {
      this.socket = new webSocket(addressOf(opening), [...opening.protocols]);
    } catch (error) {
      this.socket = null;
      // The browser's message repeats the address, which may hold the password.
      const detail = explainThrown(error);
      queueMicrotask(() => this.finish('failed', detail));
      return;
    }
    this.stopWatching = watchPolicy(opening.url, () => {
      if (this.state === 'connecting') this.finish('failed', 'blocked by the content security policy of this page');
    });
    this.listen(this.socket);
  }

  send(text: string): void {
    if (this.state === 'open' && this.socket?.readyState === 1) this.socket.send(text);
  }

  bufferedBytes(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  close(code = 1000, reason = ''): void {
    if (this.state === 'connecting') return this.finish('failed', 'closed before it opened');
    if (this.state !== 'open') return;
    // A page may send no other codes than these.
    const allowed = code === 1000 || (code >= 3000 && code <= 4999);
    this.socket?.close(allowed ? code : 1000, fitCloseReason(reason));
    this.stopTimer();
    this.stopTimer = this.clock.after(CLOSE_TIMEOUT_MS, () => this.finish('closed', 'no answer to the close frame'));
  }

  terminate(): void {
    this.finish(this.state === 'connecting' ? 'failed' : 'closed', 'terminated');
  }

  private listen(socket: WebSocket): void {
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      if (this.state !== 'connecting') return;
      this.state = 'open';
      this.stopTimer();
      this.stopWatching();
      this.events.onOpen(socket.protocol);
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (this.state !== 'open') return;
      if (typeof event.data === 'string') this.events.onText(event.data);
      else this.events.onBinary(event.data instanceof ArrayBuffer ? event.data.byteLength : 0);
    });
    socket.addEventListener('error', () => undefined); // says nothing; `close` follows
    socket.addEventListener('close', (event) => {
      if (this.state === 'open') this.end({ code: event.code, reason: event.reason, kind: 'closed' });
      else if (isOffline()) this.finish('refused', 'this device has no network');
      else this.finish('failed', 'the browser doesn’t tell why');
    });
  }

  /** Ends now, whatever the browser's socket still does. */
  private finish(kind: SocketClose['kind'], detail: string): void {
    if (this.state === 'closed') return;
    this.end({ code: 1006, reason: '', kind, detail });
    try {
      this.socket?.close();
    } catch {
      // it was never open: nothing to close
    }
  }

  private end(why: SocketClose): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.stopTimer();
    this.stopWatching();
    this.events.onClose(why);
  }
}

/** Credentials go into the address: the only place where a page can put them. Sent once the server asks for Basic. */
function addressOf(opening: SocketOpening): string {
  if (opening.basicAuth === undefined) return opening.url;
  const url = new URL(opening.url);
  url.username = encodeURIComponent(opening.basicAuth.user);
  url.password = encodeURIComponent(opening.basicAuth.password);
  return url.href;
}

function explainThrown(error: unknown): string {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'SecurityError') return 'a page loaded over https may not open ws:// (use wss:// or the gateway)';
  return 'the address or a sub-protocol is not valid';
}

function isOffline(): boolean {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.onLine === false;
}

/** Calls back when the content security policy of this page or worker blocks a connection to the host of `url`. */
function watchPolicy(url: string, onBlocked: () => void): () => void {
  const scope = globalThis as unknown as EventTarget;
  if (typeof SecurityPolicyViolationEvent === 'undefined') return () => undefined;
  const host = new URL(url).host;
  const listener = (event: Event): void => {
    if (event instanceof SecurityPolicyViolationEvent && event.blockedURI.includes(host)) onBlocked();
  };
  scope.addEventListener('securitypolicyviolation', listener);
  return () => scope.removeEventListener('securitypolicyviolation', listener);
}
