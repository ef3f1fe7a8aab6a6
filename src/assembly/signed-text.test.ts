import { expect, it } from 'vitest';
import { webcrypto } from 'node:crypto';
import { SigningMeter } from '../hardware/drivers/simulated/signing-meter.ts';
import { signedText } from './signed-text.ts';

it('a verifier gets both data sets and the key, and the signature holds', async () => {
  const meter = await SigningMeter.create(webcrypto as unknown as Crypto, 'M-1', null);
  const text = signedText({ start: await meter.sign(1000, 0, 1), end: await meter.sign(2500, 60_000, 2) });
  const entity = (xml: string): string => xml.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const sets = [...text.matchAll(/<signedData format="OCMF" encoding="plain">(.*?)<\/signedData><publicKey encoding="plain">([0-9a-f]+)<\/publicKey>/g)].map(([, set = '', key = '']) => ({ set: entity(set), key }));
  expect([...text.matchAll(/context="([^"]+)"/g)].map(([, context]) => context)).toEqual(['Transaction.Begin', 'Transaction.End']);
  for (const { set, key } of sets) {
    const [, payload = '', signature = ''] = set.split('|');
    const { SD } = JSON.parse(signature) as { SD: string };
    const { createVerify, createPublicKey } = await import('node:crypto');
    const publicKey = createPublicKey({ key: Buffer.from(key, 'hex'), format: 'der', type: 'spki' });
    expect(createVerify('SHA256').update(payload).verify(publicKey, Buffer.from(SD, 'hex'))).toBe(true);
  }
  expect(sets.map(({ set }) => (JSON.parse(set.split('|')[1] ?? '') as { RD: { RV: number }[] }).RD[0]?.RV)).toEqual([1, 2.5]);
});

it('what isn\'t text stays base64', () => {
  const reading = { data: btoa('\u0001\u0002'), signingMethod: 'x', encodingMethod: 'DLMS Message', publicKey: 'not base64!' };
  expect(signedText({ start: null, end: reading })).toContain('<signedData format="DLMS Message" encoding="base64">AQI=</signedData><publicKey encoding="plain">not base64!</publicKey>');
});
