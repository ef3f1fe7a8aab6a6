/** ReportChargingProfiles: one message per source and place, none too long (K09.FR.01, FR.02). Pure. */
import type { ChargingProfilesReport } from '../reports.ts';
import type { InstalledProfile } from './profile.ts';

const PROFILES_PER_MESSAGE = 10;

export function reportParts(requestId: number, entries: readonly InstalledProfile[]): ChargingProfilesReport[] {
  const groups = new Map<string, InstalledProfile[]>();
  for (const entry of entries) {
    const key = `${entry.source} ${entry.evseId}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const parts = [...groups.values()].flatMap((group) => Array.from({ length: Math.ceil(group.length / PROFILES_PER_MESSAGE) }, (_, index) =>
    group.slice(index * PROFILES_PER_MESSAGE, (index + 1) * PROFILES_PER_MESSAGE)));
  return parts.map((part, index) => ({
    kind: 'chargingProfiles', requestId, source: part[0]?.source ?? 'CSO', evseId: part[0]?.evseId ?? 0, tbc: index < parts.length - 1,
    profiles: part.map(({ profile }) => profile),
  }));
}
