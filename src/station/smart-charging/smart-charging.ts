/** Block K: charging profiles, limits from outside, and what each EVSE may give (K01 to K14; 1.6 section 3.13). */
import { describeError } from '../../base/errors.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { Store } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Evse } from '../evse.ts';
import type { Reason } from '../types.ts';
import type { CompositeSchedule, ExternalLimit, ProfileCriteria, SetRules, SmartChargingApi } from './api.ts';
import { ProfileBook } from './book.ts';
import { MAX_PERIODS, MAX_PROFILES } from './capacity.ts';
import { lowest, UNLIMITED, type Cap } from './cap.ts';
import { evseRates, stationRates, toSchedule } from './composite.ts';
import { ExternalLimits } from './external.ts';
import type { EvseLimit } from './evse-limit.ts';
import { EvPlans, type EvPlan } from './ev-plans.ts';
import { Limits, stationSupply, supplyOf } from './limits.ts';
import { evseCaps, stationCaps, type MergeInput } from './merge.ts';
import type { ChargingProfile, InstalledProfile, RateUnit } from './profile.ts';
import { RateChanges } from './rate-changes.ts';
import { reportParts } from './report-parts.ts';
import { Sessions } from './sessions.ts';
import { zip, constant, type Steps } from './steps.ts';
import type { Window } from './timeline.ts';
import { NO_TALK, refusal, type CarFacts, type PhaseFacts } from './validate.ts';

/** What a remote start brings is checked like 2.0.1's, whatever the edition: nothing is there yet that it could replace. */
const REMOTE_START_RULES: SetRules = { onDuplicate: 'reject', transactionIdOptional: true };

export class SmartCharging implements Block, SmartChargingApi {
  /** The CSMS has set a TxProfile on an EVSE. */
  readonly onTxProfile = new Signal<{ readonly evseId: number }>();
  /** Schedules may be others than before. */
  readonly onRecalculated = new Signal<void>();
  /** What the car at an EVSE makes of profiles for it. */
  carAt: (evseId: number) => CarFacts = () => NO_TALK;
  private readonly plans = new EvPlans();
  private readonly book: ProfileBook;
  private readonly sessions: Sessions;
  private readonly limits: Limits;
  private readonly external: ExternalLimits;
  private readonly rates: RateChanges;
  private readonly pushed = new Map<number, EvseLimit>();
  private pushing = false;
  private stopTimer: Stop = () => {};
  private timerMs = 0;

  constructor(private readonly deps: BlockDeps) {
    const { journal, time, clock, settings, evses, outbox } = deps;
    this.book = new ProfileBook(journal);
    this.sessions = new Sessions(journal, time);
    this.limits = new Limits({ clock, time, settings, evses, sessions: this.sessions, mergeInput: (window) => this.mergeInput(window) });
    this.rates = new RateChanges(clock, settings);
    this.external = new ExternalLimits({ book: this.book, outbox, settings, time, evseIds: evses.map(({ id }) => id), changed: () => this.recalculate() });
    deps.onStarted.on(({ evseId, transactionId }) => this.begin(evseId, transactionId));
    deps.onEnded.on(({ evseId, ended }) => this.end(evseId, ended.transaction.id));
    outbox.onAnswer.on(({ report, answer }) => {
      if (report.kind !== 'transactionEvent') return;
      this.prioritise(report.transactionId, answer.chargingPriority ?? answer.idTokenInfo?.chargingPriority);
    });
    settings.onChange('SmartChargingCtrlr.', (name) => {
      if (name.endsWith('.ExternalControlSignalsEnabled') && !settings.boolean(name, true)) this.external.clearAll();
      this.recalculate();
    });
    for (const name of ['Kerbside.SupplyCurrentLimit', 'EVSE(']) settings.onChange(name, () => this.recalculate());
  }

  async load(store: Store): Promise<void> {
    await Promise.all([this.book.load(store), this.sessions.load(store)]);
  }

  started(): void {
    // A transaction that ended in the very moment of a power cut leaves nothing behind.
    const running = new Set(this.deps.evses.map(({ record }) => record.transaction?.id));
    this.book.remove(this.book.all.filter(({ profile }) => profile.purpose === 'TxProfile' && !running.has(profile.transactionId)));
    this.recalculate();
  }

