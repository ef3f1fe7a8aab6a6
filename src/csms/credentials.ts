/** With what an attempt to connect identifies the station, and whom it trusts. */
import type { SocketClose, TlsMaterial } from '../platform/ports.ts';
import type { NetworkSlot } from './slot-order.ts';

export interface Credentials {
  /** For security profiles 1 and 2. */
  readonly password?: { readonly text: string; readonly bytes: boolean };
  /** For wss. */
  readonly tls?: TlsMaterial;
}

/** Knows which to try next, and learns what came of it: a new password or certificate may be wrong, and the old one still right. */
export interface CredentialSource {
  /** @param round how often the whole priority list has been gone through since the last connection */
  next(slot: NetworkSlot, round: number): Credentials;
  /** A connection stands with what `next` gave last. */
  worked(slot: NetworkSlot): void;
  /** The attempt failed before it opened. */
  failed(slot: NetworkSlot, close: SocketClose): void;
}
