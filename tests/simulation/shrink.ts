/** Makes a failing story small: fewer events, then fewer settings, as long as it still goes wrong. */
import type { Story } from './story.ts';

export interface ShrinkOptions {
  /** Plays at most. */
  readonly budget: number;
  readonly progress?: (left: number) => void;
}

/** @param fails whether a story still goes wrong in the way that is looked for */
export async function shrink(story: Story, fails: (story: Story) => Promise<boolean>, options: ShrinkOptions): Promise<Story> {
  let left = options.budget;
  const stillFails = async (candidate: Story): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    options.progress?.(candidate.events.length);
    return fails(candidate);
  };
  let best = story;
  // First the end: most of what comes after the fault doesn't matter.
  best = { ...best, events: await prefix(best, stillFails) };
  best = { ...best, events: await without(best.events, (events) => stillFails({ ...best, events })) };
  best = { ...best, settings: await without(best.settings, (settings) => stillFails({ ...best, settings })) };
  return { ...best, events: await without(best.events, (events) => stillFails({ ...best, events })) };
}

async function prefix(story: Story, fails: (story: Story) => Promise<boolean>): Promise<Story['events']> {
  let [low, high] = [0, story.events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (await fails({ ...story, events: story.events.slice(0, middle) })) high = middle;
    else low = middle + 1;
  }
  return story.events.slice(0, high);
}

/** Delta debugging: takes away halves, quarters, … single ones. */
async function without<T>(items: readonly T[], fails: (items: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let best = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; ) {
      const candidate = [...best.slice(0, at), ...best.slice(at + size)];
      if (await fails(candidate)) best = candidate;
      else at += size;
    }
  }
  return best;
}
