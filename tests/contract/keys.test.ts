import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { BrowserKeys } from '../../src/platform/browser/browser-keys.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { StoredKeys } from '../../src/platform/x509/stored-keys.ts';
import { keysContract } from './keys.contract.ts';

const { crypto } = globalThis;
let places = 0;

keysContract('StoredKeys', async () => {
  const store = new MemoryStore();
  return { open: async () => new StoredKeys(store, crypto), crypto };
}, { readable: true });

keysContract('BrowserKeys', async () => {
  const name = `keys-${places++}`;
  return { open: async () => new BrowserKeys(crypto, name), crypto };
}, { readable: false });

test('BrowserKeys: a new key is on the disk, not in a cache, before its request goes out', async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const keys = new BrowserKeys(crypto, `keys-${places++}`);
  await keys.create('one');
  await keys.delete('one');
  expect(transaction.mock.calls.filter(([, mode]) => mode === 'readwrite').map(([, , options]) => options)).toEqual([{ durability: 'strict' }, { durability: 'strict' }]);
  vi.restoreAllMocks();
});

test('BrowserKeys: a database that couldn\'t be opened is tried again', async () => {
  const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementationOnce(() => {
    throw new DOMException('not now', 'UnknownError');
  });
  const keys = new BrowserKeys(crypto, `keys-${places++}`);
  await expect(keys.create('one')).rejects.toThrow('not now');
  await keys.create('one');
  expect(await keys.get('one')).not.toBeNull();
  open.mockRestore();
});
