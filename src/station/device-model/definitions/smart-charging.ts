/** SmartChargingCtrlr, and the limit of the station's own supply. */
import { MAX_PERIODS, MAX_PROFILES, MAX_STACK_LEVEL } from '../../smart-charging/capacity.ts';
import { CONSTANT, READ_ONLY, rows, type Definition } from '../definition.ts';
import type { Topology } from './topology.ts';

export function smartCharging({ evses, supplyBreakerA }: Topology): readonly Definition[] {
  return [
    ...rows('SmartChargingCtrlr', [
      ['Available', 'boolean', 'true', CONSTANT],
      ['Enabled', 'boolean', 'true'],
      ['Entries', 'integer', '0', { ...READ_ONLY, instance: 'ChargingProfiles', mainInstance: true, maxLimit: MAX_PROFILES }],
      ['ExternalControlSignalsEnabled', 'boolean', 'true'],
      ['LimitChangeSignificance', 'decimal', '5', { unit: 'Percent', minLimit: 0, maxLimit: 100 }],
      ['NotifyChargingLimitWithSchedules', 'boolean', 'true'],
      ['PeriodsPerSchedule', 'integer', String(MAX_PERIODS), CONSTANT],
      // Of every EVSE; each EVSE's own truth is told by its ACPhaseSwitchingSupported.
      ['Phases3to1', 'boolean', 'false', READ_ONLY],
      ['ProfileStackLevel', 'integer', String(MAX_STACK_LEVEL), CONSTANT],
      ['RateUnit', 'MemberList', 'A,W', { valuesList: ['A', 'W'], nonEmpty: true }],
    ]),
    ...evses.flatMap(({ id }) => rows('SmartChargingCtrlr', [['ACPhaseSwitchingSupported', 'boolean', 'false', READ_ONLY]], { evse: id })),
    // K04.FR.02: what the supply of all EVSEs together bears, per phase. 0: more than they can take. Nobody sets it above the breaker.
    ...rows('Kerbside', [['SupplyCurrentLimit', 'decimal', String(supplyBreakerA ?? 0), supplyBreakerA === undefined
      ? { unit: 'A', minLimit: 0, maxLimit: 10_000 } : { unit: 'A', minLimit: 1, maxLimit: supplyBreakerA }]]),
  ];
}
