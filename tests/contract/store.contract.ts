import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Collection, Store, StoreWrite, Stored } from '../../src/platform/ports.ts';
import { COLLECTIONS } from '../../src/platform/ports.ts';
import type { SchemaStep } from '../../src/platform/store-schema.ts';

/** A place that books can be opened at, again and again. */
export interface StorePlace {
  open(schema?: readonly SchemaStep[]): Promise<Store>;
  /** Removes what is there. All stores of it are closed. */
  remove(): Promise<void>;
}

export interface StoreContractOptions {
  /** Whether books closed can be opened again (not so for books in memory). */
  readonly durable: boolean;
  /** How many random histories to try. */
  readonly runs?: number;
}

const put = (collection: Collection, key: string, value: Stored): StoreWrite => ({ op: 'put', collection, key, value });
const drop = (collection: Collection, key: string): StoreWrite => ({ op: 'delete', collection, key });

/** What every Store must do. Runs in Node and in a browser. */
export function storeContract(name: string, makePlace: () => Promise<StorePlace>, options: StoreContractOptions): void {
  async function withStore(work: (store: Store, place: StorePlace) => Promise<void>): Promise<void> {
    const place = await makePlace();
    const store = await place.open();
    try {
      await work(store, place);
    } finally {
      await store.close();
      await place.remove();
    }
  }

  describe(`${name} keeps the contract of Store`, () => {
    test('new books are empty, in every collection', () =>
      withStore(async (store) => {
        for (const collection of COLLECTIONS) {
          expect(await store.entries(collection)).toEqual([]);
          expect(await store.get(collection, 'x')).toBeUndefined();
        }
      }));

    test('what is committed can be read, and deleted again', () =>
      withStore(async (store) => {
        await store.commit(COLLECTIONS.map((collection) => put(collection, 'k', { collection })));
        for (const collection of COLLECTIONS) expect(await store.get(collection, 'k')).toEqual({ collection });
        await store.commit([drop('outbox', 'k'), drop('outbox', 'never there')]);
        expect(await store.get('outbox', 'k')).toBeUndefined();
        expect(await store.get('parked', 'k')).toEqual({ collection: 'parked' });
      }));

    test('every kind of JSON-like value comes back the same', () =>
      withStore(async (store) => {
        const values: Stored[] = [
          null, true, false, 0, -1.5, 1e300, 5e-324, Number.MAX_SAFE_INTEGER, '', 'ચાર્જિંગ ⚡ 🚗', '\0\n"\\', '\ud800',
          [], {}, [[], [null, { a: [1] }]], { '': 1, ['__proto__']: 2, constructor: 3, toString: null },
        ];
        await store.commit(values.map((value, index) => put('logs', String(index), value)));
        for (const [index, value] of values.entries()) expect(await store.get('logs', String(index))).toStrictEqual(value);
      }));

    test('undefined properties are left out', () =>
      withStore(async (store) => {
        await store.commit([put('evses', '1', { a: 1, b: undefined, c: { d: undefined } })]);
        expect(await store.get('evses', '1')).toStrictEqual({ a: 1, c: {} });
      }));

    test.each([
      ['NaN', Number.NaN],
      ['infinity', Number.POSITIVE_INFINITY],
      ['a date', new Date(0) as unknown as Stored],
      ['a function', (() => 1) as unknown as Stored],
      ['bytes', new Uint8Array(3) as unknown as Stored],
    ])('%s is refused instead of changed, and nothing of its batch is written', (_, value) =>
      withStore(async (store) => {
        await expect(store.commit([put('evses', '1', 1), put('evses', '2', [value])])).rejects.toMatchObject({
          code: 'NotStorable',
        });
        expect(await store.entries('evses')).toEqual([]);
      }),
    );

    test('changing a value after commit or after reading changes nothing in the books', () =>
      withStore(async (store) => {
        const value = { list: [1] };
        const done = store.commit([put('evses', '1', value)]);
        value.list.push(2);
        await done;
        const read = (await store.get('evses', '1')) as { list: number[] };
        read.list.push(3);
        expect(await store.get('evses', '1')).toEqual({ list: [1] });
      }));

    test('entries come in the order of UTF-16 code units', () =>
      withStore(async (store) => {
        const keys = ['b', 'a', '10', '9', '', 'aa', 'Z', 'é', '\uffff', '🚗', '\ue000', '\0', 'a\0', 'a\u0001', '\ud800'];
        await store.commit(keys.map((key) => put('outbox', key, key)));
        const expected = [...keys].sort((a, b) => (a < b ? -1 : 1));
        expect(await store.entries('outbox')).toEqual(expected.map((key) => [key, key]));
      }));

    test('collections don’t see each other’s keys', () =>
      withStore(async (store) => {
        await store.commit([put('meta', 'k', 1), put('evses', 'k', 2)]);
        expect(await store.entries('meta')).toEqual([['k', 1]]);
        expect(await store.entries('evses')).toEqual([['k', 2]]);
        expect(await store.entries('outbox')).toEqual([]);
      }));

    test('writes to one key apply in order, in a batch and across batches not waited for', () =>
      withStore(async (store) => {
        await store.commit([put('evses', '1', 'a'), drop('evses', '1'), put('evses', '1', 'b')]);
        expect(await store.get('evses', '1')).toBe('b');
        await Promise.all(Array.from({ length: 200 }, (_, i) => store.commit([put('evses', '1', i), put('logs', String(i), i)])));
        expect(await store.get('evses', '1')).toBe(199);
        expect(await store.entries('logs')).toHaveLength(200);
      }));

    test('an empty batch is fine', () => withStore((store) => store.commit([])));

    test('close() writes what was accepted before it, and refuses what comes after', () =>
      withStore(async (store, place) => {
        const before = store.commit([put('evses', '1', 1)]);
        await store.close();
        await before;
        await expect(store.commit([put('evses', '1', 2)])).rejects.toMatchObject({ code: 'StoreClosed' });
        await expect(store.get('evses', '1')).rejects.toMatchObject({ code: 'StoreClosed' });
        await expect(store.entries('evses')).rejects.toMatchObject({ code: 'StoreClosed' });
        if (!options.durable) return;
        const again = await place.open();
        expect(await again.get('evses', '1')).toBe(1);
        await again.close();
      }));

    test('a record of a megabyte is no problem', () =>
      withStore(async (store) => {
        const value = 'x'.repeat(1_000_000);
        await store.commit([put('logs', 'big', value)]);
        expect(await store.get('logs', 'big')).toBe(value);
      }));

    test('tells what it uses', () =>
      withStore(async (store) => {
        const { usedBytes, quotaBytes } = await store.usage();
        expect(usedBytes).toBeGreaterThanOrEqual(0);
        if (quotaBytes !== null) expect(quotaBytes).toBeGreaterThanOrEqual(usedBytes);
      }));

    test('random batches, some at once, some after reopening, agree with a model', async () => {
      await fc.assert(fc.asyncProperty(history(), (steps) => follow(steps, makePlace, options.durable)), {
        numRuns: options.runs ?? 50,
      });
    }, 60_000);
  });

  if (options.durable) schemaContract(name, makePlace);
}

