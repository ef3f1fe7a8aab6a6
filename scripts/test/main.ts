/**
 * `npm test`: every check there is, one after the other, each to its end even when an earlier one failed. The last
 * line alone says how many passed and failed, added up from the runners' own reports; a check without a report of
 * tests (lint, types, budgets) counts as one.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './chromium.ts';
import type { Totals } from './reports.ts';
import { NOTHING, sum, vitestTotals } from './reports.ts';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Where the runner leaves its report of tests; absent: the exit code is the one result. */
  readonly report?: string;
}

const MINUTE_MS = 60_000;
const RESULTS = 'test-results';

function vitest(project: string): Pick<Step, 'command' | 'report'> {
  const report = `${RESULTS}/${project}.json`;
  return { command: ['vitest', 'run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`], report };
}

const steps: readonly Step[] = [
  { name: 'lint', command: ['eslint', '.'], timeoutMs: 5 * MINUTE_MS },
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'], timeoutMs: 5 * MINUTE_MS },
  { name: 'types of the screens', command: ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'], timeoutMs: 5 * MINUTE_MS },
  { name: 'dependency rules', command: ['depcruise', 'src', 'workers'], timeoutMs: 3 * MINUTE_MS },
  { name: 'unused code', command: ['knip'], timeoutMs: 3 * MINUTE_MS },
  { name: 'tests in Node', ...vitest('node'), timeoutMs: 12 * MINUTE_MS },
  { name: 'build', command: ['vite', 'build'], timeoutMs: 5 * MINUTE_MS },
  { name: 'bundle budget', command: ['tsx', 'scripts/bundle-budget.ts'], timeoutMs: MINUTE_MS },
  { name: 'tests in Chromium', ...vitest('browser'), timeoutMs: 12 * MINUTE_MS },
];

/** Resolves with whether the command ended well; never rejects. Ends it when it takes too long. */
function run(step: Step): Promise<boolean> {
  return new Promise((resolve) => {
    const [tool = '', ...args] = step.command;
    const child = spawn(join('node_modules', '.bin', tool), args, { stdio: 'inherit', detached: true });
    const timer = setTimeout(() => {
      console.error(`${step.name}: ended after ${step.timeoutMs / MINUTE_MS} minutes`);
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL'); // its whole process group, which is ours
    }, step.timeoutMs);
    child.on('error', () => resolve(false));
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

async function outcome(step: Step): Promise<Totals> {
  const ok = await run(step);
  if (step.report === undefined) return ok ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1, failures: [step.name] };
  const totals = vitestTotals(step.report);
  // An unhandled rejection fails a run in which every single test passed.
  return !ok && totals.failed === 0 ? { ...totals, failed: 1, failures: [`${step.name}: the runner reported an error`] } : totals;
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const started = Date.now();
const all: Totals[] = [];
const chromium = findChromium();
for (const step of steps) {
  console.log(`\n=== ${step.name}`);
  if (step.report?.includes('browser') === true && chromium === null) {
    console.error('Chromium is missing, and part of the tests need a real browser. Install it, e.g. `apt-get install chromium`, or name one in CHROMIUM_PATH.');
    all.push({ ...NOTHING, failed: 1, failures: ['tests in Chromium: no Chromium on this machine'] });
    continue;
  }
  all.push(await outcome(step));
}

const total = sum(all);
console.log(`\nTook ${Math.round((Date.now() - started) / 1000)} s.${total.skipped > 0 ? ` ${total.skipped} skipped.` : ''}`);
for (const failure of total.failures) console.log(`FAILED ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
