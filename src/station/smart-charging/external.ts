/** Limits from outside OCPP (K11 to K13): kept like profiles, told to the CSMS where they matter. */
import { KerbsideError } from '../../base/errors.ts';
import type { Settings } from '../device-model/types.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StationTime } from '../time.ts';
import type { ExternalLimit } from './api.ts';
import type { ProfileBook } from './book.ts';
import { MAX_PERIODS } from './capacity.ts';
import { UNLIMITED, type Cap } from './cap.ts';
import type { InstalledProfile } from './profile.ts';
import { significant } from './significance.ts';
import { zip } from './steps.ts';
import { profileSteps } from './timeline.ts';

export interface ExternalDeps {
  readonly book: ProfileBook;
  readonly outbox: Outbox;
  readonly settings: Settings;
  readonly time: StationTime;
  readonly evseIds: readonly number[];
  readonly changed: () => void;
}

const COMPARED_MS = 24 * 3_600_000;

export class ExternalLimits {
  constructor(private readonly deps: ExternalDeps) {}

  /**
   * K11, K12. In place of what the same source said of the same place before.
   * @throws KerbsideError `ExternalControlOff` | `UnknownEvse` | `BadLimit`
   */
  set({ source, evseId = 0, gridCritical, schedule }: ExternalLimit): void {
    const { book, outbox, settings, time, evseIds, changed } = this.deps;
    if (!settings.boolean('SmartChargingCtrlr.ExternalControlSignalsEnabled', true)) {
      throw new KerbsideError('ExternalControlOff', 'SmartChargingCtrlr.ExternalControlSignalsEnabled is false', 'Limits from outside are switched off on this station.');
    }
    if (evseId !== 0 && !evseIds.includes(evseId)) throw new KerbsideError('UnknownEvse', `there is no EVSE ${evseId}`);
    const { periods } = schedule;
    const ascending = periods.every(({ startS }, index) => startS > (periods[index - 1]?.startS ?? -1));
    if (periods[0]?.startS !== 0 || !ascending || periods.length > MAX_PERIODS || periods.some(({ limit }) => !(limit >= 0))) {
      throw new KerbsideError('BadLimit', 'a limit needs ascending periods, the first at 0, none below 0', 'This limit can\'t be read.');
    }
    const nowMs = time.nowMs();
    const before = this.find(source, evseId);
    const entry: InstalledProfile = {
      evseId, source,
      profile: {
        id: before?.profile.id ?? Math.min(0, ...book.all.map(({ profile }) => profile.id)) - 1, // below 0: a CSMS counts upwards
        stackLevel: 0, purpose: 'ChargingStationExternalConstraints', kind: 'Absolute',
        schedules: [{ ...schedule, id: 1, startMs: schedule.startMs ?? nowMs }],
      },
    };
    book.put(entry);
    if (this.differs(before, entry, nowMs)) {
      outbox.add({
        kind: 'chargingLimit', source, evseId: evseId === 0 ? null : evseId, ...(gridCritical === undefined ? {} : { gridCritical }),
        ...(settings.boolean('SmartChargingCtrlr.NotifyChargingLimitWithSchedules', false) ? { schedules: entry.profile.schedules } : {}),
      });
    }
    changed();
  }

  /** K13. @throws KerbsideError `NoSuchLimit` */
  clear(source: ExternalLimit['source'], evseId = 0): void {
    const entry = this.find(source, evseId);
    if (entry === undefined) throw new KerbsideError('NoSuchLimit', `${source} limits nothing there`);
    this.release([entry]);
  }

  /** External control was switched off: nothing from outside limits any more. */
  clearAll(): void {
    this.release(this.deps.book.all.filter(({ source }) => source !== 'CSO'));
  }

  private release(entries: readonly InstalledProfile[]): void {
    if (entries.length === 0) return;
    this.deps.book.remove(entries);
    for (const { source, evseId } of entries) this.deps.outbox.add({ kind: 'chargingLimitCleared', source, evseId: evseId === 0 ? null : evseId });
    this.deps.changed();
  }

  private find(source: ExternalLimit['source'], evseId: number): InstalledProfile | undefined {
    return this.deps.book.all.find((entry) => entry.source === source && entry.evseId === evseId);
  }

  /** K11.FR.02, K12.FR.02: at some moment of the coming day it changes by more than LimitChangeSignificance. */
  private differs(before: InstalledProfile | undefined, after: InstalledProfile, fromMs: number): boolean {
    if (before === undefined) return true;
    const percent = this.deps.settings.number('SmartChargingCtrlr.LimitChangeSignificance', 0);
    const steps = (entry: InstalledProfile) => profileSteps(entry.profile, { fromMs, toMs: fromMs + COMPARED_MS }, fromMs);
    return zip(steps(before), steps(after), (old, now) => ({ old: old ?? UNLIMITED, now: now ?? UNLIMITED }))
      .some(({ value: { old, now } }) => differ(old, now, percent));
  }
}

function differ(old: Cap, now: Cap, percent: number): boolean {
  return significant(old.limitA, now.limitA, percent) || significant(old.limitW, now.limitW, percent);
}
