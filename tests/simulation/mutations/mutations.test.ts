import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS } from './all.ts';
import { mutated } from './apply.ts';

const root = new URL('../../../', import.meta.url);

it('there are at least twenty, each of its own', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(20);
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
});

it.each(MUTATIONS)('$name: still applies', (mutation) => {
  const source = readFileSync(new URL(mutation.file, root), 'utf8');
  expect(mutated(mutation, source)).not.toBe(source);
});

it('one whose text is gone says so', () => {
  expect(() => mutated({ name: 'gone', bug: '', file: 'x.ts', search: 'a', replace: 'b' }, 'xyz')).toThrow(/0 times in x.ts/);
});
