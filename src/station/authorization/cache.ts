/**
 * The authorization cache (C10, C11, C12; 1.6 section 3.5.1): what the CSMS has decided about tokens, kept over
 * restarts. It holds no token in the clear, only its hash (C10.FR.12).
 */
import { sha256 } from '../../base/sha256.ts';
import type { Random, Store, Stored } from '../../platform/ports.ts';
import type { Settings } from '../device-model/types.ts';
import type { Journal } from '../journal.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';
import { CACHE_CAPACITY, CACHE_CAPACITY_BYTES } from './capacity.ts';

export interface CacheEntry {
  readonly info: IdTokenInfo;
  /** Wall ms. */
  readonly addedMs: number;
  readonly updatedMs: number;
  readonly usedMs: number;
  readonly uses: number;
}

export interface CacheFinding {
  readonly key: string;
  readonly idToken: IdToken | null;
  readonly info: IdTokenInfo;
  readonly usedMs: number;
}

export interface CacheDeps {
  readonly settings: Settings;
  readonly journal: Journal;
  readonly random: Random;
  readonly nowMs: () => number;
  /** 1.6 names no policy, but an order: what isn't valid goes first. */
  readonly invalidFirst: () => boolean;
}

const SALT_KEY = 'authCacheSalt';
const HASHED = /^[0-9a-f]{64}$/;

export class AuthorizationCache {
  private readonly entries = new Map<string, CacheEntry>();
  private usedBytes = 0;
  private salt = '';

  constructor(private readonly deps: CacheDeps) {}

  async load(store: Store): Promise<void> {
    const salt = await store.get('meta', SALT_KEY);
    this.salt = typeof salt === 'string' ? salt : this.deps.random.uuid();
    if (salt !== this.salt) this.deps.journal.put('meta', SALT_KEY, this.salt);
    for (const [key, value] of await store.entries('authCache')) {
      const entry = value as unknown as CacheEntry;
      const legible = HASHED.test(key) && typeof entry?.info?.status === 'string' && [entry.addedMs, entry.updatedMs, entry.usedMs, entry.uses].every(Number.isFinite);
      if (legible) this.keep(key, entry);
      else this.deps.journal.delete('authCache', key);
    }
  }

  get enabled(): boolean {
    return this.deps.settings.boolean('AuthCacheCtrlr.Enabled', true);
  }

  get size(): number {
    return this.entries.size;
  }

  /** On the disk (AuthCacheCtrlr.Storage). */
  get bytes(): number {
    return this.usedBytes;
  }

  /** What is known; an entry past its time counts as Expired (C10.FR.10, C10.FR.13). */
  lookUp(token: IdToken): IdTokenInfo | null {
    if (!this.enabled) return null;
    const entry = this.entries.get(this.keyOf(token));
    if (entry === undefined) return null;
    return this.expired(entry) ? { ...entry.info, status: 'Expired' } : entry.info;
  }

  /** C10.FR.01, C12.FR.06: every received decision, whatever its status. */
  update(token: IdToken, info: IdTokenInfo): void {
    if (!this.enabled) return;
    const key = this.keyOf(token);
    const now = this.deps.nowMs();
    // C10.FR.10: a prepaid account's token isn't kept at all.
    if (info.cacheExpiryMs !== undefined && info.cacheExpiryMs <= now) return this.drop(key);
    const { personalMessage: _, ...kept } = info; // C10.FR.09: tariff text isn't cached
    const before = this.entries.get(key);
    this.put(key, { info: kept, addedMs: before?.addedMs ?? now, updatedMs: now, usedMs: now, uses: (before?.uses ?? 0) + 1 });
    this.makeRoom(key);
  }

  /** It has let somebody charge. */
  touch(token: IdToken): void {
    const key = this.keyOf(token);
    const entry = this.entries.get(key);
    if (entry !== undefined) this.put(key, { ...entry, usedMs: this.deps.nowMs(), uses: entry.uses + 1 });
  }

  /** N09: of one of these tokens, or of those whose details are meant. Of the latter nobody knows the token any more. */
  find(tokens: readonly IdToken[], meant: (info: IdTokenInfo) => boolean): CacheFinding[] {
    const byKey = new Map(tokens.map((token) => [this.keyOf(token), token]));
    return [...this.entries].filter(([key, { info }]) => byKey.has(key) || meant(info))
      .map(([key, { info, usedMs }]) => ({ key, idToken: byKey.get(key) ?? null, info, usedMs }));
  }

  /** N10. */
  remove({ key }: CacheFinding): void {
    this.drop(key);
  }

  /** C11. False: the disk doesn't take it (C11.FR.05); what was there is no longer used all the same. */
  async clear(): Promise<boolean> {
    const { journal } = this.deps;
    for (const key of [...this.entries.keys()]) this.drop(key);
    return journal.tryDurable();
  }

  /** C10.FR.07: the newest stays; of the others go those that the policy names. */
  private makeRoom(newest: string): void {
    while (this.entries.size > CACHE_CAPACITY || this.usedBytes > CACHE_CAPACITY_BYTES) {
      const key = this.firstToGo(newest);
      if (key === null) return;
      this.drop(key);
    }
  }

  private firstToGo(newest: string): string | null {
    const policy = this.deps.settings.string('AuthCacheCtrlr.Policy', 'LRU');
    const invalidFirst = policy === 'CUSTOM' || this.deps.invalidFirst();
    const rank = (entry: CacheEntry): number => (policy === 'LFU' ? entry.uses : policy === 'FIFO' ? entry.addedMs : entry.usedMs);
    let chosen: { key: string; entry: CacheEntry; valid: boolean } | null = null;
    for (const [key, entry] of this.entries) {
      if (key === newest) continue;
      const valid = !invalidFirst || (entry.info.status === 'Accepted' && !this.expired(entry));
      const earlier = chosen === null || (chosen.valid && !valid)
        || (chosen.valid === valid && (rank(entry) < rank(chosen.entry) || (rank(entry) === rank(chosen.entry) && entry.usedMs < chosen.entry.usedMs)));
      if (earlier) chosen = { key, entry, valid };
    }
    return chosen?.key ?? null;
  }

  private put(key: string, entry: CacheEntry): void {
    this.keep(key, entry);
    this.deps.journal.put('authCache', key, entry as unknown as Stored);
  }

  private keep(key: string, entry: CacheEntry): void {
    this.forget(key);
    this.entries.set(key, entry);
    this.usedBytes += bytesOf(key, entry);
  }

  private drop(key: string): void {
    if (this.forget(key)) this.deps.journal.delete('authCache', key);
  }

  private forget(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    this.usedBytes -= bytesOf(key, entry);
    return this.entries.delete(key);
  }

  /** Since it was last updated, as the errata have it: what is used is told to the CSMS, whose answer updates it. */
  private expired(entry: CacheEntry): boolean {
    const now = this.deps.nowMs();
    if (entry.info.cacheExpiryMs !== undefined) return now > entry.info.cacheExpiryMs;
    const lifeTimeS = this.deps.settings.number('AuthCacheCtrlr.LifeTime', 0);
    return lifeTimeS > 0 && now - entry.updatedMs >= lifeTimeS * 1000;
  }

  private keyOf({ type, value }: IdToken): string {
    return sha256(`${this.salt}:${type}:${value.toLowerCase()}`);
  }
}

function bytesOf(key: string, entry: CacheEntry): number {
  return key.length + JSON.stringify(entry).length;
}
