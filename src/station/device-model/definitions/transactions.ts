/** TxCtrlr. */
import { rows, type Definition } from '../definition.ts';

const seconds = { unit: 's', minLimit: 0, maxLimit: 86_400 };
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
];
