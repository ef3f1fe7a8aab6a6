/** 2. Wh billed = Wh metered, to the Wh: each transaction begins at the reading at which the one before it ended. */
import type { Transaction } from '../books.ts';
import type { Payload } from '../csms.ts';
import type { Scene } from '../scene.ts';
import type { Invariant } from './invariant.ts';

interface Billed { readonly id: string; readonly fromWh: number; readonly toWh: number }

/** The last register of each EVSE that was seen. */
const registers = new WeakMap<Scene, Map<number, number>>();

export const energy: Invariant = {
  observe(scene, { evses }) {
    const known = registers.get(scene) ?? new Map<number, number>();
    registers.set(scene, known);
    for (const { id, meterWh, linkUp } of evses) {
      if (!linkUp) continue;
      if (!scene.startWh.has(id)) scene.startWh.set(id, meterWh);
      if (meterWh < (known.get(id) ?? 0)) scene.problem(`EVSE ${id}: the register fell from ${known.get(id)} to ${meterWh} Wh`, `fell ${id}`);
      known.set(id, meterWh);
    }
  },

  end(scene) {
    const { books, story } = scene;
    // Whose stop has no number is billed by hand.
    if (books.nameless.length > 0) return byHand(scene);
    return scene.evses.flatMap((evse) => {
      const own = [...books.transactions.values()].filter((transaction) => transaction.evse === evse);
      const billed = own.map(story.edition === 'ocpp1.6' ? billed16 : billed201).filter((item): item is Billed => item !== null).sort((a, b) => a.fromWh - b.fromWh || a.toWh - b.toWh);
      return [...own.flatMap(falling), ...chain(scene, evse, billed)];
    });
  },
};

function chain(scene: Scene, evse: number, billed: readonly Billed[]): string[] {
  const problems: string[] = [];
  let atWh = scene.startWh.get(evse) ?? 0;
  for (const { id, fromWh, toWh } of billed) {
    if (toWh < fromWh) problems.push(`transaction ${id}: from ${fromWh} to ${toWh} Wh`);
    // Both readings are rounded; the same reading is rounded in the same way.
    if (Math.abs(fromWh - atWh) >= 1 && !(scene.world.boxAlone && fromWh > atWh)) problems.push(`EVSE ${evse}: ${(fromWh - atWh).toFixed(3)} Wh between ${atWh} and the beginning of transaction ${id} at ${fromWh} Wh ${fromWh > atWh ? 'belong to nobody' : 'were billed twice'}`);
    atWh = Math.max(atWh, toWh);
  }
  const endWh = trueWh(scene, evse);
  if (Math.abs(endWh - atWh) >= 1 && !scene.world.boxAlone) problems.push(`EVSE ${evse}: billed up to ${atWh} Wh, the meter shows ${endWh} Wh`);
  return problems;
}

/** The meter's own word. */
function trueWh(scene: Scene, evse: number): number {
  const { box } = scene.world;
  return box === null ? (registers.get(scene)?.get(evse) ?? 0) : Math.floor(box.meterWh);
}

function byHand(scene: Scene): string[] {
  const billedWh = [...scene.books.transactions.values()].reduce((sum, { start, stop }) => sum + (Number(stop?.meterStop) || 0) - (Number(start?.meterStart) || 0), 0)
    + scene.books.nameless.reduce((sum, { meterStop }) => sum + Number(meterStop), 0);
  const meteredWh = scene.evses.reduce((sum, evse) => sum + trueWh(scene, evse) - (scene.startWh.get(evse) ?? 0), 0);
  const roundings = 2 * scene.books.transactions.size + scene.evses.length;
  return Math.abs(billedWh - meteredWh) <= roundings ? [] : [`billed ${billedWh} Wh, metered ${meteredWh} Wh`];
}

function billed16({ id, start, stop }: Transaction): Billed | null {
  return start === null || stop === null ? null : { id, fromWh: Number(start.meterStart), toWh: Number(stop.meterStop) };
}

function billed201({ id, events }: Transaction): Billed | null {
  const all = registersOf(events);
  const [first, last] = [all[0], all.at(-1)];
  return first === undefined || last === undefined ? null : { id, fromWh: first, toWh: last };
}

function falling({ id, events }: Transaction): string[] {
  const all = registersOf(events);
  return all.some((value, index) => value < (all[index - 1] ?? 0)) ? [`transaction ${id}: a register that falls: ${all.join(',')}`] : [];
}

function registersOf(events: Transaction['events']): number[] {
  return [...events].sort((a, b) => a.seqNo - b.seqNo).flatMap(({ payload }) => registers1(payload));
}

function registers1(event: Payload): number[] {
  const values = (event.meterValue ?? []) as { sampledValue: { measurand?: string; value: number | string; context?: string; phase?: string; unit?: string }[] }[];
  // The Ended event repeats the begin value: only its own readings continue the series.
  return values.flatMap((value) => value.sampledValue)
    .filter((sample) => (sample.measurand ?? 'Energy.Active.Import.Register') === 'Energy.Active.Import.Register' && sample.phase === undefined
      && (event.eventType !== 'Ended' || sample.context !== 'Transaction.Begin'))
    .map((sample) => Number(sample.value));
}
