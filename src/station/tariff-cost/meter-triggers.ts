/** When the CSMS wants a meter value besides the periodic ones (California pricing table 9). Pure. */
import type { MeterTriggers } from './cost-messages.ts';

/** What has been asked for and given. Each of time, energy and status counts once per message; power at every crossing. */
export interface TriggerMemory {
  readonly timeGiven: boolean;
  readonly energyGiven: boolean;
  /** The last status seen. */
  readonly status: string | null;
  /** Power was above the threshold at the last look; null: no look yet. */
  readonly above: boolean | null;
}

export const FRESH_TRIGGERS: TriggerMemory = { timeGiven: false, energyGiven: false, status: null, above: null };

/** A meter is never quite still: a crossing counts when it is this far beyond the threshold. */
const DEAD_BAND = 0.05;

export interface TriggerLook { readonly nowMs: number; readonly energyWh: number; readonly powerW: number; readonly status: string }

export function lookForTriggers(triggers: MeterTriggers, memory: TriggerMemory, look: TriggerLook): { readonly due: boolean; readonly memory: TriggerMemory } {
  const time = !memory.timeGiven && triggers.atMs !== null && look.nowMs >= triggers.atMs;
  const energy = !memory.energyGiven && triggers.atEnergyWh !== null && look.energyWh >= triggers.atEnergyWh;
  const status = memory.status !== null && memory.status !== look.status && triggers.atStatus.includes(look.status);
  const above = sideOf(triggers.atPowerW, memory.above, look.powerW);
  const power = memory.above !== null && above !== null && above !== memory.above;
  return {
    due: time || energy || status || power,
    memory: { timeGiven: memory.timeGiven || time, energyGiven: memory.energyGiven || energy, status: look.status, above },
  };
}

function sideOf(thresholdW: number | null, before: boolean | null, powerW: number): boolean | null {
  if (thresholdW === null) return null;
  if (before === null) return powerW >= thresholdW;
  return before ? powerW > thresholdW * (1 - DEAD_BAND) : powerW >= thresholdW * (1 + DEAD_BAND);
}
