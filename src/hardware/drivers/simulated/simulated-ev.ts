/** A car on basic signalling (IEC 61851-1 mode 3): it sees a pilot, asks for energy and follows the offer. */
import { acceptanceShare, socAfter } from './battery.ts';

export interface EvState {
  /** What the on-board charger takes at most, W. */
  demandW: number;
  phases: 1 | 2 | 3;
  socPercent: number;
  capacityWh: number;
  /** The car (its timer, its driver) doesn't want energy now. */
  suspended: boolean;
  /** Someone told the state of charge, so the car tells it on. */
  tellsSoc: boolean;
  /** The state of charge was set for the car that comes next. */
  socForNextCar: boolean;
}

/** Current follows the pilot within the 5 s of IEC 61851-1: up gently, down at once. */
const RAMP_UP_A_PER_S = 8;
const RAMP_DOWN_A_PER_S = 40;
/** Below this state of charge a car that was full asks again. */
const FULL_PERCENT = 100;

export function defaultEv(phases: 1 | 3): EvState {
  return { demandW: 11_000, phases, socPercent: 40, capacityWh: 60_000, suspended: false, tellsSoc: false, socForNextCar: false };
}

/** Another car drives up: same demand, a battery of its own unless somebody set it beforehand. */
export function nextCar(ev: EvState, chance: number): void {
  if (!ev.socForNextCar) {
    ev.socPercent = 20 + Math.floor(chance * 35);
    ev.tellsSoc = false;
  }
  ev.socForNextCar = false;
}

export function wantsEnergy(ev: EvState): boolean {
  return !ev.suspended && ev.demandW > 0 && ev.socPercent < FULL_PERCENT;
}

/** Current per phase that the car would draw at this offer, A. */
export function targetCurrentA(ev: EvState, offeredA: number, voltageV: number, stationPhases: number): number {
  if (!wantsEnergy(ev)) return 0;
  const phases = Math.min(ev.phases, stationPhases);
  return Math.min(offeredA, (ev.demandW * acceptanceShare(ev.socPercent)) / (phases * voltageV));
}

/** One step of `elapsedS` from the present current towards the target, A. */
export function rampedCurrentA(presentA: number, targetA: number, elapsedS: number): number {
  if (targetA >= presentA) return Math.min(targetA, presentA + RAMP_UP_A_PER_S * elapsedS);
  return Math.max(targetA, presentA - RAMP_DOWN_A_PER_S * elapsedS);
}

export function takeIn(ev: EvState, energyWh: number): void {
  ev.socPercent = socAfter(ev.socPercent, energyWh, ev.capacityWh);
}
