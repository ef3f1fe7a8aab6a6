/**
 * Stands in for `vitest` where a contract suite runs inside a page: collects the same `describe` and `test` calls, checks
 * with Vitest's own `expect`, and runs them one after the other.
 */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = chai.expect;

export interface InPageResult {
  readonly name: string;
  /** null: passed */
  readonly failure: string | null;
}

type Body = (...args: unknown[]) => unknown;
const DEFAULT_TIMEOUT_MS = 20_000;
const tests: { readonly name: string; readonly body: () => unknown; readonly timeoutMs: number }[] = [];
const path: string[] = [];

export function describe(name: string, body: () => void): void {
  path.push(name);
  body();
  path.pop();
}

function add(name: string, body: () => unknown, timeoutMs = DEFAULT_TIMEOUT_MS): void {
  tests.push({ name: [...path, name].join(' > '), body, timeoutMs });
}

export const test = Object.assign(add, {
  each: (rows: readonly unknown[]) => (name: string, body: Body) => {
    for (const row of rows) {
      const args: readonly unknown[] = Array.isArray(row) ? row : [row];
      add(name.replace(/%\w/, String(args[0])), () => body(...args));
    }
  },
});

async function outcome({ name, body, timeoutMs }: (typeof tests)[number]): Promise<InPageResult> {
  try {
    await Promise.race([body(), new Promise((_, reject) => setTimeout(() => reject(new Error(`not done in ${timeoutMs} ms`)), timeoutMs))]);
    return { name, failure: null };
  } catch (thrown) {
    return { name, failure: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

export async function runAll(): Promise<InPageResult[]> {
  const results: InPageResult[] = [];
  for (const each of tests) results.push(await outcome(each));
  return results;
}
