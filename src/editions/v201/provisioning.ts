/** Block B: boot, variables, reports, network profiles, reset. */
import type {
  BootNotificationRequest, BootNotificationResponse, GetBaseReportRequest, GetBaseReportResponse, GetReportRequest, GetReportResponse,
  GetVariablesRequest, GetVariablesResponse, NotifyReportRequest, ResetRequest, ResetResponse, SetNetworkProfileRequest,
  SetNetworkProfileResponse, SetVariablesRequest, SetVariablesResponse,
} from '../../ocpp/v201/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { NetworkProfile, StationApi } from '../../station/api.ts';
import type { BootAnswer, BootInfo } from '../../station/csms-port.ts';
import type { DeviceModelReport } from '../../station/reports.ts';
import { fromComponent, fromVariable, wireComponent, wireStatusInfo, wireTime, wireVariable } from './wire.ts';

/** DeviceDataCtrlr.ItemsPerMessage of GetVariables and SetVariables. */
const MAX_ITEMS = 50;

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

/** B06. */
export function getVariables(station: StationApi, { getVariableData }: GetVariablesRequest): GetVariablesResponse {
  refuseTooMany(getVariableData);
  return {
    getVariableResult: getVariableData.map(({ component, variable, attributeType }) => {
      const { status, value, reasonCode, reason } = station.deviceModel.get({
        component: fromComponent(component), variable: fromVariable(variable), ...(attributeType === undefined ? {} : { attributeType }),
      });
      return {
        attributeStatus: status, attributeType: attributeType ?? 'Actual', component, variable,
        ...(value === undefined ? {} : { attributeValue: value }),
        ...(reasonCode === undefined ? {} : { attributeStatusInfo: { reasonCode, ...(reason === undefined ? {} : { additionalInfo: reason }) } }),
      };
    }) as GetVariablesResponse['getVariableResult'],
  };
}

/** B05: one result per item, each decided on its own. */
export async function setVariables(station: StationApi, { setVariableData }: SetVariablesRequest): Promise<SetVariablesResponse> {
  refuseTooMany(setVariableData);
  const results: SetVariablesResponse['setVariableResult'][number][] = [];
  for (const { component, variable, attributeType, attributeValue } of setVariableData) {
    const { status, reasonCode, reason } = await station.deviceModel.set({
      component: fromComponent(component), variable: fromVariable(variable), ...(attributeType === undefined ? {} : { attributeType }),
    }, attributeValue);
    results.push({
      attributeStatus: status, attributeType: attributeType ?? 'Actual', component, variable,
      ...(reasonCode === undefined ? {} : { attributeStatusInfo: { reasonCode, ...(reason === undefined ? {} : { additionalInfo: reason }) } }),
    });
  }
  return { setVariableResult: results as SetVariablesResponse['setVariableResult'] };
}

/** B05.FR.11, B06.FR.16. */
function refuseTooMany(items: readonly unknown[]): void {
  if (items.length > MAX_ITEMS) throw new CallFault('OccurrenceConstraintViolation', `at most ${MAX_ITEMS} items`);
}

/** B07. */
export function getBaseReport(station: StationApi, { requestId, reportBase }: GetBaseReportRequest): GetBaseReportResponse {
  return { status: station.provisioning.baseReport(requestId, reportBase) };
}

/** B08. */
export function getReport(station: StationApi, { requestId, componentCriteria, componentVariable }: GetReportRequest): GetReportResponse {
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
export async function setNetworkProfile(station: StationApi, { configurationSlot, connectionData }: SetNetworkProfileRequest): Promise<SetNetworkProfileResponse> {
  if (connectionData.ocppTransport !== 'JSON') {
    return { status: 'Rejected', ...wireStatusInfo({ reasonCode: 'UnsupportedParam', additionalInfo: 'only JSON' }) };
  }
  const { status, reason } = await station.provisioning.setNetworkProfile(configurationSlot, {
    csmsUrl: connectionData.ocppCsmsUrl, securityProfile: connectionData.securityProfile as NetworkProfile['securityProfile'],
    messageTimeoutS: connectionData.messageTimeout, ocppInterface: connectionData.ocppInterface,
  });
  return { status, ...wireStatusInfo(reason) };
}

/** B11, B12. */
export function reset(station: StationApi, { type, evseId }: ResetRequest): ResetResponse {
  const { status, reason } = station.provisioning.reset(type, evseId);
  return { status, ...wireStatusInfo(reason) };
}
