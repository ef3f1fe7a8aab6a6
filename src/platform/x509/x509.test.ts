import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Issued, PKI_NOW_MS, x509 } from '../../../tests/fixtures/pki.ts';
import { MemoryStore } from '../virtual/memory-store.ts';
import { certificateBytes } from './der.ts';
import { StoredKeys } from './stored-keys.ts';

const KEY_CERT_SIGN = 32;

test('a certificate is read into plain data, whatever its line breaks', async () => {
  const root = await Issued.root('Root', { organization: 'Example', serialNumber: '00a1b2', keyUsage: KEY_CERT_SIGN, pathLength: 1 });
  const leaf = await root.issue('CP1', { organization: 'Operator', toDay: 10, ocspUrl: 'http://ocsp.example/' });
  const [first, second] = await x509.parse(`${leaf.pem}\n${root.pem.replaceAll('\n', '\\n')}`);
  expect(first).toMatchObject({
    commonName: 'CP1', organization: 'Operator', isCa: false, keyUsage: null, ocspUrl: 'http://ocsp.example/',
    notAfterMs: PKI_NOW_MS + 10 * 86_400_000, key: { type: 'EC', bits: 256 },
  });
  expect(second).toMatchObject({ commonName: 'Root', organization: 'Example', isCa: true, pathLength: 1, serialNumber: 'a1b2', keyUsage: ['keyCertSign'] });
});

test.each(['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----'])(
  '%j is a bad certificate', async (pem) => {
    await expect(x509.parse(pem)).rejects.toMatchObject({ code: 'BadCertificate' });
  });

test.each(['P-256', 'P-384', 'RSA'] as const)('signatures of a %s key, over certificates and over bytes', async (key) => {
  const root = await Issued.root('Root', { key });
  const other = await Issued.root('Root', { key });
  const leaf = await (await root.issue('CP1')).parsed();
  expect(await x509.isSignedBy(leaf, await root.parsed())).toBe(true);
  expect(await x509.isSignedBy(leaf, await other.parsed())).toBe(false);
  const data = new TextEncoder().encode('firmware');
  const signature = await root.signData(data);
  expect(await x509.verifySignature(await root.parsed(), data, signature)).toBe(true);
  expect(await x509.verifySignature(await other.parsed(), data, signature)).toBe(false);
  expect(await x509.verifySignature(await root.parsed(), data, signature.slice(1))).toBe(false);
});

test('OCSP names a certificate by hashes of its issuer\'s name and key bits', async () => {
  const root = await Issued.root('Root');
  const leaf = await (await root.issue('CP1', { serialNumber: '0000ff01' })).parsed();
  const issuer = await root.parsed();
  const { subjectName, keyBits } = certificateBytes(issuer.der);
  expect(keyBits).toHaveLength(65); // an uncompressed point of P-256
  for (const [algorithm, name] of [['SHA256', 'sha256'], ['SHA384', 'sha384'], ['SHA512', 'sha512']] as const) {
    expect(await x509.hash(leaf, issuer, algorithm)).toEqual({
      hashAlgorithm: algorithm, serialNumber: 'ff01',
      issuerNameHash: createHash(name).update(subjectName).digest('hex'), issuerKeyHash: createHash(name).update(keyBits).digest('hex'),
    });
  }
});

test('a signing request carries the subject and is signed by the key, which outlives a restart', async () => {
  const store = new MemoryStore();
  const made = await new StoredKeys(store, crypto).create('own');
  const pem = await x509.signingRequest({ commonName: 'CP1', organization: 'Operator', country: 'NL', domainComponent: 'CPO' }, made);
  const root = await Issued.root('Root');
  const [certificate] = await x509.parse(await root.sign(pem)); // throws unless the request is signed by its own key
  expect(certificate).toMatchObject({ commonName: 'CP1', organization: 'Operator', subject: 'CN=CP1, O=Operator, C=NL, DC=CPO' });
  const again = await new StoredKeys(store, crypto).get('own');
  expect(new Uint8Array(await crypto.subtle.exportKey('spki', again?.publicKey ?? made.privateKey))).toEqual(certificate?.publicKey);
});
