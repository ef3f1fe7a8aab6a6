/** The durable queue: records a second into the books, and messages a second out of them after an outage. */
import type { BenchCsms } from './bench-csms.ts';
import type { Programs } from './child.ts';
import type { OutboxAnswer, OutboxQuestion } from './outbox.child.ts';
import type { Pace, Section } from './report.ts';
import { cells, digits, spreadOf } from './spread.ts';

export async function measureOutbox(programs: Programs, csms: BenchCsms, { quick }: Pace): Promise<Section> {
  const rounds = quick ? 1 : 3;
  const question: OutboxQuestion = { url: csms.url, single: quick ? 50 : 500, backlog: quick ? 500 : 10_000 };
  const answers: OutboxAnswer[] = [];
  const child = programs.start('outbox');
  try {
    for (let round = 0; round < rounds; round++) answers.push(await child.ask<OutboxAnswer>(question));
  } finally {
    await child.stop();
  }
  const rate = (count: number, part: keyof OutboxAnswer) => spreadOf(answers.map((answer) => count / (answer[part] / 1000)));
  const { single, backlog } = question;
  const drained = spreadOf(answers.map((answer) => answer.drainMs / 1000));
  const cpu = spreadOf(answers.map((answer) => answer.drainCpuMs / backlog));
  return {
    title: 'The durable queue',
    method: `TransactionEvents with one sample each go through journal and outbox into LevelDB files in the machine's folder for temporary files, every
batch flushed to the disk (\`sync\`). "One by one": ${single} events, each on the disk before the next is made. "Burst": ${backlog} events, 100 a turn
of the event loop, until all are on the disk; those are then sent over a socket to a local CSMS as after an outage, in order, each answered
before the next, until all are answered and gone from the books. ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in one process.`,
    head: ['events/s', 'min', 'median', 'max'],
    rows: [
      ['appended one by one', ...cells(rate(single, 'singleMs'))],
      ['appended in a burst', ...cells(rate(backlog, 'burstMs'))],
      ['sent on reconnect', ...cells(rate(backlog, 'drainMs'))],
    ],
    finding: `An outage that left ${backlog} events is made up for in ${digits(drained.median)} s (${digits(cpu.median)} ms CPU an event).`,
  };
}
