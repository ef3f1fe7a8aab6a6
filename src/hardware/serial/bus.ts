/**
 * One serial line that several devices share: one exchange in flight, the pause that each device wants before it is asked
 * again, echoes taken out, damaged answers passed over, and the line opened anew whenever it is lost.
 */
import { describeError, KerbsideError } from '../../base/errors.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { Clock, SerialLine, SerialPorts, SerialSettings } from '../../platform/ports.ts';
import { sameBytes, type Framing } from './framing.ts';

export interface ExchangeOptions {
  readonly framing: Framing;
  /** Until the first byte of the answer. Default 500 ms. */
  readonly firstByteMs?: number;
  /** Between one piece of the answer and the next. Default 100 ms. */
  readonly betweenMs?: number;
  /** Quiet on the line before the request. Default 30 ms. */
  readonly gapMs?: number;
  /** Default 3: one and two more. 1 for what must not be done twice. */
  readonly attempts?: number;
}

export interface BusStatistics {
  readonly exchanges: number;
  readonly timeouts: number;
  /** Bytes that belonged to no answer. */
  readonly strayBytes: number;
  readonly echoes: number;
  readonly reopenings: number;
}

export type BusState = { readonly up: true } | { readonly up: false; readonly reason: 'opening' | 'busy' | 'gone' | 'refused' | 'closed'; readonly detail: string };

export interface BusDeps {
  readonly clock: Clock;
  readonly serial: SerialPorts;
  readonly portId: string;
  readonly settings: SerialSettings;
}

const FIRST_BYTE_MS = 500;
const BETWEEN_MS = 100;
const GAP_MS = 30;
const ATTEMPTS = 3;
/** After garbage: as long as no device takes to finish what it says. */
const RESYNC_MS = 50;
/** After no answer at all: a slow device's comes late, and would be taken for the next one's. */
const LATE_MS = 300;
const REOPEN_MS = [500, 1000, 2000, 5000, 10_000];
const MAX_BUFFER = 4096;

interface Waiting {
  readonly request: Uint8Array;
  readonly options: ExchangeOptions;
  readonly settle: (answer: Uint8Array | null) => void;
  echoChecked: boolean;
}

export class Bus {
  readonly onState = new Signal<BusState>();
  /** Every byte on the line, for log and recording. */
  readonly onTraffic = new Signal<{ readonly direction: 'in' | 'out'; readonly bytes: Uint8Array }>();
  state: BusState = { up: false, reason: 'opening', detail: 'not opened yet' };
  private readonly counts = { exchanges: 0, timeouts: 0, strayBytes: 0, echoes: 0, reopenings: 0 };
  private line: SerialLine | null = null;
  private buffer = new Uint8Array();
  private waiting: Waiting | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  private lastActivityMs = Number.NEGATIVE_INFINITY;
  private dirty = false;
  private overdue = false;
  /** Null: not known yet. */
  private echoing: boolean | null = null;
  private failures = 0;
  private opening = false;
  private closed = false;
  private stopReopen: Stop = () => {};
  private stopAnswer: Stop = () => {};
  private readonly stopWatching: Stop;

  constructor(private readonly deps: BusDeps) {
    this.stopWatching = deps.serial.onChange(() => {
      if (this.line === null) void this.open();
    });
    void this.open();
  }

  get settings(): SerialSettings {
    return this.deps.settings;
  }

  get statistics(): BusStatistics {
    return { ...this.counts };
  }

  /**
   * Sends a request and resolves with the frame that answers it, after all that was asked before.
   * @throws KerbsideError `NoReply`, `PortLost` (the line is down: `state` says why)
   */
  exchange(request: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
    const result = this.tail.then(() => this.attempt(request, options));
    this.tail = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopWatching();
    this.stopReopen();
    const { line } = this;
    this.lose('closed', 'closed by the station');
    await line?.close().catch(() => undefined);
  }

  // ---------------------------------------------------------------- one exchange

  private async attempt(request: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
    this.counts.exchanges += 1;
    for (let left = options.attempts ?? ATTEMPTS; left > 0; left--) {
      const { line } = this;
      if (line === null) throw this.lost();
      await this.quiet(options.gapMs ?? GAP_MS);
      if (this.line !== line) throw this.lost();
      const answer = await this.once(line, request, options);
      if (answer !== null) return answer;
      if (this.line === null) throw this.lost();
      this.counts.timeouts += 1;
    }
    throw new KerbsideError('NoReply', 'the device doesn\'t answer');
  }

