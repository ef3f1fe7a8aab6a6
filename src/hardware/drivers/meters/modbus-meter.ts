/** A meter on Modbus: identified once, read in a round, told as lost when it stays silent, and looked for until it is back. */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Stop } from '../../../base/signal.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { ChargerFault, MeterReading } from '../../charger.ts';
import type { Meter, MeterFacts, MeterListener, MeterSigning } from '../../meter.ts';
import type { BusLease } from '../../serial/buses.ts';
import { toHex } from '../../serial/framing.ts';
import { ModbusDevice } from '../../serial/modbus-device.ts';
import { optional } from './identify.ts';
import type { MeterModel } from './meter-model.ts';
import { decode, readSpans, spans, toReading, valuesOf, type Words } from './read-values.ts';

export interface ModbusMeterDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly lease: BusLease;
  readonly model: MeterModel;
  /** Of this meter on its line; absent: as it leaves the factory. */
  readonly unit?: number;
}

/** This long without one good answer, and the meter counts as lost. */
const SILENT_MS = 5000;
const RETRY_MS = 1000;
/** A meter that isn't there must not keep others on its line waiting. */
const LOOK_FOR_MS = 3000;
const ATTEMPTS = 2;
const START_PATIENCE_MS = 6000;
/** Its own faults aren't read in every round. */
const FAULTS_EVERY_MS = 10_000;

export class ModbusMeter implements Meter {
  facts: MeterFacts;
  private readonly device: ModbusDevice;
  /** Asks once only, whether it is there. */
  private readonly probe: ModbusDevice;
  private readonly signs: MeterSigning | null;
  private listener: MeterListener | null = null;
  private reading: MeterReading | null = null;
  private faults: readonly ChargerFault[] = [];
  private identified = false;
  /** It was, at some time. */
  private met = false;
  private up = false;
  private detail = 'not connected yet';
  private heardMs: number;
  private faultsMs = Number.NEGATIVE_INFINITY;
  /** Null: not tried yet. */
  private fineWorks: boolean | null = null;
  private stopTimer: Stop = () => {};
  private stopped = false;
  private firstState: (() => void) | null = null;
  private readonly subscriptions: Stop[] = [];

  constructor(private readonly deps: ModbusMeterDeps) {
    const { clock, model, lease, unit } = deps;
    this.facts = this.known;
    const at = { ...model.device, ...(unit === undefined ? {} : { unit }) };
    this.device = new ModbusDevice(lease.bus, { attempts: ATTEMPTS, ...at });
    this.probe = new ModbusDevice(lease.bus, { ...at, attempts: 1 });
    this.signs = model.signing?.(new ModbusDevice(lease.bus, at), clock) ?? null;
    this.heardMs = clock.monotonicMs();
  }

  private get known(): MeterFacts {
    const { model } = this.deps;
    return { ...model.facts, signs: model.signing !== undefined, measures: Object.keys(model.map) };
  }

  /** A signing meter without keys is a plain one; whether it has any shows when it answers. */
  get signing(): MeterSigning | null {
    return this.met && this.facts.publicKey === undefined ? null : this.signs;
  }