  changed(): void {
    let ready = false;
    for (const evse of this.deps.evses) ready = this.sessions.follow(evse) || ready;
    if (ready) this.limits.invalidate();
    this.push();
  }

  stop(): void {
    this.stopTimer();
    this.rates.stop();
  }

  // ---------------------------------------------------------------- for the station

  limit(evse: Evse): EvseLimit {
    return this.limits.of(evse);
  }

  /** K05: why a remote start with this profile must be refused; null: it needn't. Without smart charging it is ignored (K05.FR.04). */
  refuseRemoteStart(evseId: number, profile: ChargingProfile): Reason | null {
    return this.enabled ? this.refusal(evseId, profile, REMOTE_START_RULES, true) : null;
  }

  /** K05.FR.03: the profile is for the transaction that the authorization just given begins, or has begun. */
  startWith(evse: Evse, profile: ChargingProfile): void {
    if (!this.enabled || evse.record.authorization === null) return;
    this.sessions.wait(evse.id, profile);
    const { transaction } = evse.record;
    if (transaction !== null) this.begin(evse.id, transaction.id);
    this.recalculate();
  }

  /** F01.FR.20: the driver plugs in at another outlet than the one that waited for him: his profiles go along. */
  sessionMoves(from: Evse, to: Evse): void {
    const { transaction } = from.record;
    this.sessions.move(from.id, to.id);
    for (const entry of this.book.matching({ evseId: from.id, purpose: 'TxProfile' })) {
      if (transaction !== null && entry.profile.transactionId === transaction.id) this.book.put({ ...entry, evseId: to.id });
    }
    this.limits.invalidate();
  }

  get profiles(): readonly InstalledProfile[] {
    return this.book.all;
  }

  /** SmartChargingCtrlr.Entries[ChargingProfiles]. */
  get entries(): number {
    return this.book.size;
  }

  setExternalLimit(limit: ExternalLimit): void {
    this.external.set(limit);
  }

  clearExternalLimit(source: ExternalLimit['source'], evseId?: number): void {
    this.external.clear(source, evseId);
  }

  /** K15.FR.22: for a car that can choose, one composite schedule of each of its TxProfiles' schedules. */
  composites(evseId: number, durationS: number, maxPeriods: number): readonly CompositeSchedule[] {
    const transactionId = this.evse(evseId)?.record.transaction?.id;
    const counts = this.book.matching({ evseId, purpose: 'TxProfile' }).filter(({ profile }) => profile.transactionId === transactionId)
      .map(({ profile }) => profile.schedules.length);
    const unit = this.rateUnits.includes('W') ? 'W' : 'A';
    return Array.from({ length: Math.max(1, ...counts) }, (_, tuple) => this.composite(evseId, durationS, unit, { tuple, maxPeriods }));
  }

  /** K15.FR.14. Null: the car has no plan. */
  setEvPlan(evseId: number, plan: EvPlan | null): void {
    this.plans.set(evseId, plan);
  }

  // ---------------------------------------------------------------- for the CSMS

  get enabled(): boolean {
    return this.deps.settings.boolean('SmartChargingCtrlr.Enabled', true);
  }

  async setProfile(evseId: number, given: ChargingProfile, rules: SetRules): ReturnType<SmartChargingApi['setProfile']> {
    const reason = this.refusal(evseId, given, rules, false);
    if (reason !== null) return { status: 'Rejected', reason };
    const transactionId = given.purpose === 'TxProfile' ? given.transactionId ?? this.evse(evseId)?.record.transaction?.id : undefined;
    const profile = transactionId === undefined ? given : { ...given, transactionId };
    const replaced = rules.onDuplicate === 'replace' ? this.book.matching({ evseId, purpose: profile.purpose, stackLevel: profile.stackLevel, sources: ['CSO'] }) : [];
    this.book.remove(replaced);
    this.book.put({ evseId, source: 'CSO', profile });
    this.recalculate(); // K01.FR.07
    await this.deps.journal.durable();
    if (profile.purpose === 'TxProfile') this.onTxProfile.emit({ evseId });
    return { status: 'Accepted' };
  }

