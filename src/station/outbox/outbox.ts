/**
 * The durable queue to the CSMS. A message leaves it only when its CALLRESULT has arrived (E04, E13; 1.6 section 3.7).
 * Three lanes: transaction messages, in order; guaranteed ones (critical security events and the like), which a stuck
 * transaction message can't hold up; and volatile ones, in memory only, that matter while the link is up. A message that the CSMS keeps refusing is parked, not dropped, and its lane goes on.
 */
import type { Log } from '../../base/log.ts';
import { Signal } from '../../base/signal.ts';
import type { Clock, Store, Stored } from '../../platform/ports.ts';
import type { CsmsPort, DeliveryAnswer } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { Journal } from '../journal.ts';
import { deliveryOf, type OutboxRecord, type QueuedReport, type Report } from '../reports.ts';
import type { StationTime } from '../time.ts';
import type { Timestamp } from '../types.ts';
import { Lane } from './lane.ts';
import { restamp } from './restamp.ts';

export interface OutboxDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly time: StationTime;
  readonly settings: Settings;
  readonly log: Log;
}

export class Outbox {
  readonly transactions: Lane;
  readonly guaranteed: Lane;
  readonly volatile: Lane;
  readonly parked = new Map<number, OutboxRecord>();
  /** A report was answered: what the CSMS said with it. */
  readonly onAnswer = new Signal<{ report: Report; answer: DeliveryAnswer }>();
  readonly onChange = new Signal<void>();
  private nextSequence = 1;

  constructor(private readonly deps: OutboxDeps) {
    const lane = (name: string): Lane => new Lane(name, deps, {
      answered: (record, answer) => {
        deps.journal.delete('outbox', key(record.sequence));
        this.onAnswer.emit({ report: record.report, answer });
        this.onChange.emit();
      },
      failed: (record) => deps.journal.put('outbox', key(record.sequence), toStored(record)),
      park: (record) => this.park(record),
    });
    this.transactions = lane('transaction');
    this.guaranteed = lane('guaranteed');
    this.volatile = new Lane('volatile', deps, {
      answered: ({ report }, answer) => this.onAnswer.emit({ report, answer }),
      failed: () => undefined,
      park: (record) => deps.log('warn', 'outbox', `a ${record.report.kind} was given up: ${record.lastError ?? 'no reason known'}`),
    });
  }

  /** Reads the books. What was queued in an earlier run was queued while the link was down (E11.FR.07). */
  async load(store: Store): Promise<void> {
    for (const [, value] of await store.entries('outbox')) {
      const record = value as unknown as OutboxRecord;
      if (typeof record?.sequence !== 'number' || record.report === undefined) {
        this.deps.log('error', 'outbox', 'a record of the queue is unreadable and was left where it is');
        continue;
      }
      this.nextSequence = Math.max(this.nextSequence, record.sequence + 1);
      this.laneOf(record).restore(record);
    }
    for (const [, value] of await store.entries('parked')) {
      const record = value as unknown as OutboxRecord;
      if (typeof record?.sequence !== 'number') continue;
      this.nextSequence = Math.max(this.nextSequence, record.sequence + 1);
      this.parked.set(record.sequence, record);
    }
    this.markOffline();
  }

  /** Transaction messages that aren't answered yet. */
  get queued(): number {
    return this.transactions.length;
  }

  /** Written with the turn's other records; sent once that is on the disk. */
  add(report: QueuedReport): void {
    const record: OutboxRecord = {
      sequence: this.nextSequence++,
      delivery: deliveryOf(report),
      report,
      attempts: 0,
    };
    if (record.delivery === 'volatile') {
      if (this.volatile.isOpen || this.queueAll) this.volatile.append(record);
      return;
    }
    this.deps.journal.put('outbox', key(record.sequence), toStored(record));
    this.rememberTime(report);
    this.laneOf(record).append(record);
    this.onChange.emit();
  }

  /** The CSMS accepted us: send what is queued. */
  open(port: CsmsPort): void {
    this.stampAll();
    this.transactions.open(port);
    this.guaranteed.open(port);
    this.volatile.open(port);
  }

  /** The link is gone. What is queued now counts as offline (E11.FR.07). */
  close(): void {
    this.transactions.close();
    this.guaranteed.close();
    this.volatile.close();
    if (!this.queueAll) this.volatile.clear();
    this.markOffline();
  }

  /** Is a message of this transaction, or any at all, still queued (E14)? */
  hasQueued(transactionId?: string): boolean {
    return this.transactions.records().some((record) => transactionId === undefined || transactionOf(record.report) === transactionId);
  }

