/** What cars that speak ISO 15118 have said they will take (K15.FR.14, K16.FR.10, K17.FR.14): part of the composite schedule. */
import { capOf, UNLIMITED, type Cap } from './cap.ts';
import type { RateUnit } from './profile.ts';
import { append, constant, type Step, type Steps } from './steps.ts';
import type { Window } from './timeline.ts';

export interface EvPlan {
  /** Wall ms of its start. */
  readonly fromMs: number;
  readonly durationS: number;
  readonly unit: RateUnit;
  readonly periods: readonly { readonly startS: number; readonly limit: number }[];
}

export class EvPlans {
  private readonly plans = new Map<number, EvPlan>();

  /** Null: it has none, or is gone. */
  set(evseId: number, plan: EvPlan | null): void {
    if (plan === null) this.plans.delete(evseId);
    else this.plans.set(evseId, plan);
  }

  steps(evseId: number, { fromMs, toMs }: Window): Steps<Cap> {
    const plan = this.plans.get(evseId);
    if (plan === undefined) return constant(fromMs, UNLIMITED);
    const steps: Step<Cap>[] = [{ atMs: fromMs, value: UNLIMITED }];
    const endMs = plan.fromMs + plan.durationS * 1000;
    for (const period of plan.periods) {
      const atMs = Math.max(fromMs, plan.fromMs + period.startS * 1000);
      if (atMs < Math.min(toMs, endMs)) append(steps, atMs, capOf(period, { id: 0, unit: plan.unit, periods: [] }));
    }
    if (endMs > fromMs && endMs < toMs) append(steps, endMs, UNLIMITED);
    return endMs <= fromMs ? constant(fromMs, UNLIMITED) : steps;
  }
}
