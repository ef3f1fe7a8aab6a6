/** Block B: boot, variables, reports, network profiles, reset. */
import type {
  BootNotificationRequest, BootNotificationResponse, GetBaseReportRequest, GetBaseReportResponse, GetReportRequest, GetReportResponse,
  GetVariablesRequest, GetVariablesResponse, NotifyReportRequest, ResetRequest, ResetResponse, SetNetworkProfileRequest,
  SetNetworkProfileResponse, SetVariablesRequest, SetVariablesResponse,
} from '../../ocpp/v201/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { NetworkProfile, StationApi } from '../../station/api.ts';
import type { BootAnswer, BootInfo } from '../../station/csms-port.ts';
import { nameOf } from '../../station/device-model/names.ts';
import type { SetResult } from '../../station/device-model/types.ts';
import type { DeviceModelReport } from '../../station/reports.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromComponent, fromVariable, wireAttributeStatusInfo, wireComponent, wireStatusInfo, wireTime, wireVariable } from './wire.ts';

export function bootNotification(boot: BootInfo): BootNotificationRequest {
  return {
    reason: boot.reason,
    chargingStation: {
      model: boot.model.slice(0, 20),
      vendorName: boot.vendorName.slice(0, 50),
      ...(boot.serialNumber === undefined ? {} : { serialNumber: boot.serialNumber.slice(0, 25) }),
      ...(boot.firmwareVersion === undefined ? {} : { firmwareVersion: boot.firmwareVersion.slice(0, 50) }),
    },
  };
}

export function bootAnswer({ status, currentTime, interval }: BootNotificationResponse): BootAnswer {
  return { status, currentTimeMs: Date.parse(currentTime), intervalS: interval };
}

export const provisioningHandlers: BlockHandlers = ({ station }) => [
  ['Reset', on((request: ResetRequest) => reset(station, request))],
  ['GetVariables', on((request: GetVariablesRequest) => getVariables(station, request))],
  ['SetVariables', on((request: SetVariablesRequest) => setVariables(station, request))],
  ['GetBaseReport', on((request: GetBaseReportRequest) => getBaseReport(station, request))],
  ['GetReport', on((request: GetReportRequest) => getReport(station, request))],
  ['SetNetworkProfile', on((request: SetNetworkProfileRequest) => setNetworkProfile(station, request))],
];

/** B06. */
function getVariables(station: StationApi, request: GetVariablesRequest): GetVariablesResponse {
  const { getVariableData } = request;
  refuseTooMuch(station, 'GetVariables', request, getVariableData);
  return {
    getVariableResult: getVariableData.map(({ component, variable, attributeType }) => {
      const { status, value, reasonCode, reason } = station.deviceModel.get({
        component: fromComponent(component), variable: fromVariable(variable), ...(attributeType === undefined ? {} : { attributeType }),
      });
      return {
        attributeStatus: status, attributeType: attributeType ?? 'Actual', component, variable,
        ...(value === undefined ? {} : { attributeValue: value }),
        ...wireAttributeStatusInfo(reasonCode, reason),
      };
    }) as GetVariablesResponse['getVariableResult'],
  };
}

/** B05: one result per item, each decided on its own. */
async function setVariables(station: StationApi, request: SetVariablesRequest): Promise<SetVariablesResponse> {
  const { setVariableData } = request;
  refuseTooMuch(station, 'SetVariables', request, setVariableData);
  const results: SetVariablesResponse['setVariableResult'][number][] = [];
  const seen = new Set<string>();
  for (const { component, variable, attributeType, attributeValue } of setVariableData) {
    const address = { component: fromComponent(component), variable: fromVariable(variable), attributeType: attributeType ?? 'Actual' };
    const key = `${nameOf(address.component, address.variable)}#${address.attributeType}`.toLowerCase();
    // B05.FR.13: of two values for one attribute nobody can tell which was meant; the first holds.
    const { status, reasonCode, reason } = seen.has(key) ? TWICE : await station.deviceModel.set(address, attributeValue);
    seen.add(key);
    results.push({
      attributeStatus: status, attributeType: attributeType ?? 'Actual', component, variable,
      ...wireAttributeStatusInfo(reasonCode, reason),
    });
  }
  return { setVariableResult: results as SetVariablesResponse['setVariableResult'] };
}

