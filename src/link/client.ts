/** A screen's picture of the station: the newest snapshot, and whether a station is there at all. */
import { KerbsideError } from '../base/errors.ts';
import type { Stop } from '../base/signal.ts';
import type { ChannelMessage, StationCommands } from './commands.ts';
import { SNAPSHOT_VERSION, type StationSnapshot } from './snapshot.ts';

export interface ScreenChannel {
  post(message: ChannelMessage): void;
  onMessage(listener: (message: ChannelMessage) => void): Stop;
}

export interface ClientDeps {
  readonly channel: ScreenChannel;
  readonly commands: StationCommands;
  /** Calls back about once a second. */
  readonly everySecond: (tick: () => void) => Stop;
  /** An old screen met a newer station: load the new app. */
  readonly reload: () => void;
}

export interface Picture {
  readonly snapshot: StationSnapshot | null;
  /** Seconds since the station was last heard. */
  readonly silentS: number;
}

/** After so many silent seconds the screen says that there is no station. */
export const GONE_AFTER_S = 8;
/** Even a quiet station is asked now and then. */
const ASK_EVERY_S = 3;

export class StationClient {
  private picture: Picture = { snapshot: null, silentS: 0 };
  private readonly listeners = new Set<(picture: Picture) => void>();

  constructor(private readonly deps: ClientDeps) {
    deps.channel.onMessage((message) => {
      if (message.type === 'snapshot') this.take(message.snapshot);
    });
    deps.everySecond(() => this.tick());
    deps.channel.post({ type: 'who' });
  }

  get commands(): StationCommands {
    return this.deps.commands;
  }

  subscribe(listener: (picture: Picture) => void): Stop {
    this.listeners.add(listener);
    listener(this.picture);
    return () => void this.listeners.delete(listener);
  }

  private take(snapshot: StationSnapshot): void {
    if (snapshot.version !== SNAPSHOT_VERSION) return this.deps.reload();
    this.publish({ snapshot, silentS: 0 });
  }

  private tick(): void {
    const silentS = this.picture.silentS + 1;
    if (silentS % ASK_EVERY_S === 0) this.deps.channel.post({ type: 'who' });
    this.publish({ ...this.picture, silentS });
  }

  private publish(picture: Picture): void {
    this.picture = picture;
    for (const listener of this.listeners) listener(picture);
  }
}

/** What went wrong, in words for the person at the screen. */
export function sentenceOf(error: unknown): string {
  if (error instanceof KerbsideError) return error.sentence ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
