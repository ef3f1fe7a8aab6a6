/**
 * A04; 1.6 security whitepaper, 4: every security event goes into the security log (A04.FR.04); critical ones are queued
 * until the CSMS has them (A04.FR.01, A04.FR.02).
 *
 * Any block calls `record(...)`; whoever uploads the security log reads `lines()`. Nobody can empty it.
 */
import type { Store, Stored } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StationTime } from '../time.ts';
import type { Timestamp } from '../types.ts';
import { SECURITY_EVENTS, type SecurityEventType } from './event-types.ts';

/** The oldest of more go. */
const LOG_LINES = 2000;
/** SecurityEventNotificationRequest.techInfo. */
const TECH_INFO_LENGTH = 255;

export interface SecurityLogLine {
  readonly type: SecurityEventType;
  /** Null: the clock wasn't known then and isn't yet. */
  readonly wallMs: number | null;
  readonly critical: boolean;
  readonly techInfo?: string;
}

interface LogRecord { readonly type: SecurityEventType; readonly timestamp: Timestamp; readonly techInfo?: string }

export class SecurityEvents {
  private readonly log = new Map<number, LogRecord>();
  private next = 1;

  constructor(private readonly outbox: Outbox, private readonly journal: Journal, private readonly time: StationTime) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('securityLog')) {
      this.log.set(Number(key), value as unknown as LogRecord);
      this.next = Math.max(this.next, Number(key) + 1);
    }
  }

  /** @param techInfo what a technician needs; never a secret */
  record(type: SecurityEventType, techInfo?: string): void {
    const record: LogRecord = { type, timestamp: this.time.stamp(), ...(techInfo === undefined ? {} : { techInfo: techInfo.slice(0, TECH_INFO_LENGTH) }) };
    const number = this.next++;
    this.log.set(number, record);
    this.journal.put('securityLog', keyOf(number), record as unknown as Stored);
    const oldest = number - LOG_LINES;
    if (this.log.delete(oldest)) this.journal.delete('securityLog', keyOf(oldest));
    if (SECURITY_EVENTS[type] === 'critical') this.outbox.add({ kind: 'securityEvent', critical: true, ...record });
  }

  /** The security log, oldest first. */
  lines(): readonly SecurityLogLine[] {
    return [...this.log.values()].map(({ type, timestamp, techInfo }) => ({
      type, wallMs: this.time.resolve(timestamp).wallMs ?? timestamp.guessMs ?? null, critical: SECURITY_EVENTS[type] === 'critical',
      ...(techInfo === undefined ? {} : { techInfo }),
    }));
  }

}

function keyOf(number: number): string {
  return String(number).padStart(16, '0');
}
