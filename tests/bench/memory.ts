/** Memory: of a headless station as a process, and of one more station in a process that has many. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StationProcess } from '../headless/station-process.ts';
import type { BenchCsms } from './bench-csms.ts';
import type { Programs } from './child.ts';
import type { FleetAnswer, FleetQuestion } from './fleet.child.ts';
import type { Pace, Section } from './report.ts';
import { cells, digits, spreadOf, type Spread } from './spread.ts';

const MIB = 2 ** 20;
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export async function measureMemory(programs: Programs, csms: BenchCsms, { quick }: Pace): Promise<Section> {
  const rounds = quick ? 1 : 3;
  const settleMs = quick ? 500 : 5000;
  const bareMiB = spreadOf(Array.from({ length: rounds }, bareNodeMiB));
  const idle: number[] = [];
  const charging: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const station = await processMiB(csms, settleMs);
    idle.push(station.idle);
    charging.push(station.charging);
  }
  const stations = quick ? 5 : 50;
  const heapKiB = await fleetKiB(programs, stations, rounds);
  const row = (name: string, spread: Spread): readonly string[] => [name, ...cells(spread)];
  return {
    title: 'Memory of a station',
    method: `Resident memory of \`node scripts/station.mjs\` (two EVSEs) ${settleMs / 1000} s after it was registered, and again ${settleMs / 1000} s after both EVSEs began to
charge, beside a Node.js process that does nothing; a new process each of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}. Then, in one process, the growth of the JavaScript heap for each
of ${stations} more stations of two EVSEs (whole agents, books in memory, virtual time, an hour old), after garbage collection.`,
    head: ['', 'min', 'median', 'max'],
    rows: [
      row('Node.js alone, MiB', bareMiB),
      row('headless, idle, MiB', spreadOf(idle)),
      row('headless, two sessions, MiB', spreadOf(charging)),
      row('one more station in a process, KiB of heap', heapKiB),
    ],
    finding: `A headless station takes ${digits(spreadOf(idle).median - bareMiB.median)} MiB on top of Node.js; a thousand stations in one process would take about ${digits((heapKiB.median * 1000) / 1024)} MiB.`,
  };
}

async function processMiB(csms: BenchCsms, settleMs: number): Promise<{ idle: number; charging: number }> {
  const station = new StationProcess('--csms', csms.url, '--id', 'OURS', '--evses', '2');
  try {
    await station.until((state) => state.boot === 'Accepted');
    await pause(settleMs);
    const idle = residentMiB(station.pid);
    for (const evse of [1, 2]) {
      await station.ask('plugIn', { evse });
      await station.ask('presentToken', { idToken: `CARD000${evse}`, evse });
    }
    await station.until((state) => state.evses.every((evse) => evse.powerW > 0));
    await pause(settleMs);
    return { idle, charging: residentMiB(station.pid) };
  } finally {
    await station.kill('SIGTERM');
  }
}

async function fleetKiB(programs: Programs, stations: number, rounds: number): Promise<Spread> {
  const child = programs.start('fleet', [], ['--expose-gc']);
  try {
    const deltas: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { heapBytesPerStation } = await child.ask<FleetAnswer>({ stations } satisfies FleetQuestion);
      deltas.push(heapBytesPerStation / 1024);
    }
    return spreadOf(deltas);
  } finally {
    await child.stop();
  }
}

/** @throws Error where neither /proc nor ps tells */
function residentMiB(pid: number): number {
  if (process.platform === 'linux') {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) / 1024;
  }
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  const kib = Number(stdout?.trim());
  if (!(kib > 0)) throw new Error('this system does not tell how much memory a process has');
  return kib / 1024;
}

function bareNodeMiB(): number {
  const { stdout } = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.memoryUsage.rss()))'], { encoding: 'utf8' });
  return Number(stdout) / MIB;
}