  async start(listener: MeterListener): Promise<void> {
    const { lease, clock } = this.deps;
    this.listener = listener;
    this.heardMs = clock.monotonicMs();
    this.subscriptions.push(
      lease.bus.onTraffic.on(({ direction, bytes }) => this.listener?.onLine?.(direction, bytes, toHex(bytes))),
      lease.bus.onState.on((state) => {
        if (state.up) this.next(0);
        else this.lost(state.detail);
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

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopTimer();
    for (const stop of this.subscriptions.splice(0)) stop();
    await this.deps.lease.release();
    this.listener = null;
  }

  technicianFacts(): readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[] {
    const { bus } = this.deps.lease;
    const { exchanges, timeouts, strayBytes } = bus.statistics;
    const { vendor, model, serialNumber, firmware } = this.facts;
    const { reading } = this;
    return [
      { label: 'Meter', value: `${vendor} ${model}` },
      ...(serialNumber === undefined ? [] : [{ label: 'Serial number', value: serialNumber }]),
      ...(firmware === undefined ? [] : [{ label: 'Firmware', value: firmware }]),
      { label: 'Signs', value: this.signing === null ? 'no' : 'yes' },
      { label: 'Register', value: reading === null ? 'never read' : `${reading.energyImportWh} Wh`, warn: reading === null },
      { label: 'Meter link', value: this.up ? 'up' : this.detail, warn: !this.up },
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
    const { clock, model, log, lease } = this.deps;
    if (this.stopped) return;
    if (!lease.bus.state.up) {
      this.lost(lease.bus.state.detail);
      return; // its return starts the next round
    }
    try {
      await this.read();
      if (this.stopped) return;
      this.up = true;
      this.report();
      this.firstState?.();
      this.next(model.pollMs);
    } catch (error) {
      log('debug', 'meter', describeError(error));
      if (!this.identified || clock.monotonicMs() - this.heardMs >= SILENT_MS) this.lost(describeError(error));
      this.next(this.identified ? RETRY_MS : LOOK_FOR_MS);
    }
  }

  private async read(): Promise<void> {
    const { clock, model } = this.deps;
    if (!this.identified) {
      const before = this.facts.serialNumber;
      this.facts = { ...this.known, ...(await model.identify(this.probe)) };
      if (this.facts.serialNumber !== before) this.fineWorks = null; // another meter
      this.identified = true;
      this.met = true;
    }
    const words = await readSpans(this.device, model.fn, spans(valuesOf(model.map), model));
    const now = clock.monotonicMs();
    const coarse = toReading(model.map, words, now);
    this.reading = { ...coarse, ...(await this.fine(coarse)) };
    this.heardMs = now;
    if (model.faults !== undefined && now - this.faultsMs >= FAULTS_EVERY_MS) {
      this.faults = await model.faults(this.device);
      this.faultsMs = now;
    }
  }

  /**
   * The registers with more digits. Which are counted by is decided at the first reading: a register that went back and
   * forth between the two would fall.
   */
  private async fine(coarse: MeterReading): Promise<Partial<Pick<MeterReading, 'energyImportWh' | 'energyExportWh'>>> {
    const { model } = this.deps;
    const { fine } = model;
    if (fine === undefined || this.fineWorks === false) return {};
    const asked = readSpans(this.device, model.fn, spans(valuesOf(fine.map), { mostWords: model.mostWords, gapWords: 0 }));
    const words = await optional(asked);
    const found = words === undefined ? null : agreeing(fine, words, coarse);
    if (found === null && this.fineWorks === true) throw new KerbsideError('BadReading', 'its registers contradict each other');
    this.fineWorks ??= found !== null;
    return found ?? {};
  }

  private lost(why: string): void {
    if (this.up) this.deps.log('warn', 'meter', `the meter is lost: ${why}`);
    this.up = false;
    this.detail = why;
    // It may be another one that comes back.
    this.identified = false;
    this.report();
  }

  private report(): void {
    const { reading, up, faults } = this;
    this.listener?.onState({ link: up ? 'up' : 'down', ...(up ? {} : { linkDetail: this.detail }), reading, faults });
  }
}

/** Null: they say something else than the registers that are known well. */
function agreeing(fine: NonNullable<MeterModel['fine']>, words: Words, coarse: MeterReading): Partial<MeterReading> | null {
  const found: Partial<Record<'energyImportWh' | 'energyExportWh', number>> = {};
  for (const name of ['energyImportWh', 'energyExportWh'] as const) {
    const where = fine.map[name];
    const number = where === undefined ? undefined : decode(where, words);
    if (number === undefined || Math.abs(number - (coarse[name] ?? 0)) > fine.agreeWh) return null;
    found[name] = number;
  }
  return found;
}

/** For a set-up that names a meter nobody knows. */
export function unknownMeter(name: string): KerbsideError {
  return new KerbsideError('UnknownMeter', `no driver for ${name}`, 'There is no driver for this meter.');
}
