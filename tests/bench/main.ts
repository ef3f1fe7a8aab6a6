/**
 * Measures the station and writes docs/performance.md. `--quick`: a few rounds, nothing written, for continuous
 * integration. Parts may be named: `npm run bench -- calls cold-start`; then nothing is written either.
 */
import { writeFileSync } from 'node:fs';
import { BenchCsms } from './bench-csms.ts';
import { measureCallCost } from './call-cost.ts';
import { Programs } from './child.ts';
import { measureColdStart } from './cold-start.ts';
import { measureComposite } from './composite.ts';
import { measureDay } from './day.ts';
import { machineFacts } from './machine.ts';
import { measureMemory } from './memory.ts';
import { measureOutbox } from './outbox.ts';
import { asMarkdown, type Pace, type Section } from './report.ts';

type Measure = (programs: Programs, csms: BenchCsms, pace: Pace) => Promise<Section>;

const PARTS: Readonly<Record<string, Measure>> = {
  calls: measureCallCost,
  'cold-start': measureColdStart,
  outbox: measureOutbox,
  memory: measureMemory,
  day: measureDay,
  composite: measureComposite,
};
const PROGRAMS = ['call-cost', 'outbox', 'fleet', 'day', 'composite'];
const DOCUMENT = new URL('../../docs/performance.md', import.meta.url);

const argv = process.argv.slice(2);
const pace: Pace = { quick: argv.includes('--quick') };
const named = argv.filter((argument) => argument !== '--quick');
const unknown = named.find((name) => !Object.hasOwn(PARTS, name));
if (unknown === undefined) await main();
else {
  process.stderr.write(`${unknown} isn't measured; there are: ${Object.keys(PARTS).join(', ')}\n`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const facts = machineFacts();
  const programs = new Programs();
  const csms = new BenchCsms();
  const texts: string[] = [];
  try {
    await programs.build(...PROGRAMS);
    for (const [name, measure] of Object.entries(PARTS)) {
      if (named.length > 0 && !named.includes(name)) continue;
      const text = asMarkdown(await measure(programs, csms, pace));
      process.stdout.write(`${text}\n`);
      texts.push(text);
    }
  } finally {
    csms.close();
    programs.remove();
  }
  if (pace.quick || named.length > 0) return;
  writeFileSync(DOCUMENT, [
    '# Performance', '',
    'Written by `npm run bench`, which measures everything below in one run; don\'t edit it by hand. The figures are this machine\'s, on the day',
    'named. Compare lines of one run with each other, not with another machine\'s. A loaded machine shows in the maxima.', '',
    ...facts.map((fact) => `- ${fact}`), '',
    texts.join('\n'),
  ].join('\n'));
}
