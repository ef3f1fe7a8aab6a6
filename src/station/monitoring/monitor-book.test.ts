import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../platform/virtual/memory-store.ts';
import { VirtualClock } from '../../platform/virtual/virtual-clock.ts';
import { Journal } from '../journal.ts';
import { EventNumbers } from './event-numbers.ts';
import { FIRST_CUSTOM_ID } from './factory.ts';
import { MonitorBook } from './monitor-book.ts';
import type { Monitor, MonitorOrigin } from './monitor.ts';

const on = (name: string): Omit<Monitor, 'id' | 'origin'> => ({
  component: { name: 'EVSE', evse: 1 }, variable: { name }, type: 'Delta', value: 1, severity: 5, transaction: false,
});
const factory: readonly Monitor[] = ([[1, 'HardWiredMonitor'], [51, 'PreconfiguredMonitor'], [52, 'PreconfiguredMonitor']] as const)
  .map(([id, origin]: readonly [number, MonitorOrigin]) => ({ ...on(`Factory${id}`), id, origin }));

let store: MemoryStore;
let journal: Journal;
let book: MonitorBook;

async function open(stillThere: (monitor: Monitor) => boolean = () => true): Promise<MonitorBook> {
  await journal.durable();
  const opened = new MonitorBook(journal);
  await opened.load(store, factory, stillThere);
  return opened;
}
const ids = (of: MonitorBook): number[] => of.active().map(({ id }) => id);

beforeEach(async () => {
  const clock = new VirtualClock();
  store = new MemoryStore();
  journal = new Journal(store, clock, () => undefined);
  book = await open();
});

describe('the books of monitors', () => {
  it('a new station has what is hard-wired', () => {
    expect([book.base, book.level, ids(book)]).toEqual(['HardWiredOnly', 9, [1]]);
  });

  it('everything outlives a restart: base, level, custom and replaced ones, cleared ones, alerts', async () => {
    book.setBase('All');
    book.setLevel(3);
    const { id } = book.add(on('Power'));
    book.replace(51, { ...on('Factory51'), severity: 7 });
    book.remove(52);
    book.setAlerting(id, true);
    const again = await open();
    expect([again.base, again.level, ids(again)]).toEqual(['All', 3, [1, 51, FIRST_CUSTOM_ID]]);
    expect(again.find(51)).toMatchObject({ severity: 7, origin: 'CustomMonitor' });
    expect([again.isAlerting(id), again.isAlerting(51)]).toEqual([true, false]);
    expect(again.add(on('Power')).id).toBe(FIRST_CUSTOM_ID + 1);
  });

  it('N04 a stored monitor whose variable went with an update is forgotten', async () => {
    const { id } = book.add(on('Power'));
    expect(ids(await open(({ variable }) => variable.name !== 'Power'))).toEqual([1]);
    expect(ids(await open())).toEqual([1]);
    expect(await store.get('monitors', String(id))).toBeUndefined();
  });

  it('a base takes the alerts of what it removes with it', () => {
    book.setBase('All');
    const { id } = book.add(on('Power'));
    for (const alerting of [1, 51, id]) book.setAlerting(alerting, true);
    book.setBase('FactoryDefault');
    expect([1, 51, id].map((one) => book.isAlerting(one))).toEqual([true, true, false]);
    book.setBase('HardWiredOnly');
    expect([1, 51].map((one) => book.isAlerting(one))).toEqual([true, false]);
  });

  it('a replaced preconfigured monitor that is cleared stays away until the next base', async () => {
    book.setBase('FactoryDefault');
    book.replace(51, on('Factory51'));
    book.remove(51);
    expect(ids(await open())).toEqual([1, 52]);
    book.setBase('All');
    expect(ids(await open())).toEqual([1, 51, 52]);
  });
});

describe('numbers of events', () => {
  const numbers = async (): Promise<EventNumbers> => {
    await journal.durable();
    const opened = new EventNumbers(journal);
    await opened.load(store);
    return opened;
  };

  it('go up, and after a restart on above every one that may have been used', async () => {
    const first = await numbers();
    const used = Array.from({ length: 2500 }, () => first.next());
    expect(used).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect((await numbers()).next()).toBeGreaterThan(2500);
  });

  it('the books are written once for many', async () => {
    const first = await numbers();
    let writes = 0;
    const put = journal.put.bind(journal);
    journal.put = (...write) => {
      writes += 1;
      put(...write);
    };
    for (let count = 0; count < 1000; count++) first.next();
    expect(writes).toBe(1);
  });
});
