/**
 * What each EVSE may give by all that the CSMS and the technician know to be in force: a second, much plainer account of
 * charging profiles than the station's own. Where two readings are possible, the looser one counts.
 */
import type { SimulatedWorld } from '../world.ts';

interface Installed {
  readonly purpose: 'max' | 'default' | 'tx';
  readonly evse: number;
  readonly level: number;
  readonly limitA: number;
  readonly untilMs: number;
  readonly transaction: string | null;
}

/** IEC 61851-1 leaves a car 5 s; the station and its meter need their second each. */
export const REACTION_MS = 8000;
const LEAST_A = 6;

export class Limits {
  private readonly installed = new Map<number, Installed>();
  /** Profiles of which it isn't known whether they are there. */
  private readonly uncertain = new Set<number>();
  /** The machine's clock was set: until it hears the CSMS again a station may take a profile for over. */
  clockSet = false;
  private siteA = Infinity;
  private nextId = 1;
  /** What was allowed at each look of the last seconds, loosest first wanted. */
  private readonly looks: { readonly atMs: number; readonly evsesA: ReadonlyMap<number, number>; readonly stationA: number }[] = [];

  constructor(private readonly world: SimulatedWorld) {}

  /** @param transaction the CSMS's name of what runs there, for `tx` */
  set(purpose: Installed['purpose'], evse: number, level: number, limitA: number, validS: number | undefined, transaction: string | number | null): void {
    const { csms, story } = this.world;
    const is16 = story.edition === 'ocpp1.6';
    const id = this.nextId++;
    const untilMs = validS === undefined ? Infinity : this.world.nowMs() + validS * 1000;
    const names = { max: is16 ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile', default: 'TxDefaultProfile', tx: 'TxProfile' };
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: limitA }] };
    const common = { stackLevel: level, chargingProfilePurpose: names[purpose], chargingProfileKind: 'Relative', ...(validS === undefined ? {} : { validTo: new Date(untilMs).toISOString() }) };
    if (purpose === 'max') common.chargingProfileKind = 'Absolute';
    const start = purpose === 'max' ? { startSchedule: new Date(this.world.nowMs() - 1000).toISOString() } : {};
    const answer = is16
      ? csms.call('SetChargingProfile', { connectorId: evse, csChargingProfiles: { chargingProfileId: id, ...common, ...(transaction === null ? {} : { transactionId: transaction }), chargingSchedule: { ...schedule, ...start } } })
      : csms.call('SetChargingProfile', { evseId: evse, chargingProfile: { id, ...common, ...(transaction === null ? {} : { transactionId: transaction }), chargingSchedule: [{ id: 1, ...schedule, ...start }] } });
    this.uncertain.add(id);
    const profile: Installed = { purpose, evse, level, limitA, untilMs, transaction: transaction === null ? null : String(transaction) };
    // 1.6 replaces those of the same purpose, level and connector: while it isn't answered both readings are possible.
    const replaced = is16 ? [...this.installed].filter(([, other]) => other.purpose === purpose && other.evse === evse && other.level === level).map(([key]) => key) : [];
    for (const key of replaced) this.installed.delete(key);
    void answer.then(({ status, error }) => {
      if (error === 'NoAnswer') return;
      this.uncertain.delete(id);
      if (status === 'Accepted') this.installed.set(id, profile);
    });
  }

  clear(): void {
    // From now until the next one is accepted, nothing counts for certain.
    this.installed.clear();
    void this.world.csms.call('ClearChargingProfile', this.world.story.edition === 'ocpp1.6' ? {} : { chargingProfileCriteria: { stackLevel: 0 } });
    if (this.world.story.edition !== 'ocpp1.6') void this.world.csms.call('ClearChargingProfile', { chargingProfileCriteria: { stackLevel: 1 } });
  }

  /** The technician's limit of the grid connection; Infinity: none. */
  site(limitA: number): void {
    this.siteA = limitA;
  }

  /** @param running the CSMS's name of the transaction of each EVSE, where one is known */
  look(evses: readonly number[], running: (evse: number) => string | null, hardwareA: number): void {
    const atMs = this.world.nowMs();
    const stationA = Math.min(this.siteA, loosest(this.valid(atMs).filter(({ purpose }) => purpose === 'max')));
    const evsesA = new Map(evses.map((evse) => [evse, Math.min(hardwareA, stationA, this.ofEvse(evse, running(evse), atMs))]));
    this.looks.push({ atMs, evsesA, stationA });
    while ((this.looks[0]?.atMs ?? atMs) < atMs - REACTION_MS) this.looks.shift();
  }

  /** The loosest of the last seconds. Below the least that a pilot can say it is nothing. */
  allowedA(evse: number): number {
    return usable(Math.max(...this.looks.map(({ evsesA }) => evsesA.get(evse) ?? Infinity)));
  }

  get stationAllowedA(): number {
    return Math.max(...this.looks.map(({ stationA }) => stationA));
  }

  private ofEvse(evse: number, transaction: string | null, atMs: number): number {
    const valid = this.valid(atMs);
    const own = valid.filter((profile) => profile.purpose === 'tx' && profile.evse === evse && profile.transaction === transaction);
    if (valid.some((profile) => profile.purpose === 'tx' && profile.evse === evse && profile.transaction !== transaction)) return Infinity; // it may be over
    if (own.length > 0) return loosest(own);
    const defaults = valid.filter(({ purpose, evse: at }) => purpose === 'default' && (at === 0 || at === evse));
    return defaults.length === 0 ? Infinity : Math.max(...defaults.map(({ limitA }) => limitA));
  }

  private valid(atMs: number): Installed[] {
    // A clock that is a little behind still applies it; one that is ahead doesn't any more.
    return [...this.installed.values()].filter(({ untilMs }) => atMs < untilMs - 15_000 && (untilMs === Infinity || !this.clockSet));
  }
}

/** Of one purpose the highest level counts; of several on one level the loosest reading. */
function loosest(profiles: readonly Installed[]): number {
  const level = Math.max(...profiles.map((profile) => profile.level));
  const top = profiles.filter((profile) => profile.level === level);
  return top.length === 0 ? Infinity : Math.max(...top.map(({ limitA }) => limitA));
}

function usable(limitA: number): number {
  return limitA < LEAST_A ? 0 : limitA;
}
