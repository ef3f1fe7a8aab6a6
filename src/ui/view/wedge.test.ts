import { describe, expect, it } from 'vitest';
import { uidOf, WedgeListener, type Typed } from './wedge.ts';

/** Keys at a pace; answers the last verdict. */
function type(listener: WedgeListener, keys: readonly string[], everyMs: number, fromMs = 0): Typed[] {
  return keys.map((key, index) => listener.take({ key, atMs: fromMs + index * everyMs, held: false }));
}
const reader = (text: string): string[] => [...text, 'Enter'];

describe('reader or person', () => {
  it('a reader types its number and Enter within a blink', () => {
    const said = type(new WedgeListener(), reader('04A1B2C3'), 8);
    expect(said[0]).toEqual({ kind: 'began' });
    expect(said.slice(3, -1).every(({ kind }) => kind === 'typing')).toBe(true);
    expect(said.at(-1)).toEqual({ kind: 'card', digits: '04A1B2C3' });
  });
  it('capitals come with Shift; Tab may end it', () => {
    const said = type(new WedgeListener(), ['Shift', 'A', 'Shift', 'B', 'C', 'D', '1', '2', 'Tab'], 5);
    expect(said.at(-1)).toEqual({ kind: 'card', digits: 'ABCD12' });
  });
  it.each([
    ['a person who types fast', reader('12345678'), 90], ['too short for a card', reader('12345'), 5], ['a word', reader('coffee-beans'), 5],
    ['more than any card has', reader('1234567890123456789012345'), 5],
  ])('%s is none', (_what, keys, everyMs) => {
    expect(type(new WedgeListener(), keys, everyMs).at(-1)?.kind).toBe('nothing');
  });
  it('a pause in between begins anew', () => {
    const listener = new WedgeListener();
    type(listener, [...'9999'], 5);
    expect(type(listener, reader('04A1B2C3'), 5, 500).at(-1)).toEqual({ kind: 'card', digits: '04A1B2C3' });
  });
  it('Enter long after the number isn\'t the reader\'s', () => {
    const listener = new WedgeListener();
    type(listener, [...'04A1B2C3'], 5);
    expect(listener.take({ key: 'Enter', atMs: 1000, held: false })).toEqual({ kind: 'nothing' });
  });
  it('a key that is held down, or with Ctrl, is no reader\'s', () => {
    const listener = new WedgeListener();
    for (let at = 0; at < 12; at++) listener.take({ key: '7', atMs: at * 30, held: at > 0 });
    expect(listener.take({ key: 'Enter', atMs: 400, held: false })).toEqual({ kind: 'nothing' });
  });
  it('two cards in a row', () => {
    const listener = new WedgeListener();
    expect(type(listener, reader('11223344'), 5).at(-1)).toMatchObject({ digits: '11223344' });
    expect(type(listener, reader('55667788'), 5, 100).at(-1)).toMatchObject({ digits: '55667788' });
  });
  it('100,000 random keys: no crash, and a card only of digits', () => {
    const listener = new WedgeListener();
    const keys = [...'0123456789abcdefABCDEFxyz-', 'Enter', 'Tab', 'Shift', 'Escape', 'ArrowLeft'];
    let seed = 12345;
    const next = (most: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % most;
    for (let round = 0, atMs = 0; round < 100_000; round++) {
      atMs += next(60);
      const typed = listener.take({ key: keys[next(keys.length)] ?? '', atMs, held: next(20) === 0 });
      if (typed.kind === 'card') expect(typed.digits).toMatch(/^[0-9A-Fa-f]{6,24}$/);
    }
  });
});

describe('number formats', () => {
  it.each([
    ['hex as read', '04a1b2c3d4e580', { digits: 'hexadecimal', byteOrder: 'asRead' }, '04A1B2C3D4E580'],
    ['hex, last byte first', '80E5D4C3B2A104', { digits: 'hexadecimal', byteOrder: 'reversed' }, '04A1B2C3D4E580'],
    ['hex with a digit lost', '4A1B2C3', { digits: 'hexadecimal', byteOrder: 'asRead' }, '04A1B2C3'],
    ['hex padded to the length that is set', '0000000013005D1DA5', { digits: 'hexadecimal', byteOrder: 'asRead', uidBytes: 5 }, '13005D1DA5'],
    ['decimal, ten digits', '0077705923', { digits: 'decimal', byteOrder: 'asRead' }, '04A1B2C3'],
    ['decimal, last byte first', '3283263748', { digits: 'decimal', byteOrder: 'reversed' }, '04A1B2C3'],
    ['decimal of seven bytes', '1303689068602752', { digits: 'decimal', byteOrder: 'asRead' }, '04A1B2C3D4E580'],
    ['decimal of a set length', '1', { digits: 'decimal', byteOrder: 'asRead', uidBytes: 7 }, '00000000000001'],
    ['letters where decimal is set', '04A1B2C3', { digits: 'decimal', byteOrder: 'asRead' }, null],
    ['more than fits', '99999999999', { digits: 'decimal', byteOrder: 'asRead', uidBytes: 4 }, null],
  ] as const)('%s', (_what, digits, format, expected) => {
    expect(uidOf(digits, format)).toBe(expected);
  });
});
