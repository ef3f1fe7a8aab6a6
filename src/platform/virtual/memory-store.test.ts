import { expect, test } from 'vitest';
import type { StoreWrite } from '../ports.ts';
import { MemoryStore } from './memory-store.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

const put = (key: string, value: number): StoreWrite => ({ op: 'put', collection: 'outbox', key, value });

test('a commit lands after its latency on virtual time, in the order accepted', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock, random: new SeededRandom(1), commitLatencyMs: [1, 50] });
  const order: number[] = [];
  for (let i = 0; i < 20; i++) void store.commit([put('k', i)]).then(() => order.push(i));
  await clock.settle();
  expect(order).toEqual([]);
  await clock.advance(50);
  expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(await store.get('outbox', 'k')).toBe(19);
});

test('power loss loses what was under way and keeps what was committed', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock, commitLatencyMs: 10 });
  await clock.waitFor(store.commit([put('a', 1)]));
  let settled = false;
  const underWay = (): void => void (settled = true);
  store.commit([put('a', 2), put('b', 2)]).then(underWay, underWay);
  const after = store.crash();
  await clock.advance(1000);
  expect(settled).toBe(false);
  expect(await after.entries('outbox')).toEqual([['a', 1]]);
  await clock.waitFor(after.commit([put('c', 3)]));
  expect(await after.get('outbox', 'c')).toBe(3);
});

test('crash("random") keeps commits under way up to a point, never with a hole', async () => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const store = new MemoryStore({ clock: new VirtualClock(), random: new SeededRandom(seed), commitLatencyMs: 10 });
    for (let i = 0; i < 4; i++) void store.commit([put(String(i), i)]);
    const kept = await store.crash('random').entries('outbox');
    expect(kept.map(([key]) => key)).toEqual(['0', '1', '2', '3'].slice(0, kept.length));
    lengths.add(kept.length);
  }
  expect(lengths.size).toBe(5);
});

test('fails the next commits as told and writes nothing of them', async () => {
  const store = new MemoryStore();
  await store.commit([put('a', 1)]);
  store.failNextCommits(2);
  await expect(store.commit([put('a', 2)])).rejects.toMatchObject({ code: 'StoreFull' });
  await expect(store.commit([put('b', 2)])).rejects.toMatchObject({ code: 'StoreFull' });
  expect(await store.entries('outbox')).toEqual([['a', 1]]);
  await store.commit([put('b', 3)]);
  expect(await store.get('outbox', 'b')).toBe(3);
});

test('a full quota refuses growth, yet lets records be deleted', async () => {
  const store = new MemoryStore({ quotaBytes: 20 });
  await store.commit([put('aaaa', 1), put('bbbb', 1)]);
  await expect(store.commit([put('cccccccccccc', 1)])).rejects.toMatchObject({ code: 'StoreFull' });
  await store.commit([{ op: 'delete', collection: 'outbox', key: 'aaaa' }]);
  await store.commit([put('cccccccccccc', 1)]);
});

test('tells of every batch on the disk, so that a test can crash between two', async () => {
  const store = new MemoryStore();
  let after: MemoryStore | undefined;
  store.committed.on(({ index }) => {
    if (index === 2) after = store.crash();
  });
  for (let i = 0; i < 5; i++) void store.commit([put(String(i), i)]);
  expect((await after?.entries('outbox'))?.map(([key]) => key)).toEqual(['0', '1']);
});
