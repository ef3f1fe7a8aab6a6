/** How long from starting the process to BootNotification at the CSMS. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchCsms } from './bench-csms.ts';
import type { Programs } from './child.ts';
import { verdict, type Pace, type Section } from './report.ts';
import { cells, digits, spreadOf } from './spread.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOST_MS = 20_000;
/** Nobody would feel it, and no two runs agree better. */
const ABOUT = 1.1;

export async function measureColdStart(_programs: Programs, csms: BenchCsms, { quick }: Pace): Promise<Section> {
  const rounds = quick ? 2 : 12;
  const sides = [
    { name: 'kerbside', argv: ['scripts/station.mjs', '--csms', csms.url, '--id', 'OURS'], ms: [] as number[] },
    { name: 'ocpp-rpc', argv: ['tests/bench/boot-client.mjs', csms.url], ms: [] as number[] },
  ] as const;
  for (const side of sides) await startOnce(csms, side.argv); // bundles the station if need be, and warms the disk's cache
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) side.ms.push(await startOnce(csms, side.argv));
  }
  const [ours, theirs] = [spreadOf(sides[0].ms), spreadOf(sides[1].ms)];
  return {
    title: 'Cold start to BootNotification',
    method: `From spawning \`node\` to the BootNotification's arrival at the CSMS: the whole headless station (\`node scripts/station.mjs\`, two EVSEs,
new books on the disk, its bundle built already) and a script of four lines that connects an \`ocpp-rpc\` client and sends the same message.
One warm-up each, then ${rounds} rounds in turns.`,
    head: ['ms', 'min', 'median', 'max'],
    rows: [['kerbside, whole station', ...cells(ours)], ['ocpp-rpc, four lines', ...cells(theirs)]],
    finding: `${verdict(ours.median <= theirs.median * ABOUT, 'about as fast as the bare client in the same run')} (${digits(ours.median)} ms against ${digits(theirs.median)} ms).`,
  };
}

/** Milliseconds to BootNotification. @throws Error when none comes */
async function startOnce(csms: BenchCsms, argv: readonly string[]): Promise<number> {
  const booted = csms.nextBoot();
  const startMs = performance.now();
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['pipe', 'ignore', 'inherit'] }); // an open stdin keeps the station up
  const gone = once(child, 'exit');
  const given = new AbortController();
  const lost = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`${argv[0] ?? ''} sent no BootNotification`)), LOST_MS);
    given.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  try {
    return (await Promise.race([booted, lost])) - startMs;
  } finally {
    given.abort();
    child.kill('SIGTERM');
    await gone;
  }
}
