import type { Stop } from '../../base/signal.ts';
import type { Lock } from '../ports.ts';

interface Claim {
  readonly granted: () => void;
  readonly onLost: () => void;
}

/** Locks in memory, shared by all that use the same object: first come, first served; and they can be stolen. */
export class VirtualLock implements Lock {
  private readonly holders = new Map<string, Claim>();
  private readonly waiting = new Map<string, Claim[]>();

  async acquire(name: string, onLost: () => void): Promise<Stop> {
    return new Promise((resolve) => {
      const claim: Claim = { granted: () => resolve(() => this.giveBack(name, claim)), onLost };
      const queue = this.waiting.get(name) ?? [];
      this.waiting.set(name, [...queue, claim]);
      this.next(name);
    });
  }

  async tryAcquire(name: string, onLost: () => void): Promise<Stop | null> {
    return this.holders.has(name) ? null : this.acquire(name, onLost);
  }

  /** Takes the lock from whoever holds it, as the platform may. The next in line gets it. */
  steal(name: string): void {
    const holder = this.holders.get(name);
    if (holder === undefined) return;
    this.holders.delete(name);
    holder.onLost();
    this.next(name);
  }

  /** The holder's process dies: the next in line gets the lock and the dead one isn't told. */
  abandon(name: string): void {
    this.holders.delete(name);
    this.next(name);
  }

  private giveBack(name: string, claim: Claim): void {
    if (this.holders.get(name) !== claim) return;
    this.holders.delete(name);
    this.next(name);
  }

  private next(name: string): void {
    if (this.holders.has(name)) return;
    const claim = this.waiting.get(name)?.shift();
    if (claim === undefined) return;
    this.holders.set(name, claim);
    claim.granted();
  }
}
