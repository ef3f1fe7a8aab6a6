/**
 * One EVSE at run time: it feeds the machine, writes record and reports in one batch, and keeps the hardware at what
 * follows from the record. Energy is offered only when the record that allows it is on the disk.
 */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Signal, type Stop } from '../base/signal.ts';
import type { Charger, ChargerFault, ChargerState, Offer } from '../hardware/charger.ts';
import type { Clock, Random, Stored } from '../platform/ports.ts';
import type { Settings } from './device-model/types.ts';
import type { Journal } from './journal.ts';
import { registersOf, sample, type Registers, type SamplingInput } from './metering/sampling.ts';
import { signatureFor } from './metering/signing.ts';
import { TransactionSigner } from './metering/transaction-signing.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { StationTime } from './time.ts';
import type { EvseLimit } from './smart-charging/evse-limit.ts';
import type { TxConfig } from './transactions/config.ts';
import type { MeasurandSet, StepContext } from './transactions/context.ts';
import { registerWh, type EndedTransaction } from './transactions/draft.ts';
import { isBroken, isConnectorBroken, pluggedConnector } from './transactions/broken.ts';
import { desiredEnergise, desiredLock } from './transactions/levels.ts';
import { next, type EvseEvent } from './transactions/machine.ts';
import { sameFacts } from './transactions/same-facts.ts';
import { freshRecord, type EvseRecord } from './transactions/state.ts';
import type { MeterValue, ReadingContext, Timestamp } from './types.ts';

export interface EvseDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly time: StationTime;
  readonly outbox: Outbox;
  readonly settings: Settings;
  readonly log: Log;
  readonly txConfig: () => TxConfig;
  readonly online: () => boolean;
  /** A cable appears that the record doesn't know of yet. */
  readonly beforePlugged: (evse: Evse) => void;
  /** What the operator lets it draw at most, in W over all phases (EVSE.Power MaxSet); null: nothing said. */
  readonly maxPowerW: (evseId: number) => number | null;
  /** What smart charging leaves to it now. */
  readonly limit: (evse: Evse) => EvseLimit;
}

const MEASURANDS: Record<MeasurandSet, string> = {
  started: 'SampledDataCtrlr.TxStartedMeasurands',
  updated: 'SampledDataCtrlr.TxUpdatedMeasurands',
  ended: 'SampledDataCtrlr.TxEndedMeasurands',
  aligned: 'AlignedDataCtrlr.Measurands',
  alignedEnded: 'AlignedDataCtrlr.TxEndedMeasurands',
};

const BUSY_TICK_MS = 1000;
const IDLE_TICK_MS = 5000;

export class Evse {
  readonly onChange = new Signal<void>();
  readonly onEnded = new Signal<EndedTransaction>();
  readonly onStarted = new Signal<{ transactionId: string }>();
  record: EvseRecord;
  hardware: ChargerState | null = null;
  private offered: Offer | null = null;
  /** When the controller took it that it shall give nothing more, monotonic ms. */
  private takenBackMs = -Infinity;
  private applying = false;
  private applyAgain = false;
  /** As the controller told it. */
  private reported: ChargerState | null = null;
  /** The plug was told to lock and didn't: no energy until it is pulled and tries again (G05). */
  private lockFailedAt: number | null = null;
  private lockAsked: boolean | null = null;
  private lastPeriodicMs = 0;
  private lastEndedSampleMs = 0;
  /** Registers at the last value of each series, for the intervals. */
  private readonly previous = new Map<MeasurandSet | 'idle', Registers>();
  private readonly signer: TransactionSigner;
  private stopTick: Stop = () => {};
  private stopped = false;

  constructor(readonly id: number, readonly charger: Charger, private readonly deps: EvseDeps, stored: EvseRecord | null) {
    this.record = stored ?? freshRecord(id);
    this.signer = new TransactionSigner({ evseId: id, charger, settings: deps.settings, time: deps.time, log: deps.log });
  }

  /** Known once the charger has started. */
  get connectorIds(): readonly number[] {
    return this.charger.facts.connectors.map((connector) => connector.id);
  }

  async start(onLine: (direction: 'in' | 'out', bytes: Uint8Array, decoded: string) => void): Promise<void> {
    const resumed = isBusy(this.record);
    await this.charger.start({
      onState: (state) => this.onHardware(state, resumed),
      onLine,
    });
    this.tick();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopTick();
    await this.charger.stop();
  }

