/** 3. No energy without an authorization in force; never above a limit in force, after the stated reaction time. */
import type { Scene } from '../scene.ts';
import type { EvseLook, Invariant } from './invariant.ts';

/** A contactor takes a second to open, a box on a line a few, one whose host died as long as its watchdog says. */
const GRACE_MS = { simulated: 3000, heidelberg: 18_000 } as const;
/** Somewhat above the longest EVConnectionTimeOut of a story. */
const CABLE_MS = 140_000;
/** An end waits for the contactor, not for ever. */
const FAULT_MS = 25_000;
/** What a meter's noise may add. */
const NOISE = 1.02;
const NOISE_A = 0.3;

interface Memory {
  readonly closed: Map<number, boolean>;
  readonly unlawfulSinceMs: Map<number, number>;
  readonly tokens: Map<number, string | null>;
  /** Since when a card waits for a cable, and a broken outlet has a transaction. */
  readonly waitingSinceMs: Map<number, number>;
  readonly brokenSinceMs: Map<number, number>;
  kills: number;
}
const memories = new WeakMap<Scene, Memory>();

export const permission: Invariant = {
  observe(scene, { evses, atMs }) {
    const memory = memories.get(scene) ?? { closed: new Map(), unlawfulSinceMs: new Map(), tokens: new Map(), waitingSinceMs: new Map(), brokenSinceMs: new Map(), kills: 0 };
    memories.set(scene, memory);
    if (memory.kills !== scene.world.kills) memory.waitingSinceMs.clear(); // a restart grants the time anew
    memory.kills = scene.world.kills;
    for (const evse of evses) {
      overdue(scene, memory, evse, atMs);
      energised(scene, memory, evse, atMs);
      if (evse.token !== null && memory.tokens.get(evse.id) === null) begun(scene, evse);
      memory.tokens.set(evse.id, evse.token);
      if (evse.faulted || !evse.linkUp) scene.reservations.over(evse.id);
    }
    scene.availability.observe((id) => evses.every((evse) => evse.id !== id || (evse.token === null && evse.transaction === null)), scene.evses);
    limits(scene, evses);
  },

  calm(scene, look) {
    const invalid = scene.story.settings.some(([name, value]) => name === 'TxCtrlr.MaxEnergyOnInvalidId' && value !== '0');
    return (look?.evses ?? []).filter(({ id, token, contactorClosed }) => contactorClosed && !invalid && (token === 'STOLEN01' || scene.books.running(id)?.refused === true))
      .map(({ id }) => `EVSE ${id}: a refused token charges`);
  },
};

function energised(scene: Scene, memory: Memory, { id, contactorClosed, token, powerW }: EvseLook, atMs: number): void {
  const written = scene.mirror.evses.get(id);
  const lawful = written?.authorization != null;
  const before = memory.closed.get(id) ?? false;
  memory.closed.set(id, contactorClosed);
  // Persist, then act: the book that allows it is on the disk before the contactor closes.
  if (contactorClosed && !before && !lawful && scene.world.box === null) scene.problem(`EVSE ${id}: the contactor closed while the disk knew of no authorization`, `unwritten ${id}`);
  if (contactorClosed && token === 'STOLEN01' && !offlineUnknown(scene)) scene.problem(`EVSE ${id}: energy for a token that was never accepted`, `stolen ${id}`);
  const unlawful = contactorClosed && powerW > 20 && (token === null || !lawful);
  if (!unlawful) {
    memory.unlawfulSinceMs.delete(id);
    return;
  }
  const sinceMs = memory.unlawfulSinceMs.get(id) ?? atMs;
  memory.unlawfulSinceMs.set(id, sinceMs);
  if (!scene.world.boxAlone && atMs - sinceMs > GRACE_MS[scene.story.hardware]) scene.problem(`EVSE ${id} gives ${Math.round(powerW)} W to nobody`, `nobody ${id}`);
}

/** What has to end by itself. */
function overdue(scene: Scene, { waitingSinceMs, brokenSinceMs }: Memory, { id, token, transaction, plugged, faulted, linkUp }: EvseLook, atMs: number): void {
  const lasts = (since: Map<number, number>, holds: boolean): number => {
    if (!holds) since.delete(id);
    else if (!since.has(id)) since.set(id, atMs);
    return atMs - (since.get(id) ?? atMs);
  };
  if (lasts(waitingSinceMs, token !== null && !plugged && linkUp && transaction === null) > CABLE_MS && !scene.extended) scene.problem(`EVSE ${id}: a card waits for its cable for ever`, `waits ${id}`);
  if (lasts(brokenSinceMs, faulted && linkUp && transaction !== null) > FAULT_MS) scene.problem(`EVSE ${id}: a fault hasn't ended its transaction`, `broken ${id}`);
}

/** A session has just been allowed there. */
function begun(scene: Scene, { id, token }: EvseLook): void {
  if (token === null) return;
  if (!scene.shown.has(token)) scene.problem(`EVSE ${id}: ${token} is in force, which nobody has shown`, `unshown ${id}`);
  if (scene.availability.isOff(id)) scene.problem(`EVSE ${id}: a session was allowed though the CSMS has switched it off`, `off ${id}`);
  const holder = scene.reservations.holder(id);
  if (holder !== null && holder !== token) scene.problem(`EVSE ${id} is kept for ${holder}, and ${token} got it`, `kept ${id}`);
  scene.reservations.over(id);
}

function limits(scene: Scene, evses: readonly EvseLook[]): void {
  const running = (id: number): string | null => scene.books.running(id)?.id ?? null;
  scene.limits.look(scene.evses, running, scene.world.box === null ? 32 : 16);
  let sumA = 0;
  for (const { id, contactorClosed, busiestPhaseA } of evses) {
    if (!contactorClosed) continue;
    sumA += busiestPhaseA;
    const allowedA = scene.limits.allowedA(id);
    if (busiestPhaseA > allowedA * NOISE + NOISE_A) scene.problem(`EVSE ${id} gives ${busiestPhaseA.toFixed(1)} A, ${allowedA} A are allowed`, `limit ${id}`);
  }
  const stationA = scene.limits.stationAllowedA;
  if (sumA > stationA * NOISE + NOISE_A * evses.length) scene.problem(`${sumA.toFixed(1)} A altogether, ${stationA} A are allowed`, 'limit 0');
}

function offlineUnknown({ story }: Scene): boolean {
  return story.settings.some(([name, value]) => name === 'AuthCtrlr.OfflineTxForUnknownIdEnabled' && value === 'true');
}
