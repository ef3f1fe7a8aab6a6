/** Block D: the operator's list of tokens, kept over restarts (D01, D02; 1.6 sections 5.10, 5.15). */
import type { Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';
import type { AuthorizationData, LocalListApi } from './api.ts';
import { LIST_CAPACITY } from './capacity.ts';

const VERSION_KEY = 'version';

export class LocalList implements Block, LocalListApi {
  private entries = new Map<string, AuthorizationData>();
  private storedVersion = 0;

  constructor(private readonly deps: Pick<BlockDeps, 'settings' | 'journal' | 'time'>) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('localList')) {
      if (key === VERSION_KEY) this.storedVersion = typeof value === 'number' ? value : 0;
      else this.entries.set(key, value as unknown as AuthorizationData);
    }
  }

  get enabled(): boolean {
    return this.deps.settings.boolean('LocalAuthListCtrlr.Enabled', false);
  }

  get size(): number {
    return this.entries.size;
  }

  /** D02: 0 without a list, or while lists are disabled. */
  version(): number {
    return this.enabled ? this.storedVersion : 0;
  }

  /** What the list says of a token; null: not on it, or lists are disabled. */
  lookUp(token: IdToken): IdTokenInfo | null {
    if (!this.enabled) return null;
    const info = this.entries.get(entryKey(token))?.info;
    if (info === undefined) return null;
    const expired = info.cacheExpiryMs !== undefined && this.deps.time.nowMs() >= info.cacheExpiryMs;
    return expired ? { ...info, status: 'Expired' } : info;
  }

  async send(version: number, update: 'Full' | 'Differential', list: readonly AuthorizationData[]): ReturnType<LocalListApi['send']> {
    if (!this.enabled) return { status: 'Failed', reason: { reasonCode: 'NotEnabled' } };
    if (version <= 0) return { status: 'Failed', reason: { reasonCode: 'InvalidValue', additionalInfo: 'versionNumber must be above 0' } }; // D01.FR.18
    if (update === 'Differential' && version <= this.storedVersion) return { status: 'VersionMismatch' }; // D01.FR.19
    const changes = new Map(list.map((data) => [entryKey(data.idToken), data]));
    if (changes.size !== list.length) return { status: 'Failed', reason: { reasonCode: 'DuplicateTokens', additionalInfo: 'a token occurs twice' } }; // D01.FR.06
    if (update === 'Full' && list.some(({ info }) => info === undefined)) {
      return { status: 'Failed', reason: { reasonCode: 'MissingParam', additionalInfo: 'a full list needs idTokenInfo' } };
    }
    const next = update === 'Full' ? new Map<string, AuthorizationData>() : new Map(this.entries);
    for (const [key, data] of changes) {
      if (data.info === undefined) next.delete(key); // D01.FR.17
      else next.set(key, data);
    }
    if (next.size > LIST_CAPACITY) return { status: 'Failed', reason: { reasonCode: 'OutOfMemory', additionalInfo: `room for ${LIST_CAPACITY} tokens` } };
    this.replace(next, version);
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  private replace(next: Map<string, AuthorizationData>, version: number): void {
    const { journal } = this.deps;
    for (const key of this.entries.keys()) if (!next.has(key)) journal.delete('localList', key);
    for (const [key, data] of next) if (this.entries.get(key) !== data) journal.put('localList', key, data as unknown as Stored);
    journal.put('localList', VERSION_KEY, version);
    this.entries = next;
    this.storedVersion = version;
  }
}

function entryKey({ type, value }: IdToken): string {
  return `${type}:${value.toLowerCase()}`;
}
