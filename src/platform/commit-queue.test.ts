import { expect, test } from 'vitest';
import { KerbsideError } from '../base/errors.ts';
import { CommitQueue } from './commit-queue.ts';
import type { StoreWrite } from './ports.ts';

const put = (key: string, value = 0): StoreWrite => ({ op: 'put', collection: 'outbox', key, value });

/** A disk that notes each flush, and fails those that hold the key `bad`. */
function makeQueue(code = 'StoreFull'): { queue: CommitQueue; flushes: string[] } {
  const flushes: string[] = [];
  const queue = new CommitQueue(async (writes) => {
    flushes.push(writes.map((write) => write.key).join(','));
    await Promise.resolve();
    if (writes.some((write) => write.key === 'bad')) throw new KerbsideError(code, 'told to fail');
  });
  return { queue, flushes };
}

test('commits of one turn share a flush; those that come meanwhile share the next', async () => {
  const { queue, flushes } = makeQueue();
  const first = [queue.commit([put('a')]), queue.commit([put('b'), put('c')])];
  await Promise.resolve();
  await Promise.resolve();
  const second = [queue.commit([put('d')]), queue.commit([put('e')])];
  await Promise.all([...first, ...second]);
  expect(flushes).toEqual(['a,b,c', 'd,e']);
});

test('a batch that fails takes no other with it, and order is kept', async () => {
  const { queue, flushes } = makeQueue();
  const outcomes = await Promise.allSettled(['a', 'bad', 'c'].map((key) => queue.commit([put(key)])));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(flushes).toEqual(['a,bad,c', 'a', 'bad', 'c']);
  await queue.commit([put('d')]);
});

test('a store that is closed fails all at once, without trying each', async () => {
  const { queue, flushes } = makeQueue('StoreClosed');
  const outcomes = await Promise.allSettled(['a', 'bad'].map((key) => queue.commit([put(key)])));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(flushes).toEqual(['a,bad']);
});

test('a flush carries a bounded number of records, a batch is never cut', async () => {
  const { queue, flushes } = makeQueue();
  const batch = Array.from({ length: 1500 }, (_, i) => put(String(i)));
  await Promise.all([queue.commit(batch), queue.commit(batch), queue.commit([put('x')])]);
  expect(flushes.map((keys) => keys.split(',').length)).toEqual([1500, 1501]);
});

test('idle waits for all that was accepted', async () => {
  const { queue, flushes } = makeQueue();
  void queue.commit([put('a')]);
  await queue.idle();
  expect(flushes).toEqual(['a']);
  await queue.idle();
});
