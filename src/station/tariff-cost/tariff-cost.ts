/** I01 to I05: what the CSMS says that it costs. Kerbside shows it; it doesn't compute prices of its own. */
import type { TariffCostApi } from '../api.ts';
import type { DeliveryAnswer } from '../csms-port.ts';
import type { Settings } from '../device-model/types.ts';
import type { Evse } from '../evse.ts';

export class TariffCost implements TariffCostApi {
  constructor(
    private readonly evses: readonly Evse[],
    private readonly settings: Settings,
    private readonly ended: (transactionId: string, totalCost: number) => boolean,
  ) {}

  costUpdated(transactionId: string, totalCost: number): boolean {
    if (!this.settings.boolean('TariffCostCtrlr.Enabled[Cost]', true)) return false;
    const evse = this.evses.find((candidate) => candidate.record.transaction?.id === transactionId);
    if (evse === undefined) return this.ended(transactionId, totalCost); // I03: the final cost comes after the end
    evse.dispatch({ type: 'cost', totalCost });
    return true;
  }

  /** I02, I06: cost and message that came with a TransactionEventResponse. */
  answered(transactionId: string, answer: DeliveryAnswer): void {
    if (answer.totalCost !== undefined) this.costUpdated(transactionId, answer.totalCost);
    const text = answer.updatedPersonalMessage?.content;
    if (text !== undefined && this.settings.boolean('TariffCostCtrlr.Enabled[Tariff]', true)) {
      this.evses.find((evse) => evse.record.transaction?.id === transactionId)?.dispatch({ type: 'message', text });
    }
  }
}
