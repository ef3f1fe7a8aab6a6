/** N04: what becomes of a request to set a monitor. Pure, but for the variables that it looks at. */
import type { DeviceModel } from '../device-model/device-model.ts';
import { nameOf } from '../device-model/names.ts';
import type { InspectedVariable } from '../device-model/types.ts';
import type { ComponentRef, VariableRef } from '../types.ts';
import type { MonitorRequest, SetMonitorResult } from './api.ts';
import { isSeverity, suits, wrongValue, type Monitor } from './monitor.ts';

export type Judgement = { readonly variable: InspectedVariable } | { readonly refusal: SetMonitorResult };

export function judge(request: MonitorRequest, active: readonly Monitor[], model: DeviceModel): Judgement {
  const { id, type, value, severity } = request;
  const wrongId = id === undefined ? null : mayReplace(request, active.find((monitor) => monitor.id === id));
  if (wrongId !== null) return { refusal: wrongId };
  const variable = model.inspect(request.component, request.variable);
  if (typeof variable === 'string') return { refusal: unknown(request.component, request.variable, variable, model) };
  if (!suits(type, variable)) {
    const why = variable.characteristics.supportsMonitoring ? `not on ${variable.characteristics.dataType}` : 'this variable isn\'t monitored';
    return { refusal: { status: 'UnsupportedMonitorType', reason: { reasonCode: 'UnsupportedParam', additionalInfo: why } } };
  }
  if (!isSeverity(severity)) return { refusal: { status: 'Rejected', reason: { reasonCode: 'ValueOutOfRange', additionalInfo: 'severity is 0 to 9' } } };
  const wrong = wrongValue(type, value, variable);
  if (wrong !== null) return { refusal: { status: 'Rejected', reason: wrong } };
  const same = active.find((monitor) => monitor.id !== id && monitor.type === type && monitor.severity === severity && on(monitor, variable));
  if (same !== undefined) {
    return { refusal: { status: 'Duplicate', reason: { reasonCode: 'InvalidValue', additionalInfo: `monitor ${same.id} has this type and severity` } } };
  }
  return { variable };
}

/** N04.FR.13, N04.FR.16, N04.FR.18: null, or why not. */
function mayReplace({ component, variable }: MonitorRequest, existing: Monitor | undefined): SetMonitorResult | null {
  if (existing === undefined) return { status: 'Rejected', reason: { reasonCode: 'NotFound', additionalInfo: 'no monitor has this id' } };
  if (nameOf(component, variable).toLowerCase() !== nameOf(existing.component, existing.variable).toLowerCase()) {
    return { status: 'Rejected', reason: { reasonCode: 'InvalidValue', additionalInfo: 'the monitor of this id is on another variable' } };
  }
  return existing.origin === 'HardWiredMonitor' ? { status: 'Rejected', reason: { reasonCode: 'ReadOnly', additionalInfo: 'hard-wired' } } : null;
}

/** A component named without its EVSE, where only those of EVSEs exist, isn't unknown: it is one of several. */
function unknown(component: ComponentRef, variable: VariableRef, status: 'UnknownComponent' | 'UnknownVariable', model: DeviceModel): SetMonitorResult {
  const name = component.name.toLowerCase();
  const places = component.evse === undefined ? model.all().filter((item) => item.component.name.toLowerCase() === name) : [];
  if (status === 'UnknownVariable' || places.length === 0) return { status, reason: { reasonCode: 'NotFound' } };
  return places.some((item) => item.variable.name.toLowerCase() === variable.name.toLowerCase())
    ? { status: 'Rejected', reason: { reasonCode: 'MissingParam', additionalInfo: 'component.evse' } }
    : { status: 'UnknownVariable', reason: { reasonCode: 'NotFound' } };
}

function on(monitor: Monitor, { name }: InspectedVariable): boolean {
  return nameOf(monitor.component, monitor.variable) === name;
}
