/**
 * One phase or three: never under load. The controller is told to give nothing, and only when its contactor is open and no
 * current flows any more is it switched; then the car gets a pause before it is asked back.
 */
import type { ControllerReading } from './controller-model.ts';

/** Below this a clamp's noise is no current. */
const NOISE_A = 0.5;
/** As long as a car needs to notice that the pilot is gone. */
const PAUSE_MS = 5000;
/** A switch that doesn't move: after so many tries one phase will have to do where three were allowed. */
const MAX_TRIES = 3;

export type PhaseStep = 'ready' | 'withhold' | 'switch';

export class PhaseSwitch {
  private withheldMs: number | null = null;
  private switchedMs: number | null = null;
  private tries = 0;

  /** What to do next so that energy flows on `wanted` phases. `readAtMs`: when `reading` was read. */
  step(wanted: 1 | 3, reading: ControllerReading, at: { readonly nowMs: number; readonly readAtMs: number }): PhaseStep {
    const { phases } = reading;
    if (phases === undefined || phases === wanted || (wanted === 3 && this.tries >= MAX_TRIES)) {
      if (phases === wanted) this.tries = 0;
      this.withheldMs = null;
      return this.switchedMs !== null && at.nowMs - this.switchedMs < PAUSE_MS ? 'withhold' : 'ready';
    }
    // What was read before it was told to give nothing proves nothing.
    const idle = this.withheldMs !== null && at.readAtMs > this.withheldMs && !reading.contactorClosed && reading.currentA.every((amperes) => amperes < NOISE_A);
    if (!idle) return 'withhold';
    return 'switch';
  }

  /** The controller has been told to give nothing. */
  withheld(nowMs: number): void {
    this.withheldMs ??= nowMs;
  }

  switched(nowMs: number): void {
    this.tries += 1;
    this.withheldMs = null;
    this.switchedMs = nowMs;
  }
}
