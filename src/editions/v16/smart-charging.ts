/** Sections 3.13, 5.5, 5.7 and 5.16: charging profiles. */
import type {
  ClearChargingProfileRequest, ClearChargingProfileResponse, GetCompositeScheduleRequest, GetCompositeScheduleResponse, SetChargingProfileRequest,
  SetChargingProfileResponse,
} from '../../ocpp/v16/index.ts';
import { CallFault } from '../../ocpp/rpc/call-fault.ts';
import type { BridgeContext } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { ChargingProfile, ProfilePurpose, SetRules, SmartChargingApi } from '../../station/smart-charging/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { fromConnectorId } from './connectors.ts';
import { ownTransactionId } from './transactions.ts';

export type WireProfile = SetChargingProfileRequest['csChargingProfiles'];

/** Section 3.13.2: a profile of the same purpose and level replaces the one before. */
const RULES: SetRules = { onDuplicate: 'replace', transactionIdOptional: true };

export const smartChargingHandlers: BlockHandlers = (context) => [
  ['SetChargingProfile', on((request: SetChargingProfileRequest) => setChargingProfile(context, request))],
  ['ClearChargingProfile', on((request: ClearChargingProfileRequest) => clearChargingProfile(context, request))],
  ['GetCompositeSchedule', on((request: GetCompositeScheduleRequest) => getCompositeSchedule(context, request))],
];

/** Errata 3.39. @throws CallFault `NotSupported` */
function supported({ smartCharging }: StationApi): SmartChargingApi {
  if (!smartCharging.enabled) throw new CallFault('NotSupported', 'smart charging is switched off');
  return smartCharging;
}

/** Connector 0 is the station. Null: no such connector. */
function evseOf(station: StationApi, connectorId: number): number | null {
  return connectorId === 0 ? 0 : fromConnectorId(station, connectorId)?.evseId ?? null;
}

async function setChargingProfile(context: BridgeContext, { connectorId, csChargingProfiles }: SetChargingProfileRequest): Promise<SetChargingProfileResponse> {
  const smartCharging = supported(context.station);
  const evseId = evseOf(context.station, connectorId);
  if (evseId === null) throw new CallFault('PropertyConstraintViolation', `there is no connector ${connectorId}`); // errata 3.39
  const { transactionId, chargingProfilePurpose } = csChargingProfiles;
  const named = chargingProfilePurpose === 'TxProfile' && transactionId !== undefined;
  const own = named ? ownTransactionId(context, transactionId) : undefined;
  if (named && own === undefined) return { status: 'Rejected' };
  const { status } = await smartCharging.setProfile(evseId, { ...fromProfile(csChargingProfiles, context.nowMs()), ...(own === undefined ? {} : { transactionId: own }) }, RULES);
  return { status };
}

/** Errata 3.25, 3.26: an id decides alone; otherwise all that is given must hold; nothing given means all. */
async function clearChargingProfile(
  { station }: BridgeContext, { id, connectorId, chargingProfilePurpose, stackLevel }: ClearChargingProfileRequest,
): Promise<ClearChargingProfileResponse> {
  const smartCharging = supported(station);
  if (id !== undefined) return { status: await smartCharging.clearProfiles({ ids: [id] }) };
  const evseId = connectorId === undefined ? undefined : evseOf(station, connectorId);
  if (evseId === null) return { status: 'Unknown' };
  return { status: await smartCharging.clearProfiles({
    ...(evseId === undefined ? {} : { evseId }),
    ...(chargingProfilePurpose === undefined ? {} : { purpose: PURPOSES[chargingProfilePurpose] }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
  }) };
}

/** Errata 3.57: scheduleStart says when it begins, so startSchedule is left out. */
function getCompositeSchedule({ station }: BridgeContext, { connectorId, duration, chargingRateUnit }: GetCompositeScheduleRequest): GetCompositeScheduleResponse {
  const smartCharging = supported(station);
  const evseId = evseOf(station, connectorId);
  if (evseId === null) return { status: 'Rejected' };
  const answer = smartCharging.compositeSchedule(evseId, duration, chargingRateUnit);
  if (answer.status === 'Rejected') return { status: 'Rejected' };
  const { schedule } = answer;
  return {
    status: 'Accepted',
    connectorId,
    scheduleStart: new Date(schedule.startMs).toISOString(),
    chargingSchedule: {
      duration: schedule.durationS,
      chargingRateUnit: schedule.unit,
      chargingSchedulePeriod: schedule.periods.map(({ startS, limit, numberPhases }) => ({ startPeriod: startS, limit, numberPhases })),
      ...(schedule.minChargingRate === undefined ? {} : { minChargingRate: schedule.minChargingRate }),
    },
  };
}

const PURPOSES: Readonly<Record<WireProfile['chargingProfilePurpose'], ProfilePurpose>> = {
  ChargePointMaxProfile: 'ChargingStationMaxProfile', TxDefaultProfile: 'TxDefaultProfile', TxProfile: 'TxProfile',
};

/**
 * Without the transaction's number, which isn't ours. Section 7.13: a schedule without startSchedule is relative to the
 * start of charging, whatever its kind says; errata 3.56: recurrencyKind means something for Recurring only.
 */
export function fromProfile(profile: WireProfile, nowMs: number): ChargingProfile {
  const { chargingProfileKind, recurrencyKind, validFrom, validTo, chargingSchedule: schedule } = profile;
  const startMs = schedule.startSchedule === undefined ? undefined : Date.parse(schedule.startSchedule);
  const ofStation = profile.chargingProfilePurpose === 'ChargePointMaxProfile'; // has no start of charging: it counts from now
  const kind = chargingProfileKind === 'Recurring' ? 'Recurring'
    : ofStation ? 'Absolute' : startMs === undefined ? 'Relative' : chargingProfileKind;
  return {
    id: profile.chargingProfileId,
    stackLevel: profile.stackLevel,
    purpose: PURPOSES[profile.chargingProfilePurpose],
    kind,
    ...(kind !== 'Recurring' || recurrencyKind === undefined ? {} : { recurrency: recurrencyKind }),
    ...(validFrom === undefined ? {} : { validFromMs: Date.parse(validFrom) }),
    ...(validTo === undefined ? {} : { validToMs: Date.parse(validTo) }),
    schedules: [{
      id: 1,
      unit: schedule.chargingRateUnit,
      ...(kind === 'Relative' || (kind === 'Recurring' && startMs === undefined) ? {} : { startMs: startMs ?? nowMs }),
      ...(schedule.duration === undefined ? {} : { durationS: schedule.duration }),
      ...(schedule.minChargingRate === undefined ? {} : { minChargingRate: schedule.minChargingRate }),
      periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
        startS: startPeriod, limit, ...(numberPhases === undefined ? {} : { numberPhases }),
      })),
    }],
  };
}
