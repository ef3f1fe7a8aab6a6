/**
 * What the screens may ask of the station. Carried by comlink with a timeout each; every command resolves with plain
 * data or rejects with `{ code, message, sentence }` (see `CommandFailure`). No proxies are kept: snapshots and log lines
 * come as messages on a BroadcastChannel, so that a second tab is just another screen.
 */
import type { DeviceTest, DeviceUnderTest, FoundDevice, HostPort, LineView, ProbeStep } from './commissioning.ts';
import type { HardwareProfile, StationHardware } from './hardware-profile.ts';
import type { StationSnapshot } from './snapshot.ts';
import type { TechnicianCommands } from './technician.ts';

export interface CommandFailure { readonly code: string; readonly message: string; readonly sentence: string | null }

export interface TokenDecision {
  readonly status: string;
  readonly by: 'csms' | 'list' | 'cache' | 'none';
}

export interface SetupConfig {
  readonly identity: string;
  /** CSMS endpoint without identity. */
  readonly csmsUrl: string;
  /** Write-only: never read back. Absent: unchanged. */
  readonly password?: string;
  readonly securityProfile: 0 | 1 | 2;
  readonly editions: readonly string[];
  readonly hardware: StationHardware;
  readonly currency: string;
}

export interface FrameLogLine {
  readonly id: number;
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly edition: string | null;
  /** Secrets masked. */
  readonly text: string;
}
export interface SerialLogLine {
  readonly id: number;
  readonly atMs: number;
  readonly evseId: number;
  readonly direction: 'in' | 'out';
  readonly hex: string;
  readonly text: string;
  readonly decoded: string;
}
export interface StationLogLine {
  readonly id: number;
  readonly atMs: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly source: string;
  readonly text: string;
}

export interface QueueEntry {
  readonly sequence: number;
  readonly parked: boolean;
  readonly kind: string;
  readonly summary: string;
  readonly attempts: number;
  readonly lastError: string | null;
}

export interface VariableEntry {
  readonly component: string;
  readonly variable: string;
  /** Masked or null when WriteOnly. */
  readonly value: string | null;
  readonly mutability: 'ReadOnly' | 'WriteOnly' | 'ReadWrite';
  readonly dataType: string;
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly values: readonly string[] | null;
}

export interface SimulationCommand {
  readonly evse: number;
  readonly connector?: number;
}

/** A limit from outside OCPP (K11, K12): of an energy manager (EMS), the grid's operator (SO), or somebody else, e.g. the technician. */
export interface ExternalLimitCommand {
  readonly source: 'EMS' | 'SO' | 'Other';
  /** Absent: the grid connection of the whole station. */
  readonly evse?: number;
  /** A per phase, or W in total. */
  readonly unit: 'A' | 'W';
  /** The first begins now: `startS` 0. */
  readonly periods: readonly { readonly startS: number; readonly limit: number }[];
  /** Absent: until it is cleared. */
  readonly durationS?: number;
  readonly gridCritical?: boolean;
}

