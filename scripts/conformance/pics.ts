/** The protocol implementation conformance statements: what the station does and doesn't, each Yes with the tests that stand for it. Pure. */
import { byId, cell, citedIds, type TestName } from './tables.ts';

/** One line of tests/conformance/pics-*.tsv. */
export interface Feature {
  readonly section: string;
  readonly id: string;
  readonly name: string;
  /** `When`: Yes as soon as tests cite all of its evidence, till then No. `Info`: neither; a fact about it. */
  readonly answer: 'Yes' | 'When' | 'No' | 'Info';
  /** Of Yes and When: ids of the standard, or words that a test's name holds. */
  readonly evidence: readonly string[];
  /** Of No: why; of Yes and Info: what is worth saying. */
  readonly remark: string;
}

export interface Profile { readonly name: string; readonly testCases: readonly string[] }

export interface Statement {
  readonly edition: string;
  readonly profiles: readonly Profile[];
  readonly features: readonly Feature[];
  readonly notApplicable: ReadonlyMap<string, string>;
  /** Every id of the edition. */
  readonly known: ReadonlySet<string>;
}

/** `section<tab>id<tab>name<tab>answer<tab>evidence<tab>remark`. */
export function parseFeature(line: string): Feature {
  const [section = '', id = '', name = '', answer = '', evidence = '', remark = ''] = line.split('\t');
  return { section, id, name, answer: answer as Feature['answer'], evidence: evidence.split(' ').filter((item) => item !== ''), remark };
}

/** Evidence that no test's name cites. */
export function missing(evidence: readonly string[], tests: readonly TestName[]): string[] {
  const ids = byId(tests);
  return evidence.filter((item) => !ids.has(item) && !tests.some(({ name }) => words(name).has(item)));
}

/** Why the statement can't be made as it stands; empty: it can. */
export function flaws({ features, known }: Statement, tests: readonly TestName[]): string[] {
  return features.flatMap(({ id, answer, evidence, remark }) => {
    switch (answer) {
      case 'Yes': case 'When': {
        const strange = evidence.filter((item) => citedIds(item).length > 0 && !known.has(item));
        if (strange.length > 0) return [`${id}: no list knows ${strange.join(', ')}`];
        if (evidence.length === 0) return [`${id}: ${answer} without evidence`];
        const lacking = answer === 'Yes' ? missing(evidence, tests) : [];
        return lacking.length === 0 ? [] : [`${id}: Yes, but no test cites ${lacking.join(', ')}`];
      }
      case 'No': case 'Info': return remark === '' ? [`${id}: ${answer} without a word why`] : [];
      default: return [`${id}: ${String(answer)} is no answer`];
    }
  });
}

export function renderPics({ edition, profiles, features, notApplicable }: Statement, tests: readonly TestName[]): string {
  const ids = byId(tests);
  const lines = [
    `# OCPP ${edition}: protocol implementation conformance statement`, '',
    'Written by `npm run conformance`; not by hand. A Yes is backed by the tests that cite the ids beside it (which tests, say the',
    `tables in [conformance/${edition}.md](conformance/${edition}.md)); a No says why.`, '',
    '## Profiles', '', 'A profile is Yes when every one of its station test cases has a test, or the reason why it can\'t have one.', '',
    '| profile | | test cases: held | not applicable | not yet | of |', '|---|---|--:|--:|--:|--:|',
    ...profiles.map(({ name, testCases }) => {
      const held = testCases.filter((id) => ids.has(id)).length;
      const excused = testCases.filter((id) => !ids.has(id) && notApplicable.has(id)).length;
      const open = testCases.length - held - excused;
      return `| ${cell(name)} | ${open === 0 ? 'Yes' : 'No: not yet'} | ${held} | ${excused} | ${open} | ${testCases.length} |`;
    }),
  ];
  for (const section of new Set(features.map((feature) => feature.section))) {
    lines.push('', `## ${section}`, '', '| id | feature | | |', '|---|---|---|---|');
    for (const feature of features) {
      if (feature.section === section) lines.push(`| ${cell(feature.id)} | ${cell(feature.name)} | ${said(feature, tests)} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function said({ answer, evidence, remark }: Feature, tests: readonly TestName[]): string {
  const lacking = answer === 'When' ? missing(evidence, tests) : [];
  if (lacking.length > 0) return `No | not yet: no test stands for ${cell(lacking.join(', '))}`;
  switch (answer) {
    case 'Yes': case 'When': return `Yes | ${cell(`${remark === '' ? '' : `${remark}; `}${evidence.join(', ')}`)}`;
    case 'No': return `No | ${cell(remark)}`;
    case 'Info': return ` | ${cell(remark)}`;
  }
}

/** Key names and the like; an id's full stops don't part it. */
function words(name: string): Set<string> {
  return new Set(name.split(/[^\w.]+/).flatMap((word) => [word, ...word.split('.')]));
}