  async clearProfiles(criteria: ProfileCriteria): ReturnType<SmartChargingApi['clearProfiles']> {
    const gone = this.book.matching({ ...criteria, sources: ['CSO'] }); // K10.FR.04, FR.08, FR.09
    if (gone.length === 0) return 'Unknown';
    this.book.remove(gone);
    this.recalculate(); // K10.FR.05
    await this.deps.journal.durable();
    return 'Accepted';
  }

  compositeSchedule(evseId: number, durationS: number, unit: RateUnit = this.rateUnits.includes('A') ? 'A' : 'W'): ReturnType<SmartChargingApi['compositeSchedule']> {
    if (!this.rateUnits.includes(unit)) return { status: 'Rejected', reason: { reasonCode: 'UnsupportedRateUnit' } }; // K08.FR.07
    if (evseId !== 0 && this.evse(evseId) === undefined) return { status: 'Rejected', reason: { reasonCode: 'UnknownEvse' } }; // K08.FR.05
    if (durationS <= 0) return { status: 'Rejected', reason: { reasonCode: 'ValuePositiveOnly', additionalInfo: 'duration' } };
    return { status: 'Accepted', schedule: this.composite(evseId, durationS, unit) };
  }

  reportProfiles(requestId: number, criteria: ProfileCriteria): ReturnType<SmartChargingApi['reportProfiles']> {
    const parts = reportParts(requestId, this.book.matching(criteria));
    return parts.length === 0 ? { status: 'NoProfiles' } : { status: 'Accepted', send: () => void this.sendReport(parts) };
  }

  // ---------------------------------------------------------------- inside

  private async sendReport(parts: ReturnType<typeof reportParts>): Promise<void> {
    for (const part of parts) {
      try {
        await this.deps.csms()?.deliver(part, { offline: false });
      } catch (error) {
        this.deps.log('warn', 'smart charging', `report ${part.requestId} ended early: ${describeError(error)}`);
        return;
      }
    }
  }

  /** @param offer for a car: which of its schedules, and how long a list it can take; else as the CSMS wants to know it */
  private composite(evseId: number, durationS: number, unit: RateUnit, offer?: { readonly tuple: number; readonly maxPeriods: number }): CompositeSchedule {
    const { evses, time, settings } = this.deps;
    const fromMs = time.nowMs();
    // On the wire it begins with a whole second, as schedules usually do; what was before now in that second doesn't count.
    const startMs = Math.floor(fromMs / 1000) * 1000;
    const toMs = startMs + durationS * 1000;
    const window = { fromMs, toMs };
    const input = this.mergeInput(window);
    const supplyA = settings.number('Kerbside.SupplyCurrentLimit', 0);
    const station = zip(stationCaps(input), constant(fromMs, UNLIMITED), (cap): Cap => (supplyA > 0 ? lowest(cap, { ...UNLIMITED, limitA: supplyA }) : cap));
    const rates = (evse: Evse) => {
      const own: Steps<Cap> = evseCaps({
        ...input, evseId: evse.id, transactionId: evse.record.transaction?.id ?? null, zeroMs: this.sessions.readyMs(evse.id) ?? fromMs,
        ...(offer === undefined ? {} : { tuple: offer.tuple }),
      });
      const planned = offer === undefined ? zip(own, this.plans.steps(evse.id, window), lowest) : own;
      return evseRates(planned, station, { ...UNLIMITED, limitA: evse.ownMaxA }, unit, supplyOf(evse));
    };
    const one = this.evse(evseId);
    const steps = one === undefined ? stationRates(evses.map(rates), station, fromMs, unit, stationSupply(evses)) : rates(one);
    return toSchedule(steps, { fromMs: startMs, toMs }, evseId, unit, Math.min(MAX_PERIODS, offer?.maxPeriods ?? MAX_PERIODS));
  }

