import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SCREEN_LANGUAGES } from '../../base/screen-languages.ts';
import { formatsFor } from '../view/format.ts';
import { en, type Catalogue } from './en.ts';
import { LANGUAGES } from './languages.ts';

/** What a sentence is given: each must come back in it, in Latin or in the language's own numerals. */
const GIVEN = ['⟪one⟫', '⟪two⟫'] as const;
const NUMBERS: ReadonlySet<string> = new Set(['outlet', 'hoursMinutes', 'minutes', 'seconds', 'pinDigits', 'endOne', 'plugHow', 'plugAfter', 'useOther', 'signLabel']);

type Leaf = readonly [path: string, value: string | ((...given: never[]) => string)];

function leaves(value: object, path = ''): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => (typeof inner === 'object' && inner !== null ? leaves(inner, `${path}${key}.`) : [[`${path}${key}`, inner as Leaf[1]]]));
}
const latin = (text: string): string => text.replace(/[٠-٩]/g, (digit) => String('٠١٢٣٤٥٦٧٨٩'.indexOf(digit)));

function say(path: string, value: Leaf[1]): string {
  if (typeof value === 'string') return value;
  const given = NUMBERS.has(path) ? [47, path === 'signLabel' ? GIVEN[1] : 53] : [...GIVEN];
  return value(...(given as never[]));
}

const all = await Promise.all(LANGUAGES.map(async ({ tag, load }) => [tag, await load()] as const));

it('a file is a language, and the station offers what the screen speaks', () => {
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url))).flatMap((name) => /^([a-z]{2})\.ts$/.exec(name)?.[1] ?? []);
  expect(files.sort()).toEqual(LANGUAGES.map(({ tag }) => tag).sort());
  expect([...SCREEN_LANGUAGES]).toEqual(LANGUAGES.map(({ tag }) => tag));
});

describe.each(all)('%s', (tag, text) => {
  const english = new Map(leaves(en));
  const own = new Map(leaves(text));
  it('has every sentence, none empty, each with what it is given', () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [path, value] of own) {
      const model = english.get(path);
      expect(typeof value, path).toBe(typeof model);
      const said = say(path, value);
      expect(said.trim(), path).not.toBe('');
      if (typeof model !== 'function') continue;
      const parts = NUMBERS.has(path) ? ['47', ...(model.length > 1 ? [path === 'signLabel' ? GIVEN[1] : '53'] : [])] : GIVEN.slice(0, model.length);
      for (const part of parts) expect(latin(said), path).toContain(part);
    }
  });
  it('is a translation: what it says isn\'t English', () => {
    if (tag === 'en') return;
    const sentences = [...own].filter(([path, value]) => typeof value === 'string' && value.split(' ').length > 2 && value === english.get(path));
    expect(sentences).toEqual([]);
  });
  it('scolds and shouts at nobody', () => {
    for (const [path, value] of own) expect(say(path, value), path).not.toMatch(/[!！]/);
  });
  it('writes numbers, money and times by its own rules', () => {
    const language = LANGUAGES.find((candidate) => candidate.tag === tag);
    const formats = formatsFor(language?.locale ?? '', 'EUR', text as Catalogue, 0);
    expect(formats.energy(18_420)).toBe({ en: '18.42', gu: '18.42', hi: '18.42', de: '18,42', nl: '18,42', fr: '18,42', es: '18,42', ar: '١٨٫٤٢' }[tag]);
    expect(formats.countdown(48)).toBe(tag === 'ar' ? '٠:٤٨' : '0:48');
    expect(formats.time(14.5 * 3_600_000)).toBe(tag === 'ar' ? '١٤:٣٠' : '14:30');
    expect(latin(formats.money(10.87)).replace(/[^\d]/g, '')).toBe('1087');
    expect(formats.digit(7)).toBe(tag === 'ar' ? '٧' : '7');
  });
});
