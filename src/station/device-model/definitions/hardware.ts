/** What is bolted to the wall, as far as a charge controller tells of it. */
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';
import type { Topology } from './topology.ts';

export const PHASES = ['L1', 'L2', 'L3'] as const;

const problem = ['Problem', 'boolean', 'false', READ_ONLY] as const;
const there = ['Available', 'boolean', 'true', CONSTANT] as const;
const perhapsThere = ['Available', 'boolean', 'false', READ_ONLY] as const;

export function hardware({ evses }: Topology): Definition[] {
  return [
    ...rows('TokenReader', [there, problem]),
    ...evses.flatMap(({ id: evse, phases, connectors }) => [
      ...rows('EVSE', [
        problem,
        ...PHASES.slice(0, Math.max(1, phases)).flatMap((instance) => [
          ['ACCurrent', 'decimal', undefined, { ...READ_ONLY, unit: 'A', instance }],
          ['ACVoltage', 'decimal', undefined, { ...READ_ONLY, unit: 'V', instance }],
        ] as const),
        ['Frequency', 'decimal', undefined, { ...READ_ONLY, unit: 'Hz' }],
      ], { evse }),
      ...rows('Controller', [
        there, problem,
        ['Manufacturer', 'string', undefined, READ_ONLY],
        ['Model', 'string', undefined, READ_ONLY],
        ['SerialNumber', 'string', undefined, READ_ONLY],
        ['FirmwareVersion', 'string', undefined, READ_ONLY],
      ], { evse }),
      ...rows('FiscalMetering', [there, problem, ['EnergyImportRegister', 'decimal', undefined, { ...READ_ONLY, unit: 'Wh' }]], { evse }),
      ...rows('PowerContactor', [there, problem, ['Active', 'boolean', 'false', READ_ONLY]], { evse }),
      ...rows('RCD', [there, ['Tripped', 'boolean', 'false', READ_ONLY]], { evse }),
      ...rows('OverCurrentProtection', [there, ['Tripped', 'boolean', 'false', READ_ONLY]], { evse }),
      ...rows('CPPWMController', [there, problem, ['State', 'string', undefined, READ_ONLY]], { evse }),
      ...rows('TemperatureSensor', [perhapsThere, problem, ['Temperature', 'decimal', undefined, { ...READ_ONLY, unit: 'Celsius' }]], { evse }),
      ...rows('BayOccupancySensor', [perhapsThere, ['Active', 'boolean', 'false', READ_ONLY]], { evse }),
      ...connectors.flatMap(({ id: connector }) => [
        ...rows('Connector', [
          problem,
          ['PhaseRotation', 'OptionList', undefined, { ...READ_ONLY, valuesList: ['NotApplicable', 'Unknown', 'RST', 'RTS', 'SRT', 'STR', 'TRS', 'TSR'] }],
        ], { evse, connector }),
        ...rows('ConnectorPlugRetentionLock', [perhapsThere, problem, ['Active', 'boolean', 'false', READ_ONLY]], { evse, connector }),
      ]),
    ]),
  ];
}
