/**
 * K15, K16, K17 of one EVSE: the car's needs go to the CSMS, a profile comes back, the car gets up to three schedules and
 * tells which it takes and how.
 */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { EvChargingNeeds, EvSchedule, ScheduleTuple } from '../../hardware/secc.ts';
import type { Clock } from '../../platform/ports.ts';
import type { CsmsPort } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { StationTime } from '../time.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduleSource } from './schedule-source.ts';

export interface ChargingNeedsDeps {
  readonly evseId: number;
  readonly clock: Clock;
  readonly time: StationTime;
  readonly settings: Settings;
  readonly log: Log;
  readonly csms: () => CsmsPort | null;
  readonly schedules: ScheduleSource;
}

/** K15.FR.08: so long a CSMS may take for its profile; ISO 15118-2 has the car wait as long. */
const PROFILE_WITHIN_MS = 60_000;
/** A car that says no departure time gets a schedule of a day (ISO 15118-2 [V2G2-303]). */
const DAY_S = 86_400;
/** ISO 15118-2 lets a tuple have 1024 entries; this many a car can be trusted with. */
const DEFAULT_PERIODS = 1024;

export class ChargingNeeds {
  private needs: EvChargingNeeds | null = null;
  private offered: readonly Schedule[] = [];
  private offeredAtMs = 0;
  /** The car is asked to negotiate anew because the schedule has changed: its needs are known to the CSMS (K16.FR.09). */
  private ownRenegotiation = false;
  private asking = false;
  private profileArrived: (() => void) | null = null;

  constructor(private readonly deps: ChargingNeedsDeps) {}

  /** The car has chosen a schedule and follows it. */
  get negotiated(): boolean {
    return this.offered.length > 0;
  }

  /** K15.FR.17: a car that speaks is about to tell its needs; a profile made without them comes too early. */
  get awaitsNeeds(): boolean {
    return this.needs === null;
  }

  /** K16.FR.02: has what the car was offered changed? Then it shall ask again. */
  mustRenegotiate(): boolean {
    if (!this.negotiated || this.asking) return false;
    const elapsedS = (this.deps.time.nowMs() - this.offeredAtMs) / 1000;
    const fresh = this.composites(Math.max(1, Math.round((this.offered[0]?.durationS ?? DAY_S) - elapsedS)));
    const same = fresh.length === this.offered.length && fresh.every((schedule, index) => sameAhead(this.offered[index], elapsedS, schedule));
    if (same) return false;
    this.ownRenegotiation = true;
    return true;
  }

  txProfileSet(): void {
    this.profileArrived?.();
  }

  async schedulesFor(needs: EvChargingNeeds): Promise<readonly ScheduleTuple[]> {
    const known = this.ownRenegotiation;
    this.ownRenegotiation = false;
    this.needs = needs;
    this.asking = true;
    try {
      if (!known) await this.askCsms(needs);
    } finally {
      this.asking = false;
    }
    this.deps.schedules.setEvPlan(this.deps.evseId, null); // what it planned before limits nothing any more
    this.offered = this.composites(needs.departureInS ?? DAY_S);
    this.offeredAtMs = this.deps.time.nowMs();
    return this.offered.map(({ durationS, unit, periods }, index) => ({
      id: index + 1, durationS, unit, periods: periods.map(({ startS, limit }) => ({ startS, limit })),
    }));
  }

