/** The CSMS's own books: every transaction with every message about it, and what a strict reader finds wrong. */
import { isDeepStrictEqual } from 'node:util';

export type EventKind = 'Started' | 'Updated' | 'Ended';

export interface TransactionMessage {
  readonly kind: EventKind;
  /** 2.x only: 1.6 has no sequence numbers. */
  readonly seqNo: number | null;
  readonly triggerReason: string | null;
  /** As the station stamped it, RFC 3339. */
  readonly timestamp: string;
  readonly offline: boolean;
  /** Import register of the EVSE in this message, Wh. */
  readonly registerWh: number | null;
  readonly payload: object;
}

export interface TransactionRecord {
  readonly stationId: string;
  readonly edition: string;
  readonly id: string;
  evseId: number | null;
  idToken: string | null;
  chargingState: string | null;
  startedAt: string | null;
  endedAt: string | null;
  stoppedReason: string | null;
  /** Register at the start and in the newest message, Wh. */
  startWh: number | null;
  lastWh: number | null;
  /** Each message once, in the order of arrival. */
  readonly messages: TransactionMessage[];
  /** Copies of a message that had already arrived, same in content. */
  duplicates: number;
  /** Messages that reuse a sequence number for something else. */
  conflicts: number;
}

/** @returns energy of the transaction, Wh: newest register minus first */
export function energyWh(record: TransactionRecord): number {
  return record.startWh === null || record.lastWh === null ? 0 : record.lastWh - record.startWh;
}

export class Books {
  private readonly records = new Map<string, TransactionRecord>();

  transactions(): readonly TransactionRecord[] {
    return [...this.records.values()];
  }

  find(stationId: string, id: string): TransactionRecord | undefined {
    return this.records.get(`${stationId}\n${id}`);
  }

  /** The record of a transaction, a new one where there is none. */
  open(stationId: string, id: string, edition: string): TransactionRecord {
    const known = this.find(stationId, id);
    if (known !== undefined) return known;
    const record: TransactionRecord = {
      stationId, id, edition,
      evseId: null, idToken: null, chargingState: null, startedAt: null, endedAt: null, stoppedReason: null,
      startWh: null, lastWh: null, messages: [], duplicates: 0, conflicts: 0,
    };
    this.records.set(`${stationId}\n${id}`, record);
    return record;
  }

  /** @returns false when this message had arrived before (then nothing changes but the count) */
  enter(record: TransactionRecord, message: TransactionMessage): boolean {
    const before = record.messages.find((known) => isSameMessage(known, message));
    if (before !== undefined) {
      if (isDeepStrictEqual(content(before), content(message))) record.duplicates++;
      else record.conflicts++;
      return false;
    }
    record.messages.push(message);
    if (message.kind === 'Started') record.startedAt ??= message.timestamp;
    if (message.kind === 'Ended') record.endedAt ??= message.timestamp;
    if (message.registerWh !== null) {
      record.startWh ??= message.registerWh;
      // 1.6 may deliver a meter value after the stop; the stop has the last word.
      if (record.endedAt === null || message.kind === 'Ended') record.lastWh = message.registerWh;
    }
    return true;
  }
}

/** 2.x names a message by its sequence number; in 1.6 a Start or Stop comes once, a MeterValues may repeat. */
function isSameMessage(a: TransactionMessage, b: TransactionMessage): boolean {
  if (a.seqNo !== null || b.seqNo !== null) return a.seqNo === b.seqNo;
  if (a.kind !== b.kind) return false;
  return a.kind !== 'Updated' || isDeepStrictEqual(a.payload, b.payload);
}

/** A resent message may differ in nothing but its `offline` flag. */
function content(message: TransactionMessage): object {
  const { offline: _offline, ...rest } = message.payload as { readonly offline?: boolean };
  return rest;
}

/** What a strict reader of one transaction finds wrong; empty: in order, complete, each message once. */
export function findProblems(record: TransactionRecord): string[] {
  const problems: string[] = [];
  const name = `${record.stationId} ${record.id}`;
  if (record.messages[0]?.kind !== 'Started') problems.push(`${name}: the first message isn't its start`);
  if (record.messages.filter((message) => message.kind === 'Started').length > 1) problems.push(`${name}: started twice`);
  const ends = record.messages.filter((message) => message.kind === 'Ended');
  if (ends.length > 1) problems.push(`${name}: ended twice`);
  if (ends.length === 1 && record.messages.at(-1)?.kind !== 'Ended' && record.edition !== 'ocpp1.6') {
    problems.push(`${name}: messages after its end`);
  }
  if (record.conflicts > 0) problems.push(`${name}: ${record.conflicts} sequence numbers used for different messages`);
  record.messages.forEach((message, index) => {
    if (message.seqNo !== null && message.seqNo !== index) {
      problems.push(`${name}: message ${index} carries seqNo ${message.seqNo}`);
    }
    const earlier = record.messages.slice(0, index).findLast((other) => other.registerWh !== null)?.registerWh ?? null;
    if (message.registerWh !== null && earlier !== null && message.registerWh < earlier) {
      problems.push(`${name}: the register falls from ${earlier} to ${message.registerWh} Wh`);
    }
    if (Date.parse(message.timestamp) < Date.parse('2020-01-01T00:00:00Z')) problems.push(`${name}: stamped ${message.timestamp}`);
  });
  return problems;
}
