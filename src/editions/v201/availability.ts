/** Block G: status, availability; block J: meter values outside transactions; block A04: security events. */
import type {
  ChangeAvailabilityRequest, ChangeAvailabilityResponse, MeterValuesRequest, SecurityEventNotificationRequest,
  StatusNotificationRequest,
} from '../../ocpp/v201/index.ts';
import type { StationApi } from '../../station/api.ts';
import type { MeterValuesReport, SecurityEventReport, StatusReport } from '../../station/reports.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { wireMeterValues, wireStatusInfo, wireTime } from './wire.ts';

export const availabilityHandlers: BlockHandlers = ({ station }) => [
  ['ChangeAvailability', on((request: ChangeAvailabilityRequest) => changeAvailability(station, request))],
];

/** G01. Null: 2.0.1 has no status of the station as a whole. */
export function statusNotification(report: StatusReport): StatusNotificationRequest | null {
  if (report.evseId === 0) return null;
  return { timestamp: wireTime(report.timestamp), connectorStatus: report.status, evseId: report.evseId, connectorId: report.connectorId };
}

/** G03, G04. */
async function changeAvailability(station: StationApi, { operationalStatus, evse }: ChangeAvailabilityRequest): Promise<ChangeAvailabilityResponse> {
  const { status, reason } = await station.availability.change(operationalStatus === 'Operative', {
    ...(evse === undefined ? {} : { evseId: evse.id, ...(evse.connectorId === undefined ? {} : { connectorId: evse.connectorId }) }),
  });
  return { status, ...wireStatusInfo(reason) };
}

/** J01. Null: nothing that 2.0.1 has a measurand for. */
export function meterValues(report: MeterValuesReport): MeterValuesRequest | null {
  const meterValue = wireMeterValues(report.meterValues);
  return meterValue.length === 0 ? null : { evseId: report.evseId, meterValue: meterValue as MeterValuesRequest['meterValue'] };
}

/** A04. */
export function securityEvent(report: SecurityEventReport): SecurityEventNotificationRequest {
  return {
    type: report.type, timestamp: wireTime(report.timestamp), ...(report.techInfo === undefined ? {} : { techInfo: report.techInfo.slice(0, 255) }),
  };
}
