/** Private keys as JWK in the books, for hosts without a key store of their own. */
import type { Keys, Store, Stored } from '../ports.ts';

export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export class StoredKeys implements Keys {
  constructor(private readonly store: Store, private readonly crypto: Crypto) {}

  async create(name: string): Promise<CryptoKeyPair> {
    const { subtle } = this.crypto;
    const pair = await subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
    const [privateKey, publicKey] = await Promise.all([subtle.exportKey('jwk', pair.privateKey), subtle.exportKey('jwk', pair.publicKey)]);
    await this.store.commit([{ op: 'put', collection: 'keys', key: name, value: { privateKey, publicKey } as unknown as Stored }]);
    return pair;
  }

  async get(name: string): Promise<CryptoKeyPair | null> {
    const kept = (await this.store.get('keys', name)) as unknown as { privateKey: JsonWebKey; publicKey: JsonWebKey } | undefined;
    if (kept === undefined) return null;
    const { subtle } = this.crypto;
    const [privateKey, publicKey] = await Promise.all([
      subtle.importKey('jwk', kept.privateKey, KEY_ALGORITHM, true, ['sign']),
      subtle.importKey('jwk', kept.publicKey, KEY_ALGORITHM, true, ['verify']),
    ]);
    return { privateKey, publicKey };
  }

  async pem(name: string): Promise<string | null> {
    const pair = await this.get(name);
    if (pair === null) return null;
    const der = new Uint8Array(await this.crypto.subtle.exportKey('pkcs8', pair.privateKey));
    const base64 = btoa(String.fromCharCode(...der)).replace(/.{64}/g, '$&\n').trimEnd();
    return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
  }

  delete(name: string): Promise<void> {
    return this.store.commit([{ op: 'delete', collection: 'keys', key: name }]);
  }
}
