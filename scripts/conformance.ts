/**
 * `npm run conformance`: lists the tests and writes docs/conformance/*.md and docs/pics-*.md, one each per edition. With `--check` it writes
 * nothing and fails where the files would change. The lists of ids are data: tests/conformance/.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { flaws, parseFeature, renderPics, type Profile, type Statement } from './conformance/pics.ts';
import { contradictions, render, strangers, type Document, type TestName } from './conformance/tables.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'docs', 'conformance');

function ids(file: string): string[] {
  return readFileSync(join(root, 'tests', 'conformance', file), 'utf8').split('\n').filter((line) => line !== '');
}

/** Files whose tests may cite an id or a key of 1.6: the others needn't be loaded to know their names. */
function citingFiles(): string[] {
  const files = ['src', 'tests', 'scripts'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts')).map((file) => join(folder, file)));
  return files.filter((file) => file.includes('v16') || /TC_[A-Z0-9_]*\d_CS|\b[A-Z]\d\d\.FR\.\d/.test(readFileSync(join(root, file), 'utf8')));
}

/** By vitest's own list: no test runs. */
function listTests(): TestName[] {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const file = join(folder, 'list.json');
    execFileSync(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'list', ...citingFiles(), `--json=${file}`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
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
  { edition: '1.6', testCases: ids('ids-1.6.txt'), requirements: [], keys: ids('keys-1.6.txt'), notApplicable: notApplicable('1.6') },
];

function profiles(edition: string): Profile[] {
  return ids(`profiles-${edition}.tsv`).map((line) => {
    const [name = '', cases = ''] = line.split('\t');
    return { name, testCases: cases.split(' ') };
  });
}

const statements: readonly Statement[] = ['2.0.1', '1.6'].map((edition) => ({
  edition, profiles: profiles(edition), features: ids(`pics-${edition}.tsv`).map(parseFeature), notApplicable: notApplicable(edition),
  known: new Set(documents.filter((document) => document.edition === edition).flatMap(({ testCases, requirements }) => [...testCases, ...requirements])),
}));

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
for (const statement of statements) {
  for (const flaw of flaws(statement, tests)) {
    console.error(`tests/conformance/pics-${statement.edition}.tsv: ${flaw}`);
    process.exitCode = 1;
  }
}
const check = process.argv.includes('--check');
mkdirSync(target, { recursive: true });
const written: readonly (readonly [file: string, text: string])[] = [
  ...documents.map((document) => [`conformance/${document.edition}.md`, render(document, tests)] as const),
  ...statements.map((statement) => [`pics-${statement.edition}.md`, renderPics(statement, tests)] as const),
];
for (const [name, text] of written) {
  const file = join(root, 'docs', name);
  if (!check) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${name} is out of date: npm run conformance`);
    process.exitCode = 1;
  }
}
