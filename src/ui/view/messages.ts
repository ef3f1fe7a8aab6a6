/** Which of the operator's messages the message area shows at this moment (O01.FR.08 to FR.16). Pure. */
import { chooseLanguage } from '../../base/language.ts';
import type { MessageView } from '../../link/snapshot.ts';

/** Long enough to read 512 characters' first lines, short enough to come round. */
export const MESSAGE_TURN_MS = 8000;

export interface MessageArea {
  /**
   * `always`: one message owns the area, the station's own words included. `front`: before the station's own hints.
   * `cycle`: takes its turn with them. `own`: it is the turn of the station's own hints, or there is nothing else.
   */
  readonly owner: 'always' | 'front' | 'cycle' | 'own';
  readonly message: MessageView | null;
}

/** @param wishes languages that the reader of a message wants, best first */
export function messageArea(messages: readonly MessageView[], wishes: (evseId: number | null) => readonly string[], nowMs: number): MessageArea {
  const readable = inWishedLanguages(messages, wishes);
  const always = readable.filter(({ priority }) => priority === 'AlwaysFront');
  if (always.length > 0) return { owner: 'always', message: turn(always, nowMs) };
  const front = readable.filter(({ priority }) => priority === 'InFront');
  if (front.length > 0) return { owner: 'front', message: turn(front, nowMs) };
  const cycle = turn([null, ...readable], nowMs);
  return { owner: cycle === null ? 'own' : 'cycle', message: cycle };
}

/** Of a message in several languages, the reader's; else English; else the first. */
function inWishedLanguages(messages: readonly MessageView[], wishes: (evseId: number | null) => readonly string[]): MessageView[] {
  return messages.filter((message) => {
    if (message.language === null) return true;
    const languages = [...new Set(messages.flatMap(({ group, language }) => (group === message.group && language !== null ? [language] : [])))];
    return (chooseLanguage(languages, [...wishes(message.evseId), 'en']) ?? languages[0]) === message.language;
  });
}

function turn<T>(items: readonly T[], nowMs: number): T | null {
  return items[Math.floor(Math.max(0, nowMs) / MESSAGE_TURN_MS) % items.length] ?? null;
}
