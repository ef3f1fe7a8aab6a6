import { expect, it } from 'vitest';
import { qrPath } from './qr.ts';

it('a QR code of an address', () => {
  const code = qrPath('https://operator.example/i/1');
  expect(code?.size).toBe(29 + 2 * 2); // version 3 with its quiet border
  expect(code?.path).toMatch(/^(M\d+ \d+h1v1h-1z)+$/);
});
it('the same text gives the same code, another one another', () => {
  expect(qrPath('a')).toEqual(qrPath('a'));
  expect(qrPath('a')?.path).not.toBe(qrPath('b')?.path);
});
it('what no code can hold gives none', () => {
  expect(qrPath('x'.repeat(5000))).toBeNull();
});
