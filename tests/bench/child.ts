/** A measured process and its parent: one question, one answer. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Programs as a user runs them: bundled, without a loader that translates them on the way. */
export class Programs {
  private readonly folder: string;

  constructor() {
    mkdirSync(`${ROOT}.kerbside`, { recursive: true });
    this.folder = mkdtempSync(`${ROOT}.kerbside/bench-`);
  }

  async build(...names: readonly string[]): Promise<void> {
    await build({
      absWorkingDir: ROOT, entryPoints: names.map((name) => `tests/bench/${name}.child.ts`), outdir: this.folder,
      bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', outExtension: { '.js': '.mjs' }, logLevel: 'error',
    });
  }

  start(name: string, argv: readonly string[] = [], execArgv: readonly string[] = []): Program {
    return new Program(fork(`${this.folder}/${name}.child.mjs`, [...argv], { execArgv: [...execArgv], cwd: ROOT }), name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Program {
  constructor(private readonly child: ChildProcess, private readonly name: string) {}

  /** @throws Error when the process ends instead of answering */
  async ask<Answer>(question: object): Promise<Answer> {
    const given = new AbortController();
    const ended = once(this.child, 'exit', { signal: given.signal }).then(([code]) => {
      throw new Error(`${this.name} ended with ${String(code)} instead of answering`);
    });
    const answered = once(this.child, 'message', { signal: given.signal });
    this.child.send(question);
    try {
      const [answer] = (await Promise.race([answered, ended])) as [Answer];
      return answer;
    } finally {
      ended.catch(() => undefined);
      answered.catch(() => undefined);
      given.abort();
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
