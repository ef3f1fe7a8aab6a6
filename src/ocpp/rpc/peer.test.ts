import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import { settle } from '../../platform/virtual/settle.ts';
import { CallFault } from './call-fault.ts';
import { errorCodes2x } from './edition-error-codes.ts';
import type { Payload } from './frames.ts';
import { RpcPeer, type Answer, type PeerDeps } from './peer.ts';
import type { RpcError } from './rpc-error.ts';
import type { SchemaViolation } from './validation.ts';

const TIMEOUT_MS = 30_000;

/** Payloads with a `wrong` field break the schema; everything else is valid. */
const check = (payload: unknown): SchemaViolation | null =>
  typeof payload === 'object' && payload !== null && 'wrong' in payload ? { keyword: 'required', path: '', message: 'lacks what it needs' } : null;

interface Bench {
  readonly peer: RpcPeer;
  readonly clock: VirtualClock;
  /** What went to the other side. */
  readonly sent: unknown[][];
  readonly timeouts: boolean[];
  readonly logs: string[];
  readonly receive: (...frame: unknown[]) => Promise<void>;
}

function bench(over: Partial<PeerDeps> = {}): Bench {
  const clock = new VirtualClock();
  const sent: unknown[][] = [];
  const timeouts: boolean[] = [];
  const logs: string[] = [];
  let nextId = 1;
  const peer = new RpcPeer({
    validators: { actions: new Set(['Ping', 'Slow', 'Broken', 'NoHandler', 'A', 'B', 'C']), load: () => null, request: (_, payload) => check(payload), response: (_, payload) => check(payload) },
    errorCodes: errorCodes2x,
    answersUnreadable: true,
    send: (text) => sent.push(JSON.parse(text) as unknown[]),
    messageTimeoutMs: () => TIMEOUT_MS,
    newMessageId: () => `id-${nextId++}`,
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, fn) => clock.after(delayMs, fn),
    log: (level, _, text) => logs.push(`${level}: ${text}`),
    handlerFor: () => () => ({ payload: {} }),
    gate: () => null,
    onFrame: () => undefined,
    onTimeout: (deaf) => timeouts.push(deaf),
    ...over,
  });
  const receive = async (...frame: unknown[]): Promise<void> => {
    peer.receive(JSON.stringify(frame));
    await settle();
  };
  return { peer, clock, sent, timeouts, logs, receive };
}

/** Keeps what became of a CALL, so that a test can look before it is over. */
function watch(promise: Promise<Payload>): { value?: Payload; error?: RpcError } {
  const outcome: { value?: Payload; error?: RpcError } = {};
  promise.then((value) => void (outcome.value = value), (error: RpcError) => void (outcome.error = error));
  return outcome;
}

describe('an action that is seldom met, and what checks it isn\'t here yet', () => {
  function lateBench(): Bench & { handled: string[]; arrive: (failure?: Error) => Promise<void> } {
    let here = false;
    let done: { resolve: () => void; reject: (error: Error) => void } = { resolve: () => undefined, reject: () => undefined };
    let loading: Promise<void> | null = null;
    const handled: string[] = [];
    const verdict = (action: string): SchemaViolation | null => (action !== 'Slow' || here ? null : { keyword: 'notLoaded', path: '', message: 'not loaded' });
    const base = bench({
      validators: {
        actions: new Set(['Ping', 'Slow']),
        load: (action) => (here || action !== 'Slow' ? null : (loading ??= new Promise((resolve, reject) => void (done = { resolve, reject })))),
        request: verdict, response: verdict,
      },
      handlerFor: (action) => () => {
        handled.push(action);
        return { payload: {} };
      },
    });
    const arrive = async (failure?: Error): Promise<void> => {
      if (failure === undefined) here = true;
      if (failure === undefined) done.resolve();
      else done.reject(failure);
      await settle();
    };
    return { ...base, handled, arrive };
  }

  it('the CALLs after it wait too: they are taken in the order they came in', async () => {
    const { handled, receive, arrive, sent } = lateBench();
    await receive(2, 'c1', 'Slow', {});
    await receive(2, 'c2', 'Ping', {});
    expect(handled).toEqual([]);
    await arrive();
    expect(handled).toEqual(['Slow', 'Ping']);
    expect(sent).toEqual([[3, 'c1', {}], [3, 'c2', {}]]);
  });

  it('one that can\'t be loaded is answered with an internal error, those after it are served', async () => {
    const { handled, receive, arrive, sent, logs } = lateBench();
    await receive(2, 'c1', 'Slow', {});
    await receive(2, 'c2', 'Ping', {});
    await arrive(new TypeError('offline'));
    expect(sent).toEqual([[4, 'c1', 'InternalError', expect.any(String), {}], [3, 'c2', {}]]);
    expect(handled).toEqual(['Ping']);
    expect(logs).toEqual([expect.stringContaining('can\'t be loaded')]);
  });

  it('an own CALL goes when it has come, and is refused when it can\'t', async () => {
    const { peer, sent, arrive } = lateBench();
    watch(peer.call('Slow', {}));
    expect(sent).toEqual([]);
    await arrive();
    expect(sent).toEqual([[2, 'id-1', 'Slow', {}]]);
    const without = lateBench();
    const outcome = watch(without.peer.call('Slow', {}));
    await without.arrive(new TypeError('offline'));
    expect(outcome.error).toMatchObject({ kind: 'invalidRequest' });
    expect(without.sent).toEqual([]);
  });

  it('a closed connection takes nothing of what waited', async () => {
    const { peer, handled, receive, arrive } = lateBench();
    await receive(2, 'c1', 'Slow', {});
    peer.close('gone');
    await arrive();
    expect(handled).toEqual([]);
  });
});

