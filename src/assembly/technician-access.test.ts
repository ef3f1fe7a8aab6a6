import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../platform/virtual/memory-store.ts';
import { VirtualClock } from '../platform/virtual/virtual-clock.ts';
import { TechnicianAccess } from './technician-access.ts';

const PIN = '824601';

async function bench(): Promise<{ access: TechnicianAccess; clock: VirtualClock; store: MemoryStore; restarted: () => TechnicianAccess }> {
  const clock = new VirtualClock();
  const store = new MemoryStore();
  const made = (): TechnicianAccess => new TechnicianAccess({ store, clock, crypto: webcrypto as Crypto, iterations: 1000 });
  const access = made();
  return { access, clock, store, restarted: made };
}

async function wrong(access: TechnicianAccess, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await expect(access.enter('111222')).rejects.toMatchObject({ code: 'WrongPin' });
}

describe('the technician\'s PIN', () => {
  it('none is set: everybody may enter, and the first PIN may be chosen', async () => {
    const { access } = await bench();
    expect(await access.state()).toEqual({ pinSet: false, lockedForS: 0 });
    await access.enter('');
    await access.choose(PIN, '');
    expect(await access.state()).toEqual({ pinSet: true, lockedForS: 0 });
    await access.enter(PIN);
  });

  it('another is chosen with the current one only', async () => {
    const { access } = await bench();
    await access.choose(PIN, '');
    await expect(access.choose('5090817', '1')).rejects.toMatchObject({ code: 'WrongPin' });
    await access.choose('5090817', PIN);
    await expect(access.enter(PIN)).rejects.toMatchObject({ code: 'WrongPin' });
    await access.enter('5090817');
  });

  it.each(['', '123', '1234567890123', '12a4', '0000', '1234', '98765', '777777'])('%j isn\'t one', async (pin) => {
    const { access } = await bench();
    await expect(access.choose(pin, '')).rejects.toMatchObject({ code: 'WeakPin' });
    expect((await access.state()).pinSet).toBe(false);
  });

  it('the PIN isn\'t in the books, and two stations with the same one have nothing in common', async () => {
    const one = await bench();
    const two = await bench();
    await one.access.choose(PIN, '');
    await two.access.choose(PIN, '');
    const texts = await Promise.all([one, two].map(async ({ store }) => JSON.stringify(await store.entries('setup'))));
    for (const text of texts) expect(text).not.toContain(PIN);
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('the fifth wrong one in a row locks for 30 s, the next for a minute; the right one waits too', async () => {
    const { access, clock } = await bench();
    await access.choose(PIN, '');
    await wrong(access, 5);
    expect(await access.state()).toEqual({ pinSet: true, lockedForS: 30 });
    await expect(access.enter(PIN)).rejects.toMatchObject({ code: 'PinLocked' });
    await clock.advance(29_000);
    await expect(access.enter(PIN)).rejects.toMatchObject({ code: 'PinLocked' });
    await clock.advance(1000);
    await wrong(access, 1);
    expect((await access.state()).lockedForS).toBe(60);
    await clock.advance(60_000);
    await access.enter(PIN);
    await wrong(access, 4);
    expect((await access.state()).lockedForS).toBe(0);
  });

  it('a restart gives no new tries', async () => {
    const { access, clock, restarted } = await bench();
    await access.choose(PIN, '');
    await wrong(access, 5);
    const next = restarted();
    await expect(next.enter(PIN)).rejects.toMatchObject({ code: 'PinLocked' });
    await clock.advance(30_000);
    await next.enter(PIN);
  });

  it('guesses side by side are counted one by one', async () => {
    const { access } = await bench();
    await access.choose(PIN, '');
    const guesses = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => access.enter(`90${n}17`)));
    const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : 'in'));
    expect(codes).toEqual([...Array<string>(5).fill('WrongPin'), ...Array<string>(3).fill('PinLocked')]);
  });

  it('a record that can\'t be read keeps the door shut until the operator has it forgotten', async () => {
    const { access, clock, store } = await bench();
    await store.commit([{ op: 'put', collection: 'setup', key: 'technicianPin', value: 'rubbish' }]);
    await clock.advance(10 * 3600_000);
    await expect(access.enter('')).rejects.toMatchObject({ code: 'PinLocked' });
    await access.forget();
    expect(await access.state()).toEqual({ pinSet: false, lockedForS: 0 });
    await access.enter('');
  });
});
