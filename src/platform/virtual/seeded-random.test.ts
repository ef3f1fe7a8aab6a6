import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

test('the same seed gives the same run, another seed another', () => {
  const run = (seed: number | string): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(run(42)).toEqual(run(42));
  expect(run(42)).not.toEqual(run(43));
  expect(run('a')).not.toEqual(run('b'));
});

test('is uniform in [0, 1)', () => {
  const random = new SeededRandom(7);
  const buckets = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const value = random.next();
    if (value < 0 || value >= 1) expect.fail(`${value} is outside [0, 1)`);
    const bucket = Math.floor(value * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('int includes both bounds', () => {
  const random = new SeededRandom(3);
  const seen = new Set(Array.from({ length: 200 }, () => random.int(2, 4)));
  expect([...seen].sort()).toEqual([2, 3, 4]);
});

test('uuid is RFC 9562 version 4, repeatable and without repeats', () => {
  const random = new SeededRandom(1);
  const ids = Array.from({ length: 1000 }, () => random.uuid());
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(1000);
  expect(new SeededRandom(1).uuid()).toBe(ids[0]);
});

test('a fork draws without shifting its parent', () => {
  const one = new SeededRandom(9);
  const two = new SeededRandom(9);
  one.fork('network').next();
  expect(one.next()).toBe(two.next());
});
