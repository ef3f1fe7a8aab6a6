/** Which ids of the standard's test cases and requirements a test's name cites, and what that adds up to. Pure. */

export interface TestName {
  /** From the project's root. */
  readonly file: string;
  readonly name: string;
}

export interface Document {
  readonly edition: string;
  readonly testCases: readonly string[];
  /** Empty: this edition has no requirement ids. */
  readonly requirements: readonly string[];
  /** Names of configuration keys; absent: this edition has none. */
  readonly keys?: readonly string[];
  /** Ids that bind no station of this kind, with the reason (tests/conformance/not-applicable). */
  readonly notApplicable: ReadonlyMap<string, string>;
}

const ID = /\b(?:TC_[A-Z0-9_]*[0-9](?:_CS)\b|[A-Z]\d\d\.FR\.\d+\b)/g;
/** `B03.FR.02/FR.08`, `E13.FR.02/03`, `C01.FR.25 … FR.26`: the rest of a list leaves out what it shares with its head. */
const SHORT_LIST = /\b([A-Z]\d\d)\.FR\.\d+((?:\/(?:FR\.)?\d+)+)/g;

/** The ids in a test's name, each once, in order. */
export function citedIds(name: string): string[] {
  const ids = [...(name.match(ID) ?? [])];
  for (const [, useCase, rest] of name.matchAll(SHORT_LIST)) {
    for (const number of (rest ?? '').split('/').filter((part) => part !== '')) ids.push(`${useCase}.FR.${number.replace('FR.', '')}`);
  }
  return [...new Set(ids)];
}

/** Tests of the edition's own files by the configuration keys that their names hold. */
export function byKey(tests: readonly TestName[], keys: readonly string[], edition: string): Map<string, TestName[]> {
  const own = tests.filter(({ file }) => file.includes(`v${edition.replace('.', '')}`));
  return new Map(keys.map((key) => [key, own.filter(({ name }) => name.split(/[^\w]+/).includes(key))] as const).filter(([, found]) => found.length > 0));
}

/** Tests by cited id. */
export function byId(tests: readonly TestName[]): Map<string, TestName[]> {
  const found = new Map<string, TestName[]>();
  for (const test of tests) {
    for (const id of citedIds(test.name)) found.set(id, [...(found.get(id) ?? []), test]);
  }
  return found;
}

/** Ids that tests cite and no list knows: slips of the pen, mostly. */
export function strangers(tests: readonly TestName[], documents: readonly Document[], alsoKnown: readonly string[]): string[] {
  const known = new Set([...documents.flatMap((document) => [...document.testCases, ...document.requirements]), ...alsoKnown]);
  return [...byId(tests).keys()].filter((id) => !known.has(id)).sort();
}

export function render({ edition, testCases, requirements, keys = [], notApplicable }: Document, tests: readonly TestName[]): string {
  const found = byId(tests);
  const lines = [
    `# OCPP ${edition}: which tests stand for what`, '',
    'Written by `npm run conformance` from the names of the tests; not by hand. An id counts as held when a test cites it;',
    '`npm test` says whether the tests pass. "not yet": no test cites it. "not applicable": it binds somebody else, or hardware',
    'that no station of this kind has; each with its reason.', '',
    '| | held | not applicable | not yet | of |', '|---|--:|--:|--:|--:|',
    `| station test cases | ${counts(testCases, found, notApplicable)} |`,
  ];
  const keyed = byKey(tests, keys, edition);
  if (keys.length > 0) lines.push(`| configuration keys | ${counts(keys, keyed, notApplicable)} |`);
  if (requirements.length > 0) lines.push(`| requirements | ${counts(requirements, found, notApplicable)} |`);
  lines.push('', '## Station test cases', '', '| id | tests |', '|---|---|', ...[...testCases].sort().map((id) => row(id, found.get(id), notApplicable)));
  if (keys.length > 0) lines.push('', '## Configuration keys', '', '| key | tests |', '|---|---|', ...[...keys].sort().map((key) => row(key, keyed.get(key), notApplicable)));
  if (requirements.length > 0) {
    const blocks = [...new Set(requirements.map((id) => id.slice(0, 1)))].sort();
    lines.push('', '## Requirements', '', '| block | held | not applicable | not yet | of |', '|---|--:|--:|--:|--:|');
    for (const block of blocks) {
      const own = requirements.filter((id) => id.startsWith(block));
      lines.push(`| ${block} | ${counts(own, found, notApplicable)} |`);
    }
    lines.push('', '| id | tests |', '|---|---|', ...[...requirements].sort().map((id) => row(id, found.get(id), notApplicable)));
  }
  return `${lines.join('\n')}\n`;
}

/** Ids that are said not to apply and yet have a test: one of both is wrong. */
export function contradictions(tests: readonly TestName[], { notApplicable }: Document): string[] {
  const found = byId(tests);
  return [...notApplicable.keys()].filter((id) => found.has(id)).sort();
}

function counts(ids: readonly string[], found: ReadonlyMap<string, unknown>, notApplicable: ReadonlyMap<string, string>): string {
  const held = ids.filter((id) => found.has(id)).length;
  const excused = ids.filter((id) => !found.has(id) && notApplicable.has(id)).length;
  return `${held} | ${excused} | ${ids.length - held - excused} | ${ids.length}`;
}

function row(id: string, tests: readonly TestName[] | undefined, notApplicable: ReadonlyMap<string, string>): string {
  if (tests === undefined) return `| ${id} | ${notApplicable.has(id) ? `not applicable: ${cell(notApplicable.get(id) ?? '')}` : 'not yet'} |`;
  const texts = tests.map(({ file, name }) => `${cell(name)} (\`${file}\`)`);
  return `| ${id} | ${[...new Set(texts)].sort().join('<br>')} |`;
}

/** Text as a table cell takes it. */
export function cell(text: string): string {
  return text.replace(/[\\|<>`*_]/g, (character) => (character === '_' ? '_' : `\\${character}`)).replace(/\s+/g, ' ');
}
