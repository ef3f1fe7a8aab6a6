/**
 * A charge controller beside a meter: what flows, and what is billed, is what the meter says. Without a meter that can be
 * believed nothing flows, since what isn't measured can't be billed.
 */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Clock } from '../platform/ports.ts';
import type {
  Charger, ChargerFacts, ChargerFault, ChargerListener, ChargerState, DriverMemory, MeterReading, Offer, SignedReading, SigningTransaction, TransactionSigning,
} from './charger.ts';
import type { Meter, MeterState } from './meter.ts';
import { MeterDoubts } from './meter-doubts.ts';
import { MeteredRegister } from './metered-register.ts';
import type { Secc } from './secc.ts';

export interface MeteredChargerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly charger: Charger;
  readonly meter: Meter;
  /** Of this outlet's register: the same whatever controller and meter are there. */
  readonly memory: DriverMemory;
  /** As the outlet is wired; absent: as the controller has them. */
  readonly phases?: 1 | 3;
  /** Controller and meter share a line: what is on it is told once. */
  readonly sharedLine?: boolean;
}

/** A register read while the meter was changing it may be wrong once, but not for long. */
const SUSPECT_READINGS = 3;
/** Then the next driver may try. */
const UNSIGNED_MS = 30_000;
/** Over nominal current and voltage: what can flow at all. */
const MOST_SHARE = 1.5;
const NOT_NOW: Offer = { energise: false, maxCurrentA: 0 };

interface Technician { technicianFacts?(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[] }

export class MeteredCharger implements Charger {
  readonly secc?: Secc;
  private readonly register: MeteredRegister;
  private readonly doubts: MeterDoubts;
  private listener: ChargerListener | null = null;
  private controllerState: ChargerState | null = null;
  private meterState: MeterState = { link: 'down', linkDetail: 'not read yet', reading: null, faults: [] };
  private wanted: Offer = NOT_NOW;
  /** What the controller was last told. */
  private told: Offer | null = null;
  private suspects = 0;
  private incredible: ChargerFault | null = null;
  private countedMs: number | null = null;
  private last: SignedReading | null = null;
  /** It couldn't sign a moment ago. */
  private unsigned: ChargerFault | null = null;
  /** The contactor has opened, and the meter hasn't been read since. */
  private openedMs: number | null = null;
  /** Waits for the controller's first state. */
  private early: MeterState | null = null;
  private work: Promise<unknown> = Promise.resolve();
  /** Nothing is told before both have had their say: half a picture looks like a fault. */
  private complete = false;
  private stopped = false;

  constructor(private readonly deps: MeteredChargerDeps) {
    this.register = new MeteredRegister(deps.memory);
    this.doubts = new MeterDoubts(deps.clock);
    if (deps.charger.secc !== undefined) this.secc = deps.charger.secc;
  }

  /** The driver that this one stands before. */
  get inner(): Charger {
    return this.deps.charger;
  }

  get facts(): ChargerFacts {
    const { charger, meter } = this.deps;
    const { publicKey, signs, measures } = meter.facts;
    return { ...charger.facts, phases: this.phases, meterSigns: signs, measures, ...(publicKey === undefined ? {} : { meterPublicKey: publicKey }) };
  }

  get signing(): TransactionSigning | null {
    return this.deps.meter.signing === null ? null : {
      begin: (transaction) => this.beginSigning(transaction),
      isOpen: (transactionId) => this.register.signingId === transactionId && this.last === null,
      end: (transactionId) => this.endSigning(transactionId),
      over: (transactionId) => void this.exclusively(() => this.signingOver(transactionId)),
    };
  }

  // ---------------------------------------------------------------- Charger

  async start(listener: ChargerListener): Promise<void> {
    const { charger, meter } = this.deps;
    await this.register.load();
    this.listener = listener;
    const onLine = (direction: 'in' | 'out', bytes: Uint8Array, decoded: string): void => listener.onLine?.(direction, bytes, decoded);
    await Promise.all([
      meter.start({ onState: (state) => void this.exclusively(() => this.onMeter(state)), ...(this.deps.sharedLine === true ? {} : { onLine }) }),
      charger.start({ onState: (state) => void this.exclusively(() => this.onController(state)), onLine }),
    ]);
    await this.work;
    this.complete = true;
    this.report();
  }

  async offer(offer: Offer): Promise<void> {
    this.wanted = offer;
    await this.assert();
  }

  lock(connectorId: number): Promise<void> {
    return this.deps.charger.lock(connectorId);
  }

  unlock(connectorId: number): Promise<'Unlocked' | 'UnlockFailed' | 'NotSupported'> {
    return this.deps.charger.unlock(connectorId);
  }

  /** Also believes the meter again, from what it says now. */
  async reset(): Promise<void> {
    await this.exclusively(() => this.believe());
    await this.deps.charger.reset();
  }

