import { describe, expect, test } from 'vitest';
import type { Keys } from '../../src/platform/ports.ts';
import { LazyX509 } from '../../src/platform/x509/lazy-x509.ts';

export interface KeysWorld {
  /** Opens the place where the keys are, each time as a new run of the station would. */
  open(): Promise<Keys>;
  readonly crypto: Crypto;
}

export interface KeysContractOptions {
  /** A private key can be read out, for TLS. */
  readonly readable: boolean;
}

const DATA = new TextEncoder().encode('signed by the station');
const ECDSA = { name: 'ECDSA', hash: 'SHA-256' };

/** What every place for private keys must do. */
export function keysContract(name: string, makeWorld: () => Promise<KeysWorld>, options: KeysContractOptions): void {
  const signs = async ({ subtle }: Crypto, signer: CryptoKeyPair, verifier: CryptoKeyPair): Promise<boolean> =>
    subtle.verify(ECDSA, verifier.publicKey, await subtle.sign(ECDSA, signer.privateKey, DATA), DATA);

  const found = async (keys: Keys, keyName: string): Promise<CryptoKeyPair> => {
    const pair = await keys.get(keyName);
    if (pair === null) return expect.fail(`there is no ${keyName}`);
    return pair;
  };

  describe(`${name} keeps the contract of Keys`, () => {
    test('a pair is made, of P-256, and found again by its name, in the next run too', async () => {
      const { open, crypto } = await makeWorld();
      const made = await (await open()).create('one');
      expect(made.privateKey.algorithm).toMatchObject({ name: 'ECDSA', namedCurve: 'P-256' });
      const again = await found(await open(), 'one');
      expect(await signs(crypto, again, made)).toBe(true);
      expect(await signs(crypto, made, again)).toBe(true);
    });

    test('what isn\'t there is null', async () => {
      const keys = await (await makeWorld()).open();
      expect([await keys.get('nothing'), await keys.pem('nothing')]).toEqual([null, null]);
    });

    test('each name has its own; a new one of the same name replaces the old', async () => {
      const { open, crypto } = await makeWorld();
      const keys = await open();
      const [one, two] = [await keys.create('one'), await keys.create('two')];
      expect(await signs(crypto, await found(keys, 'two'), one)).toBe(false);
      const newer = await keys.create('one');
      const kept = await found(await open(), 'one');
      expect([await signs(crypto, kept, newer), await signs(crypto, kept, one)]).toEqual([true, false]);
      expect(await signs(crypto, await found(keys, 'two'), two)).toBe(true);
    });

    test('pairs made at once are all kept', async () => {
      const { open, crypto } = await makeWorld();
      const keys = await open();
      const names = ['a', 'b', 'c', 'd'];
      const made = await Promise.all(names.map((keyName) => keys.create(keyName)));
      const next = await open();
      for (const [index, keyName] of names.entries()) expect(await signs(crypto, await found(next, keyName), made[index] as CryptoKeyPair)).toBe(true);
    });

    test('a deleted one is gone for good, and nothing else is', async () => {
      const { open } = await makeWorld();
      const keys = await open();
      await keys.create('one');
      await keys.create('two');
      await keys.delete('one');
      await keys.delete('never there');
      const next = await open();
      expect([await next.get('one'), await next.pem('one')]).toEqual([null, null]);
      expect(await next.get('two')).not.toBeNull();
    });

    test(options.readable ? 'the private key can be read out as PKCS#8, and is the same' : 'nobody can read the private key out', async () => {
      const { open, crypto } = await makeWorld();
      const keys = await open();
      const made = await keys.create('one');
      const pem = await keys.pem('one');
      if (!options.readable) {
        expect(pem).toBeNull();
        for (const { privateKey } of [made, await found(await open(), 'one')]) {
          expect(privateKey.extractable).toBe(false);
          for (const format of ['pkcs8', 'jwk'] as const) await expect(crypto.subtle.exportKey(format, privateKey)).rejects.toThrow();
        }
        return;
      }
      const der = Uint8Array.from(atob((pem ?? '').replace(/-----[^-]+-----|\s/g, '')), (character) => character.charCodeAt(0));
      const privateKey = await crypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
      expect(await signs(crypto, { ...made, privateKey, publicKey: made.publicKey }, made)).toBe(true);
    });

    test('a kept key signs a certificate request (A02.FR.03), and the public key in it is its own', async () => {
      const { open, crypto } = await makeWorld();
      await (await open()).create('one');
      const pair = await found(await open(), 'one');
      const csr = await new LazyX509(crypto).signingRequest({ commonName: 'CP1', organization: 'Operator' }, pair);
      expect(csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
      const der = atob(csr.replace(/-----[^-]+-----|\s/g, ''));
      const publicKey = String.fromCharCode(...new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)));
      expect(der.includes(publicKey)).toBe(true);
    });
  });
}
