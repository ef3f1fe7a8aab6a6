import { describe, expect, test } from 'vitest';
import type { Lock } from '../../src/platform/ports.ts';

/** A lock, and the way in which the platform takes it from its holder. */
export interface LockWorld {
  readonly lock: Lock;
  steal(name: string): Promise<void>;
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const unexpected = (): void => expect.fail('the lock was lost');

let names = 0;

/** What every Lock must do. */
export function lockContract(name: string, makeWorld: () => LockWorld): void {
  describe(`${name} keeps the contract of Lock`, () => {
    test('one holder at a time, in the order of asking', async () => {
      const { lock } = makeWorld();
      const key = `order ${names++}`;
      const order: number[] = [];
      let holders = 0;
      await Promise.all(
        [1, 2, 3].map(async (number) => {
          const release = await lock.acquire(key, unexpected);
          holders += 1;
          expect(holders).toBe(1);
          order.push(number);
          await turn();
          holders -= 1;
          release();
        }),
      );
      expect(order).toEqual([1, 2, 3]);
    });

    test('tryAcquire takes a free one and never waits', async () => {
      const { lock } = makeWorld();
      const key = `try ${names++}`;
      const release = await lock.tryAcquire(key, unexpected);
      expect(release).not.toBeNull();
      expect(await lock.tryAcquire(key, unexpected)).toBeNull();
      release?.();
      release?.();
      await turn();
      const again = await lock.tryAcquire(key, unexpected);
      expect(again).not.toBeNull();
      again?.();
    });

    test('names don’t disturb each other', async () => {
      const { lock } = makeWorld();
      const one = await lock.acquire(`a ${names++}`, unexpected);
      const two = await lock.acquire(`b ${names++}`, unexpected);
      one();
      two();
    });

    test('a holder from whom it is taken is told, once; giving it back then does nothing', async () => {
      const { lock, steal } = makeWorld();
      const key = `steal ${names++}`;
      let lost = 0;
      const release = await lock.acquire(key, () => (lost += 1));
      await steal(key);
      await turn();
      expect(lost).toBe(1);
      release();
      await turn();
      expect(lost).toBe(1);
    });
  });
}
