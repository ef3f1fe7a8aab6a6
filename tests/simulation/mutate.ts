/**
 * `npm run mutations [-- --only name] [--seeds N] [--hours H]`: puts each bug into a copy of the source, plays seeds until one
 * finds it, and writes the table of docs/reliability.md. Takes minutes.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations/all.ts';
import { apply } from './mutations/apply.ts';
import type { Mutation } from './mutations/mutation.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, seeds: { type: 'string', default: '60' }, hours: { type: 'string', default: '1' } } });
const project = fileURLToPath(new URL('../../', import.meta.url));
const DOC = join(project, 'docs/reliability.md');
const [BEGIN, END] = ['<!-- mutations: made by `npm run mutations` -->', '<!-- end of mutations -->'];

interface Result { readonly mutation: Mutation; readonly caught: { readonly seed: number; readonly after: number; readonly problem: string } | null }

function main(): number {
  const copy = mkdtempSync(join(tmpdir(), 'kerbside-mutations-'));
  try {
    for (const part of ['src', 'tests/simulation', 'tests/fixtures', 'package.json', 'tsconfig.json']) cpSync(join(project, part), join(copy, part), { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    const results: Result[] = [];
    for (const mutation of MUTATIONS.filter(({ name }) => values.only === undefined || name.includes(values.only))) {
      const result = look(mutation, copy);
      results.push(result);
      console.log(`${mutation.name}: ${result.caught === null ? 'NOT CAUGHT' : `seed ${result.caught.seed}: ${result.caught.problem}`}`);
    }
    const missed = results.filter(({ caught }) => caught === null).length;
    console.log(`${results.length - missed} of ${results.length} caught`);
    if (values.only === undefined) writeTable(results);
    return missed === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function look(mutation: Mutation, copy: string): Result {
  const undo = apply(mutation, copy);
  try {
    const args = ['--seeds', values.seeds, '--hours', values.hours, '--json', ...(mutation.edition === undefined ? [] : ['--edition', mutation.edition]), ...(mutation.hardware === undefined ? [] : ['--hardware', mutation.hardware])];
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(project, 'node_modules/tsx/dist/cli.mjs'), 'tests/simulation/main.ts', ...args], { cwd: copy, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    const line = stdout.split('\n').find((text) => text.startsWith('{'));
    if (line === undefined && status !== 0) throw new EvalError(`${mutation.name}: ${stderr.slice(-2000)}`);
    return { mutation, caught: line === undefined ? null : (JSON.parse(line) as Result['caught']) };
  } finally {
    undo();
  }
}

function writeTable(results: readonly Result[]): void {
  const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…').slice(0, 160);
  const rows = results.map(({ mutation: { name, bug, file, edition, hardware }, caught }) => {
    const where = [edition, hardware].filter((item) => item !== undefined).join(', ');
    return `| ${name} | ${cell(bug)} | \`${file.replace('src/', '')}\` | ${caught === null ? '**not caught**' : `${caught.seed}${where === '' ? '' : ` (${where})`}`} | ${caught === null ? '' : cell(caught.problem)} |`;
  });
  const table = ['| bug | what it means | where | seed | how it shows |', '|---|---|---|---|---|', ...rows].join('\n');
  const doc = readFileSync(DOC, 'utf8');
  const [before = '', rest = ''] = doc.split(BEGIN);
  writeFileSync(DOC, `${before}${BEGIN}\n${table}\n${END}${rest.split(END)[1] ?? ''}`);
}

process.exitCode = main();
