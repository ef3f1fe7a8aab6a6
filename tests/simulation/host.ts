/**
 * The machine that the station runs on: its ports, each of which can be the station's last call. A killed process runs on
 * in nobody's memory: none of its promises settles any more and none of its sends leaves.
 */
import type { Network, Socket, SocketEvents, SocketOpening, Store, StoreWrite, Stored, Collection, SerialPorts, SerialLine } from '../../src/platform/ports.ts';
import type { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import type { MemoryStore } from '../../src/platform/virtual/memory-store.ts';

/** One life of the process. */
export class Life {
  alive = true;
  /** Calls of ports so far. */
  calls = 0;
  private fuse: { left: number; blow: () => void } | null = null;

  /** At the so-manieth call from now on the process dies, before or while the port does what it was asked. */
  arm(calls: number, blow: () => void): void {
    this.fuse = { left: calls, blow };
  }

  disarm(): void {
    this.fuse = null;
  }

  /** False: the caller is dead, now or since. `act` is done in any case if the process was alive when it called. */
  passes(): boolean {
    if (!this.alive) return false;
    this.calls += 1;
    const { fuse } = this;
    if (fuse === null) return true;
    fuse.left -= 1;
    if (fuse.left > 0) return true;
    this.fuse = null;
    fuse.blow();
    return false;
  }
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

export class HostStore implements Store {
  constructor(private readonly disk: MemoryStore, private readonly life: Life, private readonly chunks: ChunkWatch | null = null) {}

  get(collection: Collection, key: string): Promise<Stored | undefined> {
    return this.life.passes() ? this.disk.get(collection, key) : never();
  }

  entries(collection: Collection): Promise<[key: string, value: Stored][]> {
    if (!this.life.passes()) return never();
    this.chunks?.read(collection);
    return this.disk.entries(collection);
  }

  commit(writes: readonly StoreWrite[]): Promise<void> {
    if (!this.life.alive) return never();
    this.chunks?.written(writes);
    // The order has left for the disk before the process dies: `underway` says what became of it.
    const done = this.disk.commit(writes);
    done.catch(() => undefined);
    return this.life.passes() ? done : never();
  }

  usage(): ReturnType<Store['usage']> {
    return this.life.alive ? this.disk.usage() : never();
  }

  close(): Promise<void> {
    return this.life.alive ? this.disk.close() : never();
  }
}

export class HostNetwork implements Network {
  constructor(private readonly inner: Network, private readonly life: Life) {}

  get abilities(): Network['abilities'] {
    return this.inner.abilities;
  }

  open(opening: SocketOpening, events: SocketEvents): Socket {
    const { life } = this;
    if (!life.passes()) return DEAD_SOCKET;
    const guard = <A extends readonly unknown[]>(fn: (...args: A) => void) => (...args: A): void => {
      if (life.alive) fn(...args);
    };
    const socket = this.inner.open(opening, {
      onOpen: guard((protocol: string) => events.onOpen(protocol)), onText: guard((text: string) => events.onText(text)),
      onBinary: guard((bytes: number) => events.onBinary(bytes)), onPong: guard(() => events.onPong()), onClose: guard((why) => events.onClose(why)),
    });
    return {
      ...socket,
      // Before the frame leaves, or just after: both happen, by the number of the call.
      send: (text) => {
        if (!life.alive) return;
        if (life.calls % 2 === 0) {
          if (life.passes()) socket.send(text);
          return;
        }
        socket.send(text);
        life.passes();
      },
    };
  }
}

const DEAD_SOCKET: Socket = { send: () => undefined, bufferedBytes: () => 0, close: () => undefined, terminate: () => undefined };

export class HostSerial implements SerialPorts {
  readonly onChange: SerialPorts['onChange'];
  private readonly lines: SerialLine[] = [];

  constructor(private readonly inner: SerialPorts, private readonly life: Life) {
    this.onChange = (listener) => inner.onChange(() => {
      if (life.alive) listener();
    });
  }

  list(): ReturnType<SerialPorts['list']> {
    return this.life.alive ? this.inner.list() : never();
  }

  async open(...args: Parameters<SerialPorts['open']>): Promise<SerialLine> {
    if (!this.life.passes()) return never();
    const line = await this.inner.open(...args);
    const { life } = this;
    this.lines.push(line);
    if (!life.alive) {
      this.letGo();
      return never();
    }
    return {
      onBytes: (listener) => line.onBytes((bytes) => {
        if (life.alive) listener(bytes);
      }),
      onLost: (listener) => line.onLost((...why) => {
        if (life.alive) listener(...why);
      }),
      write: (bytes) => (life.passes() ? line.write(bytes) : never()),
      close: () => (life.alive ? line.close() : never()),
    };
  }

  /** The system closes what a dead process had open. */
  letGo(): void {
    for (const line of this.lines) void line.close();
  }
}

/**
 * The driver of a wall box is a chunk of its own, which loads on the real machine's time: at the beginning of each run of
 * the station, between its writing its number and its reading `variables`, virtual time stands still.
 */
export class ChunkWatch {
  private waiting = false;
  private run: Stored = null;

  constructor(private readonly clock: VirtualClock, private readonly life: Life) {}

  written(writes: readonly StoreWrite[]): void {
    const number = writes.find(({ collection, key }) => collection === 'meta' && key === 'run');
    // A disk that fails is told the same again.
    if (number?.op !== 'put' || number.value === this.run) return;
    this.run = number.value;
    this.waiting = true;
    void this.clock.external(this.loaded());
  }

  read(collection: Collection): void {
    if (collection === 'variables') this.waiting = false;
  }

  private async loaded(): Promise<void> {
    for (let turns = 0; turns < 5000 && this.waiting && this.life.alive; turns++) await new Promise((resolve) => void setTimeout(resolve, turns < 100 ? 0 : 1));
    this.waiting = false;
  }
}
