/** The real X.509, told to the virtual clock: neither its loading nor its work takes virtual time. */
import type { X509 } from '../ports.ts';
import { LazyX509 } from '../x509/lazy-x509.ts';
import type { VirtualClock } from './virtual-clock.ts';

export function virtualX509(clock: VirtualClock, real: X509 = new LazyX509(globalThis.crypto)): X509 {
  return {
    parse: (...args) => clock.external(real.parse(...args)),
    isSignedBy: (...args) => clock.external(real.isSignedBy(...args)),
    hash: (...args) => clock.external(real.hash(...args)),
    signingRequest: (...args) => clock.external(real.signingRequest(...args)),
    verifySignature: (...args) => clock.external(real.verifySignature(...args)),
    ocspStatus: (...args) => clock.external(real.ocspStatus(...args)),
  };
}
