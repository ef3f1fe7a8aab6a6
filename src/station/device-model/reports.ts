/** B07, B08: which variables a report holds. Pure. */
import type { ComponentRef, VariableRef } from '../types.ts';
import type { ReportedVariable } from './types.ts';

export type BaseReport = 'ConfigurationInventory' | 'FullInventory' | 'SummaryInventory';

/** Conditions that a summary tells where they hold (B07.FR.09). */
const ABNORMAL = new Set(['Problem', 'Tripped', 'Overload', 'Fallback']);

export function baseReport(all: readonly ReportedVariable[], base: BaseReport): ReportedVariable[] {
  switch (base) {
    case 'FullInventory': return [...all];
    case 'ConfigurationInventory': return all.filter((item) => item.attributes.some((attribute) => attribute.mutability !== 'ReadOnly'));
    case 'SummaryInventory': return all.filter(({ variable, attributes }) => variable.name === 'AvailabilityState'
      || (ABNORMAL.has(variable.name) && attributes[0]?.value === 'true'));
  }
}

/** Criteria are OR-ed (B08.FR.13) and combined with the component variables asked for (B08.FR.20 to FR.25). */
export function filterReport(
  all: readonly ReportedVariable[], criteria: readonly string[] | undefined,
  wanted: readonly { readonly component: ComponentRef; readonly variable?: VariableRef }[] | undefined,
): ReportedVariable[] {
  return all.filter((item) => (wanted === undefined || wanted.some((pattern) => matches(item, pattern)))
    && (criteria === undefined || criteria.some((criterion) => meets(all, item, criterion))));
}

export function paginate<T>(items: readonly T[], perPart: number): T[][] {
  const size = Math.max(1, perPart);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** What isn't named matches everything. */
export function matches(item: Pick<ReportedVariable, 'component' | 'variable'>, { component, variable }: { readonly component: ComponentRef; readonly variable?: VariableRef }): boolean {
  const same = (wanted: string | undefined, own: string | undefined): boolean => wanted === undefined || wanted === '' || wanted.toLowerCase() === own?.toLowerCase();
  return same(component.name, item.component.name) && same(component.instance, item.component.instance)
    && (component.evse === undefined || component.evse === item.component.evse)
    && (component.connector === undefined || component.connector === item.component.connector)
    && same(variable?.name, item.variable.name) && same(variable?.instance, item.variable.instance);
}

/** B08.FR.07 to FR.10: Active, Available and Enabled hold where the variable is true or isn't there; Problem only where true. */
function meets(all: readonly ReportedVariable[], item: ReportedVariable, criterion: string): boolean {
  const { name, instance, evse, connector } = item.component;
  const own = all.filter(({ component, variable }) => variable.name === criterion && component.name === name && component.instance === instance
    && component.evse === evse && component.connector === connector);
  const holds = own.some(({ attributes }) => attributes[0]?.value === 'true');
  return holds || (own.length === 0 && criterion !== 'Problem');
}
