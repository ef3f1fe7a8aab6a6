import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../platform/virtual/memory-store.ts';
import { SeededRandom } from '../../platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import type { Settings } from '../device-model/types.ts';
import { Journal } from '../journal.ts';
import type { AuthorizationStatus } from '../types.ts';
import { AuthorizationCache } from './cache.ts';
import { CACHE_CAPACITY, CACHE_CAPACITY_BYTES } from './capacity.ts';

const T0 = Date.UTC(2026, 5, 1);
const token = (value: number | string) => ({ value: String(value), type: 'ISO14443' });

let clock: VirtualClock;
let store: MemoryStore;
let values: Record<string, string>;
let invalidFirst: boolean;
let cache: AuthorizationCache;
let nowMs: number;

async function open(): Promise<AuthorizationCache> {
  const settings = {
    boolean: (name: string, fallback?: boolean) => (values[name] ?? String(fallback)) === 'true',
    number: (name: string, fallback?: number) => Number(values[name] ?? fallback),
    string: (name: string, fallback?: string) => values[name] ?? fallback ?? '',
    list: () => [], onChange: () => () => {},
  } satisfies Settings;
  const own = new AuthorizationCache({
    settings, journal: new Journal(store, clock, () => {}), random: new SeededRandom('salt'), nowMs: () => nowMs, invalidFirst: () => invalidFirst,
  });
  await own.load(store);
  return own;
}
const learn = (value: number | string, status: AuthorizationStatus = 'Accepted', more: object = {}): void => {
  nowMs += 1000;
  cache.update(token(value), { status, ...more });
};
const use = (value: number | string): void => {
  nowMs += 1000;
  cache.touch(token(value));
};
const has = (value: number | string): boolean => cache.lookUp(token(value)) !== null;

beforeEach(async () => {
  clock = new VirtualClock({ wallStartMs: T0 });
  store = new MemoryStore();
  values = {};
  invalidFirst = false;
  nowMs = T0;
  cache = await open();
});

describe('C10.FR.07 when it is full, a new token gets in and another goes', () => {
  const fill = (): void => {
    for (let value = 0; value < CACHE_CAPACITY; value++) learn(value, value === 10 ? 'Blocked' : 'Accepted');
    expect(cache.size).toBe(CACHE_CAPACITY);
  };

  it.each([
    ['LRU', [0], 1], // 0 was used after 1
    ['FIFO', [0], 0],
    ['LFU', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 11],
    ['CUSTOM', [], 10], // the blocked one
  ] as const)('policy %s', (policy, used, gone) => {
    values['AuthCacheCtrlr.Policy'] = policy;
    fill();
    used.forEach(use);
    learn('new', 'Invalid');
    expect([cache.size, has('new'), has(gone)]).toEqual([CACHE_CAPACITY, true, false]);
    const others = [0, 1, 2, 9, 10, 11, 12].filter((value) => value !== gone);
    expect(others.every(has)).toBe(true);
  });

  it('1.6 section 3.5.1: whatever the policy, what isn\'t valid goes first', () => {
    invalidFirst = true;
    values['AuthCacheCtrlr.LifeTime'] = String(CACHE_CAPACITY * 2);
    fill();
    learn('new');
    expect([has(10), has(0)]).toEqual([false, true]);
    learn('newer');
    expect([has('newer'), has(0), has(1)]).toEqual([true, false, true]);
  });

  it('bytes count as well', () => {
    const group = { groupIdToken: { value: 'G'.repeat(36), type: 'Central' }, evseIds: Array.from({ length: 800 }, (_, index) => 100_000 + index) };
    for (let value = 0; value < 1000; value++) learn(value, 'Accepted', group);
    expect(cache.bytes).toBeLessThanOrEqual(CACHE_CAPACITY_BYTES);
    expect(cache.size).toBeLessThan(1000);
    expect([has(999), has(0)]).toEqual([true, false]);
  });
});

