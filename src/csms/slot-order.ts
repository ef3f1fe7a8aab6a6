/** Which network profile comes next (B10): by priority, so many attempts each, and never giving up. */

export interface NetworkSlot {
  readonly slot: number;
  readonly csmsUrl: string;
  readonly securityProfile: 0 | 1 | 2 | 3;
  readonly messageTimeoutS: number;
}

export class SlotOrder {
  private position = 0;
  private attempts = 0;

  constructor(
    private readonly slots: () => readonly NetworkSlot[],
    private readonly priority: () => readonly string[],
    private readonly attemptsPerSlot: () => number,
  ) {}

  /** The slot for the next attempt. B10.FR.03: so many attempts, then the next; after the last the list starts over. */
  next(): NetworkSlot | null {
    const usable = this.usable();
    if (usable.length === 0) return null;
    if (this.attempts >= Math.max(1, this.attemptsPerSlot())) {
      this.attempts = 0;
      this.position += 1;
    }
    this.attempts += 1;
    return usable[this.position % usable.length] ?? null;
  }

  /** Connected: a later loss begins with this slot again. */
  succeeded(): void {
    this.attempts = 0;
  }

  private usable(): NetworkSlot[] {
    const slots = this.slots();
    const byPriority = this.priority().map((slot) => slots.find((candidate) => String(candidate.slot) === slot)).filter((slot) => slot !== undefined);
    // A priority list without one filled slot would leave the station mute.
    return byPriority.length > 0 ? byPriority : slots.slice(0, 1);
  }
}
