import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteDB } from 'idb';
import { expect, test } from 'vitest';
import { IndexedDbStore } from '../../src/platform/browser/indexed-db-store.ts';
import { LevelStore } from '../../src/platform/node/level-store.ts';
import { COLLECTIONS } from '../../src/platform/ports.ts';
import { collectionsOf, SCHEMA } from '../../src/platform/store-schema.ts';
import { MemoryStore } from '../../src/platform/virtual/memory-store.ts';
import { storeContract, type StorePlace } from './store.contract.ts';

let databases = 0;

storeContract('MemoryStore', async () => ({ open: async () => new MemoryStore(), remove: async () => undefined }), {
  durable: false,
  runs: 200,
});

storeContract('IndexedDbStore', makeIndexedDbPlace, { durable: true, runs: 30 });

storeContract('LevelStore', makeLevelPlace, { durable: true, runs: 15 });

test('the schema makes every collection, once, without a gap in its versions', () => {
  expect(collectionsOf(SCHEMA).sort()).toEqual([...COLLECTIONS].sort());
  expect(SCHEMA.map((step) => step.version)).toEqual(SCHEMA.map((_, index) => index + 1));
});

async function makeIndexedDbPlace(): Promise<StorePlace> {
  const name = `contract-${databases++}`;
  return {
    open: (schema) => IndexedDbStore.open(schema === undefined ? { name } : { name, schema }),
    remove: () => deleteDB(name),
  };
}

async function makeLevelPlace(): Promise<StorePlace> {
  const directory = await mkdtemp(join(tmpdir(), 'kerbside-store-'));
  return {
    open: (schema) => LevelStore.open(directory, schema === undefined ? {} : { schema }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
