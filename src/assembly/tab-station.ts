/**
 * One station per origin. Every tab runs this in its worker: whoever holds the exclusive lock is the station, the others
 * pass their screens' commands on to it, and the next in line takes over when it goes. No lock, no station.
 *
 * A command given while the station changes is done by the next one, and never twice: the station says when it begins one.
 * One that had begun when its station went may have been done or not; whoever gave it is told so at once.
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

interface PendingCall {
  readonly command: keyof StationCommands;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly stop: () => void;
  taken: boolean;
}

/** A call that was sent again may still be on its way from before. So many are remembered. */
const REMEMBERED_CALLS = 100;

export class TabStation {
  private service: TabService | null = null;
  /** Settles when the service has read its books and runs. */
  private opened: Promise<void> = Promise.resolve();
  private isOpen = false;
  private readonly calls = new Map<number, PendingCall>();
  private readonly received = new Set<string>();
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
      this.opened = service.start();
      channel.post({ type: 'station' });
      this.takeOver();
      await this.opened;
      this.isOpen = true;
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
      this.calls.set(call, { command, args, resolve, reject, stop, taken: false });
      this.deps.channel.post({ type: 'call', call, tab: this.tab, command, args });
    });
  }

  private async receive(message: ChannelMessage): Promise<void> {
    const { channel } = this.deps;
    switch (message.type) {
      case 'who':
        if (this.service !== null && this.isOpen) channel.post({ type: 'snapshot', snapshot: await this.service.snapshot() });
        return;
      case 'station': return this.stationChanged((call, { command, args }) => channel.post({ type: 'call', call, tab: this.tab, command, args }));
      case 'taken': {
        const waiting = message.tab === this.tab ? this.calls.get(message.call) : undefined;
        if (waiting !== undefined) waiting.taken = true;
        return;
      }
      case 'call': {
        if (this.service === null || !this.isNew(`${message.tab}/${message.call}`)) return;
        const { call, tab } = message;
        try {
          const begin = (): void => channel.post({ type: 'taken', call, tab });
          channel.post({ type: 'result', call, tab, ok: true, value: await this.execute(message.command, message.args, begin) });
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

  private async execute(command: keyof StationCommands, args: readonly unknown[], begin: () => void = () => undefined): Promise<unknown> {
    const needs = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (needs === undefined) throw new KerbsideError('UnknownCommand', `no such command: ${String(command)}`);
    if (needs === 'station') await this.opened;
    const { service } = this;
    if (service === null) throw changed();
    begin();
    return (service[command] as (...args: readonly unknown[]) => Promise<unknown>).apply(service, [...args]);
  }

  /** This tab is the station now: what its own screen asked of the one before is its own business. */
  private takeOver(): void {
    this.stationChanged((call, { command, args, stop, resolve, reject }) => {
      this.calls.delete(call);
      stop();
      this.execute(command, args).then(resolve, reject);
    });
  }

  private stationChanged(again: (call: number, pending: PendingCall) => void): void {
    for (const [call, pending] of [...this.calls]) {
      if (!pending.taken) again(call, pending);
      else {
        this.calls.delete(call);
        pending.stop();
        pending.reject(changed());
      }
    }
  }

  private isNew(call: string): boolean {
    if (this.received.has(call)) return false;
    this.received.add(call);
    for (const oldest of this.received) {
      if (this.received.size <= REMEMBERED_CALLS) break;
      this.received.delete(oldest);
    }
    return true;
  }

  /** The lock or the books are gone: another tab may be the station by now, so this one must not be. */
  async resign(why: string): Promise<void> {
    const service = this.service;
    this.service = null;
    await service?.stop();
    this.deps.onFailure(why);
  }
}

function changed(): KerbsideError {
  return new KerbsideError('StationChanged', 'the station went while it did this', 'The station was taken over by another tab just now. See whether it was done, and else try again.');
}

/** Only what the contract names can be called from another tab; what needs the station waits until it has read its books. */
const COMMANDS: Readonly<Record<keyof StationCommands, 'station' | 'worker'>> = {
  snapshot: 'station', presentToken: 'station', presentCard: 'station', chooseMasterPass: 'station', dismissSummary: 'station', extendConnectTimeout: 'station',
  cancelAuthorization: 'station', readSetup: 'worker', saveSetup: 'worker', testCsms: 'worker', serialPorts: 'worker', testCharger: 'worker',
  probePort: 'worker', testDevice: 'worker', endCommissioning: 'worker', sendRaw: 'worker', lines: 'worker', serialRecording: 'worker', frames: 'worker', serialLines: 'worker', logLines: 'worker', queue: 'station',
  retryParked: 'station', variables: 'station', setVariable: 'station', reconnect: 'station', resetStation: 'station', requestPersistence: 'worker',
  setExternalLimit: 'station', clearExternalLimit: 'station', simulate: 'station', simulateEv: 'station', simulateFault: 'station',
  simulateBay: 'station', simulateNetwork: 'station', technicianAccess: 'worker', enterTechnician: 'worker', chooseTechnicianPin: 'worker',
  sessions: 'station', limits: 'station', lists: 'station', exportConfiguration: 'worker', importConfiguration: 'worker', supportBundle: 'worker',
};

export function failureOf(error: unknown): CommandFailure {
  return error instanceof KerbsideError
    ? { code: error.code, message: error.message, sentence: error.sentence ?? null }
    : { code: 'InternalError', message: describeError(error), sentence: null };
}
