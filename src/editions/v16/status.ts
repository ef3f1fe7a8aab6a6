/** Sections 4.9, 7.6, 7.7: nine states, and an error code. */
import type { StatusNotificationRequest } from '../../ocpp/v16/index.ts';
import type { BridgeContext } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { LocalListConflictReport, StatusReport } from '../../station/reports.ts';
import type { ConnectorPhase } from '../../station/types.ts';
import { toConnectorId } from './connectors.ts';
import { passed } from './status-matrix.ts';
import { wireTime } from './wire.ts';

const VENDOR = 'Kerbside';

/** Tells each status, and first the one that lies between it and the one told before on this connection. */
export function statusTeller({ station, call }: Pick<BridgeContext, 'station' | 'call'>): (report: StatusReport) => Promise<void> {
  const told = new Map<number, ConnectorPhase>();
  return async (report) => {
    const request = statusNotification(station, report);
    const { connectorId } = request;
    const before = told.get(connectorId);
    const between = before === undefined ? null : passed(before, report.phase);
    if (between !== null) {
      await call('StatusNotification', { connectorId, errorCode: 'NoError', status: between, timestamp: wireTime(report.timestamp) } satisfies StatusNotificationRequest);
      told.set(connectorId, between);
    }
    await call('StatusNotification', request);
    told.set(connectorId, report.phase);
  };
}

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
