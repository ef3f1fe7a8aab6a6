/**
 * 1. Every started transaction ends in the CSMS's books exactly once; seqNo without gap or repeat; events in order;
 * timestamps that never fall and are true.
 */
import type { Transaction } from '../books.ts';
import type { Scene } from '../scene.ts';
import { T0 } from '../world.ts';
import type { Invariant, Look } from './invariant.ts';

/** A station learns its time from answers that took as long as the wire takes. */
const CLOCK_TOLERANCE_MS = 3000;

/** Transactions that a screen ever showed. */
const shown = new WeakMap<Scene, Set<string>>();

export const transactions: Invariant = {
  observe(scene, { evses }: Look) {
    const seen = shown.get(scene) ?? new Set();
    shown.set(scene, seen);
    for (const { transaction } of evses) if (transaction !== null) seen.add(transaction);
  },

  end(scene) {
    const { books, mirror } = scene;
    const problems = [...books.problems, ...mirror.problems, ...(scene.story.edition === 'ocpp1.6' ? end16(scene) : end201(scene))];
    for (const { id, problems: own } of books.transactions.values()) problems.push(...own.map((problem) => `transaction ${id}: ${problem}`));
    return problems;
  },
};

function end201(scene: Scene): string[] {
  const { books, mirror } = scene;
  const problems = [...books.transactions.values()].flatMap((transaction) => line201(scene, transaction).map((problem) => `transaction ${transaction.id}: ${problem}`));
  for (const [name, { report }] of mirror.events) {
    const booked = books.transactions.get(report.transactionId)?.events.some(({ seqNo }) => seqNo === report.seqNo) === true;
    if (!booked) problems.push(`transaction event ${name} was on the disk and never reached the books`);
  }
  for (const id of shown.get(scene) ?? []) if (!books.transactions.has(id)) problems.push(`transaction ${id} was on the screen and isn't in the books`);
  return problems;
}

function line201(scene: Scene, { id, events }: Transaction): string[] {
  const problems: string[] = [];
  // In the order of their first arrival; what a technician had to send again comes when it comes.
  const arrived = events.map(({ seqNo }) => seqNo);
  const sorted = [...events].sort((a, b) => a.seqNo - b.seqNo);
  if (sorted.some(({ seqNo }, index) => seqNo !== index)) problems.push(`seqNo ${around(sorted.map(({ seqNo }) => seqNo), (seqNo, index) => seqNo !== index)}`);
  if (!scene.everParked && arrived.some((seqNo, index) => seqNo < (arrived[index - 1] ?? 0))) problems.push(`out of order: ${around(arrived, (seqNo, index) => seqNo < (arrived[index - 1] ?? 0))}`);
  const types = sorted.map(({ payload }) => payload.eventType);
  if (types[0] !== 'Started') problems.push(`begins with ${String(types[0])}`);
  if (types.at(-1) !== 'Ended') problems.push(`is left at ${String(types.at(-1))}`);
  if (types.filter((type) => type !== 'Updated').length !== 2) problems.push(`has ${types.filter((type) => type !== 'Updated').join(', ')}`);
  problems.push(...times(sorted.map(({ payload }) => String(payload.timestamp))));
  for (const { seqNo, payload } of sorted) {
    const written = scene.mirror.events.get(`${id} ${seqNo}`);
    if (written?.stampedMs == null || !written.prompt) continue;
    const offMs = Date.parse(String(payload.timestamp)) - written.landedMs;
    if (Math.abs(offMs) > CLOCK_TOLERANCE_MS + scene.world.worstClockMs + 2 * scene.world.worstLatencyMs) problems.push(`event ${seqNo} says ${String(payload.timestamp)}, it was ${new Date(written.landedMs).toISOString()}`);
  }
  return problems;
}

function end16(scene: Scene): string[] {
  const { books, world } = scene;
  const problems: string[] = [];
  const spoilt = world.csms.spoiltStarts;
  const unended = [...books.transactions.values()].filter(({ stop }) => stop === null);
  // A start whose answer made no sense, or that a technician had to send again, has a stop without a number.
  if (unended.length > spoilt && !scene.everParked) problems.push(`${unended.length} transactions never ended: ${unended.map(({ id }) => id).join(', ')}`);
  if (books.nameless.length > spoilt && !scene.everParked) problems.push(`${books.nameless.length} StopTransactions with transactionId -1`);
  if (unended.length !== books.nameless.length) problems.push(`${unended.length} starts without a stop, ${books.nameless.length} stops without a start`);
  const begun = [...scene.mirror.events.values()].filter(({ report }) => report.powerPathClosed).length;
  if (books.transactions.size !== begun) problems.push(`${begun} transactions began, ${books.transactions.size} are in the books`);
  for (const { id, start, stop, events } of books.transactions.values()) {
    const at = [start?.timestamp, ...events.flatMap(({ payload }) => (payload.meterValue as { timestamp: string }[]).map(({ timestamp }) => timestamp)), stop?.timestamp];
    problems.push(...times(at.filter((time): time is string => typeof time === 'string')).map((problem) => `transaction ${id}: ${problem}`));
    for (const [message, wh] of [[start, start?.meterStart], [stop, stop?.meterStop]] as const) {
      if (message === null) continue;
      const ms = Date.parse(String(message.timestamp));
      const own = [...scene.mirror.events.values()].filter(({ report }) => Math.round(report.registerWh) === wh);
      // Whatever had this reading was written when it happened, and by the right time.
      const certain = own.length > 0 && own.every(({ stampedMs, prompt }) => stampedMs !== null && prompt);
      if (certain && !own.some(({ landedMs }) => Math.abs(ms - landedMs) <= CLOCK_TOLERANCE_MS + scene.world.worstClockMs + 2 * scene.world.worstLatencyMs)) {
        problems.push(`transaction ${id}: ${String(message.timestamp)} with ${String(wh)} Wh, which was at ${own.map(({ landedMs }) => new Date(landedMs).toISOString()).join(', ')}`);
      }
    }
  }
  return problems;
}

function times(at: readonly string[]): string[] {
  const problems = at.filter((time) => Math.abs(Date.parse(time) - T0) > 400 * 86_400_000).map((time) => `a time of ${time}`);
  if (at.some((time, index) => time < (at[index - 1] ?? ''))) problems.push(`times go back: ${around(at, (time, index) => time < (at[index - 1] ?? ''))}`);
  return problems;
}

/** The neighbourhood of the first that is wrong. */
function around<T>(items: readonly T[], isWrong: (item: T, index: number) => boolean): string {
  const at = items.findIndex(isWrong);
  return `${at > 3 ? '… ' : ''}${items.slice(Math.max(0, at - 3), at + 3).join(' ')}${at + 3 < items.length ? ' …' : ''}`;
}
