/** The measured process's side of `Program.ask`. What throws ends it. */
export function serve<Question>(answer: (question: Question) => Promise<object> | object): void {
  process.on('message', (question: Question) => {
    void Promise.resolve(answer(question)).then((result) => process.send?.(result));
  });
  process.on('disconnect', () => process.exit(0)); // nobody is left to tell
}

/** CPU (user and system) and wall time of `run`, ms. */
export async function timed(run: () => Promise<void>): Promise<{ cpuMs: number; wallMs: number }> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await run();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000, wallMs };
}
