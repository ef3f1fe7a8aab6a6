import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { describeError, KerbsideError } from '../../base/errors.ts';
import { CommitQueue } from '../commit-queue.ts';
import type { Collection, Store, StoreWrite, Stored } from '../ports.ts';
import { storeErrors } from '../store-errors.ts';
import { collectionsOf, SCHEMA, schemaVersion, type SchemaStep } from '../store-schema.ts';
import { browserRandom } from './browser-random.ts';

export interface IndexedDbStoreOptions {
  /** Name of the database. Default `kerbside`. */
  readonly name?: string;
  readonly schema?: readonly SchemaStep[];
  /** How long another tab may keep an upgrade waiting before `StoreBusy`, ms. */
  readonly blockedTimeoutMs?: number;
  /** A newer version of the app took the books over: this one is closed for good and must stop serving. */
  readonly onTakenOver?: () => void;
}

/** Holds what belongs to no collection: the identity of these books. */
const OWN_STORE = '!books';
const IDENTITY_KEY = 'identity';
const BLOCKED_TIMEOUT_MS = 10_000;

type Upgrade = IDBPTransaction<unknown, string[], 'versionchange'>;

/**
 * The books in IndexedDB: one object store per collection, one strict transaction per flush.
 */
export class IndexedDbStore implements Store, Connected {
  private readonly queue = new CommitQueue((writes) => this.flush(writes));
  private closed = false;
  private reopening: Promise<IDBPDatabase> | null = null;

  private constructor(
    private readonly options: IndexedDbStoreOptions,
    private database: IDBPDatabase | null,
    private readonly identity: string,
  ) {}

  /** @throws KerbsideError `StoreTooNew` | `StoreBusy` | `StoreBroken` | `StoreFull`, each with a sentence */
  static async open(options: IndexedDbStoreOptions = {}): Promise<IndexedDbStore> {
    let store: IndexedDbStore | null = null;
    let early: keyof Connected | null = null;
    const database = await connect(options, {
      takenOver: () => (store === null ? (early = 'takenOver') : store.takenOver()),
      connectionLost: () => (store === null ? (early = 'connectionLost') : store.connectionLost()),
    });
    store = new IndexedDbStore(options, database, await identityOf(database));
    // What the browser said before there was anyone to tell.
    if (early !== null) store[early as keyof Connected]();
    return store;
  }

  async get(collection: Collection, key: string): Promise<Stored | undefined> {
    return this.run(async (database) => (await database.get(collection, key)) as Stored | undefined);
  }

  async entries(collection: Collection): Promise<[key: string, value: Stored][]> {
    return this.run(async (database) => {
      const { store } = database.transaction(collection);
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
      return keys.map((key, index) => [key as string, values[index] as Stored]);
    });
  }

  async commit(writes: readonly StoreWrite[]): Promise<void> {
    if (this.closed) throw storeErrors.closed();
    return this.queue.commit(writes);
  }

  async usage(): Promise<{ usedBytes: number; quotaBytes: number | null; persisted: boolean | null }> {
    if (this.closed) throw storeErrors.closed();
    const storage = storageManager();
    if (storage === null) return { usedBytes: 0, quotaBytes: null, persisted: null };
    const [estimate, persisted] = await Promise.all([storage.estimate(), storage.persisted()]);
    return { usedBytes: estimate.usage ?? 0, quotaBytes: estimate.quota ?? null, persisted };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue.idle();
    this.database?.close();
    this.database = null;
  }

  /** A newer version waits for these books: finish what was accepted, then make room. */
  takenOver(): void {
    void this.close();
    this.options.onTakenOver?.();
  }

  /** The browser ended the connection (its storage process died, or someone cleared the site's data). */
  connectionLost(): void {
    this.database = null;
  }

  private async flush(writes: readonly StoreWrite[]): Promise<void> {
    if (writes.length === 0) return;
    // Not through `run`: what was accepted before close() is still written.
    await this.attempt(async (database) => {
      const names = [...new Set(writes.map((write) => write.collection))];
      const transaction = database.transaction(names, 'readwrite', { durability: 'strict' });
      try {
        for (const write of writes) {
          const store = transaction.objectStore(write.collection);
          const request = write.op === 'put' ? store.put(write.value, write.key) : store.delete(write.key);
          request.catch(() => undefined); // the transaction tells of it, with the cause
        }
      } catch (error) {
        transaction.done.catch(() => undefined);
        transaction.abort();
        throw error;
      }
      await transaction.done;
    });
  }

