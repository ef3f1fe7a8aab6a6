import { describe, expect, test } from 'vitest';
import { Issued, PKI_NOW_MS, x509 } from '../../../tests/fixtures/pki.ts';
import { checkChain } from './chain.ts';

const DIGITAL_SIGNATURE = 1;
const KEY_ENCIPHERMENT = 4;

async function check(chain: readonly Issued[], roots: readonly Issued[]): ReturnType<typeof checkChain> {
  return checkChain(x509, await Promise.all(chain.map((issued) => issued.parsed())), await Promise.all(roots.map((root) => root.parsed())), PKI_NOW_MS);
}

describe('a chain', async () => {
  const root = await Issued.root('Root');
  const sub1 = await root.issue('Sub 1', { ca: true, pathLength: 1 });
  const sub2 = await sub1.issue('Sub 2', { ca: true, pathLength: 0 });
  const leaf = await sub2.issue('Leaf', { keyUsage: DIGITAL_SIGNATURE });
  const stranger = await Issued.root('Stranger');

  test('leads from the leaf to an installed root, whatever order its middle comes in', async () => {
    const names = ['Leaf', 'Sub 2', 'Sub 1', 'Root'];
    for (const given of [[leaf, sub2, sub1], [leaf, sub1, sub2], [leaf, sub2, sub1, root], [leaf, stranger, sub1, sub2]]) {
      const result = await check(given, [stranger, root]);
      expect(result.ok && result.chain.map(({ commonName }) => commonName)).toEqual(names);
    }
  });

  test('may also end at an installed certificate that is no root itself, or be one certificate', async () => {
    expect(await check([leaf], [sub2])).toMatchObject({ ok: true });
    expect(await check([root], [root])).toMatchObject({ ok: true, chain: [{ commonName: 'Root' }] });
  });

  test('needs every link', async () => {
    expect(await check([leaf, sub1], [root])).toMatchObject({ ok: false, why: 'UnknownIssuer' });
    expect(await check([leaf, sub2, sub1], [stranger])).toMatchObject({ ok: false, why: 'UnknownIssuer' });
    expect(await check([leaf, sub2, sub1, root], [])).toMatchObject({ ok: false, why: 'UnknownIssuer' });
    expect(await check([], [root])).toMatchObject({ ok: false, why: 'Unreadable' });
  });

  test('isn\'t made by a name alone', async () => {
    expect(await check([leaf, sub2, sub1], [await Issued.root('Root')])).toMatchObject({ ok: false, why: 'BadSignature' });
  });

  test('is as valid as its weakest link', async () => {
    const expired = await root.issue('Old', { ca: true, toDay: -1 });
    expect(await check([await root.issue('Leaf', { toDay: -1 })], [root])).toMatchObject({ ok: false, why: 'Expired' });
    expect(await check([await root.issue('Leaf', { fromDay: 1 })], [root])).toMatchObject({ ok: false, why: 'NotYetValid' });
    expect(await check([await expired.issue('Leaf'), expired], [root])).toMatchObject({ ok: false, why: 'Expired' });
    const oldRoot = await Issued.root('Root', { toDay: -1 });
    expect(await check([await oldRoot.issue('Leaf')], [oldRoot])).toMatchObject({ ok: false, why: 'Expired' });
  });

  test('lets only authorities sign, no more of them than allowed, and each key for its use', async () => {
    const plain = await root.issue('Plain');
    expect(await check([await plain.issue('Leaf'), plain], [root])).toMatchObject({ ok: false, why: 'NotACertificateAuthority' });
    const noSigner = await root.issue('NoSigner', { ca: true, keyUsage: DIGITAL_SIGNATURE });
    expect(await check([await noSigner.issue('Leaf'), noSigner], [root])).toMatchObject({ ok: false, why: 'NotACertificateAuthority' });
    const sub3 = await sub2.issue('Sub 3', { ca: true });
    expect(await check([await sub3.issue('Leaf'), sub3, sub2, sub1], [root])).toMatchObject({ ok: false, why: 'PathTooLong' });
    expect(await check([await root.issue('Leaf', { keyUsage: KEY_ENCIPHERMENT })], [root])).toMatchObject({ ok: false, why: 'WrongKeyUsage' });
  });
});
