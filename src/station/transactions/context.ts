/** What a step of the machine may know besides the record and the event. */
import type { MeterReading } from '../../hardware/charger.ts';
import type { MeterValue, ReadingContext, Timestamp } from '../types.ts';
import type { TxConfig } from './config.ts';

export type MeasurandSet = 'started' | 'updated' | 'ended' | 'aligned' | 'alignedEnded';

export interface StepContext {
  readonly nowMs: number;
  readonly stamp: Timestamp;
  readonly reading: MeterReading;
  readonly phasesInUse: number | null;
  readonly config: TxConfig;
  readonly online: boolean;
  /** The controller answers, so that `reading` is of now. */
  readonly reachable: boolean;
  /** Energy was offered, and `reading` isn't from after that was taken back: the contactor may have closed unseen. */
  readonly mayFlow: boolean;
  /** Smart charging or the site withholds energy now. */
  readonly withheld: boolean;
  /** The meter signs the transaction as a whole, and hasn't yet. */
  readonly signaturePending: boolean;
  readonly newTransactionId: () => string;
  /** Values of the configured measurands; null when none are configured. */
  readonly meterValue: (set: MeasurandSet, context: ReadingContext) => MeterValue | null;
}
