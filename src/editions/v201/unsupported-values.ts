/**
 * Values that the schema doesn't list, but which the standard wants answered as not supported rather than as a violation
 * (N02.FR.02, N03.FR.02): they pass the validator, and their handlers look themselves.
 */
import type { Validators } from '../../ocpp/rpc/validation.ts';

const LISTED: Readonly<Record<string, { readonly field: string; readonly values: readonly string[] }>> = {
  GetMonitoringReport: { field: 'monitoringCriteria', values: ['ThresholdMonitoring', 'DeltaMonitoring', 'PeriodicMonitoring'] },
  SetMonitoringBase: { field: 'monitoringBase', values: ['All', 'FactoryDefault', 'HardWiredOnly'] },
};

export function lettingThrough(validators: Validators): Validators {
  return {
    actions: validators.actions,
    load: (action) => validators.load(action),
    request: (action, payload) => validators.request(action, withListedValues(action, payload)),
    response: (action, payload) => validators.response(action, payload),
  };
}

/** The values of that field which aren't supported. */
export function unsupportedValues(action: string, payload: object): readonly string[] {
  const { field, values } = LISTED[action] ?? { field: '', values: [] };
  const found = (payload as Record<string, unknown>)[field];
  return (Array.isArray(found) ? found : [found]).filter((value): value is string => typeof value === 'string' && !values.includes(value));
}

function withListedValues(action: string, payload: unknown): unknown {
  const listed = LISTED[action];
  if (listed === undefined || typeof payload !== 'object' || payload === null) return payload;
  const found = (payload as Record<string, unknown>)[listed.field];
  const known = (value: unknown): unknown => (typeof value === 'string' ? listed.values[0] : value);
  if (found === undefined) return payload;
  return { ...payload, [listed.field]: Array.isArray(found) ? found.map(known) : known(found) };
}