  private refusal(evseId: number, profile: ChargingProfile, rules: SetRules, remoteStart: boolean): Reason | null {
    const reason = refusal({
      evseId, profile, rules, remoteStart, evses: this.deps.evses.map((evse) => this.phaseFacts(evse)), rateUnits: this.rateUnits, installed: this.book.all,
      runningTransactionId: this.evse(evseId)?.record.transaction?.id ?? null, car: this.carAt(evseId),
    });
    if (reason !== null || this.book.get(profile.id) !== undefined || this.book.size < MAX_PROFILES) return reason;
    // Those that can never count again make room.
    const nowMs = this.deps.time.nowMs();
    this.book.remove(this.book.all.filter(({ profile: { validToMs } }) => validToMs !== undefined && validToMs <= nowMs));
    return this.book.size < MAX_PROFILES ? null : { reasonCode: 'OutOfStorage', additionalInfo: `room for ${MAX_PROFILES} profiles` };
  }

  private phaseFacts({ id, charger: { facts } }: Evse): PhaseFacts {
    const rotation = this.deps.settings.list('Kerbside.ConnectorPhaseRotation').find((item) => item.startsWith(`${id}.`))?.slice(`${id}.`.length) ?? 'RST';
    const canSwitch = facts.phaseSwitching === true;
    return { evseId: id, phases: facts.phases, canSwitch, canChoose: canSwitch && facts.fixedSinglePhase !== true, ownPhase: Math.max(1, 'RST'.indexOf(rotation.charAt(0)) + 1) };
  }

  private get rateUnits(): readonly RateUnit[] {
    return this.deps.settings.list('SmartChargingCtrlr.RateUnit') as readonly RateUnit[];
  }

  private mergeInput(window: Window): MergeInput {
    return { installed: this.book.all, window, specificOverrules: this.deps.edition() === 'ocpp1.6', externalOnly: !this.enabled };
  }

  private evse(evseId: number): Evse | undefined {
    return this.deps.evses.find(({ id }) => id === evseId);
  }

  private begin(evseId: number, transactionId: string): void {
    const evse = this.evse(evseId);
    const { waiting } = this.sessions.of(evseId);
    if (evse !== undefined) this.sessions.follow(evse);
    if (waiting !== null) {
      this.book.put({ evseId, source: 'CSO', profile: { ...waiting, transactionId } });
      this.sessions.wait(evseId, null);
    }
    this.limits.invalidate();
  }

  /** K02.FR.05. */
  private end(evseId: number, transactionId: string): void {
    this.book.remove(this.book.all.filter(({ profile }) => profile.purpose === 'TxProfile' && profile.transactionId === transactionId));
    this.sessions.end(evseId);
    this.limits.invalidate();
  }

  private prioritise(transactionId: string, priority: number | undefined): void {
    const evse = this.deps.evses.find(({ record }) => record.transaction?.id === transactionId);
    if (evse === undefined || priority === undefined) return;
    this.sessions.prioritise(evse.id, priority);
    this.push();
  }

  private recalculate(): void {
    this.limits.invalidate();
    this.push();
    this.deps.changed();
    this.onRecalculated.emit();
  }

  /** Hands every EVSE its limit if that is another than before, and wakes up when a profile says something else. */
  private push(): void {
    if (this.pushing) return;
    this.pushing = true;
    try {
      for (const evse of this.deps.evses) {
        if (evse.hardware === null) continue;
        const limit = this.limits.of(evse);
        const before = this.pushed.get(evse.id);
        this.pushed.set(evse.id, limit);
        const waits = !limit.withheld && limit.currentA < evse.charger.facts.minCurrentA; // only until others have come down
        if (!waits) this.rates.observe(evse, limit.withheld ? 0 : limit.currentA);
        if (before !== undefined && !sameLimit(before, limit)) evse.limitsChanged();
      }
    } finally {
      this.pushing = false;
    }
    this.wakeUp();
  }

  private wakeUp(): void {
    const { clock, time } = this.deps;
    if (this.limits.untilMs === this.timerMs) return;
    this.timerMs = this.limits.untilMs;
    this.stopTimer();
    this.stopTimer = clock.after(Math.max(0, this.timerMs - time.nowMs()), () => {
      this.timerMs = 0;
      this.limits.invalidate();
      this.push();
      this.deps.changed();
    });
  }
}

function sameLimit(a: EvseLimit, b: EvseLimit): boolean {
  return a.currentA === b.currentA && a.withheld === b.withheld && a.phases?.count === b.phases?.count && a.phases?.phaseToUse === b.phases?.phaseToUse;
}
