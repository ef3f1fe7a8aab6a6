/** Keeps a meter that signs whole transactions in step with the transaction of its EVSE. */
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Charger } from '../../hardware/charger.ts';
import type { Settings } from '../device-model/types.ts';
import type { StationTime } from '../time.ts';
import type { EvseRecord, Transaction } from '../transactions/state.ts';

export interface TransactionSignerDeps {
  readonly evseId: number;
  readonly charger: Charger;
  readonly settings: Settings;
  readonly time: StationTime;
  readonly log: Log;
}

export class TransactionSigner {
  private busy = false;

  constructor(private readonly deps: TransactionSignerDeps) {}

  /** The end of this transaction waits for the meter's data set. */
  pending(transaction: Transaction | null): boolean {
    return transaction !== null && this.deps.charger.signing?.isOpen(transaction.id) === true;
  }

  /** Before energy is offered. False: the meter hasn't opened the transaction, so nothing may flow. */
  async begin(record: EvseRecord): Promise<boolean> {
    const { charger, settings, evseId, time } = this.deps;
    const { transaction, authorization } = record;
    const { signing } = charger;
    if (signing === undefined || signing === null) return true;
    if (transaction === null || authorization === null) return false;
    const { value, type } = authorization.idToken;
    const { wallMs } = time.stamp();
    const tariffText = settings.string('TariffCostCtrlr.TariffFallbackMessage', '');
    try {
      await signing.begin({
        id: transaction.id, chargePointId: `${settings.string('SecurityCtrlr.Identity', '')}*${evseId}`,
        // A PIN is a secret: it isn't printed where everybody reads it.
        idToken: type === 'NoAuthorization' ? null : { value: type === 'KeyCode' ? '' : value, type },
        ...(tariffText === '' ? {} : { tariffText }), ...(wallMs === null ? {} : { wallMs }),
      });
      return true;
    } catch (error) {
      this.failed('the meter didn\'t open the transaction', error);
      return false;
    }
  }

  /** Energy has stopped for good: the meter closes the transaction. Asked again until it has, or the station gives up. */
  async end(record: EvseRecord): Promise<void> {
    const { transaction, contactorClosed } = record;
    if (this.busy || contactorClosed || transaction === null || transaction.ending === null || !this.pending(transaction)) return;
    this.busy = true;
    try {
      await this.deps.charger.signing?.end(transaction.id);
    } catch (error) {
      this.failed('the meter didn\'t close the transaction', error);
    } finally {
      this.busy = false;
    }
  }

  over(transactionId: string): void {
    this.deps.charger.signing?.over(transactionId);
  }

  private failed(what: string, error: unknown): void {
    this.deps.log('warn', `evse ${this.deps.evseId}`, `${what}: ${describeError(error)}`);
  }
}