const TWICE: SetResult = { status: 'Rejected', reasonCode: 'TooManyElements', reason: 'named twice in one request' };

/** B05.FR.11, B06.FR.16/17, B08.FR.17/18: DeviceDataCtrlr says how many items, and how many bytes. */
function refuseTooMuch(station: StationApi, message: 'GetVariables' | 'SetVariables' | 'GetReport', request: object, items: readonly unknown[]): void {
  const most = (name: string): number => Number(station.deviceModel.get({ component: { name: 'DeviceDataCtrlr' }, variable: { name, instance: message } }).value);
  const itemsMost = most('ItemsPerMessage');
  if (itemsMost > 0 && items.length > itemsMost) throw new CallFault('OccurrenceConstraintViolation', `at most ${itemsMost} items`);
  const bytesMost = most('BytesPerMessage');
  if (bytesMost > 0 && new TextEncoder().encode(JSON.stringify(request)).length > bytesMost) throw new CallFault('FormatViolation', `at most ${bytesMost} bytes`);
}

/** B07. */
function getBaseReport(station: StationApi, { requestId, reportBase }: GetBaseReportRequest): GetBaseReportResponse {
  return { status: station.provisioning.baseReport(requestId, reportBase) };
}

/** B08. */
function getReport(station: StationApi, request: GetReportRequest): GetReportResponse {
  const { requestId, componentCriteria, componentVariable } = request;
  refuseTooMuch(station, 'GetReport', request, componentVariable ?? []);
  return {
    status: station.provisioning.report(requestId, componentCriteria, componentVariable?.map(({ component, variable }) => ({
      component: fromComponent(component), ...(variable === undefined ? {} : { variable: fromVariable(variable) }),
    }))),
  };
}

export function notifyReport(report: DeviceModelReport): NotifyReportRequest {
  return {
    requestId: report.requestId, seqNo: report.seqNo, tbc: report.tbc, generatedAt: wireTime(report.generatedAt),
    reportData: report.items.map(({ component, variable, attributes, characteristics }) => {
      const { valuesList, ...limits } = characteristics;
      return {
        component: wireComponent(component),
        variable: wireVariable(variable),
        variableAttribute: attributes.map((attribute) => ({ ...attribute })),
        variableCharacteristics: { ...limits, ...(valuesList === undefined ? {} : { valuesList: valuesList.join(',') }) },
      };
    }) as unknown as NonNullable<NotifyReportRequest['reportData']>,
  };
}

/** B09. */
async function setNetworkProfile(station: StationApi, { configurationSlot, connectionData }: SetNetworkProfileRequest): Promise<SetNetworkProfileResponse> {
  // The machine's network is its operating system's: a modem or a VPN can't be set from here.
  const unsupported = connectionData.ocppTransport !== 'JSON' ? 'only JSON'
    : connectionData.apn !== undefined ? 'apn' : connectionData.vpn !== undefined ? 'vpn' : null;
  if (unsupported !== null) {
    return { status: 'Rejected', ...wireStatusInfo({ reasonCode: 'UnsupportedParam', additionalInfo: unsupported }) };
  }
  const { status, reason } = await station.provisioning.setNetworkProfile(configurationSlot, {
    csmsUrl: connectionData.ocppCsmsUrl, securityProfile: connectionData.securityProfile as NetworkProfile['securityProfile'],
    messageTimeoutS: connectionData.messageTimeout, ocppInterface: connectionData.ocppInterface,
  });
  return { status, ...wireStatusInfo(reason) };
}

/** B11, B12. */
function reset(station: StationApi, { type, evseId }: ResetRequest): ResetResponse {
  const { status, reason } = station.provisioning.reset(type, evseId);
  return { status, ...wireStatusInfo(reason) };
}
