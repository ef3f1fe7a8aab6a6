import { expect, it } from 'vitest';
import { simulate } from './run.ts';

/** One seed alone: `KERBSIDE_SEEDS=17 npx vitest run tests/simulation`; a range: `KERBSIDE_SEEDS=1-200`. */
const [first = 1, last = first] = (process.env['KERBSIDE_SEEDS'] ?? '1-30').split('-').map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);

it.each(seeds)('seed %d: nothing lost, nothing twice, billed is metered', async (seed) => {
  const { problems, events, edition } = await simulate(seed);
  expect(problems, `${edition}; replay: KERBSIDE_SEEDS=${seed} npx vitest run tests/simulation\n${[events[0], ...events.slice(-40)].join('\n')}`).toEqual([]);
});
