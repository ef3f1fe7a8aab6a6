/** GetDiagnostics (section 5.9), and GetLog of the security whitepaper (N01). */
import type { GetDiagnosticsRequest, GetLogRequest } from '../../ocpp/v16/index.ts';
import type { BridgeContext, IncomingAnswer } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { LogAnswer } from '../../station/logs/api.ts';
import type { DeliveryAnswer } from '../../station/csms-port.ts';
import type { LogStatusReport } from '../../station/reports.ts';
import type { BlockHandlers } from '../handlers.ts';

export const logsHandlers: BlockHandlers = ({ station }) => [
  ['GetDiagnostics', (request: GetDiagnosticsRequest) => getDiagnostics(station, request)],
  ['GetLog', (request: GetLogRequest) => getLog(station, request)],
];

/** No file name: there is nothing to upload. */
async function getDiagnostics(station: StationApi, { location, retries, retryInterval, startTime, stopTime }: GetDiagnosticsRequest): Promise<IncomingAnswer> {
  const answer = await station.logs.getLog({
    type: 'DiagnosticsLog', requestId: null, location, ...moments(startTime, stopTime), ...repetition(retries, retryInterval),
  });
  return withBegin(answer, answer.fileName === undefined ? {} : { fileName: answer.fileName });
}

async function getLog(station: StationApi, { log, logType, requestId, retries, retryInterval }: GetLogRequest): Promise<IncomingAnswer> {
  const answer = await station.logs.getLog({
    type: logType, requestId, location: log.remoteLocation,
    ...moments(log.oldestTimestamp, log.latestTimestamp), ...repetition(retries, retryInterval),
  });
  return withBegin(answer, { status: answer.status, ...(answer.fileName === undefined ? {} : { filename: answer.fileName }) });
}

/** 1.6 has no word for an upload that was given up for a newer one. */
export async function deliverLogStatus({ call }: BridgeContext, { status, requestId, form }: LogStatusReport): Promise<DeliveryAnswer> {
  if (status === 'AcceptedCanceled') return {}; // the answer to the new request has said it
  if (form === 'log') await call('LogStatusNotification', { status, ...(requestId === null ? {} : { requestId }) });
  else await call('DiagnosticsStatusNotification', { status: status === 'Idle' || status === 'Uploading' || status === 'Uploaded' ? status : 'UploadFailed' });
  return {};
}

function withBegin({ begin }: LogAnswer, payload: object): IncomingAnswer {
  return { payload, ...(begin === undefined ? {} : { afterwards: begin }) };
}

function moments(oldest: string | undefined, latest: string | undefined): { oldestMs?: number; latestMs?: number } {
  return { ...(oldest === undefined ? {} : { oldestMs: Date.parse(oldest) }), ...(latest === undefined ? {} : { latestMs: Date.parse(latest) }) };
}

function repetition(retries: number | undefined, retryInterval: number | undefined): { retries?: number; retryIntervalS?: number } {
  return { ...(retries === undefined ? {} : { retries }), ...(retryInterval === undefined ? {} : { retryIntervalS: retryInterval }) };
}
