/** What the technician's pages show of sessions, limits and lists. Tokens are masked here. */
import { KerbsideError } from '../base/errors.ts';
import { maskToken } from '../base/log.ts';
import type { LimitsView, ListsView, ProfileLine, SessionLine } from '../link/technician.ts';
import { nameOf } from '../station/device-model/names.ts';
import type { InstalledProfile } from '../station/smart-charging/profile.ts';
import type { Station } from '../station/station.ts';
import type { IdToken } from '../station/types.ts';

const LONGEST_S = 7 * 24 * 3600;

export function sessionLines(station: Station): SessionLine[] {
  const running = station.evses.flatMap(({ id, record, hardware }): SessionLine[] => {
    const { transaction } = record;
    return transaction === null ? [] : [{
      transactionId: transaction.id, evseId: id, running: true, token: masked(transaction.idToken), startedMs: transaction.startedAt.wallMs, endedMs: null,
      startWh: transaction.startWh, endWh: hardware?.meter.energyImportWh ?? transaction.startWh, cost: transaction.cost,
      state: transaction.chargingState, offline: false, signed: hardware?.meter.signed !== undefined,
    }];
  });
  const ended = station.history.all().map((entry): SessionLine => ({
    transactionId: entry.transactionId, evseId: entry.evseId, running: false, token: masked(entry.idToken ?? null),
    startedMs: entry.startedMs, endedMs: entry.endedMs, startWh: entry.startWh, endWh: entry.endWh, cost: entry.cost ?? entry.soFar ?? null,
    state: entry.stoppedReason, offline: entry.offline, signed: entry.signed !== undefined,
  }));
  return [...running, ...ended.reverse()];
}

/**
 * @param durationS at most a week
 * @throws KerbsideError `UnknownEvse` | `BadDuration`
 */
export function limitsView(station: Station, evseId: number, durationS: number): LimitsView {
  if (!(durationS > 0 && durationS <= LONGEST_S)) throw new KerbsideError('BadDuration', `${durationS} s is no time to look ahead`);
  const answer = station.smartCharging.compositeSchedule(evseId, durationS);
  if (answer.status === 'Rejected') throw new KerbsideError('UnknownEvse', answer.reason.reasonCode, 'There is no schedule for that outlet.');
  const { schedule } = answer;
  return {
    evseId, unit: schedule.unit, startMs: schedule.startMs, durationS: schedule.durationS,
    periods: schedule.periods.map(({ startS, limit, numberPhases }) => ({ startS, limit, phases: numberPhases })),
    profiles: station.smartCharging.profiles.filter((entry) => entry.evseId === 0 || entry.evseId === evseId).map(profileLine),
  };
}

export function listsView(station: Station, version: string): ListsView {
  const { localList, cache, reservation, display, monitoring, certificates, firmware } = station;
  return {
    localList: { version: localList.version(), entries: localList.all().map(({ idToken, info }) => ({ token: maskToken(idToken), status: info?.status ?? 'Unknown' })) },
    cacheEntries: cache.size,
    reservations: reservation.all().map(({ id, evseId, connectorType, idToken, expiryMs }) => ({
      id, evseId: evseId ?? null, connectorType: connectorType ?? null, token: maskToken(idToken), expiryMs,
    })),
    messages: display.all.map(({ id, priority, state, endMs, message }) => ({
      id, priority, state: state ?? null, format: message.format, language: message.language ?? null, text: message.content, endMs: endMs ?? null,
    })),
    monitors: monitoring.monitors.map(({ id, origin, component, variable, type, value, severity }) => ({
      id, origin, variable: nameOf(component, variable), type, value, severity,
    })),
    certificates: certificates.overview,
    firmware: { version, status: firmware.lastStatus ?? 'Idle' },
  };
}

/** Its first schedule: what a technician looks for is whether the profile is there at all. */
function profileLine({ evseId, source, profile }: InstalledProfile): ProfileLine {
  const [schedule] = profile.schedules;
  return {
    id: profile.id, evseId, source, purpose: profile.purpose, stackLevel: profile.stackLevel,
    kind: profile.recurrency === undefined ? profile.kind : `${profile.kind}, ${profile.recurrency}`,
    validFromMs: profile.validFromMs ?? null, validToMs: profile.validToMs ?? null, transactionId: profile.transactionId ?? null,
    unit: schedule?.unit ?? 'A', periods: schedule?.periods.map(({ startS, limit }) => ({ startS, limit })) ?? [],
  };
}

function masked(token: IdToken | null): string | null {
  return token === null ? null : maskToken(token);
}
