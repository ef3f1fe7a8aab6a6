import { Signal, type Stop } from '../../base/signal.ts';
import type { Clock, Network, NetworkAbilities, Random, Socket, SocketEvents, SocketOpening } from '../ports.ts';
import { VirtualConnection, type ConnectionWorld, type ServerConnection } from './virtual-connection.ts';

export interface VirtualNetworkOptions {
  readonly clock: Clock;
  /** Needed for a latency range and for random breaks. */
  readonly random?: Random;
  /** One way, ms: fixed, or between two bounds (order is kept). Default 0, which still is never synchronous. */
  readonly latencyMs?: number | readonly [min: number, max: number];
  /** How likely any one frame breaks its connection instead of arriving, 0 to 1. */
  readonly breakChance?: number;
  /** As in a browser: no `ping`, and every failure before opening is just `failed`. */
  readonly likeBrowser?: boolean;
}

/** Sockets in memory, to a fake server that sees the wire: text in, text out, and every way a network fails. */
export class VirtualNetwork implements Network {
  /** While true, openings are refused as by a machine where nothing listens. */
  refusing = false;
  readonly abilities: NetworkAbilities;
  private cutNow = false;
  private readonly live = new Set<VirtualConnection>();
  private readonly arrivals = new Signal<ServerConnection>();
  private readonly world: ConnectionWorld;
  private listeners = 0;

  constructor(private readonly options: VirtualNetworkOptions) {
    const { random, breakChance = 0, likeBrowser = false } = options;
    this.abilities = { clientCertificates: !likeBrowser, ownRoots: !likeBrowser, anyPassword: !likeBrowser };
    this.world = {
      clock: options.clock,
      latencyMs: () => this.latencyMs(),
      breaksNow: () => breakChance > 0 && (random?.next() ?? 1) < breakChance,
      likeBrowser,
      gone: (connection) => this.live.delete(connection),
    };
  }

  /** The server: called for every handshake that arrives. It must `accept` or `reject`, now or later. */
  onConnection(listener: (connection: ServerConnection) => void): Stop {
    this.listeners += 1;
    const stop = this.arrivals.on(listener);
    return () => {
      stop();
      this.listeners -= 1;
    };
  }

  /** Connections whose handshake is done, oldest first. */
  get connections(): ServerConnection[] {
    return [...this.live].map((connection) => connection.serverSide).filter((side) => side.isOpen);
  }

  open(opening: SocketOpening, events: SocketEvents): Socket {
    const connection = new VirtualConnection(this.world, opening, events);
    this.live.add(connection);
    if (this.cutNow) connection.freeze();
    connection.start(() => {
      if (this.refusing || this.listeners === 0) connection.fail('refused', 'connection refused');
      else this.arrivals.emit(connection.serverSide);
    });
    return connection.socket();
  }

  /** From now on nothing passes either way and nobody is told: a pulled cable, a dead mobile link. */
  cut(): void {
    this.cutNow = true;
    for (const connection of this.live) connection.freeze();
  }

  /**
   * The link is back. `resume`: the connections were kept and what was sent meanwhile arrives (TCP sends it again);
   * `dead`: they break, as when some router between has forgotten them.
   */
  mend(frozen: 'resume' | 'dead' = 'resume'): void {
    this.cutNow = false;
    for (const connection of [...this.live]) {
      connection.thaw();
      if (frozen === 'dead') connection.break();
    }
  }

  /** Breaks every connection at once, without a closing handshake. */
  reset(): void {
    for (const connection of [...this.live]) connection.break();
  }

  /** The client's process dies: none of its callbacks is called any more; the server sees its connections end. */
  killClients(): void {
    for (const connection of [...this.live]) connection.orphan();
  }

  private latencyMs(): number {
    const { latencyMs = 0, random } = this.options;
    if (typeof latencyMs === 'number') return latencyMs;
    return latencyMs[0] + (random?.next() ?? 0.5) * (latencyMs[1] - latencyMs[0]);
  }
}
