/** The language of the driver who is being served, as the operator told it (C01.FR.08 to FR.13). Pure. */
import type { StationSnapshot } from '../../link/snapshot.ts';
import { ENGLISH, LANGUAGES, type Language } from '../i18n/languages.ts';
import { isQuiet } from './rest.ts';

/** The first that is installed, of any region; else English. @param preferred tags of RFC 5646, best first */
export function preferredLanguage(preferred: readonly string[]): Language {
  const installed = preferred.map((tag) => LANGUAGES.find((language) => language.tag === primary(tag)));
  return installed.find((language) => language !== undefined) ?? ENGLISH;
}

/**
 * What a new picture asks of the display: a driver's preferences when one has just come; none (`[]`) when the last who had
 * some has left; null when nobody came or went.
 */
export function languagesOfNewcomer(before: StationSnapshot | null, now: StationSnapshot): readonly string[] | null {
  const known = (evseId: number): string => before?.evses.find(({ id }) => id === evseId)?.languages.join() ?? '';
  const newcomer = now.evses.find(({ id, languages }) => languages.length > 0 && languages.join() !== known(id));
  if (newcomer !== undefined) return newcomer.languages;
  const nobody = now.evses.every(({ languages }) => languages.length === 0);
  return nobody && before?.evses.some(({ languages }) => languages.length > 0) === true ? [] : null;
}

/**
 * What the screen speaks when nobody's wishes are known: the operator's default, unless somebody has chosen another here
 * since it was set. @param remembered what `rememberedChoice` made; null: nobody has chosen
 */
export function restingLanguage(remembered: string | null, ofStation: string): Language {
  const [chosen = '', instead = ''] = remembered?.split(' ') ?? [];
  return instead === ofStation ? preferredLanguage([chosen]) : preferredLanguage([ofStation]);
}

export function rememberedChoice(chosen: string, ofStation: string): string {
  return `${chosen} ${ofStation}`;
}

/** Untouched for so long and nobody served: the next driver reads what the operator has set. */
const FORGET_MS = 60_000;

/** Whether what a driver chose here is over. @param untouchedMs since the screen was touched */
export function languageIsOver(now: StationSnapshot, untouchedMs: number): boolean {
  return untouchedMs >= FORGET_MS && isQuiet(now);
}

function primary(tag: string): string {
  return (tag.split('-')[0] ?? '').toLowerCase();
}
