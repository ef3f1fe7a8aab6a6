/**
 * The process dies at every single call of a port, once in each way: during one plain session, and during the start that
 * follows a death in mid-session. Nothing random decides where.
 */
import { play } from './play.ts';
import type { EditionName, Story, StoryEvent, Underway } from './story.ts';

const SESSION: readonly StoryEvent[] = [
  { at: 10, act: 'plugIn', evse: 1 }, { at: 14, act: 'card', token: 'CARD0001', evse: 1 }, { at: 40, act: 'card', token: 'CARD0001', evse: 1 }, { at: 46, act: 'unplug', evse: 1 },
  { at: 60, act: 'card', token: 'STRANGER', evse: 1 }, { at: 64, act: 'plugIn', evse: 1 }, { at: 90, act: 'unplug', evse: 1 },
];
const DEATH_AT = 25;

function story(edition: EditionName, events: readonly StoryEvent[]): Story {
  return {
    version: 1, seed: 1, edition, hardware: 'simulated', evses: 1, events,
    settings: [['SampledDataCtrlr.TxUpdatedInterval', '5'], ['OCPPCommCtrlr.RetryBackOffWaitMinimum', '2'], ['OCPPCommCtrlr.RetryBackOffRandomRange', '0'], ['OCPPCommCtrlr.MessageTimeout', '10']],
  };
}

/** How many calls of ports a plain session, and the start in the middle of one, are. */
async function countCalls(edition: EditionName): Promise<{ readonly session: number; readonly start: number }> {
  const session = (await play(story(edition, SESSION))).calls;
  const killed = await play(story(edition, [...SESSION, { at: DEATH_AT, act: 'kill', underway: 'lost', offS: 1 }, { at: DEATH_AT + 12, act: 'kill', underway: 'lost', offS: 1 }]));
  return { session, start: killed.callsOfLives[1] ?? 0 };
}

/** All of them, or every `stride`th. */
export async function sweep(edition: EditionName, stride = 1): Promise<Story[]> {
  const calls = await countCalls(edition);
  const stories: Story[] = [];
  for (const [at, count] of [['session', calls.session], ['start', calls.start]] as const) {
    for (let call = 1; call <= count; call += stride) {
      const underway = (['lost', 'kept', 'random'] as const)[call % 3] as Underway;
      for (const way of stride === 1 ? (['lost', 'kept'] as const) : [underway]) {
        stories.push(story(edition, at === 'session' ? [{ at: 5, act: 'killAt', calls: call, underway: way, offS: 2 }, ...SESSION]
          : [...SESSION, { at: DEATH_AT, act: 'kill', underway: 'lost', offS: 1 }, { at: DEATH_AT + 0.5, act: 'killAt', calls: call, underway: way, offS: 2 }]));
      }
    }
  }
  return stories;
}