type Step = { readonly batches: readonly (readonly StoreWrite[])[]; readonly reopen: boolean };

function history(): fc.Arbitrary<Step[]> {
  const collection = fc.constantFrom<Collection>('meta', 'evses', 'outbox');
  const key = fc.constantFrom('', '0', '1', '10', 'a', '🚗', '\uffff');
  const write = fc.oneof(
    fc.record({ collection, key, value: fc.jsonValue() }).map((r) => put(r.collection, r.key, r.value as Stored)),
    fc.record({ collection, key }).map((r) => drop(r.collection, r.key)),
  );
  const batches = fc.array(fc.array(write, { maxLength: 6 }), { minLength: 1, maxLength: 4 });
  return fc.array(fc.record({ batches, reopen: fc.boolean() }), { maxLength: 5 });
}

async function follow(steps: readonly Step[], makePlace: () => Promise<StorePlace>, durable: boolean): Promise<void> {
  const place = await makePlace();
  let store = await place.open();
  const model = new Map<Collection, Map<string, string>>();
  try {
    for (const step of steps) {
      const commits = step.batches.map((batch) => store.commit(batch));
      for (const write of step.batches.flat()) {
        const records = model.get(write.collection) ?? new Map<string, string>();
        model.set(write.collection, records);
        if (write.op === 'put') records.set(write.key, JSON.stringify(write.value));
        else records.delete(write.key);
      }
      await Promise.all(commits);
      if (step.reopen && durable) {
        await store.close();
        store = await place.open();
      }
      for (const [collection, records] of model) {
        const expected = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
        const found = await store.entries(collection);
        expect(found.map(([key, value]) => [key, JSON.stringify(value)])).toEqual(expected);
      }
    }
  } finally {
    await store.close();
    await place.remove();
  }
}

