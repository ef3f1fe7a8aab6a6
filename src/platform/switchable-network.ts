import { Signal, type Stop } from '../base/signal.ts';
import type { Clock, Network, NetworkAbilities, Socket, SocketEvents, SocketOpening } from './ports.ts';

/** How long a station takes to see that its network is gone, as by the carrier of its cable or modem. */
export const LOSS_NOTICED_MS = 3000;

/**
 * A network that can be gone, not closed politely. While dropped, nothing is sent or received, the peer isn't told, and
 * new openings wait for their timeout; the station sees the loss after `LOSS_NOTICED_MS`. When it is back, the sockets of before are dead: they end without a closing
 * handshake, so that the station has to connect anew.
 */
export class SwitchableNetwork implements Network {
  /** Tells each change: true is up. */
  readonly changed = new Signal<boolean>();
  private up = true;
  private stopTimer: Stop = () => undefined;
  private readonly live = new Set<SwitchableSocket>();

  constructor(
    private readonly inner: Network,
    private readonly clock: Clock,
  ) {}

  get abilities(): NetworkAbilities {
    return this.inner.abilities;
  }

  get isUp(): boolean {
    return this.up;
  }

  /** The network is gone, for so many seconds or until `restore`. Once more while dropped: only the end moves. */
  drop(seconds?: number): void {
    this.stopTimer();
    if (seconds !== undefined) this.stopTimer = this.clock.after(seconds * 1000, () => this.restore());
    if (!this.up) return;
    this.up = false;
    for (const socket of this.live) socket.freeze();
    this.changed.emit(false);
  }

  restore(): void {
    this.stopTimer();
    if (this.up) return;
    this.up = true;
    for (const socket of [...this.live]) socket.thaw();
    this.changed.emit(true);
  }

  open(opening: SocketOpening, events: SocketEvents): Socket {
    const socket = new SwitchableSocket(this.inner, this.clock, opening, events, () => this.live.delete(socket));
    this.live.add(socket);
    if (this.up) socket.connect();
    return socket.face;
  }
}

/** One socket as the station sees it, and the real one behind it, if there is one. */
class SwitchableSocket {
  /** What the station holds. */
  readonly face: Socket = {
    send: (text) => this.state === 'open' && this.inner?.send(text),
    bufferedBytes: () => (this.state === 'open' ? (this.inner?.bufferedBytes() ?? 0) : 0),
    close: (code, reason) => (this.state === 'open' ? this.inner?.close(code, reason) : this.endHere()),
    terminate: () => (this.state === 'open' ? this.inner?.terminate() : this.endHere()),
  };
  private inner: Socket | null = null;
  /** Events of a real socket that was given up are dropped by comparing with this. */
  private life = 0;
  private state: 'connecting' | 'open' | 'frozen' | 'closed' = 'connecting';
  private readonly deadlineMs: number;
  /** Of the opening, and then of a loss not yet noticed. */
  private stopTimer: Stop;

  constructor(
    private readonly network: Network,
    private readonly clock: Clock,
    private readonly opening: SocketOpening,
    private readonly events: SocketEvents,
    private readonly gone: () => void,
  ) {
    this.deadlineMs = clock.monotonicMs() + opening.connectTimeoutMs;
    this.stopTimer = clock.after(opening.connectTimeoutMs, () => {
      const detail = `no answer within ${opening.connectTimeoutMs} ms`;
      this.finish({ code: 1006, reason: '', kind: 'timeout', detail });
      this.abandon();
    });
  }

  connect(): void {
    const life = ++this.life;
    const current = (): boolean => life === this.life && (this.state === 'connecting' || this.state === 'open');
    const leftMs = Math.max(1, this.deadlineMs - this.clock.monotonicMs());
    this.inner = this.network.open({ ...this.opening, connectTimeoutMs: leftMs }, {
      onOpen: (protocol) => {
        if (!current()) return;
        this.state = 'open';
        this.stopTimer();
        this.events.onOpen(protocol);
      },
      onText: (text) => current() && this.events.onText(text),
      onBinary: (byteLength) => current() && this.events.onBinary(byteLength),
      onPong: () => current() && this.events.onPong(),
      onClose: (why) => current() && this.finish(why),
    });
    if (this.inner.ping !== undefined) this.face.ping = () => this.state === 'open' && this.inner?.ping?.();
  }

  freeze(): void {
    if (this.state === 'connecting') this.abandon(); // goes on waiting; `thaw` tries again
    if (this.state !== 'open') return;
    this.state = 'frozen';
    this.inner?.pause?.();
    this.stopTimer = this.clock.after(LOSS_NOTICED_MS, () => this.endHere());
  }

  thaw(): void {
    if (this.state === 'connecting') return this.connect();
    if (this.state === 'frozen') this.finish({ code: 1006, reason: '', kind: 'closed', detail: 'connection lost' });
    this.abandon();
    this.gone();
  }

  /** Where the peer can't be told: the station's side ends, the real socket stays as it is until `thaw`. */
  private endHere(): void {
    if (this.state === 'connecting') this.abandon();
    const kind = this.state === 'frozen' ? 'closed' : 'failed';
    this.finish({ code: 1006, reason: '', kind, detail: 'terminated' });
  }

  private abandon(): void {
    this.life += 1;
    this.inner?.terminate();
    this.inner = null;
  }

  private finish(why: Parameters<SocketEvents['onClose']>[0]): void {
    if (this.state === 'closed') return;
    const frozen = this.state === 'frozen';
    this.state = 'closed';
    this.stopTimer();
    if (!frozen) this.gone();
    this.events.onClose(why);
  }
}
