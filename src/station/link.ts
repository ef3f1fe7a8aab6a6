/** What blocks may ask of the connection to the CSMS, whoever makes it. */
import type { NetworkAbilities } from '../platform/ports.ts';

export interface Link {
  readonly abilities: NetworkAbilities;
  /** What the technician entered (A01): the first password, until the CSMS sets another. */
  readonly setupPassword: string | undefined;
  /** Ends the connection and begins with the first profile again, with whatever identifies the station now. */
  reconnect(): void;
}
