import { describe, expect, it } from 'vitest';
import type { TransactionMessage } from './books.ts';
import { Books, energyWh, findProblems } from './books.ts';

function message(seqNo: number, kind: TransactionMessage['kind'], registerWh: number | null, offline = false): TransactionMessage {
  const timestamp = `2026-01-01T00:00:0${seqNo}Z`;
  return { kind, seqNo, triggerReason: null, timestamp, offline, registerWh, payload: { seqNo, kind, registerWh, timestamp, offline } };
}

function withMessages(...messages: TransactionMessage[]) {
  const books = new Books();
  const record = books.open('CP1', 'T1', 'ocpp2.0.1');
  for (const each of messages) books.enter(record, each);
  return record;
}

describe('books of the sandbox CSMS', () => {
  it('find nothing wrong with a complete transaction and bill newest minus first register', () => {
    const record = withMessages(message(0, 'Started', 1000), message(1, 'Updated', 1500), message(2, 'Ended', 2200));
    expect(findProblems(record)).toEqual([]);
    expect(energyWh(record)).toBe(1200);
    expect(record.endedAt).toBe('2026-01-01T00:00:02Z');
  });

  it('count a copy once, also when only its offline flag differs', () => {
    const record = withMessages(message(0, 'Started', 1000), message(0, 'Started', 1000, true));
    expect(record).toMatchObject({ duplicates: 1, conflicts: 0 });
    expect(record.messages).toHaveLength(1);
    expect(findProblems(record)).toEqual([]);
  });

  it('notice a sequence number used for two different messages', () => {
    const record = withMessages(message(0, 'Started', 1000), message(1, 'Updated', 1500), message(1, 'Updated', 1600));
    expect(findProblems(record)).toEqual(['CP1 T1: 1 sequence numbers used for different messages']);
  });

  it('notice a gap, a falling register and a message after the end', () => {
    expect(findProblems(withMessages(message(0, 'Started', 1), message(2, 'Updated', 2)))).toEqual(['CP1 T1: message 1 carries seqNo 2']);
    expect(findProblems(withMessages(message(0, 'Started', 5), message(1, 'Updated', 4)))).toEqual(['CP1 T1: the register falls from 5 to 4 Wh']);
    expect(findProblems(withMessages(message(0, 'Started', 1), message(1, 'Ended', 2), message(2, 'Updated', 2)))).toEqual(['CP1 T1: messages after its end']);
  });

  it('notice a missing start and a clock that was never set', () => {
    expect(findProblems(withMessages(message(0, 'Updated', 1)))).toEqual(["CP1 T1: the first message isn't its start"]);
    expect(findProblems(withMessages({ ...message(0, 'Started', 1), timestamp: '1970-01-01T00:00:00Z' }))).toEqual(['CP1 T1: stamped 1970-01-01T00:00:00Z']);
  });
});