  dispatch(event: EvseEvent): void {
    if (this.stopped || this.hardware === null) return;
    const before = this.record;
    const keys = { told: before.transaction?.publicKeyTold === true };
    const step = next(before, event, this.context(this.hardware, keys, event.type === 'sample' ? event.atMs : undefined));
    const { transaction } = step.record;
    this.record = transaction !== null && keys.told ? { ...step.record, transaction: { ...transaction, publicKeyTold: true } } : step.record;
    if (!sameFacts(before, this.record)) this.deps.journal.put('evses', String(this.id), this.record as unknown as Stored);
    for (const report of step.reports) this.deps.outbox.add(report);
    const started = step.reports.find((report) => report.eventType === 'Started');
    if (started !== undefined) {
      this.lastPeriodicMs = this.deps.clock.monotonicMs();
      this.lastEndedSampleMs = this.lastPeriodicMs;
      for (const set of ['updated', 'ended', 'aligned', 'alignedEnded'] as const) this.previous.set(set, registersOf(this.hardware.meter));
      this.onStarted.emit({ transactionId: started.transactionId });
    }
    if (step.ended !== null) {
      this.onEnded.emit(step.ended);
      this.signer.over(step.ended.transaction.id);
    }
    // Of several connectors a broken one gives the EVSE free once its transaction is over.
    if (step.ended !== null && this.connectorIds.length > 1) this.observe(this.hardware);
    if (isBusy(step.record) && !isBusy(before)) this.quicken();
    void this.applyLevels();
    this.onChange.emit();
  }

  /** Per phase, what may be offered now: the smallest of all limits. */
  limitedCurrentA(): number {
    return Math.min(this.ownMaxA, this.limit.currentA);
  }

  /** Per phase, what hardware and EVSE.Power MaxSet allow, whatever smart charging says. */
  get ownMaxA(): number {
    const { facts } = this.charger;
    const maxPowerW = this.deps.maxPowerW(this.id) ?? Number.POSITIVE_INFINITY;
    return Math.min(facts.maxCurrentA, maxPowerW / (facts.nominalVoltageV * facts.phases));
  }

  get limit(): EvseLimit {
    return this.deps.limit(this);
  }

  withheld(): boolean {
    return this.limit.withheld;
  }

  /** A limit changed: tell the machine and the hardware. */
  limitsChanged(): void {
    this.dispatch({ type: 'tick' });
  }

  /** Outside of a transaction's events. @param atMs wall time that the value stands for; absent: now */
  meterValue(measurands: readonly string[], context: ReadingContext, atMs?: number): MeterValue | null {
    if (this.hardware === null) return null;
    const signed = signatureFor('idle', this.hardware.meter.signed, this.deps.settings, false);
    const value = sample(measurands, context, at(this.deps.time.stamp(), atMs), { ...this.samplingInput(this.hardware, 'idle'), signed });
    this.previous.set('idle', registersOf(this.hardware.meter));
    return value;
  }

  /** B11.FR.08. What the record asks for is asserted anew. @throws what the driver throws */
  async restartController(): Promise<void> {
    await this.charger.reset();
    this.offered = null;
    this.lockAsked = null;
    await this.applyLevels();
  }

  get registerWh(): number {
    return this.hardware === null ? 0 : registerWh(this.hardware.meter);
  }

  get faulted(): boolean {
    return this.hardware === null || isBroken(this.hardware, this.record);
  }

  isBroken(connectorId: number): boolean {
    return this.hardware === null || isConnectorBroken(this.hardware, connectorId);
  }

  private onHardware(state: ChargerState, resumed: boolean): void {
    const first = this.hardware === null;
    this.reported = state;
    if (!state.connectors.some(({ id, plugged }) => plugged && id === this.lockFailedAt)) this.lockFailedAt = null;
    this.hardware = this.lockFailedAt === null ? state : withLockFailure(state, this.lockFailedAt);
    if (first && resumed) this.resume();
    const plugged = state.link === 'up' && pluggedConnector(this.hardware, this.record) !== null;
    if (plugged && this.record.pluggedConnectorId === null) this.deps.beforePlugged(this);
    this.observe(this.hardware);
  }

  private observe(state: ChargerState): void {
    this.dispatch({ type: 'hardware', state, faulted: this.faulted });
  }

