/** MonitoringCtrlr, and what Kerbside's own components let watch (block N). */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';

const severity = { minLimit: 0, maxLimit: 9 };
const bases = { ...READ_ONLY, valuesList: ['All', 'FactoryDefault', 'HardWiredOnly'] };

export const monitoring: readonly Definition[] = [
  ...rows('MonitoringCtrlr', [
    ['Available', 'boolean', 'true', CONSTANT],
    ['Enabled', 'boolean', 'true'],
    ...(['SetVariableMonitoring', 'ClearVariableMonitoring'] as const).flatMap((instance) => [
      ['ItemsPerMessage', 'integer', '100', { ...CONSTANT, instance }],
      ['BytesPerMessage', 'integer', '65000', { ...CONSTANT, instance }],
    ] as const),
    // Errors and worse wait for the CSMS; what is less severe matters while it happens.
    ['OfflineQueuingSeverity', 'integer', '4', severity],
    ['MonitoringBase', 'OptionList', 'HardWiredOnly', bases],
    ['MonitoringLevel', 'integer', '9', { ...READ_ONLY, ...severity }],
    ['ActiveMonitoringBase', 'OptionList', 'HardWiredOnly', bases],
    ['ActiveMonitoringLevel', 'integer', '9', { ...READ_ONLY, ...severity }],
    ['ActiveMonitors', 'integer', '0', READ_ONLY],
    // Of a threshold: how far a value must come back before its alert counts as over.
    ['Hysteresis', 'decimal', '0', { unit: 'Percent', minLimit: 0, maxLimit: 50 }],
  ]),
  ...rows('Kerbside', [
    ['StoreUsage', 'decimal', undefined, { ...READ_ONLY, unit: 'Percent', minLimit: 0, maxLimit: 100 }],
    ['QueuedMessages', 'integer', '0', { ...READ_ONLY, minLimit: 0 }],
    ['ParkedMessages', 'integer', '0', { ...READ_ONLY, minLimit: 0 }],
  ]),
];
