import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { splitText } from './split-text.ts';

it('an empty text is one empty part; a short one is whole', () => {
  expect(splitText('', 10)).toEqual(['']);
  expect(splitText('0123456789', 10)).toEqual(['0123456789']);
});

it('cuts at line ends, and where a line is too long, within', () => {
  expect(splitText('abc\ndef\nghi', 8)).toEqual(['abc\ndef\n', 'ghi']);
  expect(splitText('0123456789ab', 10)).toEqual(['0123456789', 'ab']);
  expect(splitText('012345678\u{1F50C}x', 10)).toEqual(['012345678', '\u{1F50C}x']);
});

test('nothing is lost, nothing is too long', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\u{1F50C}', 'ü'), maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, length) => {
    const parts = splitText(text, length);
    expect(parts.join('')).toBe(text);
    expect(parts.every((part) => part.length <= length)).toBe(true);
    expect(parts.every((part, index) => part !== '' || (index === 0 && text === ''))).toBe(true);
  }));
});