  /** The books say that a session ran: its deadlines start anew, and the hardware is told again. */
  private resume(): void {
    const now = this.deps.clock.monotonicMs();
    this.lastPeriodicMs = now;
    this.lastEndedSampleMs = now;
    this.deps.log('info', `evse ${this.id}`, 'going on with what the books hold');
    this.dispatch({ type: 'resumed' });
  }

  private tick(): void {
    if (this.stopped) return;
    this.charger.supervise();
    const busy = isBusy(this.record);
    if (busy) {
      this.samplePeriodically();
      this.dispatch({ type: 'tick' });
    }
    this.stopTick = this.deps.clock.after(busy ? BUSY_TICK_MS : IDLE_TICK_MS, () => this.tick());
  }

  /** A session began: tick fast from now on. */
  private quicken(): void {
    this.stopTick();
    this.stopTick = this.deps.clock.after(BUSY_TICK_MS, () => this.tick());
  }

  /** J02: TxUpdatedInterval and TxEndedInterval; 1.6 has one for both (MeterValueSampleInterval). */
  private samplePeriodically(): void {
    const { settings, clock } = this.deps;
    if (this.record.transaction === null) return;
    const now = clock.monotonicMs();
    const updatedMs = settings.number('SampledDataCtrlr.TxUpdatedInterval', 0) * 1000;
    if (updatedMs > 0 && now - this.lastPeriodicMs >= updatedMs) {
      this.lastPeriodicMs = now - ((now - this.lastPeriodicMs) % updatedMs);
      this.dispatch({ type: 'sample', kind: 'periodic' });
    }
    const endedMs = this.deps.txConfig().sharedIntervals ? updatedMs : settings.number('SampledDataCtrlr.TxEndedInterval', 0) * 1000;
    if (endedMs > 0 && now - this.lastEndedSampleMs >= endedMs) {
      this.lastEndedSampleMs = now - ((now - this.lastEndedSampleMs) % endedMs);
      this.dispatch({ type: 'sample', kind: 'ended' });
    }
  }

  private context(hardware: ChargerState, keys: { told: boolean }, valuesAtMs?: number): StepContext {
    const stamp = this.deps.time.stamp();
    return {
      nowMs: this.deps.clock.monotonicMs(),
      stamp,
      reading: hardware.meter,
      phasesInUse: hardware.phasesInUse,
      config: this.deps.txConfig(),
      online: this.deps.online(),
      reachable: hardware.link === 'up',
      mayFlow: this.offered?.energise === true || hardware.meter.atMonotonicMs < this.takenBackMs,
      withheld: this.withheld(),
      signaturePending: this.signer.pending(this.record.transaction),
      newTransactionId: () => this.deps.random.uuid(),
      meterValue: (set, context) => {
        const signed = signatureFor(set, hardware.meter.signed, this.deps.settings, keys.told);
        const value = sample(this.measurands(set, context), context, at(stamp, valuesAtMs), { ...this.samplingInput(hardware, set), signed });
        keys.told ||= value?.sampledValues.some((sampled) => (sampled.signed?.publicKey ?? '') !== '') === true;
        if (value !== null) this.previous.set(set, registersOf(hardware.meter));
        return value;
      },
    };
  }

  private measurands(set: MeasurandSet, context: ReadingContext): readonly string[] {
    const { settings } = this.deps;
    const is16 = this.deps.txConfig().sharedIntervals;
    const own = settings.list(is16 && set === 'started' ? 'Kerbside.StartTxnSampledData' : MEASURANDS[set]);
    return is16 && set === 'ended' && context.startsWith('Transaction.') ? [...new Set([...own, ...settings.list(MEASURANDS.alignedEnded)])] : own;
  }

  private samplingInput(hardware: ChargerState, series: MeasurandSet | 'idle'): SamplingInput {
    return {
      reading: hardware.meter,
      facts: this.charger.facts,
      offeredA: this.wantedOffer().energise ? this.limitedCurrentA() : 0,
      offeredPhases: this.limit.phases?.count ?? this.charger.facts.phases,
      previous: this.previous.get(series) ?? null,
      phaseRegisters: !this.deps.settings.boolean('SampledDataCtrlr.RegisterValuesWithoutPhases', true),
    };
  }

