/**
 * `npm run conformance`: lists the tests and writes docs/conformance/*.md, one per edition. With `--check` it writes
 * nothing and fails where the files would change. The lists of ids are data: tests/conformance/.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { contradictions, render, strangers, type Document, type TestName } from './conformance/tables.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'docs', 'conformance');

function ids(file: string): string[] {
  return readFileSync(join(root, 'tests', 'conformance', file), 'utf8').split('\n').filter((line) => line !== '');
}

/** By vitest's own list: no test runs. */
function listTests(): TestName[] {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const file = join(folder, 'list.json');
    execFileSync(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'list', `--json=${file}`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    const listed = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly name: string; readonly file: string }[];
    return listed.map(({ name, file: path }) => ({ name, file: relative(root, path).split(sep).join('/') }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `id<tab>reason` lines of not-applicable/<edition>*.tsv. */
function notApplicable(edition: string): Map<string, string> {
  const folder = join(root, 'tests', 'conformance', 'not-applicable');
  const files = readdirSync(folder).filter((file) => file.startsWith(edition)).sort();
  return new Map(files.flatMap((file) => ids(join('not-applicable', file)).map((line) => {
    const [id = '', reason = ''] = line.split('\t');
    return [id, reason] as const;
  })));
}

const documents: readonly Document[] = [
  { edition: '2.0.1', testCases: ids('ids-2.0.1.txt'), requirements: ids('requirements-2.0.1.txt'), notApplicable: notApplicable('2.0.1') },
  { edition: '1.6', testCases: ids('ids-1.6.txt'), requirements: [], notApplicable: notApplicable('1.6') },
];

// The tests of these very tables cite what doesn't exist.
const tests = listTests().filter(({ file }) => !file.startsWith('scripts/conformance/'));
const unknown = strangers(tests, documents, ids('requirements-other-editions.txt'));
if (unknown.length > 0) {
  console.error(`Test names cite ids that no list in tests/conformance knows: ${unknown.join(', ')}`);
  process.exitCode = 1;
}
for (const document of documents) {
  const both = contradictions(tests, document);
  if (both.length === 0) continue;
  console.error(`Not applicable in ${document.edition}, and yet with a test: ${both.join(', ')}`);
  process.exitCode = 1;
}
const check = process.argv.includes('--check');
mkdirSync(target, { recursive: true });
for (const document of documents) {
  const file = join(target, `${document.edition}.md`);
  const text = render(document, tests);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/conformance/${document.edition}.md is out of date: npm run conformance`);
    process.exitCode = 1;
  }
}
