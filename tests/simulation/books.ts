/** The operator's books: one transaction is one line, whatever number of copies arrived, in the words of either edition. */
import type { Booked, Payload } from './csms.ts';
import type { EditionName } from './story.ts';

export interface Transaction {
  /** 2.x: the station's id; 1.6: the CSMS's number. */
  readonly id: string;
  evse: number | null;
  /** 2.x: by seqNo, in the order of their first arrival. 1.6: MeterValues. */
  readonly events: { readonly seqNo: number; readonly payload: Payload; readonly atMs: number }[];
  /** 1.6. */
  start: Payload | null;
  stop: Payload | null;
  ended: boolean;
  /** The last word about its token was no. */
  refused: boolean;
  /** Of its own: two messages that say different things under one number. */
  readonly problems: string[];
}

export class Books {
  readonly transactions = new Map<string, Transaction>();
  /** 1.6: stops of transactions that never got a number. */
  readonly nameless: Payload[] = [];
  readonly problems: string[] = [];

  constructor(readonly edition: EditionName) {}

  take({ action, payload, answer, atMs }: Booked): void {
    if (action === 'TransactionEvent') this.event(payload, answer, atMs);
    else if (action === 'StartTransaction') this.start(payload, answer);
    else if (action === 'StopTransaction') this.stop(payload);
    else if (action === 'MeterValues' && this.edition === 'ocpp1.6') this.meterValues(payload, atMs);
  }

  /** What the operator believes to run at an EVSE, by name; the newest. */
  running(evse: number): Transaction | null {
    return [...this.transactions.values()].reverse().find((transaction) => transaction.evse === evse && !transaction.ended) ?? null;
  }

  get open(): Transaction[] {
    return [...this.transactions.values()].filter(({ ended }) => !ended);
  }

  private event(payload: Payload, answer: Payload, atMs: number): void {
    const { transactionId: id } = payload.transactionInfo as { transactionId: string };
    const transaction = this.line(id);
    const evse = (payload.evse as { id?: number } | undefined)?.id;
    if (evse !== undefined) transaction.evse = evse;
    const word = (answer.idTokenInfo as { status?: string } | undefined)?.status;
    if (word !== undefined) transaction.refused = word !== 'Accepted';
    const seqNo = payload.seqNo as number;
    const copy = transaction.events.find((event) => event.seqNo === seqNo);
    if (copy === undefined) transaction.events.push({ seqNo, payload, atMs });
    else if (withoutOffline(copy.payload) !== withoutOffline(payload)) transaction.problems.push(`two different events with seqNo ${seqNo}`);
    if (payload.eventType === 'Ended') transaction.ended = true;
  }

  private start(payload: Payload, answer: Payload): void {
    const transaction = this.line(String(answer.transactionId));
    transaction.evse = Number(payload.connectorId);
    transaction.start = payload;
    transaction.refused = (answer.idTagInfo as { status?: string } | undefined)?.status !== 'Accepted';
  }

  private stop(payload: Payload): void {
    const id = String(payload.transactionId);
    if (id === '-1') {
      if (!this.nameless.some((other) => JSON.stringify(other) === JSON.stringify(payload))) this.nameless.push(payload);
      return;
    }
    const transaction = this.transactions.get(id);
    if (transaction === undefined) return void this.problems.push(`a StopTransaction of a transaction ${id} that nobody started`);
    if (transaction.stop !== null && JSON.stringify(transaction.stop) !== JSON.stringify(payload)) transaction.problems.push('two different StopTransactions');
    transaction.stop ??= payload;
    transaction.ended = true;
  }

  private meterValues(payload: Payload, atMs: number): void {
    if (payload.transactionId === undefined || payload.transactionId === -1) return;
    const transaction = this.transactions.get(String(payload.transactionId));
    if (transaction === undefined) return void this.problems.push(`MeterValues of a transaction ${String(payload.transactionId)} that nobody started`);
    if (transaction.evse !== payload.connectorId) transaction.problems.push(`MeterValues of connector ${String(payload.connectorId)}, it was started at ${String(transaction.evse)}`);
    transaction.events.push({ seqNo: transaction.events.length, payload, atMs });
  }

  private line(id: string): Transaction {
    const known = this.transactions.get(id);
    if (known !== undefined) return known;
    const transaction: Transaction = { id, evse: null, events: [], start: null, stop: null, ended: false, refused: false, problems: [] };
    this.transactions.set(id, transaction);
    return transaction;
  }
}

function withoutOffline({ offline: _, ...rest }: Payload): string {
  return JSON.stringify(rest);
}
