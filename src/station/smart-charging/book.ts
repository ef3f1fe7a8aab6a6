/** The installed profiles, kept over restarts (K01.FR.27; 1.6 errata 3.37). */
import type { Store, Stored } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';
import type { ProfileCriteria } from './api.ts';
import type { InstalledProfile } from './profile.ts';

const PREFIX = 'profile.';

export class ProfileBook {
  private entries = new Map<number, InstalledProfile>();

  constructor(private readonly journal: Journal) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('chargingProfiles')) {
      const entry = value as unknown as InstalledProfile;
      if (key.startsWith(PREFIX) && typeof entry?.profile?.id === 'number') this.entries.set(entry.profile.id, entry);
    }
  }

  get all(): readonly InstalledProfile[] {
    return [...this.entries.values()];
  }

  get size(): number {
    return this.entries.size;
  }

  get(id: number): InstalledProfile | undefined {
    return this.entries.get(id);
  }

  /** In place of the one with the same id. */
  put(entry: InstalledProfile): void {
    this.entries.delete(entry.profile.id);
    this.entries.set(entry.profile.id, entry);
    this.journal.put('chargingProfiles', keyOf(entry), entry as unknown as Stored);
  }

  remove(gone: readonly InstalledProfile[]): void {
    for (const entry of gone) {
      this.entries.delete(entry.profile.id);
      this.journal.delete('chargingProfiles', keyOf(entry));
    }
  }

  /** All criteria that are given must hold (K09.FR.04 to FR.06, K10.FR.04). */
  matching({ ids, evseId, purpose, stackLevel, sources }: ProfileCriteria): InstalledProfile[] {
    return this.all.filter((entry) => (ids === undefined || ids.includes(entry.profile.id))
      && (evseId === undefined || entry.evseId === evseId)
      && (purpose === undefined || entry.profile.purpose === purpose)
      && (stackLevel === undefined || entry.profile.stackLevel === stackLevel)
      && (sources === undefined || sources.includes(entry.source)));
  }
}

function keyOf({ profile }: InstalledProfile): string {
  return `${PREFIX}${profile.id}`;
}
