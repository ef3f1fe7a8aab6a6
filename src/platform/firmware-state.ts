/** Which version of the app a host starts, and how one on trial stays or goes. The same in the tab and in Node. */

export interface InstalledFirmware {
  /** The build that the versions were installed over; a newer build leaves them behind. Null: not known yet. */
  readonly base: string | null;
  /** Null: the build itself. */
  readonly active: string | null;
  readonly previous: string | null;
  /** Unpacked, not active. */
  readonly installed: string | null;
  /** The active version hasn't been confirmed: when it was last started (wall ms; 0: not yet), and how often. */
  readonly trial: { readonly startedMs: number; readonly starts: number } | null;
  readonly rolledBack: string | null;
}

export const NO_FIRMWARE: InstalledFirmware = { base: null, active: null, previous: null, installed: null, trial: null, rolledBack: null };

/** A version that isn't confirmed this long after its start is left again. */
export const TRIAL_MS = 30_000;
/** A start that was cut short, e.g. by a power cut, gets another chance. */
const MAX_STARTS = 2;

/** The host starts what is active: a version on trial whose time was up, twice, goes. Pure. */
export function onStart(firmware: InstalledFirmware, nowMs: number): InstalledFirmware {
  const { trial } = firmware;
  if (trial === null) return firmware;
  // Several tabs that reload together are one start.
  if (trial.startedMs > 0 && nowMs >= trial.startedMs && nowMs - trial.startedMs < TRIAL_MS) return firmware;
  return trial.starts >= MAX_STARTS ? rollBack(firmware) : { ...firmware, trial: { startedMs: nowMs, starts: trial.starts + 1 } };
}

/** Pure. */
export function rollBack(firmware: InstalledFirmware): InstalledFirmware {
  return { ...firmware, active: firmware.previous, previous: null, trial: null, rolledBack: firmware.active };
}
