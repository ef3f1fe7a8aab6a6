import { describe, expect, it } from 'vitest';
import type { StationSnapshot } from '../../link/snapshot.ts';
import { LANGUAGES } from '../i18n/languages.ts';
import { languageIsOver, languagesOfNewcomer, preferredLanguage, rememberedChoice, restingLanguage } from './driver-language.ts';

const picture = (...languages: readonly (readonly string[])[]): StationSnapshot => ({
  evses: languages.map((own, index) => ({ id: index + 1, languages: own })),
} as unknown as StationSnapshot);

describe('which language', () => {
  it.each([
    ['C01.FR.08 language1 is installed', ['gu', 'en'], 'gu'],
    ['C01.FR.08 of another region', ['gu-IN', 'en'], 'gu'],
    ['C01.FR.09 language1 isn\'t, language2 is', ['fi-FI', 'GU'], 'gu'],
    ['C01.FR.12/FR.13 neither is: English', ['fi', 'fy'], 'en'],
  ])('%s', (_, preferred, tag) => {
    expect(LANGUAGES.map((language) => language.tag)).toContain(tag);
    expect(preferredLanguage(preferred).tag).toBe(tag);
  });
});

describe('when nobody\'s wishes are known', () => {
  it.each([
    ['the operator\'s default', null, 'gu', 'gu'], ['what was chosen on the screen', rememberedChoice('en', 'gu'), 'gu', 'en'],
    ['the operator\'s default, where it was set after that choice', rememberedChoice('en', 'en'), 'gu', 'gu'],
    ['English, where the default isn\'t installed', null, 'fi', 'en'], ['the default, whatever an older version remembered', 'en', 'gu', 'gu'],
  ])('%s', (_, remembered, ofStation, tag) => expect(restingLanguage(remembered, ofStation).tag).toBe(tag));
});

describe('when it changes', () => {
  it('a driver comes, another beside him, one leaves, the last leaves', () => {
    const steps = [picture([], []), picture(['gu'], []), picture(['gu'], []), picture(['gu'], ['nl', 'en']), picture([], ['nl', 'en']), picture([], []), picture([], [])];
    expect(steps.map((now, index) => languagesOfNewcomer(steps[index - 1] ?? null, now))).toEqual([null, ['gu'], null, ['nl', 'en'], null, [], null]);
  });

  it('a screen that opens in mid-session takes the driver\'s', () => {
    expect(languagesOfNewcomer(null, picture([], ['gu']))).toEqual(['gu']);
  });
});

it('a language that was touched is over when its driver has gone', () => {
  const idle = { ...picture([]), evses: [{ state: 'idle' }], authorization: null, masterPass: null, messages: [] } as unknown as StationSnapshot;
  const busy = { ...idle, evses: [{ state: 'charging' }] } as unknown as StationSnapshot;
  expect([languageIsOver(idle, 59_000), languageIsOver(idle, 60_000), languageIsOver(busy, 600_000)]).toEqual([false, true, false]);
});