  /** K15.FR.09, FR.10, FR.19: what the car means to take is checked, kept to, and told. */
  async chosen({ tupleId, periods }: EvSchedule): Promise<void> {
    const offer = this.offered[tupleId - 1];
    if (offer === undefined) {
      this.deps.log('warn', this.source, `the car chose schedule ${tupleId}, which it wasn't offered`);
      return;
    }
    const plan: Schedule = periods === undefined || periods.length === 0 ? offer : { ...offer, periods };
    const within = staysWithin(plan, offer);
    if (!within) this.deps.log('warn', this.source, 'the car plans to take more than its schedule allows; the limit stands');
    // A plan that goes too far must not widen anything: the composite schedule is the least of all anyway.
    this.deps.schedules.setEvPlan(this.deps.evseId, within ? { ...plan, fromMs: this.offeredAtMs } : null);
    const csms = this.deps.csms()?.iso15118?.negotiation;
    if (csms === undefined) return;
    try {
      const status = await csms.schedule(this.deps.evseId, this.offeredAtMs, plan);
      if (status === 'Rejected') this.deps.log('info', this.source, 'the CSMS doesn\'t agree to the car\'s schedule and will send another'); // K15.FR.13
    } catch (error) {
      this.deps.log('warn', this.source, `the car's schedule wasn't told: ${describeError(error)}`);
    }
  }

  /** The cable is out. */
  ended(): void {
    this.needs = null;
    this.offered = [];
    this.ownRenegotiation = false;
    this.profileArrived?.();
    this.deps.schedules.setEvPlan(this.deps.evseId, null);
  }

  /** Resolves when a profile has come, or it is clear that none will. K15.FR.15: offline the default profile serves. */
  private async askCsms(needs: EvChargingNeeds): Promise<void> {
    const csms = this.deps.csms()?.iso15118?.negotiation;
    if (csms === undefined) return;
    // Listening before asking: a quick CSMS sends its profile with the answer.
    const profile = new Promise<void>((resolve) => {
      const stop = this.deps.clock.after(PROFILE_WITHIN_MS, () => {
        this.deps.log('info', this.source, `no profile within ${PROFILE_WITHIN_MS / 1000} s`);
        resolve();
      });
      this.profileArrived = () => {
        stop();
        resolve();
      };
    });
    try {
      const departureMs = needs.departureInS === undefined ? null : this.deps.time.nowMs() + needs.departureInS * 1000;
      const status = await csms.needs(this.deps.evseId, needs, departureMs);
      if (status === 'Rejected') this.profileArrived?.();
    } catch (error) {
      this.deps.log('warn', this.source, `the car's needs weren't told: ${describeError(error)}`);
      this.profileArrived?.();
    }
    await profile;
    this.profileArrived = null;
  }

  private composites(durationS: number): readonly Schedule[] {
    const most = this.deps.settings.number('SmartChargingCtrlr.PeriodsPerSchedule', DEFAULT_PERIODS);
    return this.deps.schedules.composites(this.deps.evseId, durationS, Math.min(this.needs?.maxScheduleTuples ?? DEFAULT_PERIODS, most));
  }

  private get source(): string {
    return `iso15118 ${this.deps.evseId}`;
  }
}

/** K15.FR.09: nowhere above what was offered. Both step functions change only where a period of either starts. */
export function staysWithin(plan: Schedule, offer: Schedule): boolean {
  const starts = new Set([...plan.periods, ...offer.periods].map(({ startS }) => startS));
  return [...starts].every((startS) => {
    const planned = limitAt(plan, startS);
    const allowed = limitAt(offer, startS);
    return planned === null || (allowed !== null && planned <= allowed);
  });
}

/** Does `fresh`, from now on, say what `offered` has said for the time from now on? */
export function sameAhead(offered: Schedule | undefined, elapsedS: number, fresh: Schedule): boolean {
  if (offered === undefined || offered.unit !== fresh.unit) return false;
  const starts = new Set([0, ...fresh.periods.map(({ startS }) => startS), ...offered.periods.map(({ startS }) => startS - elapsedS)]);
  return [...starts].filter((startS) => startS >= 0 && startS < fresh.durationS - 1)
    .every((startS) => limitAt(offered, startS + elapsedS + 1) === limitAt(fresh, startS + 1));
}

function limitAt({ periods }: Schedule, atS: number): number | null {
  return periods.filter(({ startS }) => startS <= atS).at(-1)?.limit ?? null;
}
