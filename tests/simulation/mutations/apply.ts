import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KerbsideError } from '../../../src/base/errors.ts';
import type { Mutation } from './mutation.ts';

/** The source with the bug in it. @throws KerbsideError `StaleMutation`: what it replaces isn't there exactly once any more */
export function mutated({ name, file, search, replace }: Mutation, source: string): string {
  const count = source.split(search).length - 1;
  if (count !== 1) throw new KerbsideError('StaleMutation', `"${name}": its text is ${count} times in ${file}; write it anew`);
  return source.replace(search, () => replace);
}

/** Puts the bug into the tree at `root`. Answers how to take it out again. */
export function apply(mutation: Mutation, root: string): () => void {
  const path = join(root, mutation.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(mutation, source));
  return () => writeFileSync(path, source);
}
