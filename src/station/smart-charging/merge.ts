/** All profiles that concern an EVSE, or the station, as one (section K 3.5, SC.01, K08.FR.04; 1.6 section 3.13.3). Pure. */
import { lowest, UNLIMITED, type Cap } from './cap.ts';
import type { InstalledProfile, ProfilePurpose } from './profile.ts';
import { constant, fold, overlay, zip, type Steps } from './steps.ts';
import { profileSteps, type Window } from './timeline.ts';

export interface MergeInput {
  readonly installed: readonly InstalledProfile[];
  readonly window: Window;
  /** 1.6: a TxDefaultProfile of a connector replaces those of connector 0 there, whatever their levels. */
  readonly specificOverrules: boolean;
  /** Profiles of the CSMS don't count (SmartChargingCtrlr.Enabled is false). */
  readonly externalOnly: boolean;
}

export interface EvseMergeInput extends MergeInput {
  readonly evseId: number;
  /** Whose TxProfiles count; null: as if a transaction with the defaults ran (K08.FR.06). */
  readonly transactionId: string | null;
  /** Wall ms that Relative profiles count from. */
  readonly zeroMs: number;
  /** Which of up to three schedules (K15.FR.22). */
  readonly tuple?: number;
}

/** What profiles leave to an EVSE, without what the station as a whole is limited to. */
export function evseCaps(input: EvseMergeInput): Steps<Cap> {
  const { installed, window, evseId, transactionId, zeroMs, specificOverrules, externalOnly, tuple } = input;
  const nothing: Steps<Cap | null> = constant(window.fromMs, null);
  const steps = (entry: InstalledProfile): Steps<Cap | null> => profileSteps(entry.profile, window, zeroMs, tuple);
  // The higher stack level where it has a period, else the next (K01.FR.17, FR.13).
  const leading = (purpose: ProfilePurpose, where: (entry: InstalledProfile) => boolean): Steps<Cap | null> => fold(
    installed.filter((entry) => entry.profile.purpose === purpose && where(entry)).sort(byPrecedence).map(steps), overlay, nothing);
  const external = minimum(installed.filter((entry) => isExternal(entry) && entry.evseId === evseId), steps, window);
  if (externalOnly) return external;
  const own = leading('TxDefaultProfile', (entry) => entry.evseId === evseId);
  const defaults = specificOverrules ? overlay(own, leading('TxDefaultProfile', (entry) => entry.evseId === 0))
    : leading('TxDefaultProfile', (entry) => entry.evseId === evseId || entry.evseId === 0);
  const transaction = transactionId === null ? nothing
    : leading('TxProfile', (entry) => entry.evseId === evseId && entry.profile.transactionId === transactionId);
  // K02.FR.04, FR.08: the transaction's profile replaces the default while it has a period.
  return zip(overlay(transaction, defaults), external, (cap, limit) => lowest(cap ?? UNLIMITED, limit));
}

/** What all EVSEs together may take: ChargingStationMaxProfile and what outside systems say of the grid connection (K04, K12). */
export function stationCaps({ installed, window, externalOnly }: MergeInput): Steps<Cap> {
  // A Relative limit of the whole station has nothing to count from (K01.FR.38).
  const steps = (entry: InstalledProfile): Steps<Cap | null> => profileSteps(entry.profile, window, window.fromMs);
  const external = minimum(installed.filter((entry) => isExternal(entry) && entry.evseId === 0), steps, window);
  if (externalOnly) return external;
  const max = fold(installed.filter(({ profile }) => profile.purpose === 'ChargingStationMaxProfile').sort(byPrecedence).map(steps),
    overlay, constant<Cap | null>(window.fromMs, null));
  return zip(max, external, (cap, limit) => lowest(cap ?? UNLIMITED, limit));
}

/** Outside systems don't know each other: every one's limit holds. */
function minimum(entries: readonly InstalledProfile[], steps: (entry: InstalledProfile) => Steps<Cap | null>, { fromMs }: Window): Steps<Cap> {
  const each = entries.map((entry) => zip(steps(entry), constant(fromMs, null), (cap): Cap => cap ?? UNLIMITED));
  return fold(each, (a, b) => zip(a, b, lowest), constant(fromMs, UNLIMITED));
}

function isExternal({ profile }: InstalledProfile): boolean {
  return profile.purpose === 'ChargingStationExternalConstraints';
}

/** Higher levels first; at one level the EVSE's own before the station's. */
function byPrecedence(a: InstalledProfile, b: InstalledProfile): number {
  return b.profile.stackLevel - a.profile.stackLevel || b.evseId - a.evseId;
}
