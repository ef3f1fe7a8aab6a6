/** A charging profile as the CSMS words it; a remote start may bring one, too. */
import type { ChargingProfileType } from '../../ocpp/v201/index.ts';
import type { Stored } from '../../platform/ports.ts';
import type { ChargingProfile, ChargingSchedule } from '../../station/smart-charging/api.ts';

export function fromProfile(profile: ChargingProfileType): ChargingProfile {
  return {
    id: profile.id,
    stackLevel: profile.stackLevel,
    purpose: profile.chargingProfilePurpose,
    kind: profile.chargingProfileKind,
    ...(profile.recurrencyKind === undefined ? {} : { recurrency: profile.recurrencyKind }),
    ...(profile.validFrom === undefined ? {} : { validFromMs: Date.parse(profile.validFrom) }),
    ...(profile.validTo === undefined ? {} : { validToMs: Date.parse(profile.validTo) }),
    ...(profile.transactionId === undefined ? {} : { transactionId: profile.transactionId }),
    schedules: profile.chargingSchedule.map((schedule): ChargingSchedule => ({
      id: schedule.id,
      unit: schedule.chargingRateUnit,
      ...(schedule.startSchedule === undefined ? {} : { startMs: Date.parse(schedule.startSchedule) }),
      ...(schedule.duration === undefined ? {} : { durationS: schedule.duration }),
      ...(schedule.minChargingRate === undefined ? {} : { minChargingRate: schedule.minChargingRate }),
      periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases, phaseToUse }) => ({
        startS: startPeriod, limit, ...(numberPhases === undefined ? {} : { numberPhases }), ...(phaseToUse === undefined ? {} : { phaseToUse }),
      })),
      ...(schedule.salesTariff === undefined ? {} : { salesTariff: schedule.salesTariff as unknown as Stored }),
    })),
  };
}
