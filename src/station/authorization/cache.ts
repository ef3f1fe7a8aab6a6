/** The authorization cache (C10, C11, C12): what the CSMS has decided about tokens, kept over restarts. */
import type { Store, Stored } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Journal } from '../journal.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';

/** Room for this many tokens; then the least recently used goes (AuthCacheCtrlr.Policy LRU). */
export const CACHE_CAPACITY = 5000;

interface Entry {
  readonly info: IdTokenInfo;
  /** Wall ms of the last update or use (C10.FR.08). */
  readonly usedMs: number;
}

export class AuthorizationCache {
  private entries = new Map<string, Entry>();

  constructor(private readonly settings: Settings, private readonly journal: Journal, private readonly nowMs: () => number) {}

  async load(store: Store): Promise<void> {
    const loaded = (await store.entries('authCache')).map(([key, value]) => [key, value as unknown as Entry] as const)
      .filter(([, entry]) => typeof entry?.usedMs === 'number' && typeof entry.info?.status === 'string')
      .sort(([, a], [, b]) => a.usedMs - b.usedMs);
    this.entries = new Map(loaded);
  }

  get enabled(): boolean {
    return this.settings.boolean('AuthCacheCtrlr.Enabled', true);
  }

  get size(): number {
    return this.entries.size;
  }

  /** What is known and still valid; an entry past its time counts as Expired (C10.FR.08, C10.FR.13). */
  lookUp(token: IdToken): IdTokenInfo | null {
    if (!this.enabled) return null;
    const entry = this.entries.get(cacheKey(token));
    if (entry === undefined) return null;
    return this.expired(entry) ? { ...entry.info, status: 'Expired' } : entry.info;
  }

  /** C10.FR.01: every received decision, whatever its status. */
  update(token: IdToken, info: IdTokenInfo): void {
    if (!this.enabled || token.type === 'NoAuthorization' || token.type === 'Central') return;
    // C10.FR.09: tariff text isn't cached.
    const { personalMessage: _, ...kept } = info;
    this.store(cacheKey(token), { info: kept, usedMs: this.nowMs() });
  }

  touch(token: IdToken): void {
    const entry = this.entries.get(cacheKey(token));
    if (entry !== undefined) this.store(cacheKey(token), { ...entry, usedMs: this.nowMs() });
  }

  /** Every entry, whatever its age: what the books hold (N09). */
  all(): { readonly idToken: IdToken; readonly info: IdTokenInfo; readonly usedMs: number }[] {
    return [...this.entries].map(([key, entry]) => ({ ...entry, idToken: { type: key.slice(0, key.indexOf(':')), value: key.slice(key.indexOf(':') + 1) } }));
  }

  /** N10. */
  remove(token: IdToken): void {
    if (this.entries.delete(cacheKey(token))) this.journal.delete('authCache', cacheKey(token));
  }

  /** C11. */
  clear(): void {
    for (const key of this.entries.keys()) this.journal.delete('authCache', key);
    this.entries.clear();
  }

  private store(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    this.journal.put('authCache', key, entry as unknown as Stored);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= CACHE_CAPACITY) break;
      this.entries.delete(oldest);
      this.journal.delete('authCache', oldest);
    }
  }

  private expired(entry: Entry): boolean {
    const now = this.nowMs();
    if (entry.info.cacheExpiryMs !== undefined) return now >= entry.info.cacheExpiryMs;
    const lifeTimeS = this.settings.number('AuthCacheCtrlr.LifeTime', 0);
    return lifeTimeS > 0 && now - entry.usedMs >= lifeTimeS * 1000;
  }
}

function cacheKey(token: IdToken): string {
  return `${token.type}:${token.value.toLowerCase()}`;
}
