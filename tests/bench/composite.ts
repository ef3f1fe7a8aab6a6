/** How long a composite schedule takes, and how that grows with profiles and periods. */
import type { BenchCsms } from './bench-csms.ts';
import type { Programs } from './child.ts';
import type { CompositeAnswer, CompositeQuestion } from './composite.child.ts';
import { verdict, type Pace, type Section } from './report.ts';
import { cells, digits, spreadOf, type Spread } from './spread.ts';

const GOAL_MS = 5;
const PROFILES = [1, 10, 25, 50, 100] as const;
const PERIODS = [1, 24, 96] as const;

export async function measureComposite(programs: Programs, _csms: BenchCsms, { quick }: Pace): Promise<Section> {
  const rounds = quick ? 20 : 300;
  const child = programs.start('composite');
  const rows: string[][] = [];
  const spreads = new Map<string, Spread>();
  try {
    for (const profiles of PROFILES) {
      for (const periods of PERIODS) {
        const question: CompositeQuestion = { profiles, periods, rounds };
        await child.ask<CompositeAnswer>({ ...question, rounds: Math.min(rounds, 100) }); // warm
        const { wallMs, told } = await child.ask<CompositeAnswer>(question);
        const spread = spreadOf(wallMs);
        spreads.set(`${profiles}x${periods}`, spread);
        rows.push([`${profiles} profile${profiles === 1 ? '' : 's'} of ${periods}`, ...cells(spread), String(told)]);
      }
    }
  } finally {
    await child.stop();
  }
  const median = (key: string): number => spreads.get(key)?.median ?? Number.NaN;
  return {
    title: 'Composite schedule of a day',
    method: `GetCompositeSchedule's whole work for one EVSE over 24 hours (\`src/station/smart-charging\`): profiles of every purpose, at as many
stack levels, a third of them recurring daily, each with so many periods, in A and W by turns, merged, converted and laid on whole seconds.
${rounds} schedules each in one process, after a warm-up.`,
    head: ['ms', 'min', 'median', 'max', 'periods told'],
    rows,
    finding: `${verdict(median('100x24') < GOAL_MS, `100 profiles under ${GOAL_MS} ms`)} (${digits(median('100x24'))} ms with 24 periods each, `
      + `${digits(median('100x96'))} ms with 96). From 10 to 100 profiles of 24 periods the time grows ${digits(median('100x24') / median('10x24'))}-fold, `
      + `from 24 to 96 periods each ${digits(median('100x96') / median('100x24'))}-fold.`,
  };
}
