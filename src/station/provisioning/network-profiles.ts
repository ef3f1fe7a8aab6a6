/** B09: the network profiles in their slots, kept over restarts. Slot 1 is what set-up chose. */
import type { Store, Stored } from '../../platform/ports.ts';
import type { NetworkProfile, ProvisioningApi } from '../api.ts';
import type { Journal } from '../journal.ts';

/** B09.FR.06 asks for two at least. */
export const PROFILE_SLOTS = [1, 2, 3] as const;

export class NetworkProfiles {
  private slots = new Map<number, NetworkProfile>();

  /** @param fromSetup slot 1, unless the CSMS has set it */
  constructor(private readonly journal: Journal, fromSetup: NetworkProfile, private readonly currentSecurityProfile: () => number) {
    this.slots.set(1, fromSetup);
  }

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('networkProfiles')) {
      this.slots.set(Number(key), value as unknown as NetworkProfile);
    }
  }

  get(slot: number): NetworkProfile | undefined {
    return this.slots.get(slot);
  }

  all(): readonly (NetworkProfile & { readonly slot: number })[] {
    return [...this.slots].map(([slot, profile]) => ({ ...profile, slot })).sort((a, b) => a.slot - b.slot);
  }

  /** B09.FR.01 to FR.05. Resolves when the profile is on disk. */
  async set(slot: number, profile: NetworkProfile): ReturnType<ProvisioningApi['setNetworkProfile']> {
    if (!PROFILE_SLOTS.includes(slot as (typeof PROFILE_SLOTS)[number])) {
      return { status: 'Rejected', reason: { reasonCode: 'InvalidConfSlot', additionalInfo: `slots are ${PROFILE_SLOTS.join(', ')}` } };
    }
    if (!/^wss?:\/\/[^\s@]+$/i.test(profile.csmsUrl)) return { status: 'Rejected', reason: { reasonCode: 'InvalidURL' } };
    if (profile.securityProfile < this.currentSecurityProfile()) {
      return { status: 'Rejected', reason: { reasonCode: 'NoSecurityDowngrade' } }; // B09.FR.04
    }
    if (profile.securityProfile === 3) {
      return { status: 'Rejected', reason: { reasonCode: 'InvalidNetworkConf', additionalInfo: 'security profile 3 needs the gateway' } };
    }
    if (profile.securityProfile === 2 && !/^wss:/i.test(profile.csmsUrl)) {
      return { status: 'Rejected', reason: { reasonCode: 'InvalidNetworkConf', additionalInfo: 'security profile 2 needs wss' } };
    }
    this.slots.set(slot, profile);
    this.journal.put('networkProfiles', String(slot), profile as unknown as Stored);
    await this.journal.durable();
    return { status: 'Accepted' };
  }
}
