/** One ordered queue with one message in flight. */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Stop } from '../../base/signal.ts';
import type { Clock } from '../../platform/ports.ts';
import { CsmsError, type CsmsPort, type DeliveryAnswer } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { Journal } from '../journal.ts';
import type { OutboxRecord } from '../reports.ts';

const NO_SUCH_MESSAGE: ReadonlySet<string> = new Set(['NotImplemented', 'NotSupported']);

export interface LaneEvents {
  answered(record: OutboxRecord, answer: DeliveryAnswer): void;
  failed(record: OutboxRecord): void;
  park(record: OutboxRecord): void;
}

export interface LaneDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly settings: Settings;
  readonly log: Log;
}

export class Lane {
  private queue: OutboxRecord[] = [];
  private port: CsmsPort | null = null;
  private running = false;
  private wake: (() => void) | null = null;

  constructor(private readonly name: string, private readonly deps: LaneDeps, private readonly events: LaneEvents) {}

  get length(): number {
    return this.queue.length;
  }

  get isOpen(): boolean {
    return this.port !== null;
  }

  records(): readonly OutboxRecord[] {
    return this.queue;
  }

  restore(record: OutboxRecord): void {
    this.queue.push(record);
  }

  append(record: OutboxRecord): void {
    this.queue.push(record);
    void this.drain();
  }

  /** Back where it belongs among those that wait, as a restart would put it; the one in flight isn't overtaken. */
  putBack(record: OutboxRecord): void {
    const first = this.running ? 1 : 0;
    const later = this.queue.findIndex((queued, index) => index >= first && queued.sequence > record.sequence);
    this.queue.splice(later === -1 ? this.queue.length : later, 0, record);
    void this.drain();
  }

  clear(): void {
    this.queue = [];
  }

  rewrite(change: (record: OutboxRecord, index: number) => OutboxRecord): void {
    this.queue = this.queue.map(change);
  }

  open(port: CsmsPort): void {
    this.port = port;
    this.wake?.();
    void this.drain();
  }

  close(): void {
    this.port = null;
    this.wake?.();
  }

  private async drain(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      while (this.port !== null && this.queue.length > 0) {
        // Nothing is sent that isn't on the disk yet: the CSMS must never know more than the books.
        await this.deps.journal.durable();
        const port = this.port;
        const record = this.queue[0];
        if (port === null || record === undefined) break;
        await this.deliver(port, record);
      }
    } finally {
      this.running = false;
    }
  }

  private async deliver(port: CsmsPort, record: OutboxRecord): Promise<void> {
    const offline = record.report.kind === 'transactionEvent' && record.report.offline;
    try {
      const answer = await port.deliver(record.report, { offline });
      this.remove(record);
      this.events.answered(record, answer);
    } catch (error) {
      if (error instanceof CsmsError && (error.kind === 'connectionLost' || error.kind === 'notConnected')) {
        // Being offline counts no attempt. The port may still stand for a moment: wait for the next one.
        if (this.port === port) this.port = null;
        return;
      }
      if (error instanceof CsmsError && error.kind === 'badAnswer') {
        // It did answer: the message has arrived, and sending it again would make a copy.
        this.deps.log('warn', 'outbox', `message ${record.sequence}: the answer makes no sense (${error.message})`);
        this.remove(record);
        this.events.answered(record, {});
        return;
      }
      if (error instanceof CsmsError && error.kind === 'notSupported') {
        // It can't be said in this edition: no attempt will change that, and the others needn't wait for it.
        this.park(record, describeError(error));
        return;
      }
      if (record.report.kind === 'notifyEvent' && error instanceof CsmsError && NO_SUCH_MESSAGE.has(error.errorCode ?? '')) {
        // A CSMS without device-model monitoring: asking it again only holds up what it does understand.
        this.park(record, describeError(error));
        return;
      }
      await this.retryLater(record, describeError(error));
    }
  }

  private park(record: OutboxRecord, why: string): void {
    this.remove(record);
    this.events.park({ ...record, attempts: record.attempts + 1, lastError: why });
  }

  /** E13: up to MessageAttempts, waiting MessageAttemptInterval x transmissions so far; then parked. */
  private async retryLater(record: OutboxRecord, why: string): Promise<void> {
    const { settings, log } = this.deps;
    const failed: OutboxRecord = { ...record, attempts: record.attempts + 1, lastError: why };
    const attempts = Math.max(1, settings.number('OCPPCommCtrlr.MessageAttempts[TransactionEvent]', 3));
    if (failed.attempts >= attempts) return this.park(record, why);
    const current = this.queue.findIndex((queued) => queued.sequence === record.sequence);
    const queued = this.queue[current];
    if (queued !== undefined) this.queue[current] = { ...queued, attempts: failed.attempts, lastError: why };
    this.events.failed(this.queue[current] ?? failed);
    const waitS = settings.number('OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]', 60) * failed.attempts;
    log('warn', 'outbox', `${this.name} message ${record.sequence} failed (${why}); again in ${waitS} s`);
    await this.sleep(waitS * 1000);
  }

  /** Ends early when the link goes or comes: a new connection is tried at once. */
  private sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      let stop: Stop = () => {};
      const finish = (): void => {
        stop();
        this.wake = null;
        resolve();
      };
      stop = this.deps.clock.after(delayMs, finish);
      this.wake = finish;
    });
  }

  private remove(record: OutboxRecord): void {
    // Almost always the first: after a long outage, looking through thousands for each answer would cost more than the answer.
    if (this.queue[0]?.sequence === record.sequence) this.queue.shift();
    else this.queue = this.queue.filter((queued) => queued.sequence !== record.sequence);
  }
}
