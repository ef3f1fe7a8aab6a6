/** What the station test cases of block N take for granted: monitors as the CSMS sets, lists and hears them. */
import { expect } from 'vitest';
import type { World } from './charging-station.ts';

export interface Component { readonly name: string; readonly instance?: string; readonly evse?: { readonly id: number; readonly connectorId?: number } }
export interface Where { readonly component: Component; readonly variable: { readonly name: string; readonly instance?: string } }
export interface Asked extends Where { readonly id?: number; readonly value: number; readonly type: string; readonly severity: number; readonly transaction?: boolean }
export interface SetResult extends Where { readonly id?: number; readonly status: string; readonly type: string; readonly severity: number; readonly statusInfo?: { readonly reasonCode: string } }
export interface Listed extends Where {
  readonly variableMonitoring: readonly { readonly id: number; readonly transaction: boolean; readonly value: number; readonly type: string; readonly severity: number }[];
}
export interface WireEvent extends Where {
  readonly eventId: number;
  readonly timestamp: string;
  readonly trigger: string;
  readonly cause?: number;
  readonly actualValue: string;
  readonly techCode?: string;
  readonly techInfo?: string;
  readonly cleared?: boolean;
  readonly transactionId?: string;
  readonly variableMonitoringId?: number;
  readonly eventNotificationType: string;
}

/** `EVSE(1).Power`, `Connector(1/1).AvailabilityState`, `OCPPCommCtrlr.OfflineThreshold`. */
export function where(name: string): Where {
  const [, component = '', evse, connector, variable = '', instance] = /^(\w+)(?:\((\d+)(?:\/(\d+))?\))?\.(\w+)(?:\[(\w+)\])?$/.exec(name) ?? [];
  const place = evse === undefined ? {} : { evse: { id: Number(evse), ...(connector === undefined ? {} : { connectorId: Number(connector) }) } };
  return { component: { name: component, ...place }, variable: { name: variable, ...(instance === undefined ? {} : { instance }) } };
}

export function monitor(name: string, type: string, value: number, severity: number, more: { readonly id?: number; readonly transaction?: boolean } = {}): Asked {
  return { ...where(name), type, value, severity, ...more };
}

export async function setMonitors(world: World, ...setMonitoringData: readonly Asked[]): Promise<readonly SetResult[]> {
  const { setMonitoringResult } = await world.ask('SetVariableMonitoring', { setMonitoringData });
  return setMonitoringResult as readonly SetResult[];
}

/** Sets one, which must be accepted, and answers its id. */
export async function monitored(world: World, ...asked: Parameters<typeof monitor>): Promise<number> {
  const [result] = await setMonitors(world, monitor(...asked));
  expect(result).toMatchObject({ status: 'Accepted', id: expect.any(Number) as number });
  return result?.id ?? 0;
}

export interface Reported { readonly status: string; readonly parts: readonly Record<string, unknown>[]; readonly listed: readonly Listed[] }

let requestIds = 100;

/** Asks for a report and waits for its last part. */
export async function report(world: World, criteria?: readonly string[], variables?: readonly (Where | Pick<Where, 'component'>)[]): Promise<Reported> {
  const requestId = requestIds++;
  const { status } = await world.ask('GetMonitoringReport', {
    requestId, ...(criteria === undefined ? {} : { monitoringCriteria: criteria }), ...(variables === undefined ? {} : { componentVariable: variables }),
  });
  await world.seconds(3);
  const parts = world.csms.of('NotifyMonitoringReport').filter((part) => part.requestId === requestId);
  // N02.FR.09, N02.FR.04: numbered from 0 without a gap, and the last one says so.
  expect(parts.map(({ seqNo, tbc }) => [seqNo, tbc ?? false])).toEqual(parts.map((_, index) => [index, index < parts.length - 1]));
  return { status: String(status), parts, listed: parts.flatMap(({ monitor: list }) => list as readonly Listed[]) };
}

/** `EVSE(1).Power` of what a report or an event names. */
export function nameOf({ component, variable }: Where): string {
  const { name, evse } = component;
  const place = evse === undefined ? '' : `(${evse.id}${evse.connectorId === undefined ? '' : `/${evse.connectorId}`})`;
  return `${name}${place}.${variable.name}${variable.instance === undefined ? '' : `[${variable.instance}]`}`;
}

export function types(listed: readonly Listed[]): string[] {
  return [...new Set(listed.flatMap(({ variableMonitoring }) => variableMonitoring.map(({ type }) => type)))].sort();
}

/** Every event that the CSMS was told, oldest first. Each message stands for itself: part 0 of one. */
export function wireEvents(world: World, name?: string): WireEvent[] {
  const messages = world.csms.of('NotifyEvent');
  for (const message of messages) expect(message).toMatchObject({ seqNo: 0, tbc: false, generatedAt: expect.any(String) as string });
  const all = messages.flatMap(({ eventData }) => eventData as readonly WireEvent[]);
  return name === undefined ? all : all.filter((event) => nameOf(event) === name);
}
