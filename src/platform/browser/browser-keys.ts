/** Private keys as the browser's own CryptoKey objects, in a database of their own: they work, but can't be read out. */
import { openDB, type IDBPDatabase } from 'idb';
import type { Keys } from '../ports.ts';
import { KEY_ALGORITHM } from '../x509/stored-keys.ts';

const DATABASE = 'kerbside-keys';
const STORE = 'keys';

export class BrowserKeys implements Keys {
  private opening: Promise<IDBPDatabase> | null = null;

  constructor(private readonly crypto: Crypto, private readonly databaseName = DATABASE) {}

  async create(name: string): Promise<CryptoKeyPair> {
    const pair = await this.crypto.subtle.generateKey(KEY_ALGORITHM, false, ['sign', 'verify']);
    await (await this.database()).put(STORE, pair, name);
    return pair;
  }

  async get(name: string): Promise<CryptoKeyPair | null> {
    return ((await (await this.database()).get(STORE, name)) as CryptoKeyPair | undefined) ?? null;
  }

  pem(): Promise<null> {
    return Promise.resolve(null);
  }

  async delete(name: string): Promise<void> {
    await (await this.database()).delete(STORE, name);
  }

  private database(): Promise<IDBPDatabase> {
    this.opening ??= openDB(this.databaseName, 1, {
      upgrade: (database) => void database.createObjectStore(STORE),
      terminated: () => {
        this.opening = null;
      },
    });
    return this.opening;
  }
}
