/** How long a simulated day takes: what the scenario tests and fleets of simulated stations pay. */
import type { BenchCsms } from './bench-csms.ts';
import type { Programs } from './child.ts';
import type { DayAnswer, DayQuestion } from './day.child.ts';
import { verdict, type Pace, type Section } from './report.ts';
import { cells, digits, spreadOf } from './spread.ts';

const IDLE_GOAL_MS = 1000;

export async function measureDay(programs: Programs, _csms: BenchCsms, { quick }: Pace): Promise<Section> {
  const rounds = quick ? 1 : 5;
  const days = [
    { name: 'an idle day', sessions: 0, answers: [] as DayAnswer[] },
    { name: 'a day with 10 sessions', sessions: 10, answers: [] as DayAnswer[] },
  ] as const;
  const child = programs.start('day');
  try {
    for (let round = quick ? 1 : 0; round <= rounds; round++) {
      for (const { sessions, answers } of days) {
        const answer = await child.ask<DayAnswer>({ sessions } satisfies DayQuestion);
        if (answer.ended !== sessions) throw new Error(`${answer.ended} sessions ended, not ${sessions}`);
        if (round > 0) answers.push(answer); // the first warms up
      }
    }
  } finally {
    await child.stop();
  }
  const idle = spreadOf(days[0].answers.map((answer) => answer.wallMs));
  return {
    title: 'A simulated day',
    method: `Wall time of 24 hours on virtual time: the whole station as the scenario tests run it (\`tests/scenarios/world.ts\`: one EVSE, OCPP 2.0.1,
factory settings, books in memory, a CSMS on the simulated wire). A session charges for an hour. ${quick ? 'No' : 'One'} warm-up, then ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in one process.`,
    head: ['ms', 'min', 'median', 'max', 'CALLs'],
    rows: days.map(({ name, answers }) => [name, ...cells(spreadOf(answers.map((answer) => answer.wallMs))), String(answers[0]?.calls ?? 0)]),
    finding: `${verdict(idle.median < IDLE_GOAL_MS, 'an idle day well under a second')} (${digits(idle.median)} ms).`,
  };
}
