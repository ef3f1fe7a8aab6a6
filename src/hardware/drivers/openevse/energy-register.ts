/**
 * One never-falling register from the controller's two counters. $GU tells the session's watt-seconds and a lifetime in
 * Wh; the lifetime takes the session in only when the car leaves, and the session keeps its old value until the next car
 * comes. Adding the two naively counts every session twice.
 */
export interface RegisterMemory {
  readonly registerWh: number;
  readonly lifetimeWh: number;
  readonly sessionWs: number;
}

/** @param before null: this controller is met for the first time */
export function nextRegister(before: RegisterMemory | null, lifetimeWh: number, sessionWs: number): RegisterMemory {
  if (before === null) return { registerWh: lifetimeWh + sessionWs / 3600, lifetimeWh, sessionWs };
  let addedWh = 0;
  if (lifetimeWh < before.lifetimeWh) {
    // Another controller, or its counter was reset: count on from here.
    return { registerWh: before.registerWh, lifetimeWh, sessionWs };
  }
  if (lifetimeWh > before.lifetimeWh) {
    // Sessions were taken in. What we had counted of the last one is in there; more than that flowed unseen.
    addedWh += Math.max(0, lifetimeWh - before.lifetimeWh - before.sessionWs / 3600);
    if (sessionWs !== before.sessionWs) addedWh += sessionWs < before.sessionWs ? sessionWs / 3600 : 0;
  } else {
    addedWh += (sessionWs >= before.sessionWs ? sessionWs - before.sessionWs : sessionWs) / 3600;
  }
  return { registerWh: before.registerWh + addedWh, lifetimeWh, sessionWs };
}

export function isRegisterMemory(value: unknown): value is RegisterMemory {
  const memory = value as Partial<RegisterMemory> | null;
  return typeof memory === 'object' && memory !== null && [memory.registerWh, memory.lifetimeWh, memory.sessionWs].every((part) => Number.isFinite(part));
}
