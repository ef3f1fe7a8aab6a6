import type { Store } from '../platform/ports.ts';

/** A store that is still being opened: calls wait for it. */
export function deferredStore(opening: Promise<Store>): Store {
  return {
    get: async (...args) => (await opening).get(...args),
    entries: async (...args) => (await opening).entries(...args),
    commit: async (...args) => (await opening).commit(...args),
    usage: async () => (await opening).usage(),
    close: async () => (await opening).close(),
  };
}
