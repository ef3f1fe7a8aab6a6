/**
 * A charge controller that is asked again and again: read first, arm its watchdog, assert what the station wants, assert it
 * again after any loss, and ask only while the station supervises, so that a hung station trips the watchdog.
 */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { Charger, ChargerFacts, ChargerFault, ChargerListener, ChargerState, DriverMemory, Offer } from '../../charger.ts';
import type { BusLease } from '../../serial/buses.ts';
import type { ControllerModel, ControllerReading, Detail, Wish } from './controller-model.ts';
import { EnergyCounter } from './energy-counter.ts';
import { PhaseSwitch } from './phase-switch.ts';

export interface PolledChargerDeps<Device> {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: DriverMemory;
  readonly lease: BusLease;
  readonly model: ControllerModel<Device>;
  readonly device: Device;
  /** How the bytes look in the technician's log. */
  readonly decode: (bytes: Uint8Array) => string;
  /** A meter stands beside it: what it says of energy isn't billed. */
  readonly metered?: boolean;
}

/** The supervising loop comes by every 5 s at the latest. */
const SUPERVISED_MS = 12_000;
/** This long without one good answer, and the controller counts as lost. */
const SILENT_MS = 8000;
const RETRY_MS = 2000;
const START_PATIENCE_MS = 6000;
/** A contactor that stays closed so long after energy was withheld isn't obeying: a car is given 6 s, the polls the rest. */
const DISOBEYS_MS = 15_000;
const UNKNOWN: ControllerReading = { pilot: 'A', contactorClosed: false, faults: [], currentA: [], voltageV: [] };

export class PolledCharger<Device> implements Charger {
  facts: ChargerFacts;
  private readonly counter: EnergyCounter;
  private readonly phaseSwitch = new PhaseSwitch();
  private listener: ChargerListener | null = null;
  private reading: ControllerReading = UNKNOWN;
  private wanted: Offer = { energise: false, maxCurrentA: 0 };
  private asserted: Wish | null = null;
  private zeroMs: number | null = null;
  /** Null: it hasn't told since the start. */
  private plugged: boolean | null = null;
  private begun = false;
  private detail = 'not connected yet';
  private heardMs: number;
  private supervisedMs: number;
  private work: Promise<unknown> = Promise.resolve();
  private stopTimer: Stop = () => {};
  private stopped = false;
  private firstState: (() => void) | null = null;
  private readonly subscriptions: Stop[] = [];

  constructor(private readonly deps: PolledChargerDeps<Device>) {
    this.facts = deps.model.facts;
    this.counter = new EnergyCounter(deps.memory);
    this.heardMs = deps.clock.monotonicMs();
    this.supervisedMs = this.heardMs;
  }

  // ---------------------------------------------------------------- Charger

  async start(listener: ChargerListener): Promise<void> {
    const { lease, clock, decode } = this.deps;
    this.listener = listener;
    await this.counter.load();
    this.supervisedMs = clock.monotonicMs();
    this.subscriptions.push(
      lease.bus.onTraffic.on(({ direction, bytes }) => this.listener?.onLine?.(direction, bytes, decode(bytes))),
      lease.bus.onState.on((state) => {
        if (!state.up) this.lost(state.detail);
        else this.next(0);
      }),
    );
    await new Promise<void>((resolve) => {
      const stopWaiting = clock.after(START_PATIENCE_MS, () => this.firstState?.());
      this.firstState = () => {
        stopWaiting();
        this.firstState = null;
        resolve();
      };
      this.next(0);
    });
    this.report();
  }

  async offer(offer: Offer): Promise<void> {
    this.wanted = offer;
    if (!this.begun) throw new KerbsideError('ChargerUnreachable', this.detail);
    try {
      await this.exclusively(() => this.assert());
    } catch (cause) {
      throw new KerbsideError('ChargerUnreachable', describeError(cause), undefined, { cause });
    }
  }

  async lock(connectorId: number): Promise<void> {
    if (!this.canLock(connectorId)) return;
    if (!this.begun) throw new KerbsideError('ChargerUnreachable', this.detail);
    const locked = await this.exclusively(() => this.moveLock(true)).catch((cause: unknown) => {
      throw new KerbsideError('LockFailed', describeError(cause), undefined, { cause });
    });
    if (!locked) throw new KerbsideError('LockFailed', 'the controller says that the plug isn\'t locked');
  }

  async unlock(connectorId: number): Promise<'Unlocked' | 'UnlockFailed' | 'NotSupported'> {
    if (!this.canLock(connectorId)) return 'NotSupported';
    if (!this.begun) return 'UnlockFailed';
    const locked = await this.exclusively(() => this.moveLock(false)).catch(() => true);
    return locked ? 'UnlockFailed' : 'Unlocked';
  }

