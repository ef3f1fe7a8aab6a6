/** K01.FR.61, K11.FR.04, K13.FR.03: tells the CSMS when the rate of a running transaction has changed by more than LimitChangeSignificance. */
import type { Stop } from '../../base/signal.ts';
import type { Clock } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';
import { mayEnergise } from '../transactions/charging-state.ts';
import { significant } from './significance.ts';

interface Told { readonly transactionId: string; readonly rateA: number; readonly seenA: number }

/** A limit that moves in steps, e.g. as another car comes down, is told where it comes to rest. */
const REST_MS = 2_000;

export class RateChanges {
  private readonly told = new Map<number, Told>();
  private readonly resting = new Map<number, Stop>();

  constructor(private readonly clock: Clock, private readonly settings: Settings) {}

  /** The rate that an EVSE may give now, A per phase; 0: energy is withheld. */
  observe(evse: Evse, rateA: number): void {
    const { transaction } = evse.record;
    if (transaction === null || !mayEnergise(evse.record)) return;
    const before = this.told.get(evse.id);
    if (before?.transactionId !== transaction.id) {
      this.told.set(evse.id, { transactionId: transaction.id, rateA, seenA: rateA });
      return;
    }
    if (before.seenA === rateA) return;
    this.told.set(evse.id, { ...before, seenA: rateA });
    this.resting.get(evse.id)?.();
    this.resting.set(evse.id, this.clock.after(REST_MS, () => this.tell(evse, transaction.id, rateA)));
  }

  stop(): void {
    for (const stop of this.resting.values()) stop();
  }

  private tell(evse: Evse, transactionId: string, rateA: number): void {
    const before = this.told.get(evse.id);
    const percent = this.settings.number('SmartChargingCtrlr.LimitChangeSignificance', 0);
    if (before?.transactionId !== transactionId || !significant(before.rateA, rateA, percent)) return;
    this.told.set(evse.id, { transactionId, rateA, seenA: rateA });
    evse.dispatch({ type: 'rateChanged', transactionId });
  }
}
