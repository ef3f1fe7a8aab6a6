/**
 * One station per origin. Every tab runs this in its worker: whoever holds the exclusive lock is the station, the others
 * pass their screens' commands on to it, and the next in line takes over when it goes. No lock, no station.
 */
import { KerbsideError, describeError } from '../base/errors.ts';
import type { ChannelMessage, CommandFailure, StationCommands } from '../link/commands.ts';
import type { Clock, Lock, Random } from '../platform/ports.ts';

const CALL_TIMEOUT_MS = 20_000;
const LOCK_NAME = 'kerbside-station';

export interface Channel {
  post(message: ChannelMessage): void;
  onMessage(listener: (message: ChannelMessage) => void): void;
}

export interface TabService extends StationCommands {
  readonly onSnapshot: { on(listener: (snapshot: Awaited<ReturnType<StationCommands['snapshot']>>) => void): () => void };
  start(): Promise<void>;
  stop(): Promise<void>;
}

export class TabStation {
  private service: TabService | null = null;
  private calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void; stop: () => void }>();
  private nextCall = 1;
  private readonly tab: string;

  constructor(
    private readonly deps: { readonly lock: Lock; readonly channel: Channel; readonly clock: Clock; readonly random: Random;
      readonly createService: () => Promise<TabService>; readonly onFailure: (why: string) => void },
  ) {
    this.tab = deps.random.uuid();
    deps.channel.onMessage((message) => void this.receive(message));
  }

  /** Waits for its turn, then serves until the lock is lost. */
  async run(): Promise<void> {
    const { lock, channel } = this.deps;
    channel.post({ type: 'who' });
    const release = await lock.acquire(LOCK_NAME, () => void this.resign('the lock was lost'));
    try {
      const service = await this.deps.createService();
      this.service = service;
      service.onSnapshot.on((snapshot) => channel.post({ type: 'snapshot', snapshot }));
      await service.start();
    } catch (error) {
      this.service = null;
      release();
      this.deps.onFailure(describeError(error));
      throw error;
    }
  }

  /** A command of this tab's screen. */
  async call(command: keyof StationCommands, args: readonly unknown[]): Promise<unknown> {
    if (this.service !== null) return this.execute(command, args);
    const call = this.nextCall++;
    return new Promise((resolve, reject) => {
      const stop = this.deps.clock.after(CALL_TIMEOUT_MS, () => {
        this.calls.delete(call);
        reject(new KerbsideError('NoStation', `no answer to ${command}`, 'No station answers. Is another tab frozen?'));
      });
      this.calls.set(call, { resolve, reject, stop });
      this.deps.channel.post({ type: 'call', call, tab: this.tab, command, args });
    });
  }

  private async receive(message: ChannelMessage): Promise<void> {
    const { channel } = this.deps;
    switch (message.type) {
      case 'who':
        if (this.service !== null) channel.post({ type: 'snapshot', snapshot: await this.service.snapshot() });
        return;
      case 'call': {
        if (this.service === null) return;
        const { call, tab } = message;
        try {
          channel.post({ type: 'result', call, tab, ok: true, value: await this.execute(message.command, message.args) });
        } catch (error) {
          channel.post({ type: 'result', call, tab, ok: false, failure: failureOf(error) });
        }
        return;
      }
      case 'result': {
        const waiting = message.tab === this.tab ? this.calls.get(message.call) : undefined;
        if (waiting === undefined) return;
        this.calls.delete(message.call);
        waiting.stop();
        if (message.ok) waiting.resolve(message.value);
        else waiting.reject(new KerbsideError(message.failure.code, message.failure.message, message.failure.sentence ?? undefined));
        return;
      }
      case 'snapshot': case 'reload': return;
    }
  }

  private async execute(command: keyof StationCommands, args: readonly unknown[]): Promise<unknown> {
    const service = this.service;
    const method = service !== null && COMMANDS.has(command) ? (service[command] as (...args: readonly unknown[]) => Promise<unknown>) : undefined;
    if (service === null || method === undefined) throw new KerbsideError('UnknownCommand', `no such command: ${command}`);
    return method.apply(service, [...args]);
  }

  /** The lock or the books are gone: another tab may be the station by now, so this one must not be. */
  async resign(why: string): Promise<void> {
    const service = this.service;
    this.service = null;
    await service?.stop();
    this.deps.onFailure(why);
  }
}

/** Only what the contract names can be called from another tab. */
const COMMANDS: ReadonlySet<string> = new Set<keyof StationCommands>([
  'snapshot', 'presentToken', 'dismissSummary', 'extendConnectTimeout', 'cancelAuthorization', 'readSetup', 'saveSetup', 'testCsms',
  'serialPorts', 'testCharger', 'probePort', 'testDevice', 'endCommissioning', 'frames', 'serialLines', 'logLines', 'queue', 'retryParked', 'variables', 'setVariable', 'reconnect',
  'resetStation', 'requestPersistence', 'setExternalLimit', 'clearExternalLimit', 'simulate', 'simulateEv', 'simulateFault', 'simulateBay', 'simulateNetwork',
]);

export function failureOf(error: unknown): CommandFailure {
  return error instanceof KerbsideError
    ? { code: error.code, message: error.message, sentence: error.sentence ?? null }
    : { code: 'InternalError', message: describeError(error), sentence: null };
}