  async reset(): Promise<void> {
    const { model, device } = this.deps;
    await this.exclusively(async () => model.restart?.(device)).catch(() => undefined);
  }

  supervise(): void {
    this.supervisedMs = this.deps.clock.monotonicMs();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopTimer();
    for (const stop of this.subscriptions.splice(0)) stop();
    // Leaving a car charging without a station to bill it helps nobody.
    this.wanted = { energise: false, maxCurrentA: 0 };
    if (this.begun) await this.exclusively(() => this.assert()).catch(() => undefined);
    await this.deps.lease.release();
    this.listener = null;
  }

  technicianFacts(): readonly Detail[] {
    const { bus } = this.deps.lease;
    const { exchanges, timeouts, strayBytes } = bus.statistics;
    return [
      ...(this.reading.details ?? []),
      { label: 'Line', value: bus.state.up ? 'open' : bus.state.detail, warn: !bus.state.up },
      { label: 'Asked / unanswered / stray bytes', value: `${exchanges} / ${timeouts} / ${strayBytes}`, warn: timeouts * 20 > exchanges },
    ];
  }

  // ---------------------------------------------------------------- the loop

  private next(delayMs: number): void {
    this.stopTimer();
    if (this.stopped) return;
    this.stopTimer = this.deps.clock.after(delayMs, () => void this.round());
  }

  private async round(): Promise<void> {
    const { clock, model, log } = this.deps;
    if (this.stopped) return;
    if (!this.supervised) return this.unattended();
    if (!this.deps.lease.bus.state.up) {
      this.lost(this.deps.lease.bus.state.detail);
      return; // its return starts the next round
    }
    try {
      await this.exclusively(() => this.exchange());
      this.report();
      this.firstState?.();
      this.next(model.pollMs);
    } catch (error) {
      log('debug', this.source, describeError(error));
      if (!this.begun || clock.monotonicMs() - this.heardMs >= SILENT_MS) this.lost(describeError(error));
      this.next(RETRY_MS);
    }
  }

  private get supervised(): boolean {
    return this.deps.clock.monotonicMs() - this.supervisedMs <= SUPERVISED_MS;
  }

  /**
   * Nobody supervises. A controller with a real watchdog is left alone, so that it stops the car; any other is told to, as
   * long as there is still something here that can tell it.
   */
  private async unattended(): Promise<void> {
    if (this.begun && this.facts.failsafe.onHostDeath !== 'stops') {
      await this.exclusively(() => this.assert()).catch((error: unknown) => this.deps.log('warn', this.source, describeError(error)));
    }
    this.next(this.deps.model.pollMs);
  }

  private async exchange(): Promise<void> {
    const { clock, model, device, log } = this.deps;
    if (!this.begun) await this.begin();
    this.reading = await model.read(device);
    await model.feed?.(device);
    if (this.reading.restarted === true && this.begun) {
      log('warn', this.source, 'the controller has restarted');
      this.asserted = null;
      await this.assert(); // first the limit: it may have begun at its own
      await this.begin();
      this.reading = await model.read(device);
    }
    this.heardMs = clock.monotonicMs();
    const { lifetimeWh, sessionWh } = this.reading;
    if (lifetimeWh !== undefined) await this.counter.fromLifetime(lifetimeWh);
    else if (sessionWh !== undefined) await this.counter.fromSession(sessionWh);
    else await this.counter.fromPower(this.powerW, this.heardMs);
    this.begun = true;
    await this.assert();
  }

  private async begin(): Promise<void> {
    const { model, device } = this.deps;
    await model.identify(device);
    this.facts = { ...this.facts, ...(await model.begin(device)) };
    this.asserted = null;
  }

  /** One at a time, so that the last wish is the last command. */
  private exclusively<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async assert(): Promise<void> {
    const { clock, model, device } = this.deps;
    const wish = this.wish();
    if (wish.currentA === 0 || model.setPhases === undefined) return this.tell(wish);
    const phases = (this.wanted.phases ?? this.facts.phases) < 3 ? 1 : 3;
    const step = this.phaseSwitch.step(phases, this.reading, { nowMs: clock.monotonicMs(), readAtMs: this.heardMs });
    if (step === 'ready') return this.tell(wish);
    await this.tell({ currentA: 0 });
    this.phaseSwitch.withheld(clock.monotonicMs());
    if (step === 'withhold') return;
    await model.setPhases(device, phases);
    this.phaseSwitch.switched(clock.monotonicMs());
  }

