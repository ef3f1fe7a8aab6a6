/** Block N, N01: logs. */
import type { GetLogRequest, GetLogResponse, LogStatusNotificationRequest } from '../../ocpp/v201/index.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { LogStatusReport } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';
import { wireStatusInfo } from './wire.ts';

export const logsHandlers: BlockHandlers = ({ station }) => [
  ['GetLog', (request: GetLogRequest) => getLog(station, request)],
];

/** N01. The answer goes first, then the upload starts. */
async function getLog(station: StationApi, { log, logType, requestId, retries, retryInterval }: GetLogRequest): Promise<IncomingAnswer> {
  const { status, fileName, reason, begin } = await station.logs.getLog({
    type: logType, requestId, location: log.remoteLocation,
    ...(log.oldestTimestamp === undefined ? {} : { oldestMs: Date.parse(log.oldestTimestamp) }),
    ...(log.latestTimestamp === undefined ? {} : { latestMs: Date.parse(log.latestTimestamp) }),
    ...(retries === undefined ? {} : { retries }),
    ...(retryInterval === undefined ? {} : { retryIntervalS: retryInterval }),
  });
  const payload: GetLogResponse = { status, ...(fileName === undefined ? {} : { filename: fileName }), ...wireStatusInfo(reason) };
  return { payload, ...(begin === undefined ? {} : { afterwards: begin }) };
}

/** N01.FR.07, N01.FR.13: with the id of the request, unless nothing is under way. */
export function logStatusNotification({ status, requestId }: LogStatusReport): LogStatusNotificationRequest {
  return { status, ...(requestId === null ? {} : { requestId }) };
}
