/**
 * What each EVSE may give now: its own limits, and its share of what limits the station. Computed when asked for, so that
 * it can't be stale; kept until the next moment at which a profile says something else.
 */
import type { Clock } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import type { StationTime } from '../time.ts';
import { mayEnergise } from '../transactions/charging-state.ts';
import { ampereOf, minAmpereOf, phasesOf, type Cap, type Supply } from './cap.ts';
import { Demand } from './demand.ts';
import type { EvseLimit, PhaseChoice } from './evse-limit.ts';
import { LostControllers } from './lost-controllers.ts';
import type { MergeInput } from './merge.ts';
import { evseCaps, stationCaps } from './merge.ts';
import type { Sessions } from './sessions.ts';
import { floorTenth, grant, share, type Claim, type Granted } from './sharing.ts';
import type { Steps } from './steps.ts';
import type { Window } from './timeline.ts';

export interface LimitsDeps {
  readonly clock: Clock;
  readonly time: StationTime;
  readonly settings: Settings;
  readonly evses: readonly Evse[];
  readonly sessions: Sessions;
  readonly mergeInput: (window: Window) => MergeInput;
}

interface Own { readonly currentA: number; readonly minA: number; readonly phases: PhaseChoice | null; readonly reason: 'profile' | 'site' | null; readonly risesMs: number | null }
interface Now {
  readonly fromMs: number; readonly untilMs: number; readonly budgetA: number; readonly budgetReason: 'profile' | 'site'; readonly budgetRisesMs: number | null;
  readonly own: ReadonlyMap<number, Own>;
}

const HORIZON_MS = 24 * 3_600_000;
/** A car that doesn't come down in this time makes the next one wait in earnest. */
const PATIENCE_MS = 10_000;
/** While there isn't enough for all, they take turns. */
const TURN_MS = 15 * 60_000;
/** EVSEs in use are looked at every second. */
const LOOKED_AWAY_MS = 5_000;

export class Limits {
  private now: Now | null = null;
  private readonly granted = new Map<number, number>();
  private readonly lost = new LostControllers();
  private readonly demands = new Map<number, Demand>();
  private readonly waitingSinceMs = new Map<number, number>();
  private readonly servedMs = new Map<number, number>();
  private readonly arrivals = new Map<number, number>();
  private arrived = 0;
  private lookedAtMs = 0;

  constructor(private readonly deps: LimitsDeps) {}

  /** Something that limits follow from has changed. */
  invalidate(): void {
    this.now = null;
  }

  /** Wall ms of the next moment at which a profile says something else. */
  get untilMs(): number {
    return this.current().untilMs;
  }

  of(evse: Evse): EvseLimit {
    const { own, budgetA, budgetReason, budgetRisesMs } = this.current();
    const mine = own.get(evse.id) ?? ownOfHardware(evse);
    if (budgetA === Infinity) return { ...mine, untilMs: mine.risesMs, withheld: mine.currentA < minCurrentA(evse) };
    const { targets, claims } = this.targets();
    const claims_ = claims.some(({ evseId }) => evseId === evse.id);
    const targetA = claims_ ? (targets.get(evse.id) ?? 0) : (share(floorTenth(budgetA), [...claims, this.claim(evse, mine)]).get(evse.id) ?? 0);
    const currentA = claims_ ? (this.granted.get(evse.id) ?? 0) : targetA;
    const minA = minCurrentA(evse);
    const waitedMs = this.deps.clock.monotonicMs() - (this.waitingSinceMs.get(evse.id) ?? Infinity);
    return {
      currentA: Math.min(currentA, mine.currentA), phases: mine.phases,
      withheld: targetA < minA || (currentA < minA && waitedMs >= PATIENCE_MS),
      reason: currentA < mine.currentA ? budgetReason : mine.reason,
      untilMs: currentA < mine.currentA ? budgetRisesMs : mine.risesMs,
    };
  }

