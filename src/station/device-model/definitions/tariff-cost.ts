/** TariffCostCtrlr. */
import { CONSTANT, rows, type Definition } from '../definition.ts';

export const tariffCost: readonly Definition[] = rows('TariffCostCtrlr', [
  ['Available', 'boolean', 'true', { ...CONSTANT, instance: 'Tariff' }],
  ['Available', 'boolean', 'true', { ...CONSTANT, instance: 'Cost' }],
  ['Enabled', 'boolean', 'true', { instance: 'Tariff' }],
  ['Enabled', 'boolean', 'true', { instance: 'Cost' }],
  ['TariffFallbackMessage', 'string', '', { maxLength: 255 }],
  ['TotalCostFallbackMessage', 'string', '', { maxLength: 255 }],
  ['Currency', 'string', 'EUR', { maxLength: 3 }],
]);
