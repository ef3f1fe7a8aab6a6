import { describe, expect, it } from 'vitest';
import { mayEnter } from './basic-auth.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('Basic authentication of a station', () => {
  it('A00.FR.204 takes the identity as user and the right password only', () => {
    expect(mayEnter(basic('CP1:secret:with:colons'), 'CP1', 'secret:with:colons')).toBe(true);
    expect(mayEnter(basic('CP1:wrong'), 'CP1', 'secret')).toBe(false);
    expect(mayEnter(basic('CP2:secret'), 'CP1', 'secret')).toBe(false);
    expect(mayEnter(undefined, 'CP1', 'secret')).toBe(false);
    expect(mayEnter('Bearer x', 'CP1', 'secret')).toBe(false);
  });

  it('takes any password, and none, while none is set', () => {
    expect(mayEnter(undefined, 'CP1', null)).toBe(true);
    expect(mayEnter(basic('CP1:anything'), 'CP1', null)).toBe(true);
    expect(mayEnter(basic('CP2:anything'), 'CP1', null)).toBe(false);
  });
});
