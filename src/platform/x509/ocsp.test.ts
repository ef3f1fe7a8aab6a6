import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ocspResponse, type OcspOptions } from '../../../tests/fixtures/ocsp.ts';
import { Issued, PKI_NOW_MS, x509 } from '../../../tests/fixtures/pki.ts';

const root = await Issued.root('Root');
const leaf = await root.issue('Leaf');
const other = await root.issue('Other');

async function status(options: OcspOptions = {}, about: Issued = leaf): Promise<'Good' | 'Revoked' | null> {
  return x509.ocspStatus(await ocspResponse(about, root, options), await leaf.parsed(), await root.parsed(), PKI_NOW_MS);
}

test.each([['good', 'Good'], ['revoked', 'Revoked'], ['unknown', null]] as const)('an answer of the issuer: %s', async (told, expected) => {
  expect(await status({ status: told })).toBe(expected);
});

test('of one whom the issuer lets speak for it, and of nobody else', async () => {
  const delegate = await root.issue('Responder', { ocspSigner: true });
  const expired = await root.issue('Responder', { ocspSigner: true, toDay: -1 });
  const stranger = await (await Issued.root('Root')).issue('Responder', { ocspSigner: true });
  expect(await status({ status: 'revoked', by: delegate, withSigner: true })).toBe('Revoked');
  expect(await status({ status: 'revoked', by: delegate })).toBeNull(); // who signed it can't be known
  for (const by of [other, expired, stranger]) expect(await status({ by, withSigner: true })).toBeNull();
});

test('out of date, not valid yet, or about another certificate: it says nothing', async () => {
  expect(await status({ fromDay: -3, toDay: -1 })).toBeNull();
  expect(await status({ fromDay: 1, toDay: 3 })).toBeNull();
  expect(await status({ status: 'revoked' }, other)).toBeNull();
});

test('altered or broken: it says nothing', async () => {
  const good = await ocspResponse(leaf, root, { status: 'revoked' });
  for (const at of [10, 60, 120, good.length - 5]) {
    const altered = good.slice();
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(await x509.ocspStatus(altered, await leaf.parsed(), await root.parsed(), PKI_NOW_MS)).toBeNull();
  }
  for (const rubbish of [new Uint8Array(), new Uint8Array([0x30, 0x03, 0x0a, 0x01, 0x06]), good.subarray(0, 100)]) {
    expect(await x509.ocspStatus(rubbish, await leaf.parsed(), await root.parsed(), PKI_NOW_MS)).toBeNull();
  }
});

test('as OpenSSL\'s responder writes it', async () => {
  const read = (name: string): string => readFileSync(new URL(`../../../tests/fixtures/openssl-ocsp/${name}`, import.meta.url), 'utf8');
  const [[signer], [issuer]] = [await x509.parse(read('signer.pem')), await x509.parse(read('root.pem'))];
  if (signer === undefined || issuer === undefined) return expect.fail('no certificate');
  const response = new Uint8Array(Buffer.from(read('revoked.base64'), 'base64'));
  expect(await x509.ocspStatus(response, signer, issuer, Date.UTC(2027, 0, 1))).toBe('Revoked');
  expect(await x509.ocspStatus(response, signer, issuer, Date.UTC(2026, 0, 1))).toBeNull();
});
