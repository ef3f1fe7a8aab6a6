import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../platform/virtual/memory-store.ts';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import type { Store } from '../../platform/ports.ts';
import { CsmsError, type CsmsPort, type DeliveryAnswer } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import { Journal } from '../journal.ts';
import type { Report, TransactionEventReport } from '../reports.ts';
import { StationTime } from '../time.ts';
import { Outbox } from './outbox.ts';

const T0 = Date.UTC(2026, 5, 1);

function settings(numbers: Record<string, number> = {}): Settings {
  return {
    boolean: (_, fallback = false) => fallback, number: (name, fallback = 0) => numbers[name] ?? fallback,
    string: (_, fallback = '') => fallback, list: () => [], onChange: () => () => undefined,
  };
}

function event(seqNo: number, over: Partial<TransactionEventReport> = {}): TransactionEventReport {
  return {
    kind: 'transactionEvent', eventType: 'Updated', timestamp: { wallMs: T0, monotonicMs: 0, run: 1 }, triggerReason: 'MeterValuePeriodic', seqNo,
    transactionId: 'tx', evseId: 1, connectorId: 1, firstWithEvse: false, offline: false, registerWh: 0, activeIdToken: null, powerPathClosed: false, ...over,
  };
}

class World {
  clock = new VirtualClock();
  store = new MemoryStore();
  sent: Report[] = [];
  answer: (report: Report) => Promise<DeliveryAnswer> = () => Promise.resolve({});
  outbox: Outbox;
  time: StationTime;
  journal: Journal;

  constructor(numbers: Record<string, number> = {}, store?: MemoryStore) {
    if (store !== undefined) this.store = store;
    const log = (): void => undefined;
    this.journal = new Journal(this.store, this.clock, log);
    this.time = new StationTime(this.clock, { run: 1, lastOffsetMs: null, floorMs: 0 });
    this.time.synchronise(T0);
    this.outbox = new Outbox({ clock: this.clock, journal: this.journal, time: this.time, settings: settings(numbers), log });
  }

  port: CsmsPort = {
    edition: 'ocpp2.0.1',
    deliver: (report: Report) => {
      this.sent.push(report);
      return this.answer(report);
    },
  } as unknown as CsmsPort;

  seqNos(): number[] {
    return this.sent.map((report) => (report as TransactionEventReport).seqNo);
  }
}

const stored = async (store: Store): Promise<number> => (await store.entries('outbox')).length;

