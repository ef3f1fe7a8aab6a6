/** A test charge, ticked off by what the station sees. Pure. */
import type { EvseView } from '../../link/snapshot.ts';

export const CHARGE_STEPS = ['up', 'plugged', 'authorized', 'energy', 'counted', 'ended', 'unplugged'] as const;
export type ChargeStep = (typeof CHARGE_STEPS)[number];

export const STEP_TITLES: Readonly<Record<ChargeStep, string>> = {
  up: 'The station is in service with this profile', plugged: 'A car is plugged in, and its pilot is seen', authorized: 'A card is accepted',
  energy: 'Current flows, within the limit', counted: 'The register grows', ended: 'The session is ended', unplugged: 'The cable is out, the outlet is free again',
};

export interface ChargeProgress {
  readonly done: Readonly<Partial<Record<ChargeStep, true>>>;
  readonly mostA: number;
  readonly startWh: number | null;
  readonly energyWh: number;
  readonly transactionId: string | null;
  /** More flowed than breaker and cable bear: the test has failed. */
  readonly over: string | null;
}

export const NO_CHARGE: ChargeProgress = { done: {}, mostA: 0, startWh: null, energyWh: 0, transactionId: null, over: null };

/** Meters are read to a few tenths of an ampere. */
const TOLERANCE_A = 1;
const COUNTED_WH = 10;

/** @param capA what breaker and cable bear, A per phase; null: not known (simulated) */
export function observed(before: ChargeProgress, evse: EvseView | undefined, capA: number | null): ChargeProgress {
  if (evse === undefined) return before;
  const done: Partial<Record<ChargeStep, true>> = { ...before.done };
  const plugged = evse.connectors.some((connector) => connector.plugged);
  const amperes = Math.max(0, ...evse.currentA);
  if (evse.controller.link === 'up' && evse.controller.refusal === null && evse.fault === null) done.up = true;
  if (done.up === true && plugged) done.plugged = true;
  if (done.plugged === true && evse.transaction !== null && evse.token !== null) done.authorized = true;
  const startWh = before.startWh ?? (done.authorized === true ? evse.meterWh - (evse.transaction?.energyWh ?? 0) : null);
  if (done.authorized === true && evse.controller.contactorClosed && (amperes > TOLERANCE_A || evse.powerW > 0)) done.energy = true;
  const energyWh = Math.max(before.energyWh, startWh === null ? 0 : evse.meterWh - startWh);
  if (done.energy === true && energyWh >= COUNTED_WH) done.counted = true;
  if (done.counted === true && evse.transaction === null) done.ended = true;
  if (done.ended === true && !plugged) done.unplugged = true;
  return {
    done, startWh, energyWh, mostA: Math.max(before.mostA, amperes), transactionId: evse.transaction?.id ?? before.transactionId,
    over: before.over ?? (capA !== null && amperes > capA + TOLERANCE_A ? `${amperes.toFixed(1)} A flowed where ${capA} A are allowed.` : null),
  };
}

export function passed({ done, over }: ChargeProgress): boolean {
  return over === null && CHARGE_STEPS.every((step) => done[step] === true);
}
