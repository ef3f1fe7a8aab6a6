import { expect, it } from 'vitest';
import { generate } from './generate.ts';
import { play } from './play.ts';
import { writeStory } from './story.ts';

const HOURS = 1;
/** One seed alone: `KERBSIDE_SEEDS=17 npx vitest run tests/simulation`; a range: `KERBSIDE_SEEDS=1-200`. */
const [first = 1, last = first] = (process.env['KERBSIDE_SEEDS'] ?? '1-20').split('-').map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);

it.each(seeds)('seed %d: nothing lost, nothing twice, billed is metered', { timeout: 60_000 }, async (seed) => {
  const { problems } = await play(generate(seed, { hours: HOURS }));
  expect(problems, `npm run simulate -- --seed ${seed} --hours ${HOURS}`).toEqual([]);
});

it('the same seed tells the same story', async () => {
  const [one, two] = [generate(7, { hours: HOURS }), generate(7, { hours: HOURS })];
  expect(writeStory(one)).toBe(writeStory(two));
  const [a, b] = [await play(one), await play(two)];
  expect(a.trace.join('\n')).toBe(b.trace.join('\n'));
});
