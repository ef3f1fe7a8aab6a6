/**
 * B09: the network profiles in their slots, kept over restarts. Slot 1 is what set-up chose, until the CSMS fills it; a
 * set-up that chooses anew empties it first (`assembly/take-setup.ts`).
 * B10.FR.07: the profile that worked last is kept as it was, whatever its slot holds since: the way back.
 */
import { describeError } from '../../base/errors.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { NetworkProfile, ProvisioningApi, Reason } from '../api.ts';
import type { Journal } from '../journal.ts';
import { INTERFACES, PROFILE_SLOTS } from './slots.ts';

export type FilledSlot = NetworkProfile & { readonly slot: number };

export const SETUP_SLOT = 1;
/** Of `meta`. */
export const LAST_WORKING = 'lastWorkingProfile';

/** In the place of what set-up chose, so that it doesn't come back by itself. */
const REMOVED = { removed: true } as const;

export class NetworkProfiles {
  private readonly slots = new Map<number, NetworkProfile>();
  private readonly ofCsms = new Set<number>();
  private working: FilledSlot | null = null;
  /** Tried instead of what its slot holds; kept once it has worked, forgotten once anything else has. */
  private trial: FilledSlot | null = null;

  /** @param fromSetup slot 1, unless the CSMS has set it */
  constructor(private readonly store: Store, private readonly journal: Journal, fromSetup: NetworkProfile) {
    this.slots.set(SETUP_SLOT, fromSetup);
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.store.entries('networkProfiles')) this.restore(Number(key), value);
    this.working = ((await this.store.get('meta', LAST_WORKING)) ?? null) as unknown as FilledSlot | null;
  }

  get(slot: number): NetworkProfile | undefined {
    return this.slots.get(slot);
  }

  all(): readonly FilledSlot[] {
    return [...this.slots].map(([slot, profile]) => (this.trial?.slot === slot ? this.trial : { ...profile, slot })).sort((a, b) => a.slot - b.slot);
  }

  /** Null: none has worked yet. */
  get lastWorking(): FilledSlot | null {
    return this.working;
  }

  /** How long an answer may take there, in s, if the CSMS has said so; null: it left that to us. */
  messageTimeoutS(slot: number): number | null {
    return this.ofCsms.has(slot) ? (this.slots.get(slot)?.messageTimeoutS ?? null) : null;
  }

  /** A connection stands with this profile. */
  worked({ slot, csmsUrl, securityProfile, messageTimeoutS, ocppInterface }: FilledSlot): void {
    const profile: FilledSlot = { slot, csmsUrl, securityProfile, messageTimeoutS, ocppInterface };
    if (this.trial !== null) {
      if (this.trial.slot === slot && this.trial.csmsUrl === csmsUrl && this.trial.securityProfile === securityProfile) this.keep(profile);
      this.trial = null;
    }
    if (JSON.stringify(this.working) === JSON.stringify(profile)) return;
    this.working = profile;
    this.journal.put('meta', LAST_WORKING, profile as unknown as Stored);
  }

  /** Who decides on security profiles (A05); until it is set everything goes. */
  judge: (profile: NetworkProfile['securityProfile']) => Reason | null = () => null;

  /** B09.FR.01 to FR.05. Resolves when the profile is on disk. */
  async set(slot: number, profile: NetworkProfile): ReturnType<ProvisioningApi['setNetworkProfile']> {
    const reason = this.refusal(slot, profile);
    if (reason !== null) return { status: 'Rejected', reason };
    try {
      await this.store.commit([{ op: 'put', collection: 'networkProfiles', key: String(slot), value: profile as unknown as Stored }]);
    } catch (error) {
      return { status: 'Failed', reason: { reasonCode: 'OutOfStorage', additionalInfo: describeError(error) } }; // B09.FR.03
    }
    this.fill(slot, profile);
    return { status: 'Accepted' };
  }

  /** From the next attempt on; the way back is the profile that worked last (security whitepaper, A05). */
  try(profile: FilledSlot): void {
    this.trial = profile;
  }

  /** A05.FR.06: empties the slots with a lower security profile, and tells which. */
  removeBelow(securityProfile: number): number[] {
    const removed = [...this.slots].filter(([, profile]) => profile.securityProfile < securityProfile).map(([slot]) => slot);
    for (const slot of removed) {
      this.slots.delete(slot);
      this.ofCsms.delete(slot);
      if (slot === SETUP_SLOT) this.journal.put('networkProfiles', String(slot), REMOVED);
      else this.journal.delete('networkProfiles', String(slot));
    }
    return removed;
  }

  private restore(slot: number, value: Stored): void {
    if ((value as Partial<typeof REMOVED>).removed === true) this.slots.delete(slot);
    else this.fill(slot, value as unknown as NetworkProfile);
  }

  private keep({ slot, ...profile }: FilledSlot): void {
    this.fill(slot, profile);
    this.journal.put('networkProfiles', String(slot), profile as unknown as Stored);
  }

  private fill(slot: number, profile: NetworkProfile): void {
    this.slots.set(slot, profile);
    this.ofCsms.add(slot);
  }

  private refusal(slot: number, { csmsUrl, securityProfile, messageTimeoutS, ocppInterface }: NetworkProfile): Reason | null {
    const invalid = (additionalInfo: string): Reason => ({ reasonCode: 'InvalidNetworkConf', additionalInfo });
    if (!(PROFILE_SLOTS as readonly string[]).includes(String(slot))) {
      return { reasonCode: 'InvalidConfSlot', additionalInfo: `slots are ${PROFILE_SLOTS.join(', ')}` }; // B09.FR.05
    }
    if (!/^wss?:\/\/[^\s@]+$/i.test(csmsUrl) || !URL.canParse(csmsUrl)) return { reasonCode: 'InvalidURL' };
    if (messageTimeoutS < 1) return invalid('messageTimeout is at least 1 s');
    if (!(INTERFACES as readonly string[]).includes(ocppInterface)) return invalid(`ocppInterface is one of ${INTERFACES.join(', ')}`);
    if (securityProfile >= 2 && !/^wss:/i.test(csmsUrl)) return invalid(`security profile ${securityProfile} needs wss`);
    return this.judge(securityProfile);
  }
}
