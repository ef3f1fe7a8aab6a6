/** The language of this screen. */
import { en, type Catalogue } from './en.ts';

export const LANGUAGES = [
  { code: 'en', locale: 'en-IE', name: 'English', load: async (): Promise<Catalogue> => en },
  { code: 'gu', locale: 'gu-IN-u-nu-latn', name: 'ગુજરાતી', load: async (): Promise<Catalogue> => (await import('./gu.ts')).gu },
] as const;
export type LanguageCode = (typeof LANGUAGES)[number]['code'];

export const language = $state<{ code: LanguageCode; locale: string; t: Catalogue }>({ code: 'en', locale: 'en-IE', t: en });

export async function choose(code: LanguageCode): Promise<void> {
  const chosen = LANGUAGES.find((candidate) => candidate.code === code) ?? LANGUAGES[0];
  const t = await chosen.load();
  language.code = chosen.code;
  language.locale = chosen.locale;
  language.t = t;
}

/** One touch goes to the next. */
export function nextLanguage(): (typeof LANGUAGES)[number] {
  const index = LANGUAGES.findIndex((candidate) => candidate.code === language.code);
  return LANGUAGES[(index + 1) % LANGUAGES.length] ?? LANGUAGES[0];
}
