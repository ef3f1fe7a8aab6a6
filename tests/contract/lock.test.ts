import { expect, test } from 'vitest';
import { BrowserLock } from '../../src/platform/browser/browser-lock.ts';
import { VirtualLock } from '../../src/platform/virtual/virtual-lock.ts';
import { lockContract } from './lock.contract.ts';

lockContract('VirtualLock', () => {
  const lock = new VirtualLock();
  return { lock, steal: async (name) => lock.steal(name) };
});

// Node has Web Locks of its own from 24 on; in Node below, the browser tests are what runs this.
const locks = globalThis.navigator?.locks as LockManager | undefined;
if (locks !== undefined) {
  lockContract('BrowserLock', () => ({
    lock: new BrowserLock(),
    steal: async (name) => {
      await locks.request(name, { steal: true }, () => undefined);
    },
  }));
}

test('without Web Locks there is no station, and a sentence says why', async () => {
  await expect(new BrowserLock(null).acquire('station', () => undefined)).rejects.toMatchObject({
    code: 'LockUnavailable',
    sentence: expect.stringContaining('https') as string,
  });
});

test('VirtualLock: the next in line gets what a dead holder left', async () => {
  const lock = new VirtualLock();
  let lost = 0;
  await lock.acquire('station', () => (lost += 1));
  const waiting = lock.acquire('station', () => undefined);
  lock.abandon('station');
  await waiting;
  expect(lost).toBe(0);
});