  supervise(): void {
    this.deps.charger.supervise();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.deps.charger.stop();
    await this.deps.meter.stop();
    await this.work;
    this.listener = null;
  }

  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[] {
    return [...((this.deps.charger as Technician).technicianFacts?.() ?? []), ...this.deps.meter.technicianFacts()];
  }

  // ---------------------------------------------------------------- what comes in

  private async onController(state: ChargerState): Promise<void> {
    if (this.controllerState?.contactorClosed === true && !state.contactorClosed) this.openedMs = this.deps.clock.monotonicMs();
    if (state.contactorClosed) this.openedMs = null;
    this.controllerState = state;
    this.doubts.controller(state);
    const { early } = this;
    this.early = null;
    if (early !== null) await this.onMeter(early);
    else this.report();
  }

  private async onMeter(state: MeterState): Promise<void> {
    // Where there is no register yet it begins at or above the controller's, which must have told it first.
    if (this.register.registerWh === null && this.controllerState === null) {
      this.early = state;
      return;
    }
    const fresh = state.link === 'up' && state.reading !== null && state.reading !== this.meterState.reading;
    if (fresh && state.reading !== null) {
      const counted = await this.count(state.reading);
      this.meterState = counted ? state : { ...state, reading: this.meterState.reading };
      if (counted) this.doubts.meter(state.reading);
    } else this.meterState = state;
    this.report();
  }

  /** Whether the reading may be shown. The disk that refuses it leaves the register where it was. */
  private async count(reading: MeterReading): Promise<boolean> {
    const { clock, log } = this.deps;
    const now = clock.monotonicMs();
    const firstOfRun = this.countedMs === null;
    const elapsedMs = this.countedMs === null ? this.elapsedSinceLastRunMs() : now - this.countedMs;
    const numbers = { serialNumber: this.deps.meter.facts.serialNumber ?? null, importWh: reading.energyImportWh, exportWh: reading.energyExportWh ?? null, elapsedMs };
    const limits = { mostW: this.mostW, leastWh: this.controllerState?.meter.energyImportWh ?? 0, wallMs: clock.wallMs() };
    try {
      const verdict = await this.register.take(numbers, limits);
      if (verdict === 'swapped') log('warn', 'meter', 'another meter is there: its register counts from here on');
      if (verdict === 'counted' || verdict === 'swapped') {
        this.suspects = 0;
        this.incredible = null;
        this.countedMs = now;
        return true;
      }
      if (firstOfRun) {
        // What happened while nobody was here can't be billed.
        log('error', 'meter', `the meter's register ${verdict} while the station was off: what lies between isn't billed`);
        await this.register.rebase(numbers, limits.wallMs);
        this.countedMs = now;
        return true;
      }
      this.suspects += 1;
      if (this.suspects >= SUSPECT_READINGS && this.incredible === null) {
        log('error', 'meter', `the meter's register ${verdict}: ${numbers.importWh} Wh isn't believed`);
        this.incredible = { code: 'PowerMeterFailure', vendorCode: verdict, info: `The meter's register ${verdict} to ${numbers.importWh} Wh.` };
      }
    } catch (error) {
      log('error', 'meter', `the register can't be written: ${describeError(error)}`);
    }
    return false;
  }

  private elapsedSinceLastRunMs(): number | null {
    const { savedWallMs } = this.register;
    const elapsedMs = savedWallMs === null ? null : this.deps.clock.wallMs() - savedWallMs;
    return elapsedMs === null || elapsedMs < 0 ? null : elapsedMs;
  }

  private async believe(): Promise<void> {
    const { reading } = this.meterState;
    this.doubts.clear();
    if (this.incredible === null || reading === null) return;
    // The next reading is the first one again: it may lie anywhere.
    this.countedMs = null;
    this.incredible = null;
    this.suspects = 0;
  }

  // ---------------------------------------------------------------- what goes down

  /** Why nothing may flow; null: it may. */
  private get faults(): readonly ChargerFault[] {
    const { meterState, incredible } = this;
    return [
      ...meterState.faults,
      ...(meterState.link === 'down' ? [{ code: 'PowerMeterFailure', vendorCode: 'silent', info: `The meter can't be read: ${meterState.linkDetail ?? 'no answer'}.` } as const] : []),
      ...(this.register.registerWh === null && meterState.link === 'up' ? [{ code: 'PowerMeterFailure', vendorCode: 'unread', info: 'The meter\'s register hasn\'t been read yet.' } as const] : []),
      ...(incredible === null ? [] : [incredible]),
      ...(this.unsigned === null ? [] : [this.unsigned]),
      ...this.doubts.faults,
    ];
  }

  /** An unfit meter stops energy here, before the station has said so. @throws what the controller throws */
  private async assert(): Promise<void> {
    const offer = this.faults.length > 0 || this.refusal !== null ? { ...this.wanted, ...NOT_NOW } : this.wanted;
    this.told = offer;
    await this.deps.charger.offer(offer);
  }

