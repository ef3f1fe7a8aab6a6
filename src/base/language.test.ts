import { describe, expect, it } from 'vitest';
import { chooseLanguage, inLanguage, isLanguageTag } from './language.ts';

describe('languages', () => {
  it.each([
    [['en', 'de'], ['de'], 'de'], [['en', 'de'], ['de-AT'], 'de'], [['en', 'de-CH'], ['de-AT'], 'de-CH'], [['en', 'de'], ['DE'], 'de'],
    [['en', 'nl'], ['fr', 'nl'], 'nl'], [['en'], ['fr'], null], [['zh-Hant'], ['zh-Hant-TW'], 'zh-Hant'], [[], ['en'], null],
    [['ende'], ['en'], null],
  ])('of %j somebody who wishes %j gets %j', (available, wishes, chosen) => {
    expect(chooseLanguage(available, wishes)).toBe(chosen);
  });
  it('O01.FR.17 tags', () => {
    expect(['en', 'en-US', 'sr-Latn'].every(isLanguageTag)).toBe(true);
    expect(['', 'e', 'english please', 'en_US', '12'].some(isLanguageTag)).toBe(false);
  });
  it('a wording falls back to its first sentence', () => {
    const wording = [{ language: null, text: 'a' }, { language: 'nl', text: 'b' }];
    expect([inLanguage(wording, ['nl-BE']), inLanguage(wording, ['fr']), inLanguage([], ['fr'])]).toEqual(['b', 'a', '']);
  });
});
