/** TxCtrlr. */
import { rows, type Definition } from '../definition.ts';
import type { Topology } from './topology.ts';

const seconds = { unit: 's', minLimit: 0, maxLimit: 86_400 };
const STOP_POINTS = ['ParkingBayOccupancy', 'EVConnected', 'Authorized', 'PowerPathClosed', 'EnergyTransfer'];

export function transactions({ meter }: Topology): Definition[] {
  // DataSigned needs a meter that signs before anything has flowed.
  const signsBefore = meter?.signs === true && meter.signsAtEnd !== true;
  // One that signs whole transactions wants one to be open before energy flows.
  const startPoints = [...STOP_POINTS.filter((point) => point !== 'EnergyTransfer' || meter?.signsAtEnd !== true), ...(signsBefore ? ['DataSigned'] : [])];
  return rows('TxCtrlr', [
    ['EVConnectionTimeOut', 'integer', '60', seconds],
    ['StopTxOnEVSideDisconnect', 'boolean', 'true'],
    ['TxBeforeAcceptedEnabled', 'boolean', 'true'],
    ['TxStartPoint', 'MemberList', 'PowerPathClosed', { valuesList: startPoints, nonEmpty: true }],
    ['TxStopPoint', 'MemberList', 'EVConnected,Authorized', { valuesList: STOP_POINTS, nonEmpty: true }],
    ['MaxEnergyOnInvalidId', 'integer', '0', { unit: 'Wh', minLimit: 0 }],
    ['StopTxOnInvalidId', 'boolean', 'true'],
  ]);
}
