/** What a transaction costs by now, between two words of the CSMS (California pricing 3.1.4, 3.4). Pure. */
import type { CostBasis } from './cost-messages.ts';

export interface RunningCost {
  /** As the CSMS told it, up to the basis. */
  readonly cost: number;
  readonly basis: CostBasis;
  /** Since when the CSMS has called it idle, wall ms; null: it charges. */
  readonly idleSinceMs: number | null;
  /** Register when the next period began; null: it hasn't, or there is none. */
  readonly nextFromWh: number | null;
}

const HOUR_MS = 3_600_000;

/** The CSMS's figure takes the place of ours; a grace period goes on where it had begun. */
export function runningCost(cost: number, basis: CostBasis, before: RunningCost | null): RunningCost {
  const idleSinceMs = basis.state === 'Idle' ? (before?.idleSinceMs ?? basis.timestampMs) : null;
  return { cost, basis, idleSinceMs, nextFromWh: null };
}

/** What standing idle costs, and from when. */
export interface IdleFee {
  /** Wall ms at which the grace period ends, or ended. */
  readonly fromMs: number;
  readonly hourPrice: number;
}

/** Null: it charges, or idling is free. @param nowMs wall ms */
export function idleFee({ basis, idleSinceMs }: RunningCost, nowMs: number): IdleFee | null {
  const { idlePrice } = basis.nextPeriod !== null && nowMs >= basis.nextPeriod.atMs ? basis.nextPeriod : basis;
  if (idleSinceMs === null || idlePrice === null || idlePrice.hourPrice === 0) return null;
  return { fromMs: idleSinceMs + idlePrice.graceMinutes * 60_000, hourPrice: idlePrice.hourPrice };
}

/** @param registerWh the outlet's register now */
export function costNow({ cost, basis, idleSinceMs, nextFromWh }: RunningCost, registerWh: number, nowMs: number): number {
  const { nextPeriod, timestampMs, meterWh } = basis;
  const turnMs = nextPeriod === null ? Infinity : Math.max(nextPeriod.atMs, timestampMs);
  const untilMs = Math.max(timestampMs, Math.min(nowMs, turnMs));
  if (idleSinceMs !== null) {
    const idle = (price: CostBasis['idlePrice'], fromMs: number, toMs: number): number => {
      if (price === null) return 0;
      const chargedFromMs = Math.max(fromMs, idleSinceMs + price.graceMinutes * 60_000);
      return (Math.max(0, toMs - chargedFromMs) / HOUR_MS) * price.hourPrice;
    };
    return cost + idle(basis.idlePrice, timestampMs, untilMs) + (nextPeriod !== null && nowMs > turnMs ? idle(nextPeriod.idlePrice, turnMs, nowMs) : 0);
  }
  const charge = ({ kWhPrice, hourPrice }: CostBasis['chargingPrice'], energyWh: number, durationMs: number): number =>
    (Math.max(0, energyWh) / 1000) * kWhPrice + (Math.max(0, durationMs) / HOUR_MS) * hourPrice;
  const turned = nextPeriod !== null && nowMs > turnMs;
  const turnWh = turned ? (nextFromWh ?? registerWh) : registerWh;
  return cost + charge(basis.chargingPrice, turnWh - meterWh, untilMs - timestampMs)
    + (turned ? charge(nextPeriod.chargingPrice, registerWh - turnWh, nowMs - turnMs) : 0);
}
