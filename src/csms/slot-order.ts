/** Which network profile comes next (B10): by priority, so many attempts each, and never giving up. */

export interface NetworkSlot {
  readonly slot: number;
  readonly csmsUrl: string;
  readonly securityProfile: 0 | 1 | 2 | 3;
  readonly messageTimeoutS: number;
}

/** B10.FR.07: so often at least the profile that worked last is tried, once the list is through. */
const WAY_BACK_ATTEMPTS = 3;

export class SlotOrder {
  private position = 0;
  private attempts = 0;
  private rounds = 0;

  constructor(
    private readonly slots: () => readonly NetworkSlot[],
    private readonly priority: () => readonly string[],
    private readonly attemptsPerSlot: () => number,
    private readonly lastWorking: () => NetworkSlot | null = () => null,
  ) {}

  /**
   * The slot for the next attempt. B10.FR.03: so many attempts each, by priority; B10.FR.07: then the one that worked
   * last, as it was; B10.FR.08: then the list from its start; B10.FR.09: for ever.
   */
  next(): NetworkSlot | null {
    const usable = this.usable();
    if (usable.length === 0) return null;
    const wayBack = this.wayBack(usable);
    const round = wayBack === null ? usable : [...usable, wayBack];
    const index = this.position % round.length;
    const perSlot = Math.max(1, this.attemptsPerSlot());
    if (this.attempts >= (index === usable.length ? Math.max(perSlot, WAY_BACK_ATTEMPTS) : perSlot)) {
      this.attempts = 0;
      this.position = (index + 1) % round.length;
      if (this.position === 0) this.rounds += 1;
    }
    this.attempts += 1;
    return round[this.position % round.length] ?? null;
  }

  /** Connected: a later loss begins with this slot again. */
  succeeded(): void {
    this.attempts = 0;
    this.rounds = 0;
  }

  /** The list begins anew. */
  restart(): void {
    this.position = 0;
    this.succeeded();
  }

  /** How often the list has been gone through since the last connection. */
  get round(): number {
    return this.rounds;
  }

  /** Null: there is none, or it is all that the list has. */
  private wayBack(usable: readonly NetworkSlot[]): NetworkSlot | null {
    const last = this.lastWorking();
    return last === null || usable.every(({ slot, csmsUrl, securityProfile }) => slot === last.slot && csmsUrl === last.csmsUrl && securityProfile === last.securityProfile) ? null : last;
  }

  private usable(): NetworkSlot[] {
    const slots = this.slots();
    const byPriority = this.priority().map((slot) => slots.find((candidate) => String(candidate.slot) === slot)).filter((slot) => slot !== undefined);
    // A priority list without one filled slot would leave the station mute.
    return byPriority.length > 0 ? byPriority : slots.slice(0, 1);
  }
}