/** Three versions of invented books: the second adds a collection, the third changes the shape of records. */
const V1: readonly SchemaStep[] = [{ version: 1, adds: ['meta', 'evses'] }];
const V2: readonly SchemaStep[] = [...V1, { version: 2, adds: ['outbox'] }];
const V3: readonly SchemaStep[] = [
  ...V2,
  {
    version: 3,
    adds: ['history'],
    reads: ['evses'],
    rewrite: (before) =>
      before.entries('evses').flatMap(([key, value]) => [
        drop('evses', key),
        put('evses', `evse-${key}`, { wattHours: value }),
        put('history', key, value),
      ]),
  },
];

function schemaContract(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name} brings older books up to date`, () => {
    test.each([
      ['1 to 3', V1],
      ['2 to 3', V2],
    ])('from version %s', async (_, older) => {
      const place = await makePlace();
      const old = await place.open(older);
      await old.commit([put('evses', '1', 500), put('evses', '2', 700), put('meta', 'm', 'kept')]);
      await old.close();
      for (const round of ['upgraded', 'opened again']) {
        const store = await place.open(V3);
        expect(await store.entries('evses'), round).toEqual([['evse-1', { wattHours: 500 }], ['evse-2', { wattHours: 700 }]]);
        expect(await store.entries('history'), round).toEqual([['1', 500], ['2', 700]]);
        expect(await store.get('meta', 'm'), round).toBe('kept');
        expect(await store.entries('outbox'), round).toEqual([]);
        await store.close();
      }
      await place.remove();
    });

    test('a migration that fails leaves the books as they were', async () => {
      const place = await makePlace();
      const old = await place.open(V2);
      await old.commit([put('evses', '1', 500)]);
      await old.close();
      const failing: SchemaStep[] = [...V2, { version: 3, adds: [], reads: ['evses'], rewrite: () => [put('evses', '1', Number(null)), JSON.parse('{') as StoreWrite] }];
      await expect(place.open(failing)).rejects.toMatchObject({ code: 'StoreBroken' });
      const again = await place.open(V2);
      expect(await again.entries('evses')).toEqual([['1', 500]]);
      await again.close();
      await place.remove();
    });

    test('books of a newer version are refused with a sentence, and stay untouched', async () => {
      const place = await makePlace();
      const newer = await place.open(V3);
      await newer.commit([put('history', '1', 1)]);
      await newer.close();
      await expect(place.open(V2)).rejects.toMatchObject({ code: 'StoreTooNew', sentence: expect.stringContaining('newer version') as string });
      const again = await place.open(V3);
      expect(await again.get('history', '1')).toBe(1);
      await again.close();
      await place.remove();
    });
  });
}
