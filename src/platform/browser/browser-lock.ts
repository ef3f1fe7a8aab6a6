import { KerbsideError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Lock } from '../ports.ts';

/** Web Locks: held until given back, until the tab dies, or until another steals it. */
export class BrowserLock implements Lock {
  /** @param locks null: as where there are none */
  constructor(private readonly locks: LockManager | null | undefined = globalThis.navigator?.locks) {}

  /** @throws KerbsideError `LockUnavailable` where there are no Web Locks (an insecure context): no lock, no station */
  async acquire(name: string, onLost: () => void): Promise<Stop> {
    const stop = await this.request(name, {}, onLost);
    if (stop === null) throw unavailable('the lock was not granted');
    return stop;
  }

  /** @throws KerbsideError `LockUnavailable` */
  async tryAcquire(name: string, onLost: () => void): Promise<Stop | null> {
    return this.request(name, { ifAvailable: true }, onLost);
  }

  private request(name: string, options: LockOptions, onLost: () => void): Promise<Stop | null> {
    const { locks } = this;
    if (locks == null) throw unavailable('navigator.locks is missing');
    return new Promise((resolve, reject) => {
      let held = false;
      let release: Stop = () => undefined;
      const keep = (lock: globalThis.Lock | null): Promise<void> | void => {
        if (lock === null) return resolve(null);
        held = true;
        return new Promise<void>((giveBack) => {
          release = () => {
            held = false;
            giveBack();
          };
          resolve(() => release());
        });
      };
      locks.request(name, { mode: 'exclusive', ...options }, keep).catch((error: unknown) => {
        if (!held) return reject(unavailable(error instanceof Error ? error.message : String(error)));
        held = false;
        onLost(); // stolen
      });
    });
  }
}

function unavailable(detail: string): KerbsideError {
  return new KerbsideError(
    'LockUnavailable',
    detail,
    'This browser can’t make sure that only one tab is the station. Open Kerbside over https or on localhost.',
  );
}
