/**
 * A screen's side of the station: keeps the newest snapshot and notices when none comes any more. Plain callbacks, no
 * framework: the screens wrap it in whatever they draw with. Takes its channel, commands and timer from who builds it.
 */
import type { ChannelMessage, StationCommands } from './commands.ts';
import { SNAPSHOT_VERSION, type StationSnapshot } from './snapshot.ts';

/** The part of a `BroadcastChannel` that is needed here. */
export interface ClientChannel {
  post(message: ChannelMessage): void;
  onMessage(listener: (message: ChannelMessage) => void): () => void;
}

export interface ClientDeps {
  readonly channel: ClientChannel;
  readonly commands: StationCommands;
  /** Calls back every `ms`; answers how to stop. */
  readonly every: (ms: number, callback: () => void) => () => void;
  readonly monotonicMs: () => number;
}

export interface ClientState {
  readonly snapshot: StationSnapshot | null;
  /** When `snapshot` came, on the monotonic clock, ms. */
  readonly receivedMs: number;
  /** Nothing was heard for `STALE_AFTER_MS`: there is no station, or it hangs. */
  readonly stale: boolean;
  /** The station speaks another version of the contract than this page: only a reload helps. */
  readonly outdated: boolean;
}

/** Silence after which the station is asked whether it is there. */
export const ASK_AFTER_MS = 4_000;
/** Silence after which a screen must not show old figures as if they were true. */
export const STALE_AFTER_MS = 12_000;
const TICK_MS = 1_000;

export class StationClient {
  readonly commands: StationCommands;
  private current: ClientState;
  private heardMs: number;
  private readonly listeners = new Set<(state: ClientState) => void>();
  private readonly stops: (() => void)[];

  constructor(private readonly deps: ClientDeps) {
    this.commands = deps.commands;
    this.heardMs = deps.monotonicMs();
    this.current = { snapshot: null, receivedMs: this.heardMs, stale: false, outdated: false };
    this.stops = [
      deps.channel.onMessage((message) => {
        if (message.type === 'snapshot') this.receive(message.snapshot);
      }),
      deps.every(TICK_MS, () => this.tick()),
    ];
    deps.channel.post({ type: 'who' });
  }

  get state(): ClientState {
    return this.current;
  }

  /** Calls the listener at once and after every change; answers how to unsubscribe. */
  subscribe(listener: (state: ClientState) => void): () => void {
    this.listeners.add(listener);
    listener(this.current);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.listeners.clear();
  }

  private receive(snapshot: StationSnapshot): void {
    this.heardMs = this.deps.monotonicMs();
    // A number from another build may not mean what this build thinks it means.
    if ((snapshot.version as number) !== SNAPSHOT_VERSION) {
      this.set({ ...this.current, stale: false, outdated: true });
      return;
    }
    this.set({ snapshot, receivedMs: this.heardMs, stale: false, outdated: false });
  }

  private tick(): void {
    const silentMs = this.deps.monotonicMs() - this.heardMs;
    if (silentMs >= ASK_AFTER_MS) this.deps.channel.post({ type: 'who' });
    if (silentMs >= STALE_AFTER_MS && !this.current.stale) this.set({ ...this.current, stale: true });
  }

  private set(state: ClientState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }
}
