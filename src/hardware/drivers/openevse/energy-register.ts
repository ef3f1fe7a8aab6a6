/**
 * One never-falling register from the controller's two counters. $GU tells the session's watt-seconds and a lifetime in
 * Wh; the lifetime takes the session in, cut to whole Wh, only when the car leaves; the session keeps its old value until
 * the next car comes, and a restart forgets it. Adding the two naively counts every session twice.
 */
export interface RegisterMemory {
  readonly registerWh: number;
  readonly lifetimeWh: number;
  readonly sessionWs: number;
  /** The session isn't in the lifetime yet. */
  readonly sessionOpen: boolean;
}

/**
 * @param before null: this controller is met for the first time
 * @param connected a car is connected, so that the session told is still to be added to the lifetime
 */
export function nextRegister(before: RegisterMemory | null, lifetimeWh: number, sessionWs: number, connected: boolean): RegisterMemory {
  const sessionWh = sessionWs / 3600;
  const now = { lifetimeWh, sessionWs, sessionOpen: connected };
  if (before === null) return { ...now, registerWh: lifetimeWh + (connected ? sessionWh : 0) };
  // Another controller, or its counter was set back: count on from here.
  if (lifetimeWh < before.lifetimeWh) return { ...now, registerWh: before.registerWh };
  if (lifetimeWh === before.lifetimeWh) {
    const isNew = sessionWs < before.sessionWs || (connected && !before.sessionOpen && sessionWs > before.sessionWs);
    const addedWh = (isNew ? sessionWs : sessionWs - before.sessionWs) / 3600;
    // The car has left, but its session will be added a moment later.
    const pending = before.sessionOpen && !isNew && sessionWs >= 3600;
    return { ...now, registerWh: before.registerWh + addedWh, sessionOpen: connected || pending };
  }
  // Sessions were taken in. What had been counted of the first is among them; the last, if it is still told, is known finely.
  const tookIn = lifetimeWh - before.lifetimeWh;
  const lastIsIn = !connected && tookIn >= Math.floor(sessionWh);
  const endedWh = lastIsIn ? tookIn - Math.floor(sessionWh) + sessionWh : tookIn;
  const countedWh = before.sessionOpen ? before.sessionWs / 3600 : 0;
  return { ...now, registerWh: before.registerWh + Math.max(0, endedWh - countedWh) + (connected ? sessionWh : 0) };
}

export function isRegisterMemory(value: unknown): value is RegisterMemory {
  const memory = value as Partial<RegisterMemory> | null;
  return typeof memory === 'object' && memory !== null && typeof memory.sessionOpen === 'boolean'
    && [memory.registerWh, memory.lifetimeWh, memory.sessionWs].every((part) => Number.isFinite(part));
}
