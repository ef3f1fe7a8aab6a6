/** The real WebCrypto, told to the virtual clock: time stands still while it works. */
import type { VirtualClock } from './virtual-clock.ts';

export function virtualCrypto(clock: VirtualClock, real: Crypto = globalThis.crypto): Crypto {
  const subtle = new Proxy(real.subtle, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => clock.external(Promise.resolve(Reflect.apply(value, target, args) as unknown));
    },
  });
  return new Proxy(real, {
    get: (target, name) => {
      if (name === 'subtle') return subtle;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