  private async beginSigning({ id, ...subject }: SigningTransaction): Promise<void> {
    const { meter, clock, log } = this.deps;
    if (meter.signing === null) throw new KerbsideError('MeterSigningFailed', 'the meter doesn\'t sign');
    try {
      if (this.register.signingId === id) {
        if (await meter.signing.open()) return;
        // E.g. when it lost its power: what would flow now would stand in no data set.
        throw new KerbsideError('MeterSigningFailed', 'the meter has closed the transaction by itself');
      }
      this.last = null;
      await meter.signing.signStart(subject);
      await this.register.setSigning(id);
    } catch (error) {
      if (error instanceof KerbsideError && error.code === 'MeterSigningFailed') {
        log('error', 'meter', describeError(error));
        this.unsigned = { code: 'PowerMeterFailure', vendorCode: 'signing', info: `The meter can't sign: ${error.message}.` };
        clock.after(UNSIGNED_MS, () => {
          this.unsigned = null;
          this.report();
        });
        this.report();
      }
      throw error;
    }
  }

  private async endSigning(transactionId: string): Promise<void> {
    const { meter } = this.deps;
    if (meter.signing === null || this.register.signingId !== transactionId || this.last !== null) return;
    this.last = await meter.signing.signEnd();
    this.report();
  }

  /** Only now is it forgotten: a host that dies between the meter's end and the station's gets the data set again. */
  private async signingOver(transactionId: string): Promise<void> {
    if (this.register.signingId !== transactionId) return;
    await this.register.setSigning(null);
    this.last = null;
    this.report();
  }

  // ---------------------------------------------------------------- what the station sees

  private get phases(): 1 | 3 {
    return this.deps.phases ?? this.deps.charger.facts.phases;
  }

  private get mostW(): number {
    const { maxCurrentA, nominalVoltageV } = this.deps.charger.facts;
    return maxCurrentA * nominalVoltageV * 3 * MOST_SHARE;
  }

  private get refusal(): string | null {
    const { phases, model } = this.deps.meter.facts;
    return phases < this.phases ? `The ${model} measures one phase, but this outlet has three. What isn't measured can't be billed.` : null;
  }

  private report(): void {
    const { controllerState: inner, faults } = this;
    if (inner === null || !this.complete || this.stopped) return;
    const refusal = this.refusal ?? inner.refusal;
    const { reading } = this.meterState;
    const drawing = (reading?.currentA ?? []).filter((amperes) => amperes > 1).length;
    this.listener?.onState({
      ...inner,
      contactorClosed: inner.contactorClosed || this.awaitsLastReading(reading),
      faults: [...inner.faults, ...faults],
      meter: this.merged(inner.meter, reading),
      phasesInUse: inner.contactorClosed && drawing > 0 ? drawing : null,
      ...(refusal === undefined ? {} : { refusal }),
    });
    const unfit = faults.length > 0 || this.refusal !== null;
    // Told again when it becomes unfit or fit: the station hears of it only now.
    if (this.told !== null && this.wanted.energise && unfit === this.told.energise) {
      this.assert().catch((error: unknown) => this.deps.log('warn', 'meter', `the controller didn't take the offer: ${describeError(error)}`));
    }
  }

  /** Energy has stopped only once its last Wh is counted: who is told so bills by the register that comes along. */
  private awaitsLastReading(reading: MeterReading | null): boolean {
    if (this.openedMs === null || this.meterState.link === 'down' || reading === null || reading.atMonotonicMs > this.openedMs) return false;
    return this.incredible === null;
  }

  /** The meter's numbers on registers that never fall; what it doesn't give, only the car's own, is the controller's. */
  private merged(own: MeterReading, reading: MeterReading | null): MeterReading {
    const { socPercent, temperatureC } = own;
    const registerWh = this.register.registerWh ?? own.energyImportWh;
    const { last } = this;
    // Registers per phase are the meter's own: after a swap they don't go with the one that went on.
    const { phaseEnergyImportWh: _, phaseEnergyExportWh: __, ...others } = reading ?? own;
    const shown = reading === null || reading.energyImportWh === registerWh ? reading : others;
    return {
      ...(temperatureC === undefined ? {} : { temperatureC }),
      ...(shown ?? { atMonotonicMs: own.atMonotonicMs, powerW: 0, currentA: [], voltageV: [] }),
      ...(reading?.energyExportWh === undefined ? {} : { energyExportWh: this.register.exportRegisterWh }),
      energyImportWh: registerWh,
      ...(socPercent === undefined ? {} : { socPercent }),
      ...(last === null ? {} : { signed: last }),
    };
  }

  /** One at a time: a register is read, written and reported in order. */
  private exclusively<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch((error: unknown) => this.deps.log('error', 'meter', describeError(error)));
    return done;
  }
}
