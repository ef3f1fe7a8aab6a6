/**
 * Where controller and meter contradict each other, one of them is wrong, or the meter isn't wired to this outlet: energy
 * that can't be trusted isn't sold.
 */
import type { Clock } from '../platform/ports.ts';
import type { ChargerFault, ChargerState, MeterReading } from './charger.ts';

/** Of current and an open contactor at once: controller and meter are read at different moments, and a meter averages. */
const OPEN_MS = 15_000;
/** What a car may draw through an open contactor: nothing. Noise, and the controller's own supply, is less. */
const OPEN_A = 2;
/** From here on shares mean something. */
const COMPARED_WH = 500;
const LEAST_SHARE = 0.5;

interface Pair { readonly controllerWh: number; readonly meterWh: number }

export class MeterDoubts {
  private closed = false;
  private openFlowSinceMs: number | null = null;
  private controllerWh: number | null = null;
  private meterWh: number | null = null;
  private since: Pair | null = null;
  private flowing: ChargerFault | null = null;
  private missing: ChargerFault | null = null;

  constructor(private readonly clock: Clock) {}

  get faults(): readonly ChargerFault[] {
    return [this.flowing, this.missing].filter((fault) => fault !== null);
  }

  clear(): void {
    this.flowing = null;
    this.missing = null;
    this.since = null;
    this.openFlowSinceMs = null;
  }

  controller({ contactorClosed, meter, link }: ChargerState): void {
    if (link === 'down') return;
    if (!this.closed && contactorClosed) this.since = null;
    this.closed = contactorClosed;
    this.controllerWh = meter.energyImportWh;
    this.compare();
  }

  meter({ currentA, energyImportWh }: MeterReading): void {
    this.meterWh = energyImportWh;
    const most = Math.max(0, ...currentA);
    const now = this.clock.monotonicMs();
    if (this.closed || most < OPEN_A) {
      this.openFlowSinceMs = null;
      this.flowing = null;
      return this.compare();
    }
    this.openFlowSinceMs ??= now;
    if (now - this.openFlowSinceMs >= OPEN_MS) {
      this.flowing ??= { code: 'PowerSwitchFailure', vendorCode: 'flows', info: `${most.toFixed(1)} A flow though the contactor is open, or the meter isn't wired to this outlet.` };
    }
    this.compare();
  }

  /** Only a controller that counts can be compared with: one that doesn't stays at its register. */
  private compare(): void {
    const { controllerWh, meterWh } = this;
    if (controllerWh === null || meterWh === null) return;
    this.since ??= { controllerWh, meterWh };
    const byController = controllerWh - this.since.controllerWh;
    const byMeter = meterWh - this.since.meterWh;
    if (byController < COMPARED_WH) return;
    if (byMeter < byController * LEAST_SHARE) {
      this.missing ??= { code: 'PowerMeterFailure', vendorCode: 'contradicts', info: `The meter counted ${Math.round(byMeter)} Wh where the controller counted ${Math.round(byController)} Wh.` };
    }
    this.since = { controllerWh, meterWh };
  }
}
