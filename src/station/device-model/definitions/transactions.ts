/** TxCtrlr, SampledDataCtrlr, AlignedDataCtrlr, TariffCostCtrlr. */
import { SUPPORTED_MEASURANDS } from '../../metering/sampling.ts';
import { CONSTANT, rows, type Definition } from '../definition.ts';

const seconds = { unit: 's', minLimit: 0, maxLimit: 86_400 };
const measurands = { valuesList: SUPPORTED_MEASURANDS };
const STOP_POINTS = ['ParkingBayOccupancy', 'EVConnected', 'Authorized', 'PowerPathClosed', 'EnergyTransfer'];

export const transactions: readonly Definition[] = [
  ...rows('TxCtrlr', [
    ['EVConnectionTimeOut', 'integer', '60', seconds],
    ['StopTxOnEVSideDisconnect', 'boolean', 'true'],
    ['TxBeforeAcceptedEnabled', 'boolean', 'true'],
    // DataSigned needs a meter that signs; the controllers driven so far have none.
    ['TxStartPoint', 'MemberList', 'PowerPathClosed', { valuesList: STOP_POINTS, nonEmpty: true }],
    ['TxStopPoint', 'MemberList', 'EVConnected,Authorized', { valuesList: STOP_POINTS, nonEmpty: true }],
    ['MaxEnergyOnInvalidId', 'integer', '0', { unit: 'Wh', minLimit: 0 }],
    ['StopTxOnInvalidId', 'boolean', 'true'],
  ]),
  ...rows('SampledDataCtrlr', [
    ['TxStartedMeasurands', 'MemberList', 'Energy.Active.Import.Register', measurands],
    ['TxUpdatedMeasurands', 'MemberList', 'Energy.Active.Import.Register,Power.Active.Import', measurands],
    ['TxEndedMeasurands', 'MemberList', 'Energy.Active.Import.Register', measurands],
    ['TxUpdatedInterval', 'integer', '60', seconds],
    ['TxEndedInterval', 'integer', '0', seconds],
  ]),
  ...rows('AlignedDataCtrlr', [
    ['Enabled', 'boolean', 'true'],
    ['Measurands', 'MemberList', 'Energy.Active.Import.Register', measurands],
    ['Interval', 'integer', '0', seconds],
    ['SendDuringIdle', 'boolean', 'false'],
    ['TxEndedMeasurands', 'MemberList', '', measurands],
    ['TxEndedInterval', 'integer', '0', seconds],
  ]),
  ...rows('TariffCostCtrlr', [
    ['Available', 'boolean', 'true', { ...CONSTANT, instance: 'Tariff' }],
    ['Available', 'boolean', 'true', { ...CONSTANT, instance: 'Cost' }],
    ['Enabled', 'boolean', 'true', { instance: 'Tariff' }],
    ['Enabled', 'boolean', 'true', { instance: 'Cost' }],
    ['TariffFallbackMessage', 'string', '', { maxLength: 255 }],
    ['TotalCostFallbackMessage', 'string', '', { maxLength: 255 }],
    ['Currency', 'string', 'EUR', { maxLength: 3 }],
  ]),
];
