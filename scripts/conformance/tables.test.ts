import { describe, expect, it } from 'vitest';
import { citedIds, contradictions, render, strangers } from './tables.ts';

const test1 = { file: 'tests/a.test.ts', name: 'boot > TC_B_01_CS it says hello' };
const test2 = { file: 'tests/b.test.ts', name: 'A01.FR.02, a | b' };
const document = { edition: '9.9', testCases: ['TC_B_02_CS', 'TC_B_01_CS'], requirements: ['A01.FR.01', 'A01.FR.02', 'B01.FR.01'],
  notApplicable: new Map([['B01.FR.01', 'for the CSMS']]) };

describe('the ids in a test\'s name', () => {
  it.each([
    ['TC_B_01_CS, TC_004_1_CS and E02.FR.05', ['TC_B_01_CS', 'TC_004_1_CS', 'E02.FR.05']],
    ['B03.FR.02/FR.08 silence', ['B03.FR.02', 'B03.FR.08']], ['E13.FR.02/03/10', ['E13.FR.02', 'E13.FR.03', 'E13.FR.10']],
    ['B01.FR.01 and again B01.FR.01', ['B01.FR.01']], ['B01 boots; TC_B_01_CSMS isn\'t ours', []],
  ])('%s', (name, ids) => {
    expect(citedIds(name)).toEqual(ids);
  });
});

describe('the tables', () => {
  it('say which tests stand for an id, and "not yet" where none does', () => {
    const text = render(document, [test1, test2]);
    expect(text).toContain('| station test cases | 1 | 0 | 1 | 2 |');
    expect(text).toContain('| TC_B_01_CS | boot \\> TC_B_01_CS it says hello (`tests/a.test.ts`) |');
    expect(text).toContain('| TC_B_02_CS | not yet |');
    expect(text).toContain('| requirements | 1 | 1 | 1 | 3 |');
    expect(text).toContain('| A | 1 | 0 | 1 | 2 |\n| B | 0 | 1 | 0 | 1 |');
    expect(text).toContain('| A01.FR.01 | not yet |');
    expect(text).toContain('| B01.FR.01 | not applicable: for the CSMS |');
    expect(text).toContain('| A01.FR.02 | A01.FR.02, a \\| b (`tests/b.test.ts`) |');
  });

  it('are the same whatever order the tests come in', () => {
    const more = { ...test1, name: 'TC_B_01_CS another' };
    expect(render(document, [test1, test2, more])).toBe(render(document, [more, test2, test1]));
  });

  it('an edition without requirement ids has no such table', () => {
    expect(render({ ...document, requirements: [] }, [test1])).not.toContain('equirements');
  });

  it('an id said not to apply that has a test is told', () => {
    expect(contradictions([{ file: 'x', name: 'B01.FR.01 too' }], document)).toEqual(['B01.FR.01']);
  });

  it('an id that no list knows is told', () => {
    const slip = { file: 'x', name: 'TC_B_99_CS and Z01.FR.01 and A00.FR.001' };
    expect(strangers([test1, slip], [document], ['A00.FR.001'])).toEqual(['TC_B_99_CS', 'Z01.FR.01']);
  });
});
