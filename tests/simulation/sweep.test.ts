import { expect, it } from 'vitest';
import { play } from './play.ts';
import { writeStory, type EditionName } from './story.ts';
import { sweep } from './sweep.ts';

/** All of them: `npm run simulate -- --sweep`. A prime, so that no kind of call is left out for its place in a cycle. */
const STRIDE = 23;

it.each<EditionName>(['ocpp2.0.1', 'ocpp1.6'])('%s: killed at whichever call of a port, nothing is lost, and nothing is twice', { timeout: 120_000 }, async (edition) => {
  const stories = await sweep(edition, STRIDE);
  expect(stories.length).toBeGreaterThan(8);
  for (const story of stories) expect((await play(story)).problems, writeStory(story)).toEqual([]);
});
