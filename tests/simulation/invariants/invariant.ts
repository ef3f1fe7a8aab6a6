import type { DriverState } from '../../../src/link/snapshot.ts';
import type { Scene } from '../scene.ts';

/** One EVSE at one moment, from outside. */
export interface EvseLook {
  readonly id: number;
  readonly contactorClosed: boolean;
  readonly powerW: number;
  readonly busiestPhaseA: number;
  readonly meterWh: number;
  /** Token in force, in clear. */
  readonly token: string | null;
  readonly transaction: string | null;
  readonly faulted: boolean;
  readonly linkUp: boolean;
  readonly plugged: boolean;
  readonly state: DriverState;
  readonly status: string;
}

export interface Look {
  readonly atMs: number;
  readonly accepted: boolean;
  readonly queued: number;
  readonly evses: readonly EvseLook[];
}

/** What must hold. Each method is optional: all the time, when all is quiet, at the end. */
export interface Invariant {
  /** Every second of the station's time while it runs. */
  observe?(scene: Scene, look: Look): void;
  /** After a calm: all is mended and has had time. Answers what is wrong; asked again for a minute before it counts. */
  calm?(scene: Scene, look: Look | null): readonly string[];
  /** When all is mended, everybody has left and the queue had its time. */
  end?(scene: Scene): readonly string[];
}
