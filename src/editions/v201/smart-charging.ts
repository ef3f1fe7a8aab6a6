/** Block K: charging profiles and limits. */
import type {
  ChargingProfileType, ChargingScheduleType, ClearChargingProfileRequest, ClearChargingProfileResponse, ClearedChargingLimitRequest,
  GetChargingProfilesRequest, GetChargingProfilesResponse, GetCompositeScheduleRequest, GetCompositeScheduleResponse, NotifyChargingLimitRequest,
  ReportChargingProfilesRequest, SetChargingProfileRequest, SetChargingProfileResponse,
} from '../../ocpp/v201/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { IncomingAnswer } from '../../csms/edition.ts';
import type { ChargingLimitClearedReport, ChargingLimitReport, ChargingProfilesReport } from '../../station/reports.ts';
import type { ChargingProfile, ChargingSchedule, SetRules, SmartChargingApi } from '../../station/smart-charging/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromProfile } from './charging-profile.ts';
import { wireStatusInfo } from './wire.ts';

const RULES: SetRules = { onDuplicate: 'reject', transactionIdOptional: false };

export const smartChargingHandlers: BlockHandlers = ({ station }) => [
  ['SetChargingProfile', on((request: SetChargingProfileRequest) => setChargingProfile(supported(station.smartCharging), request))],
  ['ClearChargingProfile', on((request: ClearChargingProfileRequest) => clearChargingProfile(supported(station.smartCharging), request))],
  ['GetCompositeSchedule', on((request: GetCompositeScheduleRequest) => getCompositeSchedule(supported(station.smartCharging), request))],
  ['GetChargingProfiles', async (request: GetChargingProfilesRequest) => getChargingProfiles(supported(station.smartCharging), request)],
];

/** K01.FR.29. @throws CallFault `NotSupported` */
function supported(smartCharging: SmartChargingApi): SmartChargingApi {
  if (!smartCharging.enabled) throw new CallFault('NotSupported', 'smart charging is switched off');
  return smartCharging;
}

/** K01. */
async function setChargingProfile(smartCharging: SmartChargingApi, { evseId, chargingProfile }: SetChargingProfileRequest): Promise<SetChargingProfileResponse> {
  const { status, reason } = await smartCharging.setProfile(evseId, fromProfile(chargingProfile), RULES);
  return { status, ...wireStatusInfo(reason) };
}

/** K10.FR.03: an id decides alone. */
async function clearChargingProfile(
  smartCharging: SmartChargingApi, { chargingProfileId, chargingProfileCriteria = {} }: ClearChargingProfileRequest,
): Promise<ClearChargingProfileResponse> {
  const { evseId, chargingProfilePurpose, stackLevel } = chargingProfileCriteria;
  return { status: await smartCharging.clearProfiles(chargingProfileId !== undefined ? { ids: [chargingProfileId] } : {
    ...(evseId === undefined ? {} : { evseId }),
    ...(chargingProfilePurpose === undefined ? {} : { purpose: chargingProfilePurpose }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
  }) };
}

/** K08. */
function getCompositeSchedule(smartCharging: SmartChargingApi, { evseId, duration, chargingRateUnit }: GetCompositeScheduleRequest): GetCompositeScheduleResponse {
  const answer = smartCharging.compositeSchedule(evseId, duration, chargingRateUnit);
  if (answer.status === 'Rejected') return { status: 'Rejected', ...wireStatusInfo(answer.reason) };
  const { schedule } = answer;
  return {
    status: 'Accepted',
    schedule: {
      evseId: schedule.evseId, duration: schedule.durationS, scheduleStart: iso(schedule.startMs), chargingRateUnit: schedule.unit,
      chargingSchedulePeriod: wirePeriods(schedule.periods),
    },
  };
}

/** K09: the answer goes first, then the report. */
function getChargingProfiles(smartCharging: SmartChargingApi, { requestId, evseId, chargingProfile }: GetChargingProfilesRequest): IncomingAnswer {
  const { chargingProfileId, chargingLimitSource, chargingProfilePurpose, stackLevel } = chargingProfile;
  const { status, send } = smartCharging.reportProfiles(requestId, {
    ...(evseId === undefined ? {} : { evseId }),
    ...(chargingProfileId === undefined ? {} : { ids: chargingProfileId }),
    ...(chargingLimitSource === undefined ? {} : { sources: chargingLimitSource }),
    ...(chargingProfilePurpose === undefined ? {} : { purpose: chargingProfilePurpose }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
  });
  const payload: GetChargingProfilesResponse = { status };
  return { payload, ...(send === undefined ? {} : { afterwards: send }) };
}

export function reportChargingProfiles({ requestId, source, evseId, tbc, profiles }: ChargingProfilesReport): ReportChargingProfilesRequest {
  return { requestId, chargingLimitSource: source, evseId, tbc, chargingProfile: profiles.map(wireProfile) };
}

/** K11, K12. */
export function notifyChargingLimit({ source, evseId, gridCritical, schedules }: ChargingLimitReport): NotifyChargingLimitRequest {
  return {
    chargingLimit: { chargingLimitSource: source, ...(gridCritical === undefined ? {} : { isGridCritical: gridCritical }) },
    ...(evseId === null ? {} : { evseId }),
    ...(schedules === undefined ? {} : { chargingSchedule: schedules.map(wireSchedule) }),
  };
}

/** K13. */
export function clearedChargingLimit({ source, evseId }: ChargingLimitClearedReport): ClearedChargingLimitRequest {
  return { chargingLimitSource: source, ...(evseId === null ? {} : { evseId }) };
}

function wireProfile(profile: ChargingProfile): ChargingProfileType {
  return {
    id: profile.id,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    ...(profile.recurrency === undefined ? {} : { recurrencyKind: profile.recurrency }),
    ...(profile.validFromMs === undefined ? {} : { validFrom: iso(profile.validFromMs) }),
    ...(profile.validToMs === undefined ? {} : { validTo: iso(profile.validToMs) }),
    ...(profile.transactionId === undefined ? {} : { transactionId: profile.transactionId }),
    chargingSchedule: profile.schedules.map(wireSchedule),
  };
}

function wireSchedule(schedule: ChargingSchedule): ChargingScheduleType {
  return {
    id: schedule.id,
    ...(schedule.startMs === undefined ? {} : { startSchedule: iso(schedule.startMs) }),
    ...(schedule.durationS === undefined ? {} : { duration: schedule.durationS }),
    chargingRateUnit: schedule.unit,
    chargingSchedulePeriod: wirePeriods(schedule.periods),
    ...(schedule.minChargingRate === undefined ? {} : { minChargingRate: schedule.minChargingRate }),
    ...(schedule.salesTariff === undefined ? {} : { salesTariff: schedule.salesTariff as unknown as NonNullable<ChargingScheduleType['salesTariff']> }),
  };
}

function wirePeriods(periods: ChargingSchedule['periods']): ChargingScheduleType['chargingSchedulePeriod'] {
  return periods.map(({ startS, limit, numberPhases, phaseToUse }) => ({
    startPeriod: startS, limit, ...(numberPhases === undefined ? {} : { numberPhases }), ...(phaseToUse === undefined ? {} : { phaseToUse }),
  }));
}

function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
