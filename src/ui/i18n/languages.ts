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
  { tag: 'hi', name: 'हिन्दी', locale: 'hi-IN', direction: 'ltr', load: async () => (await import('./hi.ts')).hi },
  { tag: 'de', name: 'Deutsch', locale: 'de-DE', direction: 'ltr', load: async () => (await import('./de.ts')).de },
  { tag: 'nl', name: 'Nederlands', locale: 'nl-NL', direction: 'ltr', load: async () => (await import('./nl.ts')).nl },
  { tag: 'fr', name: 'Français', locale: 'fr-FR', direction: 'ltr', load: async () => (await import('./fr.ts')).fr },
  { tag: 'es', name: 'Español', locale: 'es-ES', direction: 'ltr', load: async () => (await import('./es.ts')).es },
  { tag: 'ar', name: 'العربية', locale: 'ar-SA', direction: 'rtl', load: async () => (await import('./ar.ts')).ar },
];

export function languageFor(tag: string | null): Language {
  return LANGUAGES.find((language) => language.tag === tag) ?? ENGLISH;
}
