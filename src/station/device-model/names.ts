/** `Component[instance].Variable[instance]`, with `(evse)` or `(evse/connector)` after the component. */
import type { ComponentRef, VariableRef } from '../types.ts';

export interface ParsedName { readonly component: ComponentRef; readonly variable: VariableRef }

export function parseName(name: string): ParsedName | null {
  const match = /^(\w+)(?:\[([^\]]+)\])?(?:\((\d+)(?:\/(\d+))?\))?\.(\w+)(?:\[([^\]]+)\])?$/.exec(name.trim());
  if (match === null) return null;
  const [, component = '', componentInstance, evse, connector, variable = '', instance] = match;
  return {
    component: {
      name: component,
      ...(componentInstance === undefined ? {} : { instance: componentInstance }),
      ...(evse === undefined ? {} : { evse: Number(evse) }),
      ...(connector === undefined ? {} : { connector: Number(connector) }),
    },
    variable: { name: variable, ...(instance === undefined ? {} : { instance }) },
  };
}

export function nameOf(component: ComponentRef, variable: VariableRef): string {
  const place = component.evse === undefined ? '' : `(${component.evse}${component.connector === undefined ? '' : `/${component.connector}`})`;
  // B06.FR.15: an empty instance is none.
  const instance = (text: string | undefined): string => (text === undefined || text === '' ? '' : `[${text}]`);
  return `${component.name}${instance(component.instance)}${place}.${variable.name}${instance(variable.instance)}`;
}
