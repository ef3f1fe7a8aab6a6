/** Block D: the operator's list of tokens, kept over restarts and changed by nobody else (D01, D02; 1.6 sections 3.5.2, 5.10, 5.15). */
import { describeError } from '../../base/errors.ts';
import type { Store, Stored, StoreWrite } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { IdToken, IdTokenInfo } from '../types.ts';
import type { AuthorizationData, LocalListApi } from './api.ts';
import { LIST_CAPACITY, LIST_CAPACITY_BYTES, LIST_ITEMS_PER_MESSAGE } from './capacity.ts';
import { PagedList, tokenKey, type ListedToken } from './paged-list.ts';

const VERSION_KEY = 'version';

type Answer = Awaited<ReturnType<LocalListApi['send']>>;

export class LocalList implements Block, LocalListApi {
  private list = PagedList.empty;
  private storedVersion = 0;
  private store: Store | null = null;
  /** One update at a time: each builds on the one before it. */
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: Pick<BlockDeps, 'settings' | 'time' | 'log'>) {}

  async load(store: Store): Promise<void> {
    this.store = store;
    const records = await store.entries('localList');
    const version = records.find(([key]) => key === VERSION_KEY)?.[1];
    this.storedVersion = typeof version === 'number' ? version : 0;
    this.list = PagedList.read(records);
  }

  get enabled(): boolean {
    return this.deps.settings.boolean('LocalAuthListCtrlr.Enabled', false);
  }

  get size(): number {
    return this.list.size;
  }

  /** On the disk (LocalAuthListCtrlr.Storage). */
  get bytes(): number {
    return this.list.bytes;
  }

  version(): number {
    return this.enabled ? this.storedVersion : 0;
  }

  /** Every entry, whether lists are enabled or not (N09). */
  all(): readonly AuthorizationData[] {
    return this.list.all();
  }

  /** What the list says of a token; null: not on it, or lists are disabled. */
  lookUp(token: IdToken): IdTokenInfo | null {
    if (!this.enabled) return null;
    const info = this.list.get(token);
    if (info === undefined) return null;
    const expired = info.cacheExpiryMs !== undefined && this.deps.time.nowMs() >= info.cacheExpiryMs;
    return expired ? { ...info, status: 'Expired' } : info;
  }

  send(version: number, update: 'Full' | 'Differential', list: readonly AuthorizationData[]): Promise<Answer> {
    const answer = this.running.then(() => this.update(version, update, list));
    this.running = answer;
    return answer;
  }

  private async update(version: number, update: 'Full' | 'Differential', list: readonly AuthorizationData[]): Promise<Answer> {
    const refusal = this.refusal(version, update, list);
    if (refusal !== null) return refusal;
    const put = list.flatMap(({ idToken, info }): ListedToken[] => (info === undefined ? [] : [{ idToken, info }]));
    const remove = list.filter(({ info }) => info === undefined).map(({ idToken }) => idToken); // D01.FR.17
    const { list: next, writes } = update === 'Full' ? this.list.replaced(put) : this.list.changed(put, remove);
    if (next.size > LIST_CAPACITY) return failed('OutOfStorage', `room for ${LIST_CAPACITY} tokens`);
    if (next.bytes > LIST_CAPACITY_BYTES) return failed('OutOfStorage', `room for ${LIST_CAPACITY_BYTES} bytes`);
    const batch: StoreWrite[] = [...writes].map(([key, tokens]) => (tokens === null
      ? { op: 'delete', collection: 'localList', key } : { op: 'put', collection: 'localList', key, value: tokens as unknown as Stored }));
    try {
      // Not by the journal: what it can't write now it writes later, and a list that was refused must stay as it was.
      await this.store?.commit([...batch, { op: 'put', collection: 'localList', key: VERSION_KEY, value: version }]);
    } catch (error) {
      this.deps.log('error', 'local list', `version ${version} wasn't written: ${describeError(error)}`);
      return failed('OutOfStorage', 'the list could not be written');
    }
    this.list = next;
    this.storedVersion = version;
    this.deps.log('info', 'local list', `version ${version}, ${next.size} tokens`);
    return { status: 'Accepted' };
  }

  private refusal(version: number, update: 'Full' | 'Differential', list: readonly AuthorizationData[]): Answer | null {
    if (!this.enabled) return failed('NotEnabled');
    if (version <= 0) return failed('ValuePositiveOnly', 'versionNumber must be above 0'); // D01.FR.18, errata 3.52 of 1.6
    if (update === 'Differential' && version <= this.storedVersion) return { status: 'VersionMismatch' }; // D01.FR.19
    if (list.length > LIST_ITEMS_PER_MESSAGE) return failed('TooManyElements', `at most ${LIST_ITEMS_PER_MESSAGE} tokens a message`); // D01.FR.11
    if (new Set(list.map(({ idToken }) => tokenKey(idToken))).size !== list.length) return failed('InvalidValue', 'a token occurs twice'); // D01.FR.06
    if (update === 'Full' && list.some(({ info }) => info === undefined)) return failed('MissingParam', 'a full list needs idTokenInfo');
    return null;
  }
}

function failed(reasonCode: string, additionalInfo?: string): Answer {
  return { status: 'Failed', reason: { reasonCode, ...(additionalInfo === undefined ? {} : { additionalInfo }) } };
}
