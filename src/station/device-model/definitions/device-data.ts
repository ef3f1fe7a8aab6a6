/** DeviceDataCtrlr: how much of the device model goes into one message. */
import { CONSTANT, rows, type Definition } from '../definition.ts';

export const deviceData: readonly Definition[] = rows('DeviceDataCtrlr', [
  ...(['GetReport', 'GetVariables', 'SetVariables'] as const).flatMap((instance) => [
    ['ItemsPerMessage', 'integer', '50', { ...CONSTANT, instance }],
    ['BytesPerMessage', 'integer', '65000', { ...CONSTANT, instance }],
  ] as const),
  ['ConfigurationValueSize', 'integer', '1000', { ...CONSTANT, maxLimit: 1000 }],
  ['ReportingValueSize', 'integer', '2500', { ...CONSTANT, maxLimit: 2500 }],
]);