  /** Shares anew, by what cars do and what holds now. */
  private targets(): { readonly targets: ReadonlyMap<number, number>; readonly claims: readonly Claim[] } {
    const { evses, clock } = this.deps;
    const { own, budgetA } = this.current();
    const nowMs = clock.monotonicMs();
    const elapsedMs = Math.min(nowMs - this.lookedAtMs, LOOKED_AWAY_MS);
    this.lookedAtMs = nowMs;
    const claiming = evses.filter((evse) => evse.hardware !== null && mayEnergise(evse.record));
    for (const evse of evses) if (!claiming.includes(evse)) this.forget(evse.id);
    for (const evse of claiming) this.observe(evse, nowMs);
    const claims = claiming.map((evse) => this.claim(evse, own.get(evse.id) ?? ownOfHardware(evse)));
    // What can't be reached may still draw: nobody else is given that.
    const lostA = evses.reduce((sum, evse) => sum + this.lost.drawsA(evse, nowMs), 0);
    const targets = share(Math.max(0, floorTenth(budgetA - lostA)), claims);
    this.takeTurns(claims, targets, elapsedMs);
    const parties = evses.filter((evse) => evse.hardware !== null).map((evse): Granted => ({
      // One that is to give nothing takes part as long as its car still draws.
      evseId: evse.id, targetA: floorTenth(targets.get(evse.id) ?? 0), grantedA: this.granted.get(evse.id) ?? 0,
      minA: minCurrentA(evse), measuredA: Math.max(measuredA(evse), this.lost.drawsA(evse, nowMs)),
    }));
    for (const [evseId, currentA] of grant(budgetA, parties)) {
      if (claiming.some(({ id }) => id === evseId)) this.granted.set(evseId, currentA);
    }
    for (const evse of evses) {
      if (evse.hardware?.link !== 'up') continue;
      this.lost.reached(evse.id, Math.max(claiming.includes(evse) ? (this.granted.get(evse.id) ?? 0) : 0, measuredA(evse)));
    }
    for (const { evseId, targetA, minA } of parties) {
      if (targetA >= minA && (this.granted.get(evseId) ?? 0) < minA) {
        if (!this.waitingSinceMs.has(evseId)) this.waitingSinceMs.set(evseId, nowMs);
      } else this.waitingSinceMs.delete(evseId);
    }
    return { targets, claims };
  }

  private claim(evse: Evse, own: Own): Claim {
    const demand = this.demands.get(evse.id);
    const minA = minCurrentA(evse);
    return {
      evseId: evse.id, capA: own.currentA, demandA: demand?.demandA ?? Infinity, idle: demand?.idle ?? false,
      // minChargingRate: what can't be charged well is better given to another (K01.FR.21).
      minA: own.minA > minA && own.minA <= own.currentA ? own.minA : minA,
      priority: this.deps.sessions.priority(evse),
      turns: Math.floor((this.servedMs.get(evse.id) ?? 0) / TURN_MS), order: this.arrivals.get(evse.id) ?? Infinity,
    };
  }

  private observe(evse: Evse, nowMs: number): void {
    const demand = this.demands.get(evse.id) ?? new Demand();
    this.demands.set(evse.id, demand);
    if (!this.arrivals.has(evse.id)) this.arrivals.set(evse.id, ++this.arrived);
    demand.observe({ nowMs, grantedA: this.granted.get(evse.id) ?? 0, measuredA: measuredA(evse), minA: minCurrentA(evse) });
  }

  private takeTurns(claims: readonly Claim[], targets: ReadonlyMap<number, number>, elapsedMs: number): void {
    const starving = claims.some(({ evseId, capA, minA }) => capA >= minA && (targets.get(evseId) ?? 0) === 0);
    if (!starving) return this.servedMs.clear();
    for (const { evseId } of claims) {
      if ((targets.get(evseId) ?? 0) > 0) this.servedMs.set(evseId, (this.servedMs.get(evseId) ?? 0) + elapsedMs);
    }
  }

  private forget(evseId: number): void {
    for (const memory of [this.granted, this.demands, this.waitingSinceMs, this.servedMs, this.arrivals]) memory.delete(evseId);
  }