export interface StationCommands extends TechnicianCommands {
  snapshot(): Promise<StationSnapshot>;
  // driver
  /** A card, a PIN of the keypad (type KeyCode), the start button (type NoAuthorization, value empty). */
  presentToken(token: { value: string; type: string; evse?: number }): Promise<TokenDecision>;
  /** What a reader at the page has read: the UID in hexadecimal; empty: it couldn't be read. */
  presentCard(card: { uid: string; type: 'ISO14443' | 'ISO15693' | 'Local'; evse?: number }): Promise<TokenDecision>;
  /** The answer to `StationSnapshot.masterPass`: these sessions end; none: nothing ends. */
  chooseMasterPass(evses: readonly number[]): Promise<void>;
  dismissSummary(evse: number): Promise<void>;
  extendConnectTimeout(evse: number): Promise<void>;
  cancelAuthorization(evse: number): Promise<void>;
  // set-up
  readSetup(): Promise<SetupConfig | null>;
  saveSetup(config: SetupConfig): Promise<void>;
  /** Opens a socket with these data and tells, in words, what came of it. */
  testCsms(config: SetupConfig): Promise<{ ok: boolean; edition: string | null; sentence: string; advice: string }>;
  serialPorts(): Promise<HostPort[]>;
  /**
   * Commissioning takes the station out of service, since a port has one master; until `endCommissioning`, a set-up that is
   * saved, or ten minutes without a word. Rejects with `Charging` while a transaction runs. Only reads.
   */
  probePort(portId: string, step: ProbeStep, units: readonly number[]): Promise<FoundDevice[]>;
  /** As above, but `limit` sets what it tests. The profile needn't be saved. */
  testDevice(profile: HardwareProfile, device: DeviceUnderTest): Promise<DeviceTest>;
  endCommissioning(): Promise<void>;
  /** Bytes in hex to a port that is out of service, and what came back. Rejects with `NeedsConfirmation` unless they only read. */
  sendRaw(raw: { readonly portId: string; readonly line: string; readonly hex: string; readonly listenMs: number; readonly confirmed: boolean }): Promise<{ hex: string; decoded: string }>;
  /** The lines that devices share, with their counters. */
  lines(): Promise<LineView[]>;
  /** What went over all serial lines lately, as text (one JSON object a line). */
  serialRecording(): Promise<string>;
  /** `on`: a controller on Modbus; absent: an OpenEVSE. Changes nothing on it. */
  testCharger(portId: string, on?: { readonly model: string; readonly unit?: number }): Promise<{ ok: boolean; sentence: string; facts: { label: string; value: string }[] }>;
  // technician
  frames(afterId: number): Promise<FrameLogLine[]>;
  serialLines(afterId: number): Promise<SerialLogLine[]>;
  logLines(afterId: number): Promise<StationLogLine[]>;
  queue(): Promise<QueueEntry[]>;
  retryParked(sequence: number): Promise<void>;
  variables(): Promise<VariableEntry[]>;
  setVariable(component: string, variable: string, value: string): Promise<{ status: string; reason: string | null }>;
  reconnect(): Promise<void>;
  resetStation(): Promise<void>;
  requestPersistence(): Promise<boolean>;
  /** In place of what the same source said of the same place before. */
  setExternalLimit(limit: ExternalLimitCommand): Promise<void>;
  clearExternalLimit(source: ExternalLimitCommand['source'], evse?: number): Promise<void>;
  // simulation drawer; rejects with code `NotSimulated` on real hardware
  simulate(what: 'plugIn' | 'unplug' | 'evSuspend' | 'evResume', on: SimulationCommand): Promise<void>;
  simulateEv(evse: number, ev: { demandW?: number; phases?: 1 | 2 | 3; socPercent?: number }): Promise<void>;
  simulateFault(on: SimulationCommand, code: string, present: boolean): Promise<void>;
  simulateBay(evse: number, occupied: boolean): Promise<void>;
  simulateNetwork(up: boolean): Promise<void>;
}

/** Channel on which the station's worker publishes to every tab of the origin. */
export const STATION_CHANNEL = 'kerbside-station';

export type ChannelMessage =
  | { readonly type: 'snapshot'; readonly snapshot: StationSnapshot }
  | { readonly type: 'reload' } // another version of the app is to be loaded
  | { readonly type: 'who' } // a new tab asks for the picture
  | { readonly type: 'station' } // this tab is the station from now on: what no other has taken is to be sent again
  | { readonly type: 'taken'; readonly call: number; readonly tab: string } // it is being done, and may have been even if no result comes
  | { readonly type: 'call'; readonly call: number; readonly tab: string; readonly command: keyof StationCommands; readonly args: readonly unknown[] }
  | { readonly type: 'result'; readonly call: number; readonly tab: string; readonly ok: true; readonly value: unknown }
  | { readonly type: 'result'; readonly call: number; readonly tab: string; readonly ok: false; readonly failure: CommandFailure };
