/**
 * A charge controller on Modbus: read first, arm its watchdog, assert what the station wants, assert it again after any
 * loss, and poll only while the station supervises, so that a hung station trips the watchdog.
 */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { Charger, ChargerFacts, ChargerListener, ChargerState, DriverMemory, Offer } from '../../charger.ts';
import type { BusLease } from '../../serial/buses.ts';
import { toHex } from '../../serial/framing.ts';
import { ModbusDevice } from '../../serial/modbus-device.ts';
import type { ControllerModel, ControllerReading, Wish } from './controller-model.ts';
import { EnergyCounter } from './energy-counter.ts';

export interface ModbusChargerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: DriverMemory;
  readonly lease: BusLease;
  readonly model: ControllerModel;
  /** Of this controller on its line; absent: as it leaves the factory. */
  readonly unit?: number;
}

/** The supervising loop comes by every 5 s at the latest. */
const SUPERVISED_MS = 12_000;
/** This long without one good answer, and the controller counts as lost. */
const SILENT_MS = 8000;
const RETRY_MS = 2000;
const START_PATIENCE_MS = 6000;
const UNKNOWN: ControllerReading = { pilot: 'A', contactorClosed: false, faults: [], currentA: [], voltageV: [] };

export class ModbusCharger implements Charger {
  facts: ChargerFacts;
  private readonly device: ModbusDevice;
  private readonly counter: EnergyCounter;
  private listener: ChargerListener | null = null;
  private reading: ControllerReading = UNKNOWN;
  private wanted: Offer = { energise: false, maxCurrentA: 0 };
  private asserted: Wish | null = null;
  private begun = false;
  private detail = 'not connected yet';
  private heardMs: number;
  private supervisedMs: number;
  private work: Promise<unknown> = Promise.resolve();
  private stopTimer: Stop = () => {};
  private stopped = false;
  private firstState: (() => void) | null = null;
  private readonly subscriptions: Stop[] = [];

  constructor(private readonly deps: ModbusChargerDeps) {
    const { clock, model, lease, memory, unit } = deps;
    this.facts = model.facts;
    this.device = new ModbusDevice(lease.bus, { ...model.device, ...(unit === undefined ? {} : { unit }) });
    this.counter = new EnergyCounter(memory);
    this.heardMs = clock.monotonicMs();
    this.supervisedMs = this.heardMs;
  }

  // ---------------------------------------------------------------- Charger

  async start(listener: ChargerListener): Promise<void> {
    const { lease, clock } = this.deps;
    this.listener = listener;
    await this.counter.load();
    this.supervisedMs = clock.monotonicMs();
    this.subscriptions.push(
      lease.bus.onTraffic.on(({ direction, bytes }) => this.listener?.onLine?.(direction, bytes, toHex(bytes))),
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

  /** These boxes have a cable of their own. */
  async lock(): Promise<void> {}

  async unlock(): Promise<'NotSupported'> {
    return 'NotSupported';
  }

  async reset(): Promise<void> {
    await this.exclusively(async () => this.deps.model.restart?.(this.device)).catch(() => undefined);
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

  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[] {
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
    // Nobody supervises: whatever the controller does then by itself is safer than a car that nobody watches.
    if (clock.monotonicMs() - this.supervisedMs > SUPERVISED_MS) return this.next(model.pollMs);
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
      log('debug', 'modbus', describeError(error));
      if (!this.begun || clock.monotonicMs() - this.heardMs >= SILENT_MS) this.lost(describeError(error));
      this.next(RETRY_MS);
    }
  }

  private async exchange(): Promise<void> {
    const { clock, model } = this.deps;
    if (!this.begun) {
      await model.identify(this.device);
      this.facts = { ...this.facts, ...(await model.begin(this.device)) };
      this.asserted = null;
    }
    this.reading = await model.read(this.device);
    this.heardMs = clock.monotonicMs();
    const { lifetimeWh } = this.reading;
    if (lifetimeWh === undefined) await this.counter.fromPower(this.powerW, this.heardMs);
    else await this.counter.fromLifetime(lifetimeWh);
    this.begun = true;
    await this.assert();
  }

  /** One at a time, so that the last wish is the last command. */
  private exclusively<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }

  private async assert(): Promise<void> {
    const wish = this.wish();
    const { limitA } = this.reading;
    // It has fallen back, or somebody turned its knob: what it says it gives is more than what was asked.
    const drifted = limitA !== undefined && limitA > wish.currentA + 0.5;
    if (!drifted && this.asserted !== null && this.asserted.currentA === wish.currentA) return;
    this.asserted = null;
    await this.deps.model.apply(this.device, wish, this.reading);
    this.asserted = wish;
  }

  private wish(): Wish {
    const { energise, maxCurrentA } = this.wanted;
    const { minCurrentA, maxCurrentA: mostA } = this.facts;
    const may = energise && this.reading.refusal === undefined && maxCurrentA >= minCurrentA;
    return { currentA: may ? Math.min(maxCurrentA, mostA) : 0 };
  }

  private lost(why: string): void {
    if (this.begun) this.deps.log('warn', 'modbus', `the controller is lost: ${why}`);
    this.begun = false;
    this.asserted = null;
    this.detail = why;
    this.report();
  }

  // ---------------------------------------------------------------- what the station sees

  private get powerW(): number {
    const { powerW, currentA, voltageV } = this.reading;
    if (powerW !== undefined) return powerW;
    return currentA.reduce((sum, amperes, index) => sum + amperes * (voltageV[index] ?? this.facts.nominalVoltageV), 0);
  }

  private report(): void {
    const { reading, facts } = this;
    const { pilot, contactorClosed, faults, currentA, voltageV, temperatureC, refusal } = reading;
    const drawing = currentA.filter((amperes) => amperes > 1).length;
    const state: ChargerState = {
      link: this.begun ? 'up' : 'down',
      ...(this.begun ? {} : { linkDetail: this.detail }),
      connectors: facts.connectors.map(({ id }) => ({ id, pilot, plugged: ['B', 'C', 'D'].includes(pilot), locked: false, faults: [] })),
      contactorClosed,
      faults,
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