describe('Outbox', () => {
  it('E04.FR.01 messages of an outage arrive in order, each once', async () => {
    const world = new World();
    for (let n = 0; n < 5; n++) world.outbox.add(event(n));
    await world.clock.advance(10);
    expect(world.sent).toEqual([]);
    world.outbox.open(world.port);
    await world.clock.advance(10);
    expect(world.seqNos()).toEqual([0, 1, 2, 3, 4]);
    expect(await stored(world.store)).toBe(0);
  });

  it('a message leaves the store only when it was answered, not when it was sent', async () => {
    const world = new World();
    let answer: (value: DeliveryAnswer) => void = () => undefined;
    world.answer = () => new Promise((resolve) => {
      answer = resolve;
    });
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    await world.clock.advance(10);
    expect(world.sent).toHaveLength(1);
    expect(await stored(world.store)).toBe(1);
    answer({});
    await world.clock.advance(10);
    expect(await stored(world.store)).toBe(0);
  });

  it('nothing is sent before it is on the disk', async () => {
    const world = new World();
    world.store.failNextCommits?.(1);
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    await world.clock.advance(100);
    expect(world.sent).toEqual([]);
    await world.clock.advance(2000);
    expect(world.seqNos()).toEqual([0]);
  });

  it('E11.FR.07 a lost link costs no attempt, and what was queued then is offline', async () => {
    const world = new World({ 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': 1 });
    world.answer = () => Promise.reject(new CsmsError('connectionLost', 'gone'));
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    await world.clock.advance(10);
    world.outbox.close();
    world.answer = () => Promise.resolve({});
    world.outbox.open(world.port);
    await world.clock.advance(10);
    expect(world.sent.map((report) => (report as TransactionEventReport).offline)).toEqual([false, true]);
    expect(world.outbox.parked.size).toBe(0);
  });

  it('E13.FR.02/03 attempts with growing waits; then it is parked and the queue goes on (openevse_esp32#756)', async () => {
    const world = new World({ 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': 3, 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': 60 });
    const at: number[] = [];
    world.answer = (report) => {
      if ((report as TransactionEventReport).seqNo !== 0) return Promise.resolve({});
      at.push(world.clock.monotonicMs());
      return Promise.reject(new CsmsError('callError', 'InternalError'));
    };
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    world.outbox.add(event(1));
    await world.clock.advance(300_000);
    expect(at).toEqual([0, 60_000, 180_000]);
    expect(world.seqNos()).toEqual([0, 0, 0, 1]);
    expect([...world.outbox.parked.values()].map((record) => record.attempts)).toEqual([3]);
    expect(await world.store.entries('parked')).toHaveLength(1);
  });

  it('a parked message goes out again when the technician asks', async () => {
    const world = new World({ 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': 1 });
    world.answer = () => Promise.reject(new CsmsError('callError', 'no'));
    world.outbox.open(world.port);
    world.outbox.add(event(7));
    await world.clock.advance(10);
    world.answer = () => Promise.resolve({});
    expect(world.outbox.retryParked([...world.outbox.parked.keys()][0] ?? -1)).toBe(true);
    await world.clock.advance(10);
    expect(world.seqNos()).toEqual([7, 7]);
    expect(world.outbox.parked.size).toBe(0);
    expect(await world.store.entries('parked')).toHaveLength(0);
  });

  it('parked messages that are tried again keep their order, whichever was asked for first', async () => {
    const world = new World({ 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': 1 });
    world.answer = () => Promise.reject(new CsmsError('callError', 'no'));
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    world.outbox.add(event(1));
    await world.clock.advance(10);
    expect(world.outbox.parked.size).toBe(2);
    world.outbox.close();
    world.outbox.add(event(2));
    for (const sequence of [...world.outbox.parked.keys()].reverse()) world.outbox.retryParked(sequence);
    world.answer = () => Promise.resolve({});
    world.outbox.open(world.port);
    await world.clock.advance(10);
    expect(world.seqNos().slice(2)).toEqual([0, 1, 2]);
  });

  it('a message that the edition can\'t carry is parked at once: retrying changes nothing and holds up the others', async () => {
    const world = new World({ 'OCPPCommCtrlr.MessageAttempts[TransactionEvent]': 3 });
    world.answer = (report) => (report as TransactionEventReport).seqNo === 0
      ? Promise.reject(new CsmsError('notSupported', 'a token of more than 20 characters')) : Promise.resolve({});
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    world.outbox.add(event(1));
    await world.clock.advance(10);
    expect(world.seqNos()).toEqual([0, 1]);
    expect([...world.outbox.parked.values()].map((record) => record.lastError)).toEqual(['Csms.notSupported: a token of more than 20 characters']);
  });

  it('an answer that makes no sense is still an answer: no copy is sent', async () => {
    const world = new World();
    world.answer = () => Promise.reject(new CsmsError('badAnswer', 'totalCost is a string'));
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    await world.clock.advance(600_000);
    expect(world.seqNos()).toEqual([0]);
    expect(world.outbox.queued).toBe(0);
  });

  it('a new connection doesn\'t wait for the retry interval', async () => {
    const world = new World({ 'OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]': 600 });
    world.answer = () => Promise.reject(new CsmsError('timeout', 'slow'));
    world.outbox.open(world.port);
    world.outbox.add(event(0));
    await world.clock.advance(10);
    world.outbox.close();
    world.answer = () => Promise.resolve({});
    world.outbox.open(world.port);
    await world.clock.advance(10);
    expect(world.outbox.queued).toBe(0);
  });

  it('the queue survives a power cut', async () => {
    const world = new World();
    world.outbox.add(event(0));
    world.outbox.add(event(1));
    await world.journal.durable();
    const again = new World({}, world.store);
    await again.outbox.load(again.store);
    again.outbox.open(again.port);
    await again.clock.advance(10);
    expect(again.seqNos()).toEqual([0, 1]);
    expect(again.sent.every((report) => (report as TransactionEventReport).offline)).toBe(true);
  });

  it('a corrupt record doesn\'t stop the others', async () => {
    const world = new World();
    await world.store.commit([{ op: 'put', collection: 'outbox', key: '0000000000000001', value: 'garbage' }]);
    world.outbox.add(event(3));
    await world.journal.durable();
    const again = new World({}, world.store);
    await again.outbox.load(again.store);
    again.outbox.open(again.port);
    await again.clock.advance(10);
    expect(again.seqNos()).toEqual([3]);
  });
});
