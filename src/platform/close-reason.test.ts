import { expect, test } from 'vitest';
import { fitCloseReason } from './close-reason.ts';

test('a reason that fits stays as it is', () => {
  expect(fitCloseReason('x'.repeat(123))).toBe('x'.repeat(123));
});

test('a longer one is cut to 123 bytes without splitting a character', () => {
  expect(fitCloseReason('x'.repeat(124))).toBe('x'.repeat(123));
  expect(fitCloseReason('🚗'.repeat(31))).toBe('🚗'.repeat(30));
});