describe('how long it holds', () => {
  it('C10.FR.08/FR.10 without cacheExpiryDateTime: LifeTime after the last update it is Expired; 0: for ever', () => {
    values['AuthCacheCtrlr.LifeTime'] = '100';
    learn('A');
    nowMs += 60_000;
    use('A');
    expect(cache.lookUp(token('A'))?.status).toBe('Accepted');
    nowMs += 40_000;
    expect(cache.lookUp(token('A'))?.status).toBe('Expired');
    learn('A');
    expect(cache.lookUp(token('A'))?.status).toBe('Accepted');
    values['AuthCacheCtrlr.LifeTime'] = '0';
    nowMs += 1e12;
    expect(cache.lookUp(token('A'))?.status).toBe('Accepted');
  });

  it('C10.FR.13 with cacheExpiryDateTime: that counts, whatever LifeTime says', () => {
    values['AuthCacheCtrlr.LifeTime'] = '10';
    learn('A', 'Accepted', { cacheExpiryMs: nowMs + 100_000 });
    nowMs += 60_000;
    expect(cache.lookUp(token('A'))?.status).toBe('Accepted');
    nowMs += 60_000;
    expect(cache.lookUp(token('A'))?.status).toBe('Expired');
  });

  it('C10.FR.10 an expiry in the past: it isn\'t stored, and goes if it was', () => {
    learn('A', 'Accepted', { cacheExpiryMs: nowMs - 1 });
    expect(has('A')).toBe(false);
    learn('A');
    expect(has('A')).toBe(true);
    learn('A', 'Accepted', { cacheExpiryMs: nowMs });
    expect([has('A'), cache.size, cache.bytes]).toEqual([false, 0, 0]);
  });
});

describe('what is on the disk', () => {
  it('C10.FR.02 it is there after a restart, and as big as before', async () => {
    learn('A');
    learn('B', 'Blocked', { groupIdToken: { value: 'G', type: 'Central' } });
    await clock.advance(10);
    const { bytes } = cache;
    cache = await open();
    expect([cache.size, cache.bytes]).toEqual([2, bytes]);
    expect(cache.lookUp(token('b'))).toEqual({ status: 'Blocked', groupIdToken: { value: 'G', type: 'Central' } });
  });

  it('C10.FR.12 no token stands there, only its hash, and that differs from station to station', async () => {
    learn('04A1B2C3D4E5F6');
    await clock.advance(10);
    const records = await store.entries('authCache');
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toMatch(/04A1B2C3/i);
    const [[key] = ['']] = records;
    store = new MemoryStore();
    clock = new VirtualClock({ wallStartMs: T0 });
    const other = new AuthorizationCache({
      settings: { boolean: () => true, number: () => 0, string: () => '', list: () => [], onChange: () => () => {} },
      journal: new Journal(store, clock, () => {}), random: new SeededRandom('another'), nowMs: () => nowMs, invalidFirst: () => false,
    });
    await other.load(store);
    other.update(token('04A1B2C3D4E5F6'), { status: 'Accepted' });
    await clock.advance(10);
    expect((await store.entries('authCache')).map(([own]) => own)).not.toContain(key);
  });

  it('C10.FR.09 the tariff\'s text isn\'t kept', async () => {
    learn('A', 'Accepted', { personalMessage: { content: '0.59 per kWh', format: 'UTF8' } });
    await clock.advance(10);
    expect(JSON.stringify(await store.entries('authCache'))).not.toContain('0.59');
  });

  it('what no version of this station wrote is thrown away', async () => {
    await store.commit([
      { op: 'put', collection: 'authCache', key: 'ISO14443:card1', value: { info: { status: 'Accepted' }, usedMs: 1 } },
      { op: 'put', collection: 'authCache', key: 'f'.repeat(64), value: 7 },
    ]);
    cache = await open();
    await clock.advance(10);
    expect([cache.size, await store.entries('authCache')]).toEqual([0, []]);
  });

  it('C11.FR.05 cleared while the disk fails: it says so, and what was there is gone when the disk is back', async () => {
    learn('A');
    await clock.advance(10);
    store.failNextCommits(2);
    const cleared = cache.clear();
    await clock.advance(10);
    expect([await cleared, has('A')]).toEqual([false, false]);
    await clock.advance(5000);
    expect(await store.entries('authCache')).toEqual([]);
    expect(await cache.clear()).toBe(true);
  });
});
