/** Private keys as the browser's own CryptoKey objects, in a database of their own: they work, but can't be read out. */
import { openDB, type IDBPDatabase, type IDBPObjectStore } from 'idb';
import type { Keys } from '../ports.ts';
import { KEY_ALGORITHM } from '../x509/stored-keys.ts';

const DATABASE = 'kerbside-keys';
const STORE = 'keys';
type Writable = IDBPObjectStore<unknown, [typeof STORE], typeof STORE, 'readwrite'>;

export class BrowserKeys implements Keys {
  private opening: Promise<IDBPDatabase> | null = null;

  constructor(private readonly crypto: Crypto, private readonly databaseName = DATABASE) {}

  async create(name: string): Promise<CryptoKeyPair> {
    const pair = await this.crypto.subtle.generateKey(KEY_ALGORITHM, false, ['sign', 'verify']);
    await this.write((store) => store.put(pair, name));
    return pair;
  }

  async get(name: string): Promise<CryptoKeyPair | null> {
    return ((await (await this.database()).get(STORE, name)) as CryptoKeyPair | undefined) ?? null;
  }

  pem(): Promise<null> {
    return Promise.resolve(null);
  }

  async delete(name: string): Promise<void> {
    await this.write((store) => store.delete(name));
  }

  /** Resolves when it is on the disk: a certificate for a key that is gone would be of no use. */
  private async write(change: (store: Writable) => Promise<unknown>): Promise<void> {
    const transaction = (await this.database()).transaction(STORE, 'readwrite', { durability: 'strict' });
    await Promise.all([change(transaction.objectStore(STORE)), transaction.done]);
  }

  private database(): Promise<IDBPDatabase> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = null; // the next one tries again
      throw error;
    });
    return this.opening;
  }

  private async open(): Promise<IDBPDatabase> {
    return openDB(this.databaseName, 1, {
      upgrade: (database) => void database.createObjectStore(STORE),
      terminated: () => {
        this.opening = null;
      },
    });
  }
}
