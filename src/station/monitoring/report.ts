/** N02: which monitors a report holds. Pure. */
import { matches } from '../device-model/reports.ts';
import { nameOf } from '../device-model/names.ts';
import type { ComponentRef, VariableRef } from '../types.ts';
import type { MonitoringCriterion } from './api.ts';
import { isPeriodic, isThreshold, type Monitor } from './monitor.ts';

/** Criteria are OR-ed (N02.FR.12 to FR.14), and narrowed by the variables asked for (N02.FR.05). Monitors of one variable stand together. */
export function selectMonitors(
  all: readonly Monitor[], criteria: readonly MonitoringCriterion[] | undefined,
  wanted: readonly { readonly component: ComponentRef; readonly variable?: VariableRef }[] | undefined,
): Monitor[] {
  const chosen = all.filter((monitor) => (wanted === undefined || wanted.some((pattern) => matches(monitor, pattern)))
    && (criteria === undefined || criteria.some((criterion) => meets(monitor, criterion))));
  const names = [...new Set(chosen.map(name))];
  return names.flatMap((one) => chosen.filter((monitor) => name(monitor) === one));
}

function name({ component, variable }: Monitor): string {
  return nameOf(component, variable).toLowerCase();
}

function meets({ type }: Monitor, criterion: MonitoringCriterion): boolean {
  switch (criterion) {
    case 'ThresholdMonitoring': return isThreshold(type);
    case 'DeltaMonitoring': return type === 'Delta';
    case 'PeriodicMonitoring': return isPeriodic(type);
  }
}
