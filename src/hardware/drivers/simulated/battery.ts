/** The battery of a simulated car: how much it takes at which state of charge. */

/** Up to here a battery takes all that the on-board charger gives. */
const TAPER_FROM_PERCENT = 80;
/** What is left of the power just before it is full, as a share. */
const TAPER_END_SHARE = 0.12;

/** Share (0 to 1) of the demanded power that a battery takes at this state of charge; 0 when full. */
export function acceptanceShare(socPercent: number): number {
  if (socPercent >= 100) return 0;
  if (socPercent <= TAPER_FROM_PERCENT) return 1;
  const progress = (socPercent - TAPER_FROM_PERCENT) / (100 - TAPER_FROM_PERCENT);
  return 1 - progress * (1 - TAPER_END_SHARE);
}

/** State of charge after `energyWh` more went in. On-board losses (about 8 %) heat the car, not the battery. */
export function socAfter(socPercent: number, energyWh: number, capacityWh: number): number {
  return Math.min(100, socPercent + (energyWh * 0.92 * 100) / capacityWh);
}
