import { expect, test } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { ProcessClock, VirtualClock } from './virtual-clock.ts';

test('runs timers in the order of their due time, equal ones in the order set', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.after(20, () => seen.push('c'));
  clock.after(10, () => seen.push('a'));
  clock.after(10, () => seen.push('b'));
  await clock.advance(15);
  expect(seen).toEqual(['a', 'b']);
  expect(clock.monotonicMs()).toBe(15);
  await clock.advance(5);
  expect(seen).toEqual(['a', 'b', 'c']);
});

test('agrees with a plain sort over many random timers, some stopped', async () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const expected: [due: number, id: number][] = [];
  let x = 7;
  for (let id = 0; id < 5000; id++) {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    const due = x % 997;
    const stop = clock.after(due, () => seen.push(id));
    if (x % 2 === 0) stop();
    else expected.push([due, id]);
  }
  await clock.advance(1000);
  expect(seen).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, id]) => id));
});

test('settles a long chain of promises before the next timer', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock });
  const seen: string[] = [];
  clock.after(10, () => {
    void (async () => {
      for (let i = 0; i < 500; i++) {
        await store.commit([{ op: 'put', collection: 'meta', key: String(i), value: i }]);
        await Promise.resolve();
      }
      seen.push('written');
    })();
  });
  clock.after(11, () => seen.push('next timer'));
  await clock.advance(11);
  expect(seen).toEqual(['written', 'next timer']);
});

test('a timer set by a promise after a timer still runs in the same advance', async () => {
  const clock = new VirtualClock();
  const at: number[] = [];
  clock.after(10, () => void Promise.resolve().then(() => clock.after(5, () => at.push(clock.monotonicMs()))));
  await clock.advance(100);
  expect(at).toEqual([15]);
});

test('the wall clock steps either way without moving timers', async () => {
  const clock = new VirtualClock({ wallStartMs: 1_000_000 });
  let fired = 0;
  clock.after(1000, () => (fired += 1));
  clock.stepWall(-500_000);
  expect(clock.wallMs()).toBe(500_000);
  await clock.advance(999);
  expect(fired).toBe(0);
  clock.stepWall(7_200_000);
  await clock.advance(1);
  expect(fired).toBe(1);
  expect(clock.wallMs()).toBe(7_701_000);
});

test('advanceUntil stops at the moment the condition holds, and says when it never does', async () => {
  const clock = new VirtualClock();
  let done = false;
  clock.after(30, () => (done = true));
  clock.after(40, () => undefined);
  expect(await clock.advanceUntil(() => done, 1000)).toBe(true);
  expect(clock.monotonicMs()).toBe(30);
  expect(await clock.advanceUntil(() => false, 100)).toBe(false);
  expect(clock.monotonicMs()).toBe(130);
});

test('waitFor hands on the outcome, or says that there was none', async () => {
  const clock = new VirtualClock();
  const late = new Promise<string>((resolve) => clock.after(5000, () => resolve('here')));
  expect(await clock.waitFor(late)).toBe('here');
  await expect(clock.waitFor(new Promise(() => undefined), 1000)).rejects.toMatchObject({ code: 'VirtualTimeout' });
});

test('a loop of timers without delay is an error, not a hang', async () => {
  const clock = new VirtualClock();
  const again = (): void => void clock.after(0, again);
  again();
  await expect(clock.advance(1)).rejects.toMatchObject({ code: 'VirtualTimeStuck' });
});

test('moving time while it moves is refused', async () => {
  const clock = new VirtualClock();
  const moving = clock.advance(1);
  await expect(clock.advance(1)).rejects.toMatchObject({ code: 'VirtualTimeBusy' });
  await moving;
});

test('a killed process has no timers, and a new one counts from 0', async () => {
  const world = new VirtualClock();
  await world.advance(5000);
  const first = new ProcessClock(world);
  expect(first.monotonicMs()).toBe(0);
  let fired = 0;
  first.after(10, () => (fired += 1));
  first.after(20, () => (fired += 1));
  await world.advance(10);
  first.kill();
  first.after(1, () => (fired += 1));
  await world.advance(100);
  expect(fired).toBe(1);
});

test('a day of one-second ticks, each with an awaited commit, takes well under a second', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock });
  let ticks = 0;
  const tick = (): void => {
    ticks += 1;
    clock.after(1000, tick);
    if (ticks % 10 === 0) void store.commit([{ op: 'put', collection: 'evses', key: '1', value: { energyWh: ticks } }]);
    clock.after(30_000, () => undefined)(); // a timeout that is set and stopped, as every CALL has
  };
  clock.after(1000, tick);
  const startedMs = performance.now();
  await clock.advance(86_400_000);
  expect(ticks).toBe(86_400);
  // Generous, since the machine may be busy; alone it is about 0.2 s.
  expect(performance.now() - startedMs).toBeLessThan(3000);
});

test('time stands still while work outside the virtual world goes on', async () => {
  const clock = new VirtualClock();
  const at: number[] = [];
  clock.after(10, () => {
    const outside = clock.external(new Promise((resolve) => setTimeout(resolve, 20)));
    void outside.then(() => at.push(clock.monotonicMs()));
  });
  clock.after(11, () => at.push(clock.monotonicMs()));
  await clock.advance(100);
  expect(at).toEqual([10, 11]);
});
