/**
 * B09: the network profiles in their slots, kept over restarts. Slot 1 is what set-up chose, until the CSMS fills it.
 * B10.FR.07: the profile that worked last is kept as it was, whatever its slot holds since: the way back.
 */
import { describeError } from '../../base/errors.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { NetworkProfile, ProvisioningApi, Reason } from '../api.ts';
import type { Journal } from '../journal.ts';
import { INTERFACES, PROFILE_SLOTS } from './slots.ts';

export type FilledSlot = NetworkProfile & { readonly slot: number };

const LAST_WORKING = 'lastWorkingProfile';

export class NetworkProfiles {
  private readonly slots = new Map<number, NetworkProfile>();
  private readonly ofCsms = new Set<number>();
  private working: FilledSlot | null = null;

  /** @param fromSetup slot 1, unless the CSMS has set it */
  constructor(
    private readonly store: Store, private readonly journal: Journal, fromSetup: NetworkProfile, private readonly currentSecurityProfile: () => number,
  ) {
    this.slots.set(1, fromSetup);
  }

  async load(): Promise<void> {
    for (const [key, value] of await this.store.entries('networkProfiles')) this.fill(Number(key), value as unknown as NetworkProfile);
    this.working = ((await this.store.get('meta', LAST_WORKING)) ?? null) as unknown as FilledSlot | null;
  }

  get(slot: number): NetworkProfile | undefined {
    return this.slots.get(slot);
  }

  all(): readonly FilledSlot[] {
    return [...this.slots].map(([slot, profile]) => ({ ...profile, slot })).sort((a, b) => a.slot - b.slot);
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
    if (JSON.stringify(this.working) === JSON.stringify(profile)) return;
    this.working = profile;
    this.journal.put('meta', LAST_WORKING, profile as unknown as Stored);
  }

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
    if (securityProfile < this.currentSecurityProfile()) return { reasonCode: 'NoSecurityDowngrade' }; // B09.FR.04
    if (securityProfile === 3) return invalid('security profile 3 needs the gateway');
    if (securityProfile === 2 && !/^wss:/i.test(csmsUrl)) return invalid('security profile 2 needs wss');
    return null;
  }
}
