import { describe, expect, it } from 'vitest';
import { PagedList, TOKENS_PER_PAGE, type ListedToken, type PageWrites } from './paged-list.ts';

const token = (number: number, type = 'ISO14443') => ({ value: `CARD${number}`, type });
const listed = (number: number, status: ListedToken['info']['status'] = 'Accepted'): ListedToken => ({ idToken: token(number), info: { status } });
const many = (count: number, from = 0): ListedToken[] => Array.from({ length: count }, (_, index) => listed(from + index));

/** What a disk holds after these writes. */
class Disk {
  readonly records = new Map<string, readonly ListedToken[]>();

  write(writes: PageWrites): void {
    for (const [key, tokens] of writes) {
      if (tokens === null) this.records.delete(key);
      else this.records.set(key, tokens);
    }
  }

  read(): PagedList {
    return PagedList.read([...this.records]);
  }
}

describe('a list in pages', () => {
  it('a token is found by its type and its value in any case', () => {
    const { list } = PagedList.empty.changed([listed(1)], []);
    expect(list.get({ value: 'card1', type: 'ISO14443' })).toEqual({ status: 'Accepted' });
    expect(list.get(token(1, 'eMAID'))).toBeUndefined();
    expect(list.get(token(2))).toBeUndefined();
  });

  it('what is on the disk is what is in memory, whatever the changes were', () => {
    const disk = new Disk();
    let list = PagedList.empty;
    const apply = (change: { list: PagedList; writes: PageWrites }): void => {
      list = change.list;
      disk.write(change.writes);
    };
    apply(list.replaced(many(700)));
    apply(list.changed(many(300, 600), many(250).map(({ idToken }) => idToken)));
    apply(list.changed([listed(3, 'Blocked'), listed(400, 'Expired')], [token(5), token(9999)]));
    const read = disk.read();
    expect([read.size, list.size]).toEqual([651, 651]); // 700 - 250 + 200 new ones + 1 that came back
    for (let number = 0; number < 1000; number++) expect(read.get(token(number))).toEqual(list.get(token(number)));
    expect(read.get(token(3))).toEqual({ status: 'Blocked' });
    expect(read.get(token(400))).toEqual({ status: 'Expired' });
    expect(read.bytes).toBe(list.bytes);
  });

  it('a full list leaves no page of the one before', () => {
    const disk = new Disk();
    const first = PagedList.empty.replaced(many(2000));
    disk.write(first.writes);
    disk.write(first.list.replaced([listed(5)]).writes);
    expect(disk.records.size).toBe(1);
    expect(disk.read().size).toBe(1);
    disk.write(disk.read().replaced([]).writes);
    expect(disk.records.size).toBe(0);
  });

  it('a change doesn\'t touch the list that it was made from', () => {
    const { list } = PagedList.empty.replaced(many(10));
    list.changed([listed(3, 'Blocked'), listed(77)], [token(4)]);
    expect([list.size, list.get(token(3)), list.get(token(4))]).toEqual([10, { status: 'Accepted' }, { status: 'Accepted' }]);
  });

  it('50,000 tokens: built message by message in pages that are full, a small change writes a single page', () => {
    let list = PagedList.empty;
    let written = 0;
    for (let message = 0; message < 50; message++) {
      const change = message === 0 ? list.replaced(many(1000)) : list.changed(many(1000, message * 1000), []);
      list = change.list;
      written += change.writes.size;
    }
    expect([list.size, written]).toEqual([50_000, 50_000 / TOKENS_PER_PAGE]);
    expect(list.changed([listed(33_333, 'Blocked')], []).writes.size).toBe(1);
    expect(list.changed([], [token(12)]).writes.size).toBe(1);
  });

  it('the room that left tokens leave behind is used again', () => {
    let { list } = PagedList.empty.replaced(many(1000));
    list = list.changed([], many(200).map(({ idToken }) => idToken)).list;
    const { writes } = list.changed(many(200, 5000), []);
    expect([...writes.keys()]).toEqual(['page-000000']);
  });

  it('what no version of this station wrote is left out', () => {
    expect(PagedList.read([['version', 3], ['page-000000', [null, 7, { idToken: 3 }, listed(1)]], ['page-000001', 'x'], ['ISO14443:card2', {}]]).size).toBe(1);
  });
});
