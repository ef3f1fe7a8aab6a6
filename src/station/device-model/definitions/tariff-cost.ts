/** TariffCostCtrlr, and the pricing extension (California pricing 3 and 4.2, 4.3). */
import { SCREEN_LANGUAGES } from '../../../base/screen-languages.ts';
import { COST_VENDOR } from '../../tariff-cost/cost-messages.ts';
import { CONSTANT, rows, type Definition, type Row } from '../definition.ts';

/** As long as a 1.6 key can carry. */
const text = { maxLength: 500 };
const inEveryLanguage = (variable: string): Row[] => SCREEN_LANGUAGES.map((instance) => [variable, 'string', '', { ...text, instance }]);

export const tariffCost: readonly Definition[] = [
  ...rows('TariffCostCtrlr', [
    ['Available', 'boolean', 'true', { ...CONSTANT, instance: 'Tariff' }],
    ['Available', 'boolean', 'true', { ...CONSTANT, instance: 'Cost' }],
    ['Enabled', 'boolean', 'true', { instance: 'Tariff' }],
    ['Enabled', 'boolean', 'true', { instance: 'Cost' }],
    ['TariffFallbackMessage', 'string', '', text],
    ...inEveryLanguage('TariffFallbackMessage'),
    ['TariffFallbackMessage', 'string', '', { ...text, instance: 'Offline' }],
    ...inEveryLanguage('OfflineTariffFallbackMessage'),
    ['TotalCostFallbackMessage', 'string', '', text],
    ...inEveryLanguage('TotalCostFallbackMessage'),
    // All zero: transactions that start offline have no running cost.
    ...(['kWhPrice', 'hourPrice', 'flatFee'] as const).map((instance): Row => ['OfflineChargingPrice', 'decimal', '0', { instance, minLimit: 0, maxLimit: 1_000_000 }]),
    ['Currency', 'string', 'EUR', { maxLength: 3 }],
  ]),
  ...rows('CustomizationCtrlr', [
    ['CustomImplementationEnabled', 'boolean', 'true', { instance: COST_VENDOR }],
    ['CustomImplementationEnabled', 'boolean', 'true', { ...CONSTANT, instance: 'org.openchargealliance.multilanguage' }],
  ]),
  ...rows('Kerbside', [['CustomIdleFeeAfterStop', 'boolean', 'false']]),
];