  private current(): Now {
    const nowMs = this.deps.time.nowMs();
    // A clock that was set back begins anew as well.
    if (this.now === null || nowMs < this.now.fromMs || nowMs >= this.now.untilMs) this.now = this.compute(nowMs);
    return this.now;
  }

  private compute(fromMs: number): Now {
    const { evses, settings, sessions, mergeInput } = this.deps;
    const window = { fromMs, toMs: fromMs + HORIZON_MS };
    const input = mergeInput(window);
    const boundaries: number[] = [window.toMs];
    const first = (steps: Steps<Cap>): Cap | undefined => {
      const next = steps[1]?.atMs;
      if (next !== undefined) boundaries.push(next);
      return steps[0]?.value;
    };
    const own = new Map<number, Own>();
    for (const evse of evses) {
      if (evse.hardware === null) continue;
      const { ownMaxA, charger: { facts } } = evse;
      const mine = { ...input, evseId: evse.id, transactionId: evse.record.transaction?.id ?? null, zeroMs: sessions.readyMs(evse.id) ?? fromMs };
      const caps = evseCaps(mine);
      const cap = first(caps);
      if (cap === undefined) continue;
      const external = first(evseCaps({ ...mine, externalOnly: true }));
      const limitA = ampereOf(cap, supplyOf(evse));
      const phases = phasesOf(cap, supplyOf(evse));
      own.set(evse.id, {
        currentA: Math.min(ownMaxA, limitA), minA: minAmpereOf(cap, supplyOf(evse)),
        phases: phases < facts.phases ? { count: phases, phaseToUse: phases === 1 ? cap.phaseToUse : null } : null,
        reason: limitA >= ownMaxA ? (ownMaxA < facts.maxCurrentA ? 'profile' : null) : external !== undefined && ampereOf(external, supplyOf(evse)) <= limitA ? 'site' : 'profile',
        risesMs: limitA < ownMaxA ? risesMs(caps, supplyOf(evse)) : null,
      });
    }
    const whole = stationCaps(input);
    const station = first(whole);
    const supplyA = settings.number('Kerbside.SupplyCurrentLimit', 0);
    const outside = first(stationCaps({ ...input, externalOnly: true }));
    const [stationA, outsideA] = [station, outside].map((cap) => (cap === undefined ? Infinity : ampereOf(cap, stationSupply(evses))));
    const siteA = Math.min(supplyA > 0 ? supplyA : Infinity, outsideA ?? Infinity);
    const budgetA = Math.min(siteA, stationA ?? Infinity);
    return { fromMs, untilMs: Math.min(...boundaries), budgetA, budgetReason: budgetA < siteA ? 'profile' : 'site', own,
      budgetRisesMs: siteA < (stationA ?? Infinity) ? null : risesMs(whole, stationSupply(evses)),
    };
  }
}

/** When the next step lets more through; null: it doesn't, or there is none. */
function risesMs([now, next]: Steps<Cap>, supply: Supply): number | null {
  return now !== undefined && next !== undefined && ampereOf(next.value, supply) > ampereOf(now.value, supply) ? next.atMs : null;
}

export function supplyOf({ charger: { facts } }: Evse): Supply {
  return { nominalVoltageV: facts.nominalVoltageV, phases: facts.phases };
}

export function stationSupply(evses: readonly Evse[]): Supply {
  const all = evses.filter((evse) => evse.hardware !== null).map(supplyOf);
  return { nominalVoltageV: all[0]?.nominalVoltageV ?? 230, phases: Math.max(1, ...all.map(({ phases }) => phases)) };
}

function ownOfHardware({ ownMaxA }: Evse): Own {
  return { currentA: ownMaxA, minA: 0, phases: null, reason: null, risesMs: null };
}

function minCurrentA({ charger: { facts } }: Evse): number {
  return facts.minCurrentA;
}

/** What is read now; of a controller out of reach there is nothing but an old reading (see LostControllers). */
function measuredA({ hardware }: Evse): number {
  return hardware?.link === 'up' && hardware.contactorClosed ? Math.max(0, ...hardware.meter.currentA) : 0;
}
