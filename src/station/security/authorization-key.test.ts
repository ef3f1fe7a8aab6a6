import { expect, test } from 'vitest';
import { isPrintable, passwordOf, passwordOfKey } from './authorization-key.ts';

const BINARY = '00ff10e280a1b2c3d4e5f60718293a4b5c6d7e8f';

test.each([
  ['digits for text', '4F43415F4F4354545F61646D696E5F74657374', 'OCA_OCTT_admin_test', false],
  ['digits for any bytes', BINARY, String.fromCharCode(...Buffer.from(BINARY, 'hex')), true],
  ['too few digits to be an encoded key', '0123456789abcdef0123', '0123456789abcdef0123', false],
  ['an odd number of digits', '0123456789abcdef0123456789abcdef012', '0123456789abcdef0123456789abcdef012', false],
  ['no digits', 'correct-horse-battery', 'correct-horse-battery', false],
])('a key of %s', (_, key, text, bytes) => {
  expect(passwordOf(passwordOfKey(key, 'Hexadecimal') ?? '')).toEqual({ text, bytes });
  expect(passwordOf(passwordOfKey(key, 'Literal') ?? '')).toEqual({ text: key, bytes: false });
});

test.each(['', 'short', '0123456789abcde', 'x'.repeat(41), '\uE000' + 'a'.repeat(30)])('%j is no key', (key) => {
  expect(passwordOfKey(key, 'Hexadecimal')).toBeNull();
});

test('what a browser can send', () => {
  expect(isPrintable('OCA_OCTT_admin_test')).toBe(true);
  expect(isPrintable('é')).toBe(false);
  expect(isPrintable(passwordOfKey(BINARY, 'Hexadecimal') ?? '')).toBe(false);
});
