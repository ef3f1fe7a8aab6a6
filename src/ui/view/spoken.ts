/** What is read aloud, in this order: the state, the number, what to do. PINs and the digits of cards never. Pure. */
import type { OutletSign } from './outlet.ts';
import type { Said } from './paving.ts';

/** @param outlet names one of several; null: there is one */
export function spokenText(signs: readonly OutletSign[], said: Said, outlet: ((evse: number) => string) | null): string {
  const lines = signs.flatMap((sign) => [
    ...(outlet === null ? [] : [outlet(sign.evse)]),
    sign.word,
    ...(sign.price === null ? [] : [sign.price]),
    // The countdown would be another one when its turn comes.
    ...(sign.hero === null || (sign.hero.kind === 'countdown' && sign.state === 'plugIn') ? [] : [`${sign.hero.value} ${sign.hero.unit}`]),
    ...sign.facts.filter(({ name }) => name !== sign.hero?.kind).map(({ label, value }) => `${label}: ${value}`),
    ...(sign.post === null ? [] : [`${sign.post.power}, ${sign.post.reason}`]),
    ...sign.sentences,
  ]);
  return [...lines, ...(said.card || said.lead === null ? [] : [said.lead]), ...said.lines, ...said.quiet]
    .map((line) => line.trim().replace(/[.。]?$/, '.')).join(' ');
}
