/** What a car seems to want, from what it takes of what it is offered: an EVSE that doesn't draw gives its share away. */

export interface Observation {
  readonly nowMs: number;
  readonly grantedA: number;
  readonly measuredA: number;
  readonly minA: number;
}

/** A car that takes this much less than it may could take more only if it wanted. */
const CLOSE_A = 1.5;
/** What a car may take beyond what it takes now, so that its wish for more shows. */
const HEADROOM_A = 2;
const SETTLED_MS = 60_000;

export class Demand {
  private underSinceMs: number | null = null;
  /** Infinity: all it can get, as far as is known. */
  demandA = Infinity;
  /** It takes nothing of what it is offered. */
  idle = false;

  observe({ nowMs, grantedA, measuredA, minA }: Observation): void {
    if (grantedA < minA) {
      this.underSinceMs = null; // what it would take can't be seen
      return;
    }
    if (measuredA > 0) this.idle = false;
    if (measuredA >= grantedA - CLOSE_A) {
      this.underSinceMs = null;
      this.demandA = Infinity;
      return;
    }
    this.underSinceMs ??= nowMs;
    if (nowMs - this.underSinceMs < SETTLED_MS) return;
    this.idle = measuredA === 0;
    const wantedA = Math.max(minA, measuredA + HEADROOM_A);
    if (Math.abs(wantedA - this.demandA) > 1) this.demandA = wantedA; // not after every flicker of the meter
  }
}
