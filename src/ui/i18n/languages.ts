import { en, type Catalogue } from './en.ts';

export interface Language {
  /** BCP 47, as the `lang` attribute has it. */
  readonly tag: string;
  /** In its own words, so that who needs it can read it. */
  readonly name: string;
  /** For numbers, money and times. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  readonly load: () => Promise<Catalogue>;
}

export const ENGLISH: Language = { tag: 'en', name: 'English', locale: 'en-GB', direction: 'ltr', load: () => Promise.resolve(en) };

export const LANGUAGES: readonly Language[] = [
  ENGLISH,
  { tag: 'gu', name: 'ગુજરાતી', locale: 'gu-IN', direction: 'ltr', load: async () => (await import('./gu.ts')).gu },
];

export function languageFor(tag: string | null): Language {
  return LANGUAGES.find((language) => language.tag === tag) ?? ENGLISH;
}
