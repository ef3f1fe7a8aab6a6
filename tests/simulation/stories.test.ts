/** Stories that once went wrong, each made small: they must never go wrong again. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { play } from './play.ts';
import { readStory } from './story.ts';

const folder = new URL('stories/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

it.each(files)('%s', { timeout: 60_000 }, async (file) => {
  const { problems } = await play(readStory(readFileSync(new URL(file, folder), 'utf8')));
  expect(problems, `npm run simulate -- --story tests/simulation/stories/${file}`).toEqual([]);
});
