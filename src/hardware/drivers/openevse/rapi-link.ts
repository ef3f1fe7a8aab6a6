/**
 * Commands over one RAPI line: one at a time (the controller's FIFO is small), 1.5 s for an answer, one retry under a new
 * sequence id. Events pass at any time.
 */
import { KerbsideError } from '../../../base/errors.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock, SerialLine } from '../../../platform/ports.ts';
import { commandLine, MAX_LINE, parseLine, RapiFramer, toBytes, type RapiFrame } from './rapi-frame.ts';

/** The firmware answers in 5 to 50 ms, but is deaf for up to 1.3 s while it tests its GFI. */
const REPLY_MS = 1500;
const ATTEMPTS = 2;
const QUIET_MS = 500;

export interface RapiReply { readonly ok: boolean; readonly tokens: readonly string[]; readonly line?: string }

export interface RapiLinkEvents {
  onEvent(frame: Extract<RapiFrame, { kind: 'event' }>): void;
  onLine(direction: 'in' | 'out', text: string): void;
}

interface Pending {
  readonly sequence: string | null;
  readonly line: string;
  readonly settle: (reply: RapiReply | null) => void;
}

export class RapiLink {
  lastHeardMs: number;
  private readonly framer = new RapiFramer();
  private pending: Pending | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  private nextSequence = 1;
  /** Firmware before RAPI 3 echoes no sequence ids. One that has echoed one isn't of that kind. */
  private sequencing: 'unknown' | 'yes' | 'no' = 'unknown';
  /** Without ids a late answer looks like the next one's. */
  private overdue = false;
  private lost: KerbsideError | null = null;

  constructor(private readonly line: SerialLine, private readonly clock: Clock, private readonly events: RapiLinkEvents) {
    this.lastHeardMs = clock.monotonicMs();
    line.onBytes((bytes) => this.receive(bytes));
    line.onLost((why, detail) => this.fail(new KerbsideError('PortLost', `the port is ${why}: ${detail}`)));
  }

  /**
   * @param attempts 1 for a command that must not be given twice
   * @throws KerbsideError `NoReply` | `PortLost` | `CommandTooLong`
   */
  command(command: string, attempts = ATTEMPTS): Promise<RapiReply> {
    const result = this.tail.then(() => this.exchange(command, attempts));
    this.tail = result.catch(() => undefined);
    return result;
  }

  /**
   * The version, asked until there is an answer: opening the port restarts some boards, which are deaf for up to 4 s then.
   * @throws KerbsideError `NoReply` after that long | `PortLost`
   */
  async hello(patienceMs: number): Promise<RapiReply> {
    const untilMs = this.clock.monotonicMs() + patienceMs;
    for (;;) {
      try {
        return await this.command('GV');
      } catch (error) {
        if (this.lost !== null || this.clock.monotonicMs() >= untilMs) throw error;
      }
    }
  }

  async close(): Promise<void> {
    this.fail(new KerbsideError('PortLost', 'closed'));
    await this.line.close().catch(() => undefined);
  }

  private async exchange(command: string, attempts: number): Promise<RapiReply> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (this.lost !== null) throw this.lost;
      const sequence = this.sequencing === 'no' ? null : this.takeSequence();
      const line = commandLine(command, sequence);
      if (line.length > MAX_LINE) throw new KerbsideError('CommandTooLong', `${command} doesn't fit the controller's buffer`);
      const reply = await this.once(line, sequence);
      if (reply !== null && this.overdue && this.sequencing === 'no') {
        await this.untilQuiet(); // whose answer was it? All that are late come now and are dropped; then the command is asked anew
        this.overdue = false;
        attempt -= 1;
      } else if (reply !== null) return reply;
    }
    if (this.lost !== null) throw this.lost;
    throw new KerbsideError('NoReply', `${command.slice(0, 2)} got no answer`);
  }

  private once(line: string, sequence: string | null): Promise<RapiReply | null> {
    return new Promise((resolve) => {
      let stopTimer: Stop = () => {};
      const settle = (reply: RapiReply | null): void => {
        stopTimer();
        this.pending = null;
        resolve(reply);
      };
      this.pending = { sequence, line, settle };
      stopTimer = this.clock.after(REPLY_MS, () => {
        this.overdue = true;
        settle(null);
      });
      this.events.onLine('out', line);
      this.line.write(toBytes(`${line}\r`)).catch(() => settle(null));
    });
  }

  private receive(bytes: Uint8Array): void {
    for (const line of this.framer.push(bytes)) {
      this.events.onLine('in', line);
      if (line === this.pending?.line) continue; // echo, switched on by somebody
      const frame = parseLine(line);
      if (frame === null) continue;
      this.lastHeardMs = this.clock.monotonicMs();
      if (frame.kind === 'event') this.events.onEvent(frame);
      else this.receiveReply(frame);
    }
  }

  private receiveReply(frame: Extract<RapiFrame, { kind: 'reply' }>): void {
    const { pending } = this;
    if (pending === null) return; // late: its command was given up
    if (frame.sequence === pending.sequence) {
      if (frame.sequence !== null) this.sequencing = 'yes';
      pending.settle(frame);
    } else if (frame.sequence === null && this.sequencing === 'unknown') {
      this.sequencing = 'no'; // it obeyed, but knows no sequence ids; or refuses any command that has one
      pending.settle(frame.ok ? frame : null);
    } else if (frame.sequence === null && !frame.ok) {
      pending.settle(null); // damaged on the way: the one answer without an id
    }
  }

  /** Long enough for what the controller still has in its FIFO to be answered, and dropped here. */
  private untilQuiet(): Promise<void> {
    return new Promise((resolve) => void this.clock.after(QUIET_MS, resolve));
  }

  private fail(error: KerbsideError): void {
    this.lost ??= error;
    this.pending?.settle(null);
  }

  private takeSequence(): string {
    const sequence = this.nextSequence.toString(16).toUpperCase().padStart(2, '0');
    this.nextSequence = (this.nextSequence % 0xff) + 1; // 00 isn't legal
    return sequence;
  }
}