describe('own CALLs', () => {
  it('an answer resolves the CALL that it belongs to', async () => {
    const { peer, sent, receive } = bench();
    const outcome = watch(peer.call('Ping', { n: 1 }));
    expect(sent).toEqual([[2, 'id-1', 'Ping', { n: 1 }]]);
    await receive(3, 'id-1', { pong: true });
    expect(outcome).toEqual({ value: { pong: true } });
  });

  it('one is in flight at a time; the next goes when the first is answered', async () => {
    const { peer, sent, receive } = bench();
    const first = watch(peer.call('A', {}));
    const second = watch(peer.call('B', {}));
    expect(sent.map((frame) => frame[2])).toEqual(['A']);
    await receive(3, 'id-1', {});
    expect(first.value).toEqual({});
    expect(second).toEqual({});
    expect(sent.map((frame) => frame[2])).toEqual(['A', 'B']);
  });

  it('urgent ones overtake what waits, in their own order, and never what is in flight', async () => {
    const { peer, sent, receive } = bench();
    for (const action of ['A', 'B']) watch(peer.call(action, {}));
    for (const action of ['Ping', 'Slow']) watch(peer.call(action, {}, { urgent: true }));
    for (const id of ['id-1', 'id-2', 'id-3']) await receive(3, id, {});
    expect(sent.map((frame) => frame[2])).toEqual(['A', 'Ping', 'Slow', 'B']);
  });

  it('one that breaks its schema is never sent', async () => {
    const { peer, sent, logs } = bench();
    await expect(peer.call('Ping', { wrong: 1 })).rejects.toMatchObject({ kind: 'invalidRequest' });
    expect(sent).toEqual([]);
    expect(logs).toEqual([expect.stringContaining('own Ping')]);
  });

  it('a time-out rejects, frees the slot and says whether anything was heard since', async () => {
    const { peer, clock, sent, timeouts, receive } = bench();
    const first = watch(peer.call('A', {}));
    watch(peer.call('B', {}));
    await clock.advance(TIMEOUT_MS - 1);
    expect(first).toEqual({});
    await clock.advance(1);
    expect(first.error).toMatchObject({ kind: 'timeout' });
    expect(timeouts).toEqual([true]);
    expect(sent.map((frame) => frame[2])).toEqual(['A', 'B']);
    await clock.advance(1000);
    await receive(2, 'csms-1', 'Ping', {}); // not deaf: the other side talks
    await clock.advance(TIMEOUT_MS);
    expect(timeouts).toEqual([true, false]);
  });

  it('an answer lets the next CALL go in the same millisecond: silence from then on is deafness', async () => {
    const { peer, clock, timeouts, receive } = bench();
    watch(peer.call('A', {}));
    watch(peer.call('B', {}));
    await clock.advance(10);
    await receive(3, 'id-1', {});
    await clock.advance(TIMEOUT_MS);
    expect(timeouts).toEqual([true]);
  });

  it('an answer in time stops the timer', async () => {
    const { peer, clock, timeouts, receive } = bench();
    watch(peer.call('A', {}));
    await receive(3, 'id-1', {});
    await clock.advance(TIMEOUT_MS * 2);
    expect(timeouts).toEqual([]);
  });

  it('late, duplicate and foreign answers change nothing', async () => {
    const { peer, clock, sent, receive, logs } = bench();
    const late = watch(peer.call('A', {}));
    await clock.advance(TIMEOUT_MS);
    const next = watch(peer.call('B', {}));
    await receive(3, 'id-1', { late: true });
    await receive(4, 'foreign', 'GenericError', '', {});
    expect(late.error?.kind).toBe('timeout');
    expect(next).toEqual({});
    await receive(3, 'id-2', { first: true });
    await receive(3, 'id-2', { second: true });
    expect(next).toEqual({ value: { first: true } });
    expect(logs.filter((line) => line.includes('nobody waits for'))).toHaveLength(3);
    expect(sent).toHaveLength(2);
  });

  it('an answer that breaks its schema: badAnswer, and the next one goes', async () => {
    const { peer, sent, receive } = bench();
    const outcome = watch(peer.call('A', {}));
    watch(peer.call('B', {}));
    await receive(3, 'id-1', { wrong: 1 });
    expect(outcome.error).toMatchObject({ kind: 'badAnswer', code: 'Rpc.badAnswer' });
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['a CALLRESULT without payload', [3, 'id-1']], ['a CALLRESULT with null', [3, 'id-1', null]], ['a CALLERROR without code', [4, 'id-1']],
  ])('%s for the CALL in flight: badAnswer at once, no answer back', async (_, frame) => {
    const { peer, clock, sent, timeouts, receive } = bench();
    const outcome = watch(peer.call('A', {}));
    await receive(...frame);
    expect(outcome.error).toMatchObject({ kind: 'badAnswer' });
    await clock.advance(TIMEOUT_MS);
    expect(timeouts).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it('a CALLERROR rejects with its code, one that nobody defined too', async () => {
    const { peer, receive } = bench();
    const known = watch(peer.call('A', {}));
    await receive(4, 'id-1', 'NotSupported', 'no thanks', {});
    expect(known.error).toMatchObject({ kind: 'callError', errorCode: 'NotSupported', message: 'A: NotSupported no thanks' });
    const foreign = watch(peer.call('B', {}));
    await receive(4, 'id-2', 'OutOfCoffee');
    expect(foreign.error).toMatchObject({ kind: 'callError', errorCode: 'OutOfCoffee' });
  });

  it('close rejects all: in flight, urgent and waiting; nothing is sent or timed out after it', async () => {
    const { peer, clock, sent, timeouts, receive } = bench();
    const outcomes = [watch(peer.call('A', {})), watch(peer.call('B', {})), watch(peer.call('C', {}, { urgent: true }))];
    peer.close('the line is cut');
    await settle();
    for (const outcome of outcomes) expect(outcome.error).toMatchObject({ kind: 'connectionLost', message: 'the line is cut' });
    await expect(peer.call('Ping', {})).rejects.toMatchObject({ kind: 'connectionLost' });
    await receive(2, 'csms-1', 'Ping', {});
    await clock.advance(TIMEOUT_MS * 2);
    expect(sent).toHaveLength(1);
    expect(timeouts).toEqual([]);
  });
});

describe('CALLs of the other side', () => {
  it('the answer carries the id; a CALL of our own may be in flight meanwhile', async () => {
    const { peer, sent, receive } = bench({ handlerFor: () => (payload) => ({ payload: { echo: payload['n'] } }) });
    watch(peer.call('A', {}));
    await receive(2, 'csms-1', 'Ping', { n: 5 });
    expect(sent[1]).toEqual([3, 'csms-1', { echo: 5 }]);
  });

  it.each([
    ['an action that the edition doesn\'t know', 'MakeCoffee', {}, 'NotImplemented'],
    ['an action without handler', 'NoHandler', {}, 'NotSupported'],
    ['a payload that breaks the schema', 'Ping', { wrong: 1 }, 'OccurrenceConstraintViolation'],
    ['a handler\'s fault', 'Slow', {}, 'SecurityError'],
    ['a handler that fails', 'Broken', {}, 'InternalError'],
    ['an own answer that breaks its schema', 'C', {}, 'InternalError'],
  ])('%s: CALLERROR', async (_, action, payload, code) => {
    const handlers: Record<string, () => Answer | Promise<Answer>> = {
      Ping: () => ({ payload: {} }),
      Slow: () => Promise.reject(new CallFault('SecurityError', 'not now', { why: 'asleep' })),
      Broken: () => { throw new TypeError('undefined is not a station'); },
      C: () => ({ payload: { wrong: 1 } }),
    };
    const { sent, receive } = bench({ handlerFor: (name) => handlers[name] });
    await receive(2, 'csms-1', action, payload);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.slice(0, 3)).toEqual([4, 'csms-1', code]);
    expect(sent[0]).toHaveLength(5);
    expect(JSON.stringify(sent[0])).not.toContain('undefined is not'); // our insides are nobody's business
  });

  it('a fault\'s details travel along', async () => {
    const { sent, receive } = bench({ handlerFor: () => () => { throw new CallFault('GenericError', 'no', { left: 3 }); } });
    await receive(2, 'csms-1', 'Ping', {});
    expect(sent).toEqual([[4, 'csms-1', 'GenericError', 'no', { left: 3 }]]);
  });

  it('afterwards runs once the answer is out', async () => {
    const order: string[] = [];
    const { receive } = bench({ send: () => order.push('answer'), handlerFor: () => () => ({ payload: {}, afterwards: () => order.push('afterwards') }) });
    await receive(2, 'csms-1', 'Ping', {});
    expect(order).toEqual(['answer', 'afterwards']);
  });

  it('a throw in afterwards sends no second answer', async () => {
    const { sent, receive, logs } = bench({ handlerFor: () => () => ({ payload: {}, afterwards: () => { throw new RangeError('too late'); } }) });
    await receive(2, 'csms-1', 'Ping', {});
    expect(sent).toEqual([[3, 'csms-1', {}]]);
    expect(logs).toEqual([expect.stringContaining('what follows Ping failed')]);
  });

  it('the gate comes before handler, schema and unknown actions: a fault, or silence', async () => {
    const handled: string[] = [];
    const { sent, receive } = bench({
      gate: (action) => (action === 'A' ? 'ignore' : new CallFault('SecurityError', 'not accepted yet')),
      handlerFor: (action) => () => {
        handled.push(action);
        return { payload: {} };
      },
    });
    await receive(2, 'csms-1', 'A', {});
    expect(sent).toEqual([]);
    await receive(2, 'csms-2', 'Ping', { wrong: 1 });
    await receive(2, 'csms-3', 'MakeCoffee', {});
    expect(sent.map((frame) => frame.slice(0, 3))).toEqual([[4, 'csms-2', 'SecurityError'], [4, 'csms-3', 'SecurityError']]);
    expect(handled).toEqual([]);
  });

  it('a flood: 16 handlers at once, 1000 wait their turn in order, the rest is refused', async () => {
    const open: ((answer: Answer) => void)[] = [];
    const { peer, sent } = bench({ handlerFor: () => () => new Promise<Answer>((resolve) => open.push(resolve)) });
    for (let index = 1; index <= 1017; index++) peer.receive(JSON.stringify([2, `c${index}`, 'Ping', {}]));
    await settle();
    expect(open).toHaveLength(16);
    expect(sent.map((frame) => frame.slice(0, 3))).toEqual([[4, 'c1017', 'GenericError']]);
    open[0]?.({ payload: {} });
    await settle();
    expect(sent.at(-1)).toEqual([3, 'c1', {}]);
    expect(open).toHaveLength(17);
    for (let index = 1; index < open.length; index++) {
      open[index]?.({ payload: {} });
      await settle();
    }
    expect(sent.slice(1).map((frame) => frame[1])).toEqual(Array.from({ length: 1016 }, (_, index) => `c${index + 1}`));
  });

  it('a copy of a CALL that is still being handled is not handled twice', async () => {
    let handled = 0;
    const open: ((answer: Answer) => void)[] = [];
    const { sent, receive } = bench({ handlerFor: () => () => new Promise<Answer>((resolve) => { handled += 1; open.push(resolve); }) });
    await receive(2, 'csms-1', 'Ping', {});
    await receive(2, 'csms-1', 'Ping', {});
    open[0]?.({ payload: {} });
    await settle();
    expect(handled).toBe(1);
    expect(sent).toEqual([[3, 'csms-1', {}]]);
  });

  it('what was waiting when the connection went is neither handled nor answered', async () => {
    const open: ((answer: Answer) => void)[] = [];
    const { peer, sent } = bench({ handlerFor: () => () => new Promise<Answer>((resolve) => open.push(resolve)) });
    for (let index = 1; index <= 20; index++) peer.receive(JSON.stringify([2, `c${index}`, 'Ping', {}]));
    peer.close('gone');
    open[0]?.({ payload: {} });
    await settle();
    expect(open).toHaveLength(16);
    expect(sent).toEqual([]);
  });
});

describe('what can\'t be read', () => {
  it('2.x answers with RpcFrameworkError, under "-1" where there is no id', async () => {
    const { peer, sent } = bench();
    peer.receive('garbage{{{');
    peer.receive('[2,"csms-1","Ping"]');
    expect(sent.map((frame) => frame.slice(0, 3))).toEqual([[4, '-1', 'RpcFrameworkError'], [4, 'csms-1', 'RpcFrameworkError']]);
  });

  it('1.6 knows no id "-1": silence', () => {
    const { peer, sent } = bench({ answersUnreadable: false });
    peer.receive('garbage{{{');
    expect(sent).toEqual([]);
  });

  it('an unknown message type is passed over, and the CALL in flight still waits', async () => {
    const { peer, sent, receive } = bench();
    const outcome = watch(peer.call('A', {}));
    await receive(9, 'id-1', 'x', {});
    expect(sent).toHaveLength(1);
    expect(outcome).toEqual({});
  });

  it('whatever comes in counts as a sign of life', async () => {
    const { peer, clock } = bench();
    await clock.advance(500);
    peer.receive('garbage{{{');
    expect(peer.lastInboundMs).toBe(500);
  });
});
