/**
 * A register that never falls, over restarts and controller swaps: from the controller's own lifetime counter where it has
 * one, else from its power. What has been reported is on the disk first.
 */
import type { DriverMemory } from '../../charger.ts';

interface Saved {
  readonly registerWh: number;
  /** The controller's counter when it was last read; null: it has none. */
  readonly lifetimeWh: number | null;
  /** The controller's count of its session when it was last read. */
  readonly sessionWh?: number;
}

/** Summed-up power is saved a Wh at a time: the disk isn't written every second. */
const GRAIN_WH = 1;
/** After a longer gap nobody knows what flowed. */
const MAX_GAP_MS = 10_000;

export class EnergyCounter {
  private saved: Saved = { registerWh: 0, lifetimeWh: null };
  private pendingWh = 0;
  private lastMs: number | null = null;

  constructor(private readonly memory: DriverMemory) {}

  async load(): Promise<void> {
    const stored = await this.memory.load();
    if (isSaved(stored)) this.saved = stored;
  }

  get registerWh(): number {
    return this.saved.registerWh;
  }

  /** By the controller's counter. A lower one is another controller's, or was set back: counting goes on from here. */
  async fromLifetime(lifetimeWh: number): Promise<void> {
    if (!Number.isFinite(lifetimeWh) || lifetimeWh < 0) return;
    const before = this.saved;
    if (before.lifetimeWh === lifetimeWh) return;
    const addedWh = before.lifetimeWh === null ? (before.registerWh === 0 ? lifetimeWh : 0) : Math.max(0, lifetimeWh - before.lifetimeWh);
    await this.save({ ...before, registerWh: before.registerWh + addedWh, lifetimeWh });
  }

  /** By the controller's count of a session. A lower one is another session's, which began at zero. */
  async fromSession(sessionWh: number): Promise<void> {
    if (!Number.isFinite(sessionWh) || sessionWh < 0) return;
    const { registerWh, lifetimeWh, sessionWh: beforeWh = 0 } = this.saved;
    if (beforeWh === sessionWh) return;
    const addedWh = sessionWh > beforeWh ? sessionWh - beforeWh : sessionWh;
    await this.save({ registerWh: registerWh + addedWh, lifetimeWh, sessionWh });
  }

  /** By power: what flowed since the last time, at this power. */
  async fromPower(powerW: number, nowMs: number): Promise<void> {
    const sinceMs = this.lastMs === null ? 0 : nowMs - this.lastMs;
    this.lastMs = nowMs;
    if (!(powerW > 0) || sinceMs <= 0 || sinceMs > MAX_GAP_MS) return;
    this.pendingWh += (powerW * sinceMs) / 3_600_000;
    if (this.pendingWh < GRAIN_WH) return;
    const added = this.pendingWh;
    this.pendingWh = 0;
    await this.save({ ...this.saved, registerWh: this.saved.registerWh + added });
  }

  private async save(next: Saved): Promise<void> {
    await this.memory.save(next);
    this.saved = next;
  }
}

function isSaved(value: unknown): value is Saved {
  const saved = value as Partial<Saved> | null;
  return typeof saved === 'object' && saved !== null && Number.isFinite(saved.registerWh)
    && (saved.lifetimeWh === null || Number.isFinite(saved.lifetimeWh)) && (saved.sessionWh === undefined || Number.isFinite(saved.sessionWh));
}
