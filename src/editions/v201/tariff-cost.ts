/** Block I: tariff and cost. */
import type { CostUpdatedRequest } from '../../ocpp/v201/index.ts';
import { on, type BlockHandlers } from '../handlers.ts';

export const tariffCostHandlers: BlockHandlers = ({ station }) => [
  ['CostUpdated', on(({ transactionId, totalCost, customData }: CostUpdatedRequest) => {
    station.tariffCost.costUpdated(transactionId, totalCost, ...(customData === undefined ? [] : [customData]));
    return {};
  })],
];
