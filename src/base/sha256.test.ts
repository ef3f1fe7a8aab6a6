import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

it('the examples of the standard', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

it('every length around the block\'s, and more than one byte per character', () => {
  for (let length = 0; length < 200; length++) {
    const text = `${'é'.repeat(length % 3)}${'x'.repeat(length)}`;
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});
