/** A believable car: what it wants to draw, and what drawing does to its battery. Pure data and functions. */

export interface Ev {
  /** What its on-board charger draws at most, W. */
  readonly demandW: number;
  readonly phases: 1 | 2 | 3;
  readonly socPercent: number;
  readonly batteryWh: number;
  /** The car has paused by itself. */
  readonly suspended: boolean;
}

export const FRESH_EV: Ev = { demandW: 11_000, phases: 3, socPercent: 35, batteryWh: 60_000, suspended: false };

/** Above this the battery takes less and less. */
const TAPER_FROM = 80;
/** What is left of the demand just before full. */
const TAPER_TO = 0.12;

export function wantsEnergy(ev: Ev): boolean {
  return !ev.suspended && ev.socPercent < 100;
}

/** W that the car would take now from an outlet that gives at most `maxCurrentA` per phase. */
export function demandW(ev: Ev, maxCurrentA: number, voltageV: number, supplyPhases: number): number {
  if (!wantsEnergy(ev)) return 0;
  const taper = ev.socPercent <= TAPER_FROM ? 1 : 1 - (1 - TAPER_TO) * ((ev.socPercent - TAPER_FROM) / (100 - TAPER_FROM));
  return Math.min(ev.demandW * taper, maxCurrentA * voltageV * Math.min(ev.phases, supplyPhases));
}

export function charged(ev: Ev, energyWh: number): Ev {
  return { ...ev, socPercent: Math.min(100, ev.socPercent + (energyWh / ev.batteryWh) * 100) };
}