  private async run<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    if (this.closed) throw storeErrors.closed();
    return this.attempt(work);
  }

  private async attempt<T>(work: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    for (let retried = false; ; retried = true) {
      let database: IDBPDatabase | null = null;
      try {
        database = await this.connected();
        return await work(database);
      } catch (error) {
        // The connection died before or during the work. A batch is the same when written twice, so try once more.
        const dead = database !== null && (this.database !== database || nameOf(error) === 'InvalidStateError');
        if (retried || !dead) throw translate(error);
        if (this.database === database) this.connectionLost();
      }
    }
  }

  private async connected(): Promise<IDBPDatabase> {
    if (this.database !== null) return this.database;
    if (this.closed) throw storeErrors.closed();
    this.reopening ??= this.reconnect().finally(() => (this.reopening = null));
    return this.reopening;
  }

  private async reconnect(): Promise<IDBPDatabase> {
    const database = await connect(this.options, this);
    // Cleared site data opens as an empty database. Going on with it would forget transactions without a word.
    if ((await identityOf(database)) !== this.identity) {
      database.close();
      throw storeErrors.broken('the database was deleted while the station was running');
    }
    this.database = database;
    return database;
  }
}

/** Who is told what happens to a connection. */
interface Connected {
  takenOver(): void;
  connectionLost(): void;
}

async function connect(options: IndexedDbStoreOptions, owner: Connected): Promise<IDBPDatabase> {
  const schema = options.schema ?? SCHEMA;
  const version = schemaVersion(schema);
  let upgradeFailure: unknown;
  const opening = openDB(options.name ?? 'kerbside', version, {
    upgrade(database, oldVersion, _newVersion, transaction) {
      upgrade(database, oldVersion, transaction as Upgrade, schema).catch((error: unknown) => {
        upgradeFailure = error;
        transaction.done.catch(() => undefined);
        try {
          transaction.abort();
        } catch {
          // aborted already: then the browser knows the cause
        }
      });
    },
    blocking() {
      owner.takenOver();
    },
    terminated() {
      owner.connectionLost();
    },
  });
  try {
    return await bounded(opening, options.blockedTimeoutMs ?? BLOCKED_TIMEOUT_MS);
  } catch (error) {
    if (nameOf(error) === 'VersionError') throw storeErrors.tooNew('above', version);
    throw translate(upgradeFailure ?? error);
  }
}

async function upgrade(
  database: IDBPDatabase,
  oldVersion: number,
  transaction: Upgrade,
  schema: readonly SchemaStep[],
): Promise<void> {
  // All stores first, before anything is awaited.
  const steps = schema.filter((step) => step.version > oldVersion);
  if (oldVersion === 0) database.createObjectStore(OWN_STORE);
  for (const collection of collectionsOf(steps)) database.createObjectStore(collection);
  if (oldVersion === 0) await transaction.objectStore(OWN_STORE).put(browserRandom.uuid(), IDENTITY_KEY);
  for (const step of steps) {
    if (step.rewrite === undefined) continue;
    const records = new Map<Collection, [string, Stored][]>();
    for (const collection of step.reads ?? []) {
      const store = transaction.objectStore(collection);
      const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
      records.set(collection, keys.map((key, index) => [key as string, values[index] as Stored]));
    }
    for (const write of step.rewrite({ entries: (collection) => records.get(collection) ?? [] })) {
      const store = transaction.objectStore(write.collection);
      await (write.op === 'put' ? store.put(write.value, write.key) : store.delete(write.key));
    }
  }
}

async function identityOf(database: IDBPDatabase): Promise<string> {
  return String(await database.get(OWN_STORE, IDENTITY_KEY));
}

/** A tab with an older version may hold the database open and not let go. */
async function bounded(opening: Promise<IDBPDatabase>, timeoutMs: number): Promise<IDBPDatabase> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(storeErrors.busy(`not opened within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    opening.then((database) => database.close()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function storageManager(): StorageManager | null {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.storage ?? null;
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

function translate(error: unknown): KerbsideError {
  if (error instanceof KerbsideError) return error;
  const detail = `${nameOf(error)}: ${describeError(error)}`;
  if (nameOf(error) === 'QuotaExceededError') return storeErrors.full(detail, error);
  return storeErrors.broken(detail, error);
}
