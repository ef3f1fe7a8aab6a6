/**
 * Is the other end still there? A WebSocket ping where the platform has one, else an OCPP message that every CSMS
 * answers. A socket that is open but dead is dropped, so that the station connects anew.
 */
import type { Stop } from '../base/signal.ts';
import type { Clock, Socket } from '../platform/ports.ts';

export interface LivenessDeps {
  readonly clock: Clock;
  readonly socket: Socket;
  readonly pingIntervalMs: () => number;
  readonly lastInboundMs: () => number;
  /** A CALL is waiting for its answer: its own time-out will tell, and a probe would only queue behind it. */
  readonly busy: () => boolean;
  /** Sends an OCPP message that must be answered, for platforms without ping. False: none may be sent now. */
  readonly probe: () => boolean;
  readonly onDead: (why: string) => void;
}

/** How long a pong may take. */
const PONG_MS = 10_000;

export class Liveness {
  private stopTimer: Stop = () => {};
  private stopPong: Stop = () => {};
  private awaitingPong = false;

  constructor(private readonly deps: LivenessDeps) {
    this.schedule();
  }

  stop(): void {
    this.stopTimer();
    this.stopPong();
  }

  pong(): void {
    this.awaitingPong = false;
    this.stopPong();
  }

  /** A CALL got no answer. `deaf`: nothing at all has come since it was sent. */
  callTimedOut(deaf: boolean): void {
    if (!deaf) return;
    if (this.deps.socket.ping !== undefined) return this.ping();
    this.probeOnce();
  }

  private schedule(): void {
    this.stopTimer();
    const intervalMs = this.deps.pingIntervalMs();
    // 0 switches the ping off; look again now and then whether it was switched on.
    this.stopTimer = this.deps.clock.after(intervalMs > 0 ? intervalMs : 60_000, () => {
      if (intervalMs > 0) this.beat(intervalMs);
      this.schedule();
    });
  }

  private beat(intervalMs: number): void {
    if (this.deps.socket.ping !== undefined) return this.ping();
    if (!this.deps.busy() && this.deps.clock.monotonicMs() - this.deps.lastInboundMs() >= Math.max(intervalMs, 30_000)) this.probeOnce();
  }

  /** An OCPP message instead of a ping: it may take as long as a pong may. */
  private probeOnce(): void {
    const sentMs = this.deps.clock.monotonicMs();
    if (this.awaitingPong || !this.deps.probe()) return;
    this.awaitingPong = true;
    this.stopPong = this.deps.clock.after(PONG_MS, () => {
      this.awaitingPong = false;
      if (this.deps.lastInboundMs() <= sentMs) this.deps.onDead('nothing was heard any more');
    });
  }

  private ping(): void {
    if (this.awaitingPong) return;
    this.awaitingPong = true;
    const sentMs = this.deps.clock.monotonicMs();
    this.deps.socket.ping?.();
    this.stopPong = this.deps.clock.after(PONG_MS, () => {
      if (!this.awaitingPong) return;
      this.awaitingPong = false;
      // Some servers never pong but do talk.
      if (this.deps.lastInboundMs() <= sentMs) this.deps.onDead('the ping wasn\'t answered');
    });
  }
}
