import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../link/snapshot.ts';
import { MESSAGE_TURN_MS, messageArea, pagesOf } from './messages.ts';

const message = (id: number, priority: MessageView['priority'], over: Partial<MessageView> = {}): MessageView =>
  ({ id, priority, evseId: null, kind: 'text', text: `text ${id}`, language: null, group: String(id), ...over });
const nobody = (): string[] => [];
/** What stands there in each of the first turns: an id, or 0 for the station's own hints. */
const turns = (messages: MessageView[], count: number, wishes: (evseId: number | null) => readonly string[] = nobody): number[] =>
  Array.from({ length: count }, (_, index) => messageArea(messages, wishes, index * MESSAGE_TURN_MS).message?.id ?? 0);

describe('the message area', () => {
  it('without a message belongs to the station', () => {
    expect(messageArea([], nobody, 0)).toEqual({ owner: 'own', message: null });
  });
  it('O01.FR.12 NormalCycle takes its turn with the station\'s own hints', () => {
    expect(turns([message(1, 'NormalCycle'), message(2, 'NormalCycle')], 6)).toEqual([0, 1, 2, 0, 1, 2]);
  });
  it('O01.FR.13 InFront is there all the time, whatever cycles', () => {
    expect(turns([message(1, 'NormalCycle'), message(2, 'InFront')], 4)).toEqual([2, 2, 2, 2]);
    expect(messageArea([message(1, 'NormalCycle'), message(2, 'InFront')], nobody, 0).owner).toBe('front');
  });
  it('O01.FR.14 O02.FR.16 several InFront take turns among themselves', () => {
    expect(turns([message(1, 'InFront'), message(2, 'NormalCycle'), message(3, 'InFront')], 4)).toEqual([1, 3, 1, 3]);
  });
  it('O01.FR.15 O02.FR.17 AlwaysFront stands alone, not even the station\'s own words come before it', () => {
    const all = [message(1, 'NormalCycle'), message(2, 'InFront'), message(3, 'AlwaysFront')];
    expect(turns(all, 3)).toEqual([3, 3, 3]);
    expect(messageArea(all, nobody, 0).owner).toBe('always');
  });
  it('a turn doesn\'t end early', () => {
    const two = [message(1, 'InFront'), message(2, 'InFront')];
    expect([0, MESSAGE_TURN_MS - 1, MESSAGE_TURN_MS].map((at) => messageArea(two, nobody, at).message?.id)).toEqual([1, 1, 2]);
  });

  const inThree = ['de', 'en', 'nl'].map((language, index) => message(index + 1, 'InFront', { language, group: 'g' }));
  it.each([
    [['nl'], 3], [['nl-BE'], 3], [['fr', 'de'], 1], [['fr'], 2],
  ])('O01.FR.08 O01.FR.09 O02.FR.08 O02.FR.09 who wishes %j reads message %d', (wishes, id) => {
    expect(turns(inThree, 2, () => wishes)).toEqual([id, id]);
  });
  it('without English the first language serves', () => {
    expect(turns(inThree.filter(({ language }) => language !== 'en'), 2, () => ['fr'])).toEqual([1, 1]);
  });
  it('a message about an outlet asks for the wishes of that outlet\'s driver', () => {
    const about = inThree.map((one) => ({ ...one, evseId: 2 }));
    expect(turns(about, 1, (evseId) => (evseId === 2 ? ['de'] : ['nl']))).toEqual([1]);
  });

  it('a long message goes by in pages that can be read, none of it is cut off, and others have their turn between', () => {
    const text = 'The power is low today, so charging takes longer than usual. '.repeat(8).trim();
    expect(text.length).toBeGreaterThan(450);
    const pages = pagesOf(text);
    expect(pages.every((page) => page.length <= 120)).toBe(true);
    expect(pages.join(' ')).toBe(text);
    const shown = (at: number): string | undefined => messageArea([message(1, 'InFront', { text }), message(2, 'InFront')], nobody, at * MESSAGE_TURN_MS).message?.text;
    expect([0, 1, 2, 3, 4].map(shown)).toEqual([pages[0], 'text 2', pages[1], 'text 2', pages[2]]);
    expect(messageArea([message(1, 'AlwaysFront', { text })], nobody, MESSAGE_TURN_MS).message?.page).toEqual({ number: 2, of: pages.length });
  });
  it('pages end between sentences or words; a word longer than a page is cut; a link stays whole', () => {
    expect(pagesOf(`${'a'.repeat(70)}. ${'b '.repeat(60)}`)[0]).toBe(`${'a'.repeat(70)}.`);
    expect(pagesOf('x'.repeat(250)).map((page) => page.length)).toEqual([120, 120, 10]);
    expect(pagesOf('short')).toEqual(['short']);
    const link = `https://operator.example/${'y'.repeat(200)}`;
    expect(messageArea([message(1, 'InFront', { kind: 'link', text: link })], nobody, 0).message).toMatchObject({ text: link, page: null });
  });
});