  /** Brings the hardware to what the record asks for. Runs one at a time; asks again if it changed meanwhile. */
  private async applyLevels(): Promise<void> {
    if (this.applying) {
      this.applyAgain = true;
      return;
    }
    this.applying = true;
    try {
      do {
        this.applyAgain = false;
        // G05.FR.01: a plug is locked before energy is offered, and let go only after.
        if (this.wantsLock()) await this.applyLock();
        await this.applyOffer();
        await this.applyLock();
        await this.signer.end(this.record);
      } while (this.applyAgain && !this.stopped);
    } finally {
      this.applying = false;
    }
  }

  private wantedOffer(): Offer {
    const maxCurrentA = this.limitedCurrentA();
    const { phases } = this.limit;
    return {
      energise: desiredEnergise(this.record, maxCurrentA < this.charger.facts.minCurrentA), maxCurrentA,
      ...(phases === null ? {} : { phases: phases.count, ...(phases.phaseToUse === null ? {} : { phaseToUse: phases.phaseToUse }) }),
    };
  }

  private async applyOffer(): Promise<void> {
    let wanted = this.wantedOffer();
    if (this.offered !== null && sameOffer(this.offered, wanted)) return;
    if (wanted.energise) {
      await this.deps.journal.durable();
      if (!(await this.signer.begin(this.record))) return; // asked again with the next tick
      wanted = this.wantedOffer(); // it may have changed while disk and meter worked
    }
    if (this.stopped) return;
    try {
      await this.charger.offer(wanted);
      this.took(wanted);
      this.applyAgain ||= !sameOffer(wanted, this.wantedOffer());
    } catch (error) {
      // The driver asserts it again by itself once the controller is back (contract of Charger.offer).
      this.took(wanted);
      this.deps.log('warn', `evse ${this.id}`, `the controller didn't take the offer: ${describeError(error)}`);
    }
  }

  private took(offer: Offer): void {
    if (this.offered?.energise === true && !offer.energise) this.takenBackMs = this.deps.clock.monotonicMs();
    this.offered = offer;
  }

  private wantsLock(): boolean {
    return desiredLock(this.record);
  }

  private async applyLock(): Promise<void> {
    // A plug that is locked though its session is over, e.g. because the car's end was pulled, counts as well.
    const lockedId = this.hardware?.connectors.find((connector) => connector.locked)?.id ?? null;
    const connectorId = this.record.pluggedConnectorId ?? this.record.transaction?.connectorId ?? lockedId;
    const canLock = this.charger.facts.connectors.find((connector) => connector.id === connectorId)?.canLock === true;
    if (connectorId === null || !canLock) {
      this.lockAsked = null;
      return;
    }
    const wanted = this.wantsLock();
    const actual = this.hardware?.connectors.find((connector) => connector.id === connectorId)?.locked ?? false;
    if (wanted === actual && this.lockAsked === wanted) return;
    if (this.lockAsked === wanted) return; // asked once: a lock that doesn't move is a fault that the hardware reports
    this.lockAsked = wanted;
    try {
      if (wanted) await this.charger.lock(connectorId);
      else await this.charger.unlock(connectorId);
    } catch (error) {
      this.deps.log('warn', `evse ${this.id}`, `the lock didn't follow: ${describeError(error)}`);
      if (!wanted || !(error instanceof KerbsideError) || error.code !== 'LockFailed' || this.reported === null) return;
      this.lockFailedAt = connectorId;
      this.onHardware(this.reported, false);
    }
  }
}

function at(stamp: Timestamp, wallMs: number | undefined): Timestamp {
  // Within the books time never falls, whatever the clock was set to.
  return wallMs === undefined || stamp.wallMs === null || Math.abs(stamp.wallMs - wallMs) > 1000 ? stamp : { ...stamp, wallMs };
}

/** Somebody is being served or waits for his card: time matters now. */
function isBusy(record: EvseRecord): boolean {
  return record.transaction !== null || record.authorization !== null || (record.cardDeadlineMs !== null && !record.finished);
}

/** The controller doesn't call it a fault, but a plug that isn't locked can't be charged through. */
function withLockFailure(state: ChargerState, connectorId: number): ChargerState {
  const fault: ChargerFault = { code: 'ConnectorLockFailure', info: 'The plug didn\'t lock when it was told to.' };
  return { ...state, connectors: state.connectors.map((connector) => (connector.id === connectorId ? { ...connector, faults: [...connector.faults, fault] } : connector)) };
}

function sameOffer(a: Offer, b: Offer): boolean {
  return a.energise === b.energise && a.maxCurrentA === b.maxCurrentA && a.phases === b.phases && a.phaseToUse === b.phaseToUse;
}
