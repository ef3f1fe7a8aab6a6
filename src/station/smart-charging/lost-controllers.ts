/**
 * A controller that can't be reached does what its failsafe says, which may be to carry on: what its EVSE was last given
 * then isn't there for the others.
 */
import type { Evse } from '../evse.ts';

export class LostControllers {
  private readonly lastGivenA = new Map<number, number>();
  private readonly lostSinceMs = new Map<number, number>();

  /** It is in reach, and lets this much flow at most; 0: nothing. */
  reached(evseId: number, givenA: number): void {
    this.lastGivenA.set(evseId, givenA);
    this.lostSinceMs.delete(evseId);
  }

  /** A per phase that it may still let flow; 0 for one that is in reach. */
  drawsA({ id, hardware, charger: { facts } }: Evse, nowMs: number): number {
    if (hardware === null) return 0;
    if (hardware.link === 'up') {
      this.lostSinceMs.delete(id);
      return 0;
    }
    if (!this.lostSinceMs.has(id)) this.lostSinceMs.set(id, nowMs);
    const givenA = this.lastGivenA.get(id) ?? 0;
    const { onHostDeath, afterS = 0, fallbackA = 0 } = facts.failsafe;
    const lostMs = nowMs - (this.lostSinceMs.get(id) ?? nowMs);
    if (givenA === 0 || onHostDeath === 'carriesOn' || lostMs < afterS * 1000) return givenA;
    return onHostDeath === 'fallsBack' ? fallbackA : 0;
  }
}
