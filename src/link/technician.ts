/** What the technician's pages are shown beyond the snapshot. Tokens are masked; secrets aren't in here. */

export interface AccessState {
  readonly pinSet: boolean;
  /** No try is taken before so many seconds have passed. */
  readonly lockedForS: number;
}

export interface SessionLine {
  readonly transactionId: string;
  readonly evseId: number;
  readonly running: boolean;
  /** Masked; null: nobody was asked for one. */
  readonly token: string | null;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly startWh: number;
  /** The last that is known, while it runs. */
  readonly endWh: number;
  readonly cost: number | null;
  /** While it runs: its charging state; else why it stopped. */
  readonly state: string;
  /** It ended while the CSMS couldn't be reached. */
  readonly offline: boolean;
  readonly signed: boolean;
}

export interface ProfileLine {
  readonly id: number;
  /** 0: the station, or every EVSE. */
  readonly evseId: number;
  readonly source: string;
  readonly purpose: string;
  readonly kind: string;
  readonly stackLevel: number;
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  readonly transactionId: string | null;
  readonly unit: 'A' | 'W';
  readonly periods: readonly { readonly startS: number; readonly limit: number }[];
}

/** What an EVSE may draw in the hours to come, and from which profiles that follows. */
export interface LimitsView {
  readonly evseId: number;
  readonly unit: 'A' | 'W';
  readonly startMs: number;
  readonly durationS: number;
  /** A per phase, or W in total; `startS` from `startMs`. */
  readonly periods: readonly { readonly startS: number; readonly limit: number; readonly phases: number }[];
  readonly profiles: readonly ProfileLine[];
}

/** The lists in the books that the CSMS fills. */
export interface ListsView {
  readonly localList: { readonly version: number; readonly entries: readonly { readonly token: string; readonly status: string }[] };
  readonly cacheEntries: number;
  readonly reservations: readonly { readonly id: number; readonly evseId: number | null; readonly connectorType: string | null; readonly token: string; readonly expiryMs: number }[];
  readonly messages: readonly { readonly id: number; readonly priority: string; readonly state: string | null; readonly format: string; readonly language: string | null; readonly text: string; readonly endMs: number | null }[];
  readonly monitors: readonly { readonly id: number; readonly origin: string; readonly variable: string; readonly type: string; readonly value: number; readonly severity: number }[];
  readonly certificates: readonly { readonly use: string; readonly serialNumber: string; readonly notBeforeMs: number; readonly notAfterMs: number; readonly own: boolean }[];
  readonly firmware: { readonly version: string; readonly status: string };
}

export interface ImportResult {
  readonly set: number;
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

/** Part of `StationCommands`. */
export interface TechnicianCommands {
  technicianAccess(): Promise<AccessState>;
  /** Rejects with `WrongPin` or `PinLocked`. */
  enterTechnician(pin: string): Promise<void>;
  /** `current`: '' where none is set. Rejects with `WeakPin` too. */
  chooseTechnicianPin(pin: string, current: string): Promise<void>;
  /** The newest first. */
  sessions(): Promise<SessionLine[]>;
  /** Rejects with `UnknownEvse`. */
  limits(evse: number, durationS: number): Promise<LimitsView>;
  lists(): Promise<ListsView>;
  /** Set-up and settings without secrets, as a JSON text. */
  exportConfiguration(): Promise<string>;
  /** All or nothing of the set-up; settings one by one. Rejects with `BadConfiguration`, and nothing is changed. */
  importConfiguration(text: string): Promise<ImportResult>;
  /** A ZIP for whoever helps: logs, frames, settings, state. Secrets and tokens are masked. */
  supportBundle(): Promise<Uint8Array<ArrayBuffer>>;
}
