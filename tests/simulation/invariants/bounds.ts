/** 6. Memory, store and queues stay bounded; the core never throws. */
import type { Collection } from '../../../src/platform/ports.ts';
import type { Scene } from '../scene.ts';
import type { Invariant } from './invariant.ts';

const MAX_BYTES = 3_000_000;
/** Records of each collection at the end, where nothing waits any more. */
const MOST: Partial<Record<Collection, number>> = {
  outbox: 0, parked: 0, evses: 10, history: 200, authCache: 200, meta: 80, reservations: 20, chargingProfiles: 100, displayMessages: 60, drivers: 10, securityLog: 1200, logs: 200,
};
/** Words of a program that broke, in a log line. */
const BROKEN = /TypeError|ReferenceError|RangeError|is not a function|Cannot read|is not iterable|undefined \(reading/;

export const bounds: Invariant = {
  end(scene) {
    return [...records(scene), ...brokenWords(scene), ...scene.world.problems];
  },
};

function records({ world }: Scene): string[] {
  const counts = world.disk.counts();
  const problems = (Object.entries(MOST) as [Collection, number][]).flatMap(([collection, most]) => {
    const count = counts.records.get(collection) ?? 0;
    return count > most ? [`${count} records in ${collection}`] : [];
  });
  if (counts.bytes > MAX_BYTES) problems.push(`the books have ${counts.bytes} bytes`);
  return problems;
}

function brokenWords({ world }: Scene): string[] {
  return world.trace.filter((line) => line.includes(' log ') && BROKEN.test(line)).slice(0, 3).map((line) => `the log says: ${line}`);
}
