/**
 * The register that is billed by, from a meter's own: it never falls, goes on when a meter is swapped, and doesn't believe
 * a number that can't be. What has been reported is on the disk first.
 */
import type { DriverMemory } from './charger.ts';

export interface MeterNumbers {
  readonly serialNumber: string | null;
  readonly importWh: number;
  readonly exportWh: number | null;
  /** Since the last numbers, ms; null: not known, e.g. after a restart with a clock that stepped. */
  readonly elapsedMs: number | null;
}

interface Saved {
  readonly registerWh: number;
  readonly exportRegisterWh: number;
  readonly meterWh: number;
  readonly meterExportWh: number | null;
  readonly serialNumber: string | null;
  readonly wallMs: number;
  /** Open in a meter that signs whole transactions. */
  readonly signingId: string | null;
}

export type Verdict = 'counted' | 'swapped' | 'fell' | 'jumped';

/** Registers move in steps of up to a tenth of a kWh, and an answer may be late by a round or two. */
const SLACK_WH = 250;
/** Nothing is known of the time that passed. */
const UNKNOWN_ELAPSED_MS = 24 * 3_600_000;

export class MeteredRegister {
  private saved: Saved | null = null;

  constructor(private readonly memory: DriverMemory) {}

  async load(): Promise<void> {
    const stored = await this.memory.load();
    this.saved = isSaved(stored) ? stored : null;
  }

  /** Null: nothing was ever counted. */
  get registerWh(): number | null {
    return this.saved?.registerWh ?? null;
  }
  get exportRegisterWh(): number {
    return this.saved?.exportRegisterWh ?? 0;
  }
  get savedWallMs(): number | null {
    return this.saved?.wallMs ?? null;
  }
  get signingId(): string | null {
    return this.saved?.signingId ?? null;
  }

  async setSigning(signingId: string | null): Promise<void> {
    if (this.saved !== null && this.saved.signingId !== signingId) await this.save({ ...this.saved, signingId });
  }

  /**
   * Counts what has flowed since the last time. What can't be isn't counted: `fell` and `jumped` leave all as it was.
   * @param most W that can flow at all; @param leastWh where there is nothing to go on from: begin here or above
   */
  async take(numbers: MeterNumbers, limits: { readonly mostW: number; readonly leastWh: number; readonly wallMs: number }): Promise<Verdict> {
    const { saved } = this;
    const { serialNumber, importWh, exportWh } = numbers;
    const now = { meterWh: importWh, meterExportWh: exportWh, serialNumber, wallMs: limits.wallMs };
    if (saved === null) {
      await this.save({ ...now, registerWh: Math.max(importWh, limits.leastWh), exportRegisterWh: exportWh ?? 0, signingId: null });
      return 'counted';
    }
    if (saved.serialNumber !== serialNumber) {
      await this.save({ ...saved, ...now });
      return 'swapped';
    }
    const addedWh = importWh - saved.meterWh;
    const addedExportWh = exportWh === null || saved.meterExportWh === null ? 0 : exportWh - saved.meterExportWh;
    if (addedWh < 0 || addedExportWh < 0) return 'fell';
    const mostWh = SLACK_WH + (limits.mostW * (numbers.elapsedMs ?? UNKNOWN_ELAPSED_MS)) / 3_600_000;
    if (addedWh > mostWh || addedExportWh > mostWh) return 'jumped';
    if (addedWh > 0 || addedExportWh > 0) {
      await this.save({ ...saved, ...now, registerWh: saved.registerWh + addedWh, exportRegisterWh: saved.exportRegisterWh + addedExportWh });
    }
    return 'counted';
  }

  /** Goes on from these numbers without counting what lies between: a technician has seen to it. */
  async rebase({ serialNumber, importWh, exportWh }: MeterNumbers, wallMs: number): Promise<void> {
    if (this.saved !== null) await this.save({ ...this.saved, serialNumber, meterWh: importWh, meterExportWh: exportWh, wallMs });
  }

  private async save(next: Saved): Promise<void> {
    await this.memory.save(next);
    this.saved = next;
  }
}

function isSaved(value: unknown): value is Saved {
  const saved = value as Partial<Saved> | null;
  return typeof saved === 'object' && saved !== null
    && [saved.registerWh, saved.exportRegisterWh, saved.meterWh, saved.wallMs].every(Number.isFinite)
    && (saved.serialNumber === null || typeof saved.serialNumber === 'string')
    && (saved.meterExportWh === null || Number.isFinite(saved.meterExportWh))
    && (saved.signingId === null || typeof saved.signingId === 'string');
}
