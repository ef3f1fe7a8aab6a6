/** Block I: tariff and cost. */
import type { CostUpdatedRequest } from '../../ocpp/v201/index.ts';
import { on, type BlockHandlers } from '../handlers.ts';

export const tariffCostHandlers: BlockHandlers = ({ station }) => [
  ['CostUpdated', on(({ transactionId, totalCost }: CostUpdatedRequest) => {
    station.tariffCost.costUpdated(transactionId, totalCost);
    return {};
  })],
];
