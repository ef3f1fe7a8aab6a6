/** Composite schedules of one EVSE over a day, as GetCompositeSchedule makes them (K08). */
import { UNLIMITED } from '../../src/station/smart-charging/cap.ts';
import { evseRates, toSchedule } from '../../src/station/smart-charging/composite.ts';
import { evseCaps, stationCaps } from '../../src/station/smart-charging/merge.ts';
import type { ChargingProfile, InstalledProfile } from '../../src/station/smart-charging/profile.ts';
import { serve } from './serve.ts';

export interface CompositeQuestion { readonly profiles: number; readonly periods: number; readonly rounds: number }
export interface CompositeAnswer { readonly wallMs: readonly number[]; readonly told: number }

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const DAY_MS = 86_400_000;
const SUPPLY = { nominalVoltageV: 230, phases: 3 };

serve<CompositeQuestion>(async ({ profiles, periods, rounds }): Promise<CompositeAnswer> => {
  const installed = Array.from({ length: profiles }, (_, index) => profile(index, periods));
  const wallMs: number[] = [];
  let told = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    told = composite(installed, NOW_MS + round * 61_000);
    wallMs.push(performance.now() - start);
  }
  return { wallMs, told };
});

function composite(installed: readonly InstalledProfile[], fromMs: number): number {
  const window = { fromMs, toMs: fromMs + DAY_MS };
  const input = { installed, window, evseId: 1, transactionId: 'tx', zeroMs: NOW_MS, specificOverrules: false, externalOnly: false };
  const rates = evseRates(evseCaps(input), stationCaps(input), { ...UNLIMITED, limitA: 32 }, 'W', SUPPLY);
  return toSchedule(rates, window, 1, 'W', 1024).periods.length;
}

/** Every purpose and kind; each leaves gaps, so that lower levels show through. */
function profile(index: number, count: number): InstalledProfile {
  const purpose = (['TxDefaultProfile', 'TxProfile', 'ChargingStationMaxProfile', 'ChargingStationExternalConstraints'] as const)[index % 4] ?? 'TxDefaultProfile';
  const kind: ChargingProfile['kind'] = index % 3 === 0 ? 'Recurring' : 'Absolute';
  const gapS = Math.max(1, Math.floor(70_000 / count));
  return {
    evseId: purpose === 'ChargingStationMaxProfile' ? 0 : index % 2 === 0 ? 1 : purpose === 'TxProfile' ? 1 : 0,
    source: purpose === 'ChargingStationExternalConstraints' ? 'EMS' : 'CSO',
    profile: {
      id: index + 1, stackLevel: index, purpose, kind, ...(kind === 'Recurring' ? { recurrency: 'Daily' as const } : {}),
      ...(purpose === 'TxProfile' ? { transactionId: 'tx' } : {}),
      schedules: [{
        id: 1, unit: index % 2 === 0 ? 'A' : 'W', startMs: NOW_MS - index * 137_000, durationS: gapS * count,
        periods: Array.from({ length: count }, (_, period) => ({ startS: period * gapS, limit: (index % 2 === 0 ? 6 : 4000) + ((index * 7 + period * 13) % 20) * (index % 2 === 0 ? 1 : 690) })),
      }],
    },
  };
}
