/** What 2.0.1's station test cases take for granted: a charging station in a state, and how its CSMS sees it. */
import { expect } from 'vitest';
import { World, type WorldOptions } from '../scenarios/world.ts';

export { CARD, World } from '../scenarios/world.ts';
export { offline, online, since } from './charge-point.ts';
export const OTHER = { value: 'CARD0002', type: 'ISO14443' };

export interface Sample { readonly value: number; readonly context?: string; readonly measurand?: string }
export interface WireMeterValue { readonly timestamp: string; readonly sampledValue: readonly Sample[] }
export interface TransactionEvent {
  readonly eventType: string;
  readonly triggerReason: string;
  readonly seqNo: number;
  readonly timestamp: string;
  readonly offline?: boolean;
  readonly idToken?: { readonly idToken: string; readonly type: string };
  readonly evse?: { readonly id: number; readonly connectorId?: number };
  readonly meterValue?: readonly WireMeterValue[];
  readonly transactionInfo: { readonly transactionId: string; readonly chargingState?: string; readonly stoppedReason?: string; readonly remoteStartId?: number };
}

export function events(world: World): TransactionEvent[] {
  return world.csms.of('TransactionEvent') as unknown as TransactionEvent[];
}

/** What the CSMS was told of a connector, oldest first. */
export function statuses(world: World, evseId = 1): string[] {
  return world.csms.of('StatusNotification').filter((status) => status.evseId === evseId).map((status) => String(status.connectorStatus));
}

/** `OCPPCommCtrlr.OfflineThreshold`, or with an instance `OCPPCommCtrlr.MessageTimeout[Default]`, as an item of a request. */
export function item(name: string, more: object = {}): object {
  const [, component = '', variable = '', instance] = /^(\w+)\.(\w+)(?:\[(\w+)\])?$/.exec(name) ?? [];
  return { component: { name: component }, variable: { name: variable, ...(instance === undefined ? {} : { instance }) }, ...more };
}

/** As the CSMS does it, not behind the station's back. */
export async function set(world: World, name: string, attributeValue: string): Promise<void> {
  const { setVariableResult } = await world.ask('SetVariables', { setVariableData: [item(name, { attributeValue })] });
  expect([name, setVariableResult]).toMatchObject([name, [{ attributeStatus: 'Accepted' }]]);
}

/** A station with these settings, made by its CSMS. */
export async function station(settings: Readonly<Record<string, string>> = {}, options: WorldOptions = {}): Promise<World> {
  const world = await World.started(options);
  for (const [name, value] of Object.entries(settings)) await set(world, name, value);
  return world;
}

/** State "EnergyTransferStarted": cable in, card accepted, energy flows. */
export async function charging(world: World, evseId = 1): Promise<void> {
  world.ev(evseId).plugIn();
  await world.seconds(2);
  await world.card(undefined, evseId);
  await world.seconds(5);
  expect(world.state.evses[evseId - 1]?.transaction?.chargingState).toBe('Charging');
}

export function samples(values: readonly WireMeterValue[] | undefined, context: string): Sample[] {
  return (values ?? []).flatMap(({ sampledValue }) => sampledValue).filter((sample) => sample.context === context);
}

export function measurands(values: readonly Sample[]): string[] {
  return [...new Set(values.map(({ measurand }) => measurand ?? 'Energy.Active.Import.Register'))].sort();
}

/** ms between one moment and the next. */
export function gaps(timestamps: readonly string[]): number[] {
  const times = timestamps.map((timestamp) => Date.parse(timestamp));
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
