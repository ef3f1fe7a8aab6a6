/**
 * Saves before it tells: nobody ever hears of a register that a power cut could take back. While the disk works,
 * further changes gather and go out as one.
 */
import type { DriverMemory } from '../../charger.ts';

export class DurableReports<T> {
  private dirty = false;
  private running: Promise<void> | null = null;

  /** `capture` answers what to save and, once that is safe, how to report it; `saved` is false if the disk refused. */
  constructor(
    private readonly memory: DriverMemory,
    private readonly capture: () => { readonly save: T; readonly report: (saved: boolean) => void | Promise<void> },
  ) {}

  /** Something changed. Resolves when this change has been saved and reported. */
  changed(): Promise<void> {
    this.dirty = true;
    this.running ??= this.run();
    return this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.dirty) {
        this.dirty = false;
        const { save, report } = this.capture();
        const saved = await this.memory.save(save).then(() => true, () => false);
        const told = report(saved);
        if (told !== undefined) await told;
      }
    } finally {
      // In the same turn as the last look at `dirty`: a change that comes a moment later must find nobody running.
      this.running = null;
    }
  }
}
