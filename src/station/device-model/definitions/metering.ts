/** SampledDataCtrlr, AlignedDataCtrlr, and what a signing meter adds (J01, J02; signed meter values 4.3). */
import { measurandsWith } from '../../metering/measurands.ts';
import { CONSTANT, READ_ONLY, rows, type Definition, type Row } from '../definition.ts';
import type { Topology } from './topology.ts';

const seconds = { unit: 's', minLimit: 0, maxLimit: 86_400 };

export function metering({ evses, meter }: Topology): Definition[] {
  const signs = meter?.signs === true;
  const measurands = { valuesList: measurandsWith(meter?.measures ?? []) };
  /** Of a meter that doesn't sign: false, and nobody can change that. */
  const signing = (variable: string, value: 'true' | 'false'): Row => (signs ? [variable, 'boolean', value] : [variable, 'boolean', 'false', CONSTANT]);
  return [
    ...rows('SampledDataCtrlr', [
      ['Available', 'boolean', 'true', CONSTANT],
      ['Enabled', 'boolean', 'true', CONSTANT],
      ['TxStartedMeasurands', 'MemberList', 'Energy.Active.Import.Register', measurands],
      ['TxUpdatedMeasurands', 'MemberList', 'Energy.Active.Import.Register,Power.Active.Import', measurands],
      ['TxEndedMeasurands', 'MemberList', 'Energy.Active.Import.Register', measurands],
      ['TxUpdatedInterval', 'integer', '60', seconds],
      ['TxEndedInterval', 'integer', '0', seconds],
      // Without registers per phase there is only the total.
      ['RegisterValuesWithoutPhases', 'boolean', 'true', meter?.perPhase === true ? {} : CONSTANT],
      signing('SignReadings', 'false'),
      signing('SignStartedReadings', 'true'),
      signing('SignUpdatedReadings', 'true'),
    ]),
    ...rows('AlignedDataCtrlr', [
      ['Available', 'boolean', 'true', CONSTANT],
      ['Enabled', 'boolean', 'true'],
      ['Measurands', 'MemberList', 'Energy.Active.Import.Register', measurands],
      ['Interval', 'integer', '0', seconds],
      ['SendDuringIdle', 'boolean', 'false'],
      ['TxEndedMeasurands', 'MemberList', '', measurands],
      ['TxEndedInterval', 'integer', '0', seconds],
      signing('SignReadings', 'false'),
      signing('SignUpdatedReadings', 'true'),
    ]),
    // 1.6 has none of them unless it is asked to (signed meter values 3.3.4); 2.x tells its own with the Started event.
    ...rows('Kerbside', [['StartTxnSampledData', 'MemberList', '', measurands]]),
    // J01.FR.19: for one outlet only.
    ...(evses.length > 1 ? evses.flatMap(({ id }) => rows('AlignedDataCtrlr', [['SendDuringIdle', 'boolean', 'false']], { evse: id })) : []),
    ...(signs ? [
      ...rows('OCPPCommCtrlr', [['PublicKeyWithSignedMeterValue', 'OptionList', 'OncePerTransaction', { valuesList: ['Never', 'OncePerTransaction', 'EveryMeterValue'] }]]),
      ...evses.flatMap(({ id }) => rows('FiscalMetering', [['PublicKey', 'string', '', { ...READ_ONLY, maxLength: 1000 }]], { evse: id })),
    ] : []),
  ];
}