  /** The technician wants a parked message tried again: before what came after it, e.g. a start before its stop. */
  retryParked(sequence: number): boolean {
    const record = this.parked.get(sequence);
    if (record === undefined) return false;
    this.parked.delete(sequence);
    this.deps.journal.delete('parked', key(sequence));
    const fresh: OutboxRecord = { sequence: record.sequence, delivery: record.delivery, report: record.report, attempts: 0 };
    this.deps.journal.put('outbox', key(sequence), toStored(fresh));
    this.laneOf(fresh).putBack(fresh);
    this.onChange.emit();
    return true;
  }

  /** Resolves when everything queued now is answered, or after `withinMs`. */
  async drained(withinMs: number): Promise<void> {
    const empty = (): boolean => this.transactions.length === 0 && this.guaranteed.length === 0;
    if (empty() || !this.transactions.isOpen) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        stopTimer();
        stopListening();
        resolve();
      };
      const stopTimer = this.deps.clock.after(withinMs, finish);
      const stopListening = this.onChange.on(() => {
        if (empty()) finish();
      });
    });
  }

  private get queueAll(): boolean {
    return this.deps.settings.boolean('OCPPCommCtrlr.QueueAllMessages', false);
  }

  /** With the record goes how late it is: the next run's times must not be before it, whatever its clock says. */
  private rememberTime(report: QueuedReport): void {
    const timestamp = timeOf(report);
    if (timestamp === undefined) return;
    if (timestamp.wallMs !== null) this.deps.journal.put('meta', 'newestMs', timestamp.wallMs);
    else if (timestamp.guessMs !== undefined) this.deps.journal.put('meta', 'newestGuessMs', timestamp.guessMs);
  }

  /**
   * Gives the records of before the first synchronisation their times. Those of earlier runs are only about right: they
   * follow each other by at least a millisecond, since two transactions must not look like copies of one, and aren't later
   * than what that run still stamped itself before it ended.
   */
  private stampAll(): void {
    for (const lane of [this.transactions, this.guaranteed, this.volatile]) {
      let lastMs = 0;
      const ceilingsMs = ceilings(lane.records());
      lane.rewrite((record, index) => {
        const report = restamp(record.report, (timestamp) => {
          const resolved = this.deps.time.resolve(timestamp);
          if (resolved === timestamp || resolved.wallMs === null || timestamp.run === this.deps.time.memory.run) return resolved;
          return { ...resolved, wallMs: Math.min(ceilingsMs[index] ?? Infinity, Math.max(resolved.wallMs, lastMs + 1)) };
        });
        lastMs = Math.max(lastMs, timeOf(report)?.wallMs ?? 0);
        if (report === record.report) return record;
        const stamped = { ...record, report };
        if (record.delivery !== 'volatile') this.deps.journal.put('outbox', key(record.sequence), toStored(stamped));
        return stamped;
      });
    }
  }

  private markOffline(): void {
    this.transactions.rewrite((record) => {
      if (record.report.kind !== 'transactionEvent' || record.report.offline) return record;
      return { ...record, report: { ...record.report, offline: true } };
    });
  }

  private park(record: OutboxRecord): void {
    if (record.report.kind === 'notifyEvent') {
      // An event is news: once it was refused for good, nobody would try it again.
      this.deps.journal.delete('outbox', key(record.sequence));
      this.deps.log('warn', 'outbox', `an event was given up: ${record.lastError ?? 'no reason known'}`);
      return;
    }
    this.parked.set(record.sequence, record);
    this.deps.journal.delete('outbox', key(record.sequence));
    this.deps.journal.put('parked', key(record.sequence), toStored(record));
    this.deps.log('error', 'outbox', `message ${record.sequence} (${record.report.kind}) is parked: ${record.lastError ?? 'no reason known'}`);
    this.onChange.emit();
  }

  private laneOf(record: OutboxRecord): Lane {
    return record.delivery === 'guaranteed' ? this.guaranteed : record.delivery === 'volatile' ? this.volatile : this.transactions;
  }
}

/** For each record the earliest time that is known of any after it. */
function ceilings(records: readonly OutboxRecord[]): readonly number[] {
  const result: number[] = [];
  let ceilingMs = Infinity;
  for (let index = records.length - 1; index >= 0; index--) {
    result[index] = ceilingMs;
    const report = records[index]?.report;
    ceilingMs = Math.min(ceilingMs, (report === undefined ? null : timeOf(report)?.wallMs) ?? Infinity);
  }
  return result;
}

function timeOf(report: Report): Timestamp | undefined {
  switch (report.kind) {
    case 'meterValues': return report.meterValues[0]?.timestamp;
    case 'transactionEvent': case 'securityEvent': case 'status': case 'localListConflict': return report.timestamp;
    case 'notifyEvent': return report.events[0]?.timestamp;
    default: return undefined;
  }
}

export function transactionOf(report: Report): string | null {
  return report.kind === 'transactionEvent' || report.kind === 'meterValues' ? report.transactionId : null;
}

function key(sequence: number): string {
  return String(sequence).padStart(16, '0');
}

function toStored(record: OutboxRecord): Stored {
  return record as unknown as Stored;
}

