/** What the tests of smart charging share: profiles in each edition's words, and how a CSMS sees what came of them. */
import { expect } from 'vitest';
import type { World } from '../scenarios/world.ts';

type Fields = Readonly<Record<string, unknown>>;
/** `[startPeriod, limit]` */
export type Periods = readonly (readonly [startPeriod: number, limit: number])[];

/** Wall time of the world, shifted, as the wire has it. */
export function at(world: World, seconds = 0): string {
  return new Date(world.clock.wallMs() + seconds * 1000).toISOString();
}

export function schedule(periods: Periods, more: Fields = {}): Fields {
  return { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit, numberPhases: 3 })), ...more };
}

/** 2.0.1: a TxDefaultProfile from now on, unless told otherwise. */
export function profile(world: World, id: number, periods: Periods, more: Fields = {}, scheduleMore: Fields = {}): Fields {
  const relative = more['chargingProfileKind'] === 'Relative';
  return {
    id, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute',
    chargingSchedule: [schedule(periods, { ...(relative ? {} : { startSchedule: at(world) }), ...scheduleMore })], ...more,
  };
}

export async function setProfile(world: World, evseId: number, chargingProfile: Fields): Promise<Fields> {
  return world.ask('SetChargingProfile', { evseId, chargingProfile });
}

/** Installed, or the test fails. */
export async function install(world: World, evseId: number, chargingProfile: Fields): Promise<Fields> {
  expect(await setProfile(world, evseId, chargingProfile)).toEqual({ status: 'Accepted' });
  return chargingProfile;
}

export interface Composite {
  readonly status: string;
  readonly schedule: {
    readonly evseId: number; readonly duration: number; readonly scheduleStart: string; readonly chargingRateUnit: string;
    readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number; readonly numberPhases?: number; readonly phaseToUse?: number }[];
  };
}

export async function composite(world: World, evseId: number, duration: number, chargingRateUnit = 'A'): Promise<Composite> {
  const answer = await world.ask('GetCompositeSchedule', { evseId, duration, chargingRateUnit });
  expect(answer).toMatchObject({ status: 'Accepted', schedule: { evseId, duration, chargingRateUnit } });
  return answer as unknown as Composite;
}

/** `[moment in wall ms, limit]`: free of when exactly it was asked. */
export function moments({ schedule: { scheduleStart, chargingSchedulePeriod } }: Composite): [number, number][] {
  return chargingSchedulePeriod.map(({ startPeriod, limit }) => [Date.parse(scheduleStart) + startPeriod * 1000, limit]);
}

/** GetChargingProfiles, and the reports that follow it. */
export async function report(world: World, requestId: number, chargingProfile: Fields, evseId?: number): Promise<{ status: unknown; parts: Fields[]; profiles: Fields[] }> {
  const before = world.csms.of('ReportChargingProfiles').length;
  const { status } = await world.ask('GetChargingProfiles', { requestId, chargingProfile, ...(evseId === undefined ? {} : { evseId }) });
  await world.seconds(1);
  const parts = world.csms.of('ReportChargingProfiles').slice(before);
  expect(parts.every((part) => part['requestId'] === requestId)).toBe(true);
  return { status, parts, profiles: parts.flatMap((part) => part['chargingProfile'] as Fields[]) };
}

/** What the car draws, per phase. */
export function drawnA(world: World, evseId = 1): number {
  return Math.max(0, ...(world.agent.snapshot().evses[evseId - 1]?.currentA ?? []));
}

export function transactionId(world: World, evseId = 1): string {
  return world.state.evses[evseId - 1]?.transaction?.id ?? '';
}