  private once(line: SerialLine, request: Uint8Array, options: ExchangeOptions): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      this.dropBuffer();
      this.waiting = {
        request, options, echoChecked: false,
        settle: (answer) => {
          this.stopAnswer();
          this.waiting = null;
          this.lastActivityMs = this.deps.clock.monotonicMs();
          if (answer === null) {
            this.overdue = true;
            this.dirty ||= this.buffer.length > 0;
          }
          resolve(answer);
        },
      };
      this.expectWithin(options.firstByteMs ?? FIRST_BYTE_MS);
      this.onTraffic.emit({ direction: 'out', bytes: request });
      line.write(request).then(
        // The time for the answer counts from when the bytes are on their way.
        () => {
          if (this.buffer.length === 0) this.expectWithin((options.firstByteMs ?? FIRST_BYTE_MS) + this.timeOnLineMs(request.length));
        },
        () => this.waiting?.settle(null),
      );
    });
  }

  private expectWithin(ms: number): void {
    if (this.waiting === null) return;
    this.stopAnswer();
    this.stopAnswer = this.deps.clock.after(ms, () => this.waiting?.settle(null));
  }

  private receive(bytes: Uint8Array): void {
    this.lastActivityMs = this.deps.clock.monotonicMs();
    this.onTraffic.emit({ direction: 'in', bytes });
    const { waiting } = this;
    if (waiting === null) {
      this.counts.strayBytes += bytes.length; // late, or noise
      return;
    }
    this.buffer = joined(this.buffer, bytes);
    if (this.buffer.length > MAX_BUFFER) this.buffer = this.buffer.slice(-MAX_BUFFER);
    this.expectWithin(waiting.options.betweenMs ?? BETWEEN_MS);
    this.digest(waiting);
  }

  private digest(waiting: Waiting): void {
    while (this.buffer.length > 0) {
      if (!waiting.echoChecked && !this.takeEcho(waiting)) return;
      const found = waiting.options.framing.look(this.buffer, waiting.request);
      if (found.kind === 'more') return;
      if (found.kind === 'garbage') {
        this.counts.strayBytes += found.skip;
        this.dirty = true;
        this.buffer = this.buffer.slice(found.skip);
        continue;
      }
      const frame = this.buffer.slice(0, found.length);
      this.buffer = this.buffer.slice(found.length);
      waiting.settle(frame);
      return;
    }
  }

  /**
   * Some adapters give back what is sent. Whether this one does shows when a request can't be taken for an answer; the
   * answer to a write can (it is a copy), and on an echoing line only the second copy is one: else a dead device would
   * seem to obey. False: more bytes are needed.
   */
  private takeEcho(waiting: Waiting): boolean {
    const { request, options } = waiting;
    if (this.echoing === false) return (waiting.echoChecked = true);
    const ambiguous = options.framing.look(request, request).kind === 'frame';
    const start = this.buffer.subarray(0, request.length);
    const matches = sameBytes(start, request.subarray(0, start.length));
    if (matches && start.length < request.length) {
      // It may be a short answer that happens to begin like the request.
      if (options.framing.look(this.buffer, request).kind !== 'frame') return false;
    } else if (matches && (!ambiguous || this.echoing === true)) {
      this.counts.echoes += 1;
      this.echoing = true;
      this.buffer = this.buffer.slice(request.length);
    } else if (!ambiguous) this.echoing = false;
    waiting.echoChecked = true;
    return true;
  }

  /** Waits for the pause that the next device wants; after garbage, until whoever talks has finished. */
  private async quiet(gapMs: number): Promise<void> {
    const wantedMs = Math.max(gapMs, this.dirty ? RESYNC_MS : 0, this.overdue ? LATE_MS : 0);
    for (;;) {
      const leftMs = this.lastActivityMs + wantedMs - this.deps.clock.monotonicMs();
      if (!(leftMs > 0)) break;
      await new Promise<void>((resolve) => void this.deps.clock.after(leftMs, resolve));
    }
    this.dirty = false;
    this.overdue = false;
  }

  private dropBuffer(): void {
    this.counts.strayBytes += this.buffer.length;
    this.buffer = new Uint8Array();
  }

  private timeOnLineMs(bytes: number): number {
    const { baudRate, dataBits, parity, stopBits } = this.deps.settings;
    return (bytes * (1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1000) / baudRate;
  }

  // ---------------------------------------------------------------- the line

  private async open(): Promise<void> {
    if (this.opening || this.closed || this.line !== null) return;
    this.opening = true;
    this.stopReopen();
    try {
      const line = await this.deps.serial.open(this.deps.portId, this.deps.settings);
      if (this.closed) {
        await line.close().catch(() => undefined);
        return;
      }
      this.line = line;
      this.failures = 0;
      line.onBytes((bytes) => this.receive(bytes));
      line.onLost((why, detail) => {
        if (this.line !== line) return;
        this.lose(why === 'closed' ? 'closed' : 'gone', detail);
        this.reopenLater();
      });
      this.setState({ up: true });
    } catch (error) {
      this.setState({ up: false, reason: reasonOf(error), detail: describeError(error) });
      this.reopenLater();
    } finally {
      this.opening = false;
    }
  }

  private lose(reason: 'gone' | 'closed', detail: string): void {
    this.line = null;
    this.setState({ up: false, reason, detail });
    this.waiting?.settle(null);
  }

  private reopenLater(): void {
    if (this.closed) return;
    const delayMs = REOPEN_MS[Math.min(this.failures, REOPEN_MS.length - 1)] ?? 1000;
    this.failures += 1;
    this.counts.reopenings += 1;
    this.stopReopen();
    this.stopReopen = this.deps.clock.after(delayMs, () => void this.open());
  }

  private setState(state: BusState): void {
    const same = JSON.stringify(state) === JSON.stringify(this.state);
    this.state = state;
    if (!same) this.onState.emit(state);
  }

  private lost(): KerbsideError {
    return new KerbsideError('PortLost', this.state.up ? 'the line was lost' : this.state.detail);
  }
}

function reasonOf(error: unknown): 'busy' | 'gone' | 'refused' {
  const code = error instanceof KerbsideError ? error.code : '';
  return code === 'PortBusy' ? 'busy' : code === 'PortRefused' ? 'refused' : 'gone';
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
