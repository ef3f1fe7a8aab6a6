/** The headless station as a process, for tests: commands in, answers and unasked lines out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { KerbsideError } from '../../src/base/errors.ts';
import type { AgentDetail } from '../../src/assembly/agent-detail.ts';

export type Line = Readonly<Record<string, unknown>>;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ANSWER_MS = 20_000;
const POLL_MS = 50;

export class StationProcess {
  readonly lines: Line[] = [];
  readonly strayLines: string[] = [];
  stderr = '';
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (line: Line) => void>();
  private nextId = 1;

  constructor(...argv: readonly string[]) {
    this.child = spawn(process.execPath, ['scripts/station.mjs', ...argv], { cwd: ROOT, stdio: 'pipe' });
    this.exited = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)));
    this.child.stderr?.on('data', (chunk: Buffer) => void (this.stderr += chunk.toString()));
    if (this.child.stdout !== null) createInterface({ input: this.child.stdout }).on('line', (text) => this.take(text));
  }

  /** -1: it didn't start. */
  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** @throws KerbsideError `NoAnswer` */
  ask(command: string, fields: object = {}): Promise<Line> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new KerbsideError('NoAnswer', `no answer to ${command}; stderr: ${this.stderr}`)), ANSWER_MS);
      this.waiting.set(id, (line) => {
        clearTimeout(timer);
        resolve(line);
      });
      this.write(JSON.stringify({ id, do: command, ...fields }));
    });
  }

  async state(): Promise<AgentDetail> {
    return (await this.ask('state'))['state'] as AgentDetail;
  }

  /** Polls the state. @throws KerbsideError `NeverHappened` with the last state */
  async until(condition: (state: AgentDetail) => boolean, withinMs = 15_000): Promise<AgentDetail> {
    const endMs = Date.now() + withinMs;
    for (;;) {
      const state = await this.state();
      if (condition(state)) return state;
      if (Date.now() > endMs) throw new KerbsideError('NeverHappened', JSON.stringify(state));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  write(text: string): void {
    this.child.stdin?.write(`${text}\n`);
  }

  endInput(): void {
    this.child.stdin?.end();
  }

  /** The mains are gone, says the watcher of a back-up supply. */
  powerFails(): void {
    this.child.kill('SIGPWR');
  }

  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }

  private take(text: string): void {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      this.strayLines.push(text);
      return;
    }
    this.lines.push(line);
    const { id } = line;
    if (typeof id !== 'number') return;
    this.waiting.get(id)?.(line);
    this.waiting.delete(id);
  }
}
