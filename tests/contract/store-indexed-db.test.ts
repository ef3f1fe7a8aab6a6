import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { afterEach, expect, test, vi } from 'vitest';
import { IndexedDbStore } from '../../src/platform/browser/indexed-db-store.ts';
import type { StoreWrite } from '../../src/platform/ports.ts';
import type { SchemaStep } from '../../src/platform/store-schema.ts';

const V1: readonly SchemaStep[] = [{ version: 1, adds: ['meta'] }];
const V2: readonly SchemaStep[] = [...V1, { version: 2, adds: ['evses'] }];
const put = (key: string, value: number): StoreWrite => ({ op: 'put', collection: 'meta', key, value });

let names = 0;
const freshName = (): string => `indexed-db-${names++}`;

afterEach(() => void vi.restoreAllMocks());

test('writes with durability "strict"', async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const store = await IndexedDbStore.open({ name: freshName(), schema: V1 });
  await store.commit([put('a', 1)]);
  const writing = transaction.mock.calls.filter(([, mode]) => mode === 'readwrite');
  expect(writing).toEqual([[['meta'], 'readwrite', { durability: 'strict' }]]);
  await store.close();
});

test('commits that wait for the disk share one transaction', async () => {
  const store = await IndexedDbStore.open({ name: freshName(), schema: V1 });
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
  await Promise.all(Array.from({ length: 100 }, (_, i) => store.commit([put(String(i), i)])));
  expect(transaction.mock.calls.length).toBeLessThan(5);
  await store.close();
});

test('quota exceeded: StoreFull with a sentence, nothing of the batch written, and it goes on after', async () => {
  const store = await IndexedDbStore.open({ name: freshName(), schema: V1 });
  await store.commit([put('a', 1)]);
  const original = IDBObjectStore.prototype.put;
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (key === 'too much') throw new DOMException('no room', 'QuotaExceededError');
    return original.call(this, value, key);
  });
  const outcomes = await Promise.allSettled([
    store.commit([put('a', 2), put('too much', 3)]),
    store.commit([put('b', 4)]), // shares the flush, and doesn't fail for the other
  ]);
  expect(outcomes[0]).toMatchObject({
    reason: { code: 'StoreFull', sentence: expect.stringContaining('full') as string },
  });
  expect(outcomes[1]?.status).toBe('fulfilled');
  full.mockRestore();
  expect(await store.entries('meta')).toEqual([['a', 1], ['b', 4]]);
  await store.commit([put('too much', 5)]);
  await store.close();
});

test('a newer version of the app takes the books over: the old one finishes, closes and is told', async () => {
  const name = freshName();
  let told = 0;
  const old = await IndexedDbStore.open({ name, schema: V1, onTakenOver: () => (told += 1) });
  const last = old.commit([put('last', 1)]);
  const newer = await IndexedDbStore.open({ name, schema: V2 });
  await last;
  expect(told).toBe(1);
  expect(await newer.get('meta', 'last')).toBe(1);
  await expect(old.commit([put('late', 1)])).rejects.toMatchObject({ code: 'StoreClosed' });
  await newer.close();
});

test('a tab that doesn’t let go of older books: StoreBusy with a sentence, not a wait for ever', async () => {
  const name = freshName();
  const stubborn = await openDB(name, 1, {
    upgrade: (database) => void database.createObjectStore('meta'),
    blocking: () => undefined,
  });
  await expect(IndexedDbStore.open({ name, schema: V2, blockedTimeoutMs: 20 })).rejects.toMatchObject({
    code: 'StoreBusy',
    sentence: expect.stringContaining('tab') as string,
  });
  stubborn.close();
});

/** As the browser does when its storage process dies or the site's data are cleared. */
function endConnection(store: IndexedDbStore): void {
  (store as unknown as { database: { close(): void } | null }).database?.close();
  store.connectionLost();
}

test('a connection that the browser ended is opened again, with the same books', async () => {
  const store = await IndexedDbStore.open({ name: freshName(), schema: V1 });
  await store.commit([put('a', 1)]);
  endConnection(store);
  const [, read] = await Promise.all([store.commit([put('b', 2)]), store.get('meta', 'a')]);
  expect(read).toBe(1);
  expect(await store.entries('meta')).toEqual([['a', 1], ['b', 2]]);
  await store.close();
});

test('a connection that died without a word is found out and opened again', async () => {
  const store = await IndexedDbStore.open({ name: freshName(), schema: V1 });
  (store as unknown as { database: { close(): void } }).database.close();
  await Promise.all([store.commit([put('a', 1)]), store.get('meta', 'x'), store.entries('meta')]);
  expect(await store.get('meta', 'a')).toBe(1);
  await store.close();
});

test('site data cleared under a running station: StoreBroken, never an empty set of books without a word', async () => {
  const name = freshName();
  const store = await IndexedDbStore.open({ name, schema: V1 });
  await store.commit([put('a', 1)]);
  endConnection(store);
  await deleteDB(name);
  await expect(store.get('meta', 'a')).rejects.toMatchObject({ code: 'StoreBroken' });
  await expect(store.commit([put('b', 2)])).rejects.toMatchObject({
    code: 'StoreBroken',
    sentence: expect.stringContaining('books') as string,
  });
  await store.close();
});
