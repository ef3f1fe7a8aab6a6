import { describe, expect, it } from 'vitest';
import { flaws, parseFeature, renderPics, type Statement } from './pics.ts';

const tests = [{ file: 'a.test.ts', name: 'TC_B_25_CS an EVSE alone' }, { file: 'b.test.ts', name: 'MinimumStatusDuration = 2' }];
const statement = (...lines: string[]): Statement => ({
  edition: '9.9', profiles: [{ name: 'Core', testCases: ['TC_B_25_CS', 'TC_B_26_CS', 'TC_B_27_CS'] }], features: lines.map((line) => parseFeature(line.replaceAll('|', '\t'))),
  known: new Set(['TC_B_25_CS', 'TC_B_26_CS']), notApplicable: new Map([['TC_B_27_CS', 'no such thing']]),
});

describe('the statement can\'t be made', () => {
  it.each([
    ['S|X-1|reset|Yes|TC_B_25_CS TC_B_26_CS|', ['X-1: Yes, but no test cites TC_B_26_CS']], ['S|X-1|reset|Yes||', ['X-1: Yes without evidence']],
    ['S|X-1|reset|No||', ['X-1: No without a word why']], ['S|X-1|reset|When|TC_B_99_CS|', ['X-1: no list knows TC_B_99_CS']], ['S|X-1|reset|Maybe||', ['X-1: Maybe is no answer']],
    ['S|X-1|reset|Yes|TC_B_25_CS|', []], ['S|X-1|status|Yes|MinimumStatusDuration|', []], ['S|X-1|status|Yes|MinimumStatus|', ['X-1: Yes, but no test cites MinimumStatus']],
    ['S|X-1|reset|When|TC_B_26_CS|', []], ['S|X-1|reset|No||no modem', []],
  ])('%s -> %j', (line, found) => {
    expect(flaws(statement(line), tests)).toEqual(found);
  });
});

it('says Yes with the ids, No with the reason, and "not yet" of what no test stands for', () => {
  const text = renderPics(statement('S|X-1|reset|Yes|TC_B_25_CS|each alone', 'S|X-2|modem|No||the machine\'s own', 'T|X-3|more|When|TC_B_26_CS|', 'T|X-4|less|When|TC_B_25_CS|', 'T|X-5|phases|Info||3'), tests);
  expect(text).toContain('| X-1 | reset | Yes | each alone; TC_B_25_CS |');
  expect(text).toContain('| X-2 | modem | No | the machine\'s own |');
  expect(text).toContain('| X-3 | more | No | not yet: no test stands for TC_B_26_CS |');
  expect(text).toContain('| X-4 | less | Yes | TC_B_25_CS |');
  expect(text).toContain('| X-5 | phases |  | 3 |');
  expect(text).toContain('| Core | No: not yet | 1 | 1 | 1 | 3 |');
  expect(text.match(/^## .*/gm)).toEqual(['## Profiles', '## S', '## T']);
});
