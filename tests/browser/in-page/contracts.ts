/** The contract suites of what the browser platform implements, to be run inside a real page. */
import { deleteDB } from 'idb';
import { BrowserClock } from '../../../src/platform/browser/browser-clock.ts';
import { BrowserKeys } from '../../../src/platform/browser/browser-keys.ts';
import { BrowserLock } from '../../../src/platform/browser/browser-lock.ts';
import { IndexedDbStore } from '../../../src/platform/browser/indexed-db-store.ts';
import { clockContract } from '../../contract/clock.contract.ts';
import { keysContract } from '../../contract/keys.contract.ts';
import { lockContract } from '../../contract/lock.contract.ts';
import { storeContract } from '../../contract/store.contract.ts';
import { runAll } from './vitest-in-page.ts';

let places = 0;
storeContract(
  'IndexedDbStore in Chromium',
  async () => {
    const name = `contract-${places++}`;
    return {
      open: (schema) => IndexedDbStore.open(schema === undefined ? { name } : { name, schema }),
      remove: () => deleteDB(name),
    };
  },
  // A strict commit takes milliseconds of real disk here; the long run is against the in-memory database in Node.
  { durable: true, runs: 10 },
);

lockContract('BrowserLock in Chromium', () => ({
  lock: new BrowserLock(),
  steal: async (name) => {
    await navigator.locks.request(name, { steal: true }, () => undefined);
  },
}));

clockContract('BrowserClock in Chromium', () => ({
  clock: new BrowserClock(),
  pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

keysContract('BrowserKeys in Chromium', async () => {
  const name = `contract-keys-${places++}`;
  return { open: async () => new BrowserKeys(crypto, name), crypto };
}, { readable: false });

Object.assign(globalThis, { runContracts: runAll });
