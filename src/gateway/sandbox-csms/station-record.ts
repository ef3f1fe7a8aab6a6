/** What the CSMS knows of one station. */
import type { StationConnection } from './station-connection.ts';

export interface StationRecord {
  readonly id: string;
  connection: StationConnection | null;
  edition: string | null;
  /** From its newest BootNotification; null: none yet. */
  boot: { readonly vendor: string; readonly model: string; readonly reason: string | null; readonly firmware: string | null } | null;
  boots: number;
  /** Wall ms of its newest message. */
  lastSeenMs: number;
  /** By `evse.connector` (2.x) or connector id (1.6). */
  readonly connectors: Map<string, string>;
}