  private async tell(wish: Wish): Promise<void> {
    const { limitA, commandA, tellAgain } = this.reading;
    const known = this.asserted;
    // It fell back, somebody turned its knob, or it restarted: what it gives, or holds, isn't what was asked.
    const drifted = tellAgain === true || (limitA !== undefined && limitA > wish.currentA + 0.5)
      || (commandA !== undefined && (commandA > wish.currentA + 0.5 || commandA < Math.floor(wish.currentA) - 0.5));
    if (!drifted && known !== null && known.currentA === wish.currentA) return;
    this.asserted = null;
    await this.deps.model.apply(this.deps.device, wish, this.reading);
    this.asserted = wish;
    if (wish.currentA > 0) this.zeroMs = null;
    else this.zeroMs ??= this.deps.clock.monotonicMs();
  }

  /** Never above what the controller, the cable in its socket and the station allow. */
  private wish(): Wish {
    const { energise, maxCurrentA } = this.wanted;
    const { minCurrentA, maxCurrentA: mostA } = this.facts;
    const currentA = Math.min(maxCurrentA, mostA, this.reading.cableA ?? Infinity);
    return { currentA: energise && this.supervised && this.refusal === undefined && currentA >= minCurrentA ? currentA : 0 };
  }

  private get refusal(): string | undefined {
    const { refusal, unmeasured } = this.reading;
    return refusal ?? (this.deps.metered === true ? undefined : unmeasured);
  }

  private canLock(connectorId: number): boolean {
    return this.deps.model.setLock !== undefined && this.facts.connectors.some(({ id, canLock }) => id === connectorId && canLock);
  }

  /** Whether the plug is held now. */
  private async moveLock(locked: boolean): Promise<boolean> {
    const { model, device } = this.deps;
    await model.setLock?.(device, locked);
    this.reading = await model.read(device);
    this.heardMs = this.deps.clock.monotonicMs();
    this.report();
    return this.reading.locked === true && !this.reading.faults.some(({ code }) => code === 'ConnectorLockFailure');
  }

  private lost(why: string): void {
    if (this.begun) this.deps.log('warn', this.source, `the controller is lost: ${why}`);
    this.begun = false;
    this.asserted = null;
    this.detail = why;
    this.report();
  }

  // ---------------------------------------------------------------- what the station sees

  private get source(): string {
    return this.deps.model.facts.model;
  }

  private get powerW(): number {
    const { powerW, currentA, voltageV } = this.reading;
    if (powerW !== undefined) return powerW;
    return currentA.reduce((sum, amperes, index) => sum + amperes * (voltageV[index] ?? this.facts.nominalVoltageV), 0);
  }

  private get faults(): readonly ChargerFault[] {
    const { contactorClosed, faults } = this.reading;
    const disobeys = contactorClosed && this.zeroMs !== null && this.heardMs - this.zeroMs >= DISOBEYS_MS;
    return disobeys ? [...faults, { code: 'PowerSwitchFailure', vendorCode: 'disobeys', info: 'It charges though it was told not to.' }] : faults;
  }

  private report(): void {
    const { reading, facts, refusal } = this;
    const { pilot, contactorClosed, currentA, voltageV, temperatureC } = reading;
    // Pilot E and F say nothing about the cable: it is where it was.
    if (reading.plugged !== undefined) this.plugged = reading.plugged;
    else if (pilot !== 'E' && pilot !== 'F') this.plugged = pilot !== 'A';
    const up = this.begun && (this.plugged !== null || this.faults.length > 0 || refusal !== undefined);
    const drawing = currentA.filter((amperes) => amperes > 1).length;
    const state: ChargerState = {
      // A session of before this start mustn't end because a blocked controller doesn't tell of its car yet.
      link: up ? 'up' : 'down',
      ...(up ? {} : { linkDetail: this.begun ? 'its pilot is off, so it doesn\'t tell whether a car is there' : this.detail }),
      connectors: facts.connectors.map(({ id }) => ({ id, pilot, plugged: this.plugged ?? false, locked: reading.locked ?? false, faults: [] })),
      contactorClosed,
      faults: this.faults,
      meter: {
        atMonotonicMs: this.heardMs, energyImportWh: this.counter.registerWh, powerW: contactorClosed ? this.powerW : 0, currentA, voltageV,
        ...(temperatureC === undefined ? {} : { temperatureC }),
      },
      phasesInUse: contactorClosed && drawing > 0 ? drawing : null,
      bayOccupied: null,
      ...(refusal === undefined ? {} : { refusal }),
    };
    this.listener?.onState(state);
  }
}
