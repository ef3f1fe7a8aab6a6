/** Sections 4.9, 7.6, 7.7: nine states, and an error code. */
import type { StatusNotificationRequest } from '../../ocpp/v16/index.ts';
import type { StationApi } from '../../station/api.ts';
import type { LocalListConflictReport, StatusReport } from '../../station/reports.ts';
import { toConnectorId } from './connectors.ts';
import { wireTime } from './wire.ts';

const VENDOR = 'Kerbside';

export function statusNotification(station: StationApi, report: StatusReport): StatusNotificationRequest {
  const { fault } = report;
  return {
    connectorId: report.evseId === 0 ? 0 : toConnectorId(station, report.evseId, report.connectorId),
    errorCode: fault === null ? 'NoError' : errorCode(fault.code),
    status: report.phase,
    timestamp: wireTime(report.timestamp),
    ...(fault?.vendorCode === undefined ? {} : { vendorId: VENDOR, vendorErrorCode: fault.vendorCode.slice(0, 50) }),
    ...((fault?.info ?? report.info) === undefined ? {} : { info: (fault?.info ?? report.info ?? '').slice(0, 50) }),
  };
}

/** Section 3.5.2. */
export function localListConflict({ stationOperative, timestamp }: LocalListConflictReport): StatusNotificationRequest {
  return { connectorId: 0, errorCode: 'LocalListConflict', status: stationOperative ? 'Available' : 'Unavailable', timestamp: wireTime(timestamp) };
}

/** Every fault that Kerbside knows has 1.6's name. EVCommunicationError isn't for Faulted (section 7.6). */
function errorCode(code: NonNullable<StatusReport['fault']>['code']): StatusNotificationRequest['errorCode'] {
  return code === 'EVCommunicationError' ? 'OtherError' : code;
}
