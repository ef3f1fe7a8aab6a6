import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { packFirmware } from '../../scripts/firmware/pack.ts';
import { MANIFEST, unpackFirmware } from './firmware-bundle.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const FILES = new Map([['index.html', text('<p>2</p>')], ['assets/a.js', text('export {}')]]);
const unpack = (zip: Uint8Array): ReturnType<typeof unpackFirmware> => unpackFirmware(zip, 'browser', 'index.html', globalThis.crypto);
const manifest = (files: Record<string, string>, more: object = {}): Uint8Array =>
  text(JSON.stringify({ product: 'kerbside', format: 1, version: '2.0.0', target: 'browser', files, ...more }));
const HASH = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'; // of one zero byte

describe('a bundle', () => {
  it('gives back its files and its version', async () => {
    const { version, files } = await unpack(packFirmware(FILES, '2.0.0', 'browser'));
    expect(version).toBe('2.0.0');
    expect([...files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)])).toEqual([['index.html', '<p>2</p>'], ['assets/a.js', 'export {}']]);
  });

  it.each([
    ['no zip', () => text('hello'), 'no zip'],
    ['a zip without a list', () => zipSync({ 'index.html': new Uint8Array(1) }), `no ${MANIFEST}`],
    ['a list that isn\'t JSON', () => zipSync({ [MANIFEST]: text('{') }), 'can\'t be read'],
    ['another product', () => zipSync({ [MANIFEST]: manifest({}, { product: 'other' }) }), 'isn\'t one of this product'],
    ['a version that names a folder above', () => zipSync({ [MANIFEST]: manifest({}, { version: '../1' }) }), 'isn\'t one of this product'],
    ['another host', () => packFirmware(FILES, '2.0.0', 'node'), 'it is for node'],
    ['a file that isn\'t listed', () => zipSync({ [MANIFEST]: manifest({ 'index.html': HASH }), 'index.html': new Uint8Array(1), 'more.js': new Uint8Array(1) }), 'more.js isn\'t on its list'],
    ['a file that is missing', () => zipSync({ [MANIFEST]: manifest({ 'index.html': HASH, 'more.js': HASH }), 'index.html': new Uint8Array(1) }), 'more.js is missing'],
    ['a changed file', () => zipSync({ [MANIFEST]: manifest({ 'index.html': HASH }), 'index.html': new Uint8Array(2) }), 'isn\'t what the list says'],
    ['no page', () => zipSync({ [MANIFEST]: manifest({ 'a.js': HASH }), 'a.js': new Uint8Array(1) }), 'no index.html'],
    ['a path out of its folder', () => zipSync({ [MANIFEST]: manifest({ 'index.html': HASH, '../x.js': HASH }), 'index.html': new Uint8Array(1), '../x.js': new Uint8Array(1) }), '../x.js is missing'],
  ] as const)('%s is broken', async (_, make, why) => {
    await expect(unpack(make())).rejects.toMatchObject({ code: 'FirmwareBroken', message: expect.stringContaining(why) });
  });
});
