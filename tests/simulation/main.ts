/**
 * `npm run simulate -- --seeds N --hours H [--seed X] [--edition ocpp1.6|ocpp2.0.1] [--hardware simulated|heidelberg]
 * [--story file] [--sweep] [--save file] [--trace] [--no-shrink]`: plays stories until one goes wrong, then makes that one small.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generate } from './generate.ts';
import { play, type Outcome } from './play.ts';
import { sweep } from './sweep.ts';
import { shrink } from './shrink.ts';
import { readStory, writeStory, type EditionName, type Story } from './story.ts';

const { values } = parseArgs({ options: {
  seeds: { type: 'string', default: '20' }, seed: { type: 'string' }, hours: { type: 'string', default: '1' }, edition: { type: 'string' }, hardware: { type: 'string' },
  story: { type: 'string' }, sweep: { type: 'boolean', default: false }, save: { type: 'string' }, trace: { type: 'boolean', default: false }, 'no-shrink': { type: 'boolean', default: false },
  budget: { type: 'string', default: '400' }, json: { type: 'boolean', default: false }, 'keep-going': { type: 'boolean', default: false },
} });

const wish = {
  hours: Number(values.hours),
  ...(values.edition === undefined ? {} : { edition: values.edition as EditionName }),
  ...(values.hardware === undefined ? {} : { hardware: values.hardware as Story['hardware'] }),
};

async function main(): Promise<number> {
  if (values.story !== undefined) return one(readStory(readFileSync(values.story, 'utf8')), `--story ${values.story}`);
  if (values.sweep) return everywhere();
  const first = Number(values.seed ?? 1);
  const count = values.seed !== undefined ? 1 : Number(values.seeds);
  const startedMs = Date.now();
  const total = { transactions: 0, kills: 0, energyWh: 0, virtualS: 0 };
  let failures = 0;
  for (let seed = first; seed < first + count; seed++) {
    const story = generate(seed, wish);
    const outcome = await play(story, { frames: values.trace });
    for (const key of ['transactions', 'kills', 'energyWh', 'virtualS'] as const) total[key] += outcome[key];
    if (outcome.problems.length > 0) {
      failures += 1;
      if (values.json) {
        console.log(JSON.stringify({ seed, after: seed - first + 1, problem: outcome.problems[0] }));
        return 1;
      }
      await report(story, outcome, replay(seed));
      if (!values['keep-going']) return 1;
    }
    if ((seed - first + 1) % 10 === 0 || seed === first + count - 1) {
      const seconds = (Date.now() - startedMs) / 1000;
      console.log(`${seed - first + 1} of ${count} seeds, ${(total.virtualS / 3600).toFixed(0)} h, ${total.transactions} transactions, ${(total.energyWh / 1000).toFixed(0)} kWh, ${total.kills} deaths, ${seconds.toFixed(0)} s`);
    }
  }
  return failures > 0 ? 1 : 0;
}

/** Killed at every call of a port, in both editions. */
async function everywhere(): Promise<number> {
  for (const edition of ['ocpp2.0.1', 'ocpp1.6'] as const) {
    if (wish.edition !== undefined && wish.edition !== edition) continue;
    const stories = await sweep(edition);
    for (const [index, story] of stories.entries()) {
      const outcome = await play(story);
      if (outcome.problems.length > 0) {
        if (values.save !== undefined) writeFileSync(values.save, writeStory(story));
        await report(story, outcome, `npm run simulate -- --story <the story below>`);
        return 1;
      }
      if ((index + 1) % 100 === 0 || index === stories.length - 1) console.log(`${edition}: ${index + 1} of ${stories.length} deaths`);
    }
  }
  return 0;
}

async function one(story: Story, how: string): Promise<number> {
  const outcome = await play(story, { frames: values.trace });
  if (outcome.problems.length === 0) {
    if (values.trace) console.log(outcome.trace.join('\n'));
    console.log(`${story.edition}, ${outcome.transactions} transactions, ${Math.round(outcome.energyWh)} Wh, ${outcome.kills} deaths: nothing wrong`);
    return 0;
  }
  await report(story, outcome, `npm run simulate -- ${how}`);
  return 1;
}

async function report(story: Story, { problems, trace }: Outcome, command: string): Promise<void> {
  if (values.trace) console.log(trace.join('\n'));
  console.log(`\nSeed ${story.seed}, ${story.edition}, ${story.hardware}, ${story.evses} EVSEs: ${problems.length} problems`);
  for (const problem of problems.slice(0, 12)) console.log(`  - ${problem}`);
  console.log(`Replay: ${command}`);
  if (values['no-shrink']) return;
  const looked = kind(problems[0] ?? '');
  const small = await shrink(story, async (candidate) => (await play(candidate)).problems.some((problem) => kind(problem) === looked), { budget: Number(values.budget) });
  const about = ((await play(small)).problems[0] ?? '').slice(0, 200);
  console.log(`\nThe same in ${small.events.length} of ${story.events.length} events:\n${writeStory({ ...small, about })}`);
  if (values.save !== undefined) writeFileSync(values.save, writeStory({ ...small, about }));
}

function replay(seed: number): string {
  return ['npm run simulate --', `--seed ${seed}`, `--hours ${wish.hours}`, ...(wish.edition === undefined ? [] : [`--edition ${wish.edition}`]), ...(wish.hardware === undefined ? [] : [`--hardware ${wish.hardware}`])].join(' ');
}

/** A problem without its numbers and names, so that a smaller story may fail at another moment. */
function kind(problem: string): string {
  return problem.replace(/^at [\d.]+ s: /, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time').replace(/[\d.,]+/g, 'n').slice(0, 60);
}

process.exitCode = await main();
