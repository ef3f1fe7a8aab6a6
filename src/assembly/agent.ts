/**
 * The whole station agent as its hosts see it: the tab's worker, the headless station and the simulator all run this.
 * `createAgent` (create-agent.ts) puts station, CSMS client and chargers together from ports.
 */
import type { Stop } from '../base/signal.ts';
import type { LogLine } from '../base/log.ts';
import type { SimulationControls } from '../hardware/charger.ts';
import type { ExternalLimitCommand, QueueEntry, TokenDecision, VariableEntry } from '../link/commands.ts';
import type { SimulatedController, StationHardware } from '../link/hardware-profile.ts';
import type { StationSnapshot } from '../link/snapshot.ts';
import type { DeviceModel } from '../station/device-model/device-model.ts';
import type { FrameSeen } from '../csms/connection.ts';
import type { EditionName } from '../csms/edition.ts';
import type { IdToken } from '../station/types.ts';

export interface AgentOptions {
  readonly identity: string;
  /** Endpoint; `/identity` is added. */
  readonly csmsUrl: string;
  readonly password?: string;
  readonly securityProfile: 0 | 1 | 2 | 3;
  /** C16.FR.01: a screen of this host lets the user choose what a master pass ends. Absent: it ends all. */
  readonly masterPassChoice?: boolean;
  /** Offered in this order. */
  readonly editions: readonly EditionName[];
  /** The short form of simulated hardware also takes how its wall boxes are built. */
  readonly hardware: StationHardware | (SimulatedController & { readonly evses: number });
  readonly currency: string;
  /** `--set`: as the factory would, past mutability. Applied at every start, before anything runs. */
  readonly factorySettings: readonly (readonly [name: string, value: string])[];
}

/** Secrets are masked; type, message id and action stay readable. */
export type { FrameSeen };

export interface SerialSeen {
  readonly evseId: number;
  readonly direction: 'in' | 'out';
  readonly bytes: Uint8Array;
  readonly decoded: string;
}

export interface Agent {
  /** Reads the books, starts the chargers, connects. Resolves when the station serves; a CSMS isn't waited for. */
  start(): Promise<void>;
  /** Lets what is being written reach the disk, closes the connection politely. Energy stops; the books stay as they are. */
  stop(): Promise<void>;

  snapshot(): StationSnapshot;
  readonly onSnapshot: (listener: (snapshot: StationSnapshot) => void) => Stop;
  readonly onFrame: (listener: (frame: FrameSeen) => void) => Stop;
  readonly onSerial: (listener: (line: SerialSeen) => void) => Stop;
  readonly onLog: (listener: (line: LogLine) => void) => Stop;

  /** A card, PIN or app at the reader. Resolves once decided. */
  presentToken(token: IdToken, evseId?: number): Promise<TokenDecision>;
  /** A card that is no identity lay at a reader. */
  refuseCard(why: 'RandomUid' | 'Unreadable', evseId?: number): TokenDecision;
  extendConnectTimeout(evseId: number): void;
  cancelAuthorization(evseId: number): void;
  dismissSummary(evseId: number): void;

  readonly deviceModel: DeviceModel;
  variables(): VariableEntry[];
  /** As the factory would, past mutability, also in mid-session. @throws KerbsideError `UnknownVariable` | `InvalidValue` */
  factorySet(name: string, value: string): Promise<void>;
  factoryUnset(name: string): Promise<void>;

  /** K11 to K13: what outside systems or a technician limit. @throws KerbsideError `ExternalControlOff` | `UnknownEvse` | `BadLimit` | `NoSuchLimit` */
  setExternalLimit(limit: ExternalLimitCommand): Promise<void>;
  clearExternalLimit(source: ExternalLimitCommand['source'], evseId?: number): Promise<void>;

  queue(): QueueEntry[];
  retryParked(sequence: number): Promise<void>;
  /** The next connection attempt comes now, whatever the back-off had reached. */
  reconnect(): void;
  resetStation(): void;
  /** A back-up supply is all that is left: every transaction ends as PowerLoss, and the CSMS is told as far as it can be reached. */
  powerFailing(): Promise<void>;
  /**
   * As a power cycle: everything in memory goes, energy stops, and after `offMs` the station starts from its books.
   * `graceful`: queued messages go out first (bounded time).
   */
  reboot(options: { readonly offMs: number; readonly graceful: boolean }): Promise<void>;

  /** null: not a simulated EVSE, or no such EVSE. */
  simulation(evseId: number): SimulationControls | null;
}
