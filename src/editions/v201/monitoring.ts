/** Block N: monitors, their reports and events. */
import type {
  ClearVariableMonitoringRequest, ClearVariableMonitoringResponse, GetMonitoringReportRequest, GetMonitoringReportResponse, NotifyEventRequest,
  NotifyMonitoringReportRequest, SetMonitoringBaseRequest, SetMonitoringBaseResponse, SetMonitoringLevelRequest, SetMonitoringLevelResponse,
  SetVariableMonitoringRequest, SetVariableMonitoringResponse, StatusInfoType,
} from '../../ocpp/v201/index.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { StationApi } from '../../station/api.ts';
import type { Monitor } from '../../station/monitoring/monitor.ts';
import type { MonitoringReport, NotifyEventReport } from '../../station/reports.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { unsupportedValues } from './unsupported-values.ts';
import { fromComponent, fromVariable, wireComponent, wireStatusInfo, wireTime, wireVariable } from './wire.ts';

export const monitoringHandlers: BlockHandlers = ({ station }) => [
  ['GetMonitoringReport', (request: GetMonitoringReportRequest) => getMonitoringReport(station, request)],
  ['SetMonitoringBase', on((request: SetMonitoringBaseRequest) => setMonitoringBase(station, request))],
  ['SetVariableMonitoring', (request: SetVariableMonitoringRequest) => setVariableMonitoring(station, request)],
  ['SetMonitoringLevel', on((request: SetMonitoringLevelRequest) => setMonitoringLevel(station, request))],
  ['ClearVariableMonitoring', on((request: ClearVariableMonitoringRequest) => clearVariableMonitoring(station, request))],
];

const notSupported = (values: readonly string[]): { status: 'NotSupported'; statusInfo?: StatusInfoType } => (
  { status: 'NotSupported', ...wireStatusInfo({ reasonCode: 'UnsupportedParam', additionalInfo: values.join(', ') }) });

/** N02. */
function getMonitoringReport(station: StationApi, request: GetMonitoringReportRequest): IncomingAnswer {
  const { requestId, monitoringCriteria, componentVariable } = request;
  const unsupported = unsupportedValues('GetMonitoringReport', request);
  if (unsupported.length > 0) return { payload: notSupported(unsupported) };
  const most = limit(station, 'DeviceDataCtrlr', 'ItemsPerMessage', 'GetReport'); // N02.FR.07
  if ((componentVariable?.length ?? 0) > most) throw new CallFault('OccurrenceConstraintViolation', `at most ${most} items`);
  const { status, reason, send } = station.monitoring.report(requestId, monitoringCriteria, componentVariable?.map(({ component, variable }) => ({
    component: fromComponent(component), ...(variable === undefined ? {} : { variable: fromVariable(variable) }),
  })));
  const payload: GetMonitoringReportResponse = { status, ...wireStatusInfo(reason) };
  return { payload, ...(send === undefined ? {} : { afterwards: send }) };
}

/** N03. */
async function setMonitoringBase(station: StationApi, request: SetMonitoringBaseRequest): Promise<SetMonitoringBaseResponse> {
  const unsupported = unsupportedValues('SetMonitoringBase', request);
  if (unsupported.length > 0) return notSupported(unsupported);
  const { status, reason } = await station.monitoring.setBase(request.monitoringBase);
  return { status, ...wireStatusInfo(reason) };
}

/** N04. */
async function setVariableMonitoring(station: StationApi, request: SetVariableMonitoringRequest): Promise<IncomingAnswer> {
  const { setMonitoringData: data } = request;
  refuseTooLarge(station, 'SetVariableMonitoring', data.length, request); // N04.FR.09
  const { results, afterwards } = await station.monitoring.set(data.map(({ id, component, variable, type, value, severity, transaction }) => ({
    ...(id === undefined ? {} : { id }), component: fromComponent(component), variable: fromVariable(variable), type, value, severity,
    transaction: transaction ?? false,
  })));
  const payload = {
    setMonitoringResult: results.map(({ status, id, reason }, index) => {
      const asked = data[index];
      return {
        ...(id === undefined ? {} : { id }), status, type: asked?.type, severity: asked?.severity, component: asked?.component, variable: asked?.variable,
        ...wireStatusInfo(reason),
      };
    }),
  } as SetVariableMonitoringResponse;
  return { payload, afterwards };
}

/** N05. */
async function setMonitoringLevel(station: StationApi, { severity }: SetMonitoringLevelRequest): Promise<SetMonitoringLevelResponse> {
  const { status, reason } = await station.monitoring.setLevel(severity);
  return { status, ...wireStatusInfo(reason) };
}

/** N06. */
async function clearVariableMonitoring(station: StationApi, request: ClearVariableMonitoringRequest): Promise<ClearVariableMonitoringResponse> {
  refuseTooLarge(station, 'ClearVariableMonitoring', request.id.length, request);
  const results = await station.monitoring.clear(request.id);
  return {
    clearMonitoringResult: results.map(({ status, reason }, index) => ({ status, id: request.id[index] ?? 0, ...wireStatusInfo(reason) })),
  } as ClearVariableMonitoringResponse;
}

/** N06.FR.06, N06.FR.07. */
function refuseTooLarge(station: StationApi, message: 'SetVariableMonitoring' | 'ClearVariableMonitoring', items: number, payload: object): void {
  const most = limit(station, 'MonitoringCtrlr', 'ItemsPerMessage', message);
  if (items > most) throw new CallFault('OccurrenceConstraintViolation', `at most ${most} items`);
  const mostBytes = limit(station, 'MonitoringCtrlr', 'BytesPerMessage', message);
  if (new TextEncoder().encode(JSON.stringify(payload)).length > mostBytes) throw new CallFault('FormatViolation', `at most ${mostBytes} bytes`);
}

function limit(station: StationApi, component: string, variable: string, instance: string): number {
  const { value } = station.deviceModel.get({ component: { name: component }, variable: { name: variable, instance } });
  return value === undefined || value === '' ? Number.POSITIVE_INFINITY : Number(value);
}

/** N02: monitors of one variable stand together. */
export function notifyMonitoringReport({ requestId, seqNo, tbc, generatedAt, monitors }: MonitoringReport): NotifyMonitoringReportRequest {
  const groups: Monitor[][] = [];
  for (const monitor of monitors) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && last[0].component === monitor.component && last[0].variable === monitor.variable) last.push(monitor);
    else groups.push([monitor]);
  }
  return {
    requestId, seqNo, tbc, generatedAt: wireTime(generatedAt),
    monitor: groups.flatMap((group) => group.slice(0, 1).map(({ component, variable }) => ({
      component: wireComponent(component), variable: wireVariable(variable),
      variableMonitoring: group.map(({ id, transaction, value, type, severity }) => ({ id, transaction, value, type, severity })),
    }))) as unknown as NonNullable<NotifyMonitoringReportRequest['monitor']>,
  };
}

/** N07, N08. Every message is whole: one part, number 0. */
export function notifyEvent({ events }: NotifyEventReport): NotifyEventRequest {
  return {
    generatedAt: events[0] === undefined ? '' : wireTime(events[0].timestamp), seqNo: 0, tbc: false,
    eventData: events.map(({ component, variable, timestamp, ...event }) => ({
      ...event, timestamp: wireTime(timestamp), component: wireComponent(component), variable: wireVariable(variable),
    })) as unknown as NotifyEventRequest['eventData'],
  };
}
