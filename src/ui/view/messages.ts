/** Which of the operator's messages the message area shows at this moment (O01.FR.08 to FR.16). Pure. */
import { chooseLanguage } from '../../base/language.ts';
import type { MessageView } from '../../link/snapshot.ts';

/** Long enough to read a page, short enough for others to come round. */
export const MESSAGE_TURN_MS = 8000;
/** What a message area of every shape shows whole, in letters that are read at two metres. A message has up to 512 characters. */
const PAGE_LENGTH = 120;

/** A message, or the page of it whose turn it is. */
export interface ShownMessage extends MessageView {
  /** Null: it has one page only. */
  readonly page: { readonly number: number; readonly of: number } | null;
}

export interface MessageArea {
  /**
   * `always`: one message owns the area, the station's own words included. `front`: before the station's own hints.
   * `cycle`: takes its turn with them. `own`: it is the turn of the station's own hints, or there is nothing else.
   */
  readonly owner: 'always' | 'front' | 'cycle' | 'own';
  readonly message: ShownMessage | null;
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

/** At the ends of words; a word longer than a page is cut. */
export function pagesOf(text: string): string[] {
  const pages: string[] = [];
  let rest = text.trim();
  while (rest.length > PAGE_LENGTH) {
    const window = rest.slice(0, PAGE_LENGTH + 1);
    const sentence = Math.max(...['. ', '! ', '? ', '\n'].map((end) => window.lastIndexOf(end) + 1));
    const word = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n'));
    const end = sentence > PAGE_LENGTH / 2 ? sentence : word > 0 ? word : PAGE_LENGTH;
    pages.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...pages, rest];
}

/** Of a message in several languages, the reader's; else English; else the first. */
function inWishedLanguages(messages: readonly MessageView[], wishes: (evseId: number | null) => readonly string[]): MessageView[] {
  return messages.filter((message) => {
    if (message.language === null) return true;
    const languages = [...new Set(messages.flatMap(({ group, language }) => (group === message.group && language !== null ? [language] : [])))];
    return (chooseLanguage(languages, [...wishes(message.evseId), 'en']) ?? languages[0]) === message.language;
  });
}

/** Each item has its turn, and each time round shows its next page. */
function turn(items: readonly (MessageView | null)[], nowMs: number): ShownMessage | null {
  const turns = Math.floor(Math.max(0, nowMs) / MESSAGE_TURN_MS);
  const message = items[turns % items.length] ?? null;
  if (message === null) return null;
  const pages = message.kind === 'link' ? [message.text] : pagesOf(message.text);
  const index = Math.floor(turns / items.length) % pages.length;
  return { ...message, text: pages[index] ?? message.text, page: pages.length === 1 ? null : { number: index + 1, of: pages.length } };
}
