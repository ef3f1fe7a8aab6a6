import type { Wording } from '../base/language.ts';
import type { ReaderConfig } from './hardware.ts';

/**
 * What the screens see: one immutable, versioned picture of the station, plain data (structured-clonable). The worker
 * publishes a new one whenever something changed (at most a few a second); screens never keep state of their own about
 * the station. Bump `SNAPSHOT_VERSION` when a field changes its meaning: an old tab then reloads.
 */
export const SNAPSHOT_VERSION = 2;

export interface StationSnapshot {
  readonly version: typeof SNAPSHOT_VERSION;
  /** Ascending per publication. */
  readonly revision: number;
  /** Wall time of the picture, corrected by the CSMS clock, ms; null before it is known. */
  readonly nowMs: number | null;
  readonly station: {
    readonly identity: string;
    readonly vendor: string;
    readonly model: string;
    readonly firmware: string;
    /** Chosen hardware; `none`: first-run set-up is due. */
    readonly hardware: 'simulated' | 'openevse' | 'esp32-evse-at' | 'modbus' | 'profile' | 'none';
    /** A sentence when service is refused station-wide. */
    readonly refusal: string | null;
  };
  readonly csms: CsmsView;
  readonly evses: readonly EvseView[];
  /** A card being checked before an EVSE is chosen, or the last refusal; null: none. */
  readonly authorization: AuthorizationView | null;
  /** A master pass was shown: which of these outlets shall end (C16.FR.01)? Null: it's not being asked. */
  readonly masterPass: { readonly evseIds: readonly number[]; readonly untilMs: number } | null;
  /** Card readers that only a page can listen to: one that types, the tablet's own. */
  readonly readers: readonly ReaderConfig[];
  /** C02: a session may begin without a token: `presentToken({ value: '', type: 'NoAuthorization', evse })`. */
  readonly startButton: boolean;
  /** C04: a PIN may be typed on the screen, `presentToken({ value, type: 'KeyCode' })`; `blockedUntilMs`: none is looked at before, wall ms. Null: there is no keypad. */
  readonly pinPad: { readonly blockedUntilMs: number | null } | null;
  /** What stands on every screen of this station. */
  readonly display: {
    /** The number that a driver calls; null: none was given. */
    readonly helpLine: string | null;
    /** Behind the QR code of a free outlet. */
    readonly operatorUrl: string | null;
    /** Of the panel, inches; null: not measured. */
    readonly diagonalIn: number | null;
    /** Seconds untouched and unused after which the panel rests; null: never. */
    readonly restAfterS: number | null;
  };
  readonly books: {
    /** Transaction messages not answered yet / given up. */
    readonly queued: number;
    readonly parked: number;
    readonly usedBytes: number;
    readonly quotaBytes: number | null;
    readonly persisted: boolean | null;
    /** Sentence when the store fails or is nearly full; charging may go on. */
    readonly warning: string | null;
  };
  readonly tariff: {
    /** Price text for everybody, by language; null: not known. */
    readonly wording: Wording | null;
    readonly currency: string;
  };
  /** Minutes that clocks on the screen stand before UTC (ClockCtrlr.TimeOffset); null: as the device is set. */
  readonly utcOffsetMin: number | null;
  /** The language that the screen speaks until a driver chooses. */
  readonly language: string;
  /** The operator's messages that are due now, in their order (O01). */
  readonly messages: readonly MessageView[];
  /** A reset waits for transactions to end. */
  readonly pendingReset: boolean;
  /** Nobody new is served: a new version is being installed, or waits for the last car. */
  readonly updating: boolean;
}

export interface CsmsView {
  readonly url: string;
  readonly link: 'connected' | 'connecting' | 'disconnected';
  readonly edition: string | null;
  readonly boot: 'Accepted' | 'Pending' | 'Rejected' | null;
  /** Since when the CSMS can't be reached, wall ms. */
  readonly offlineSinceMs: number | null;
  /** Why it isn't reached, in words, and what to try; null while connected. */
  readonly explanation: { readonly code: string; readonly sentence: string; readonly advice: string } | null;
  readonly nextAttemptInMs: number | null;
  readonly lastHeartbeatMs: number | null;
  /** CSMS clock minus machine clock, ms. */
  readonly clockOffsetMs: number | null;
}

export type DriverState =
  | 'idle' | 'checking' | 'plugIn' | 'preparing' | 'charging' | 'suspendedByCar' | 'suspendedByStation' | 'stopping'
  | 'finished' | 'reserved' | 'unavailable' | 'faulted' | 'waitingForCard';

export interface EvseView {
  readonly id: number;
  readonly maxPowerW: number;
  readonly phases: 1 | 3;
  readonly connectors: readonly {
    readonly id: number;
    readonly type: string;
    readonly status: 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';
    readonly plugged: boolean;
    readonly locked: boolean;
    readonly pilot: 'A' | 'B' | 'C' | 'D' | 'E' | 'F';
  }[];
  /** What the driver's display shows for this EVSE. */
  readonly state: DriverState;
  /** Token in force, masked to its last four. */
  readonly token: { readonly masked: string; readonly type: string } | null;
  /** The price that holds for its driver alone (I01); null: the one for everybody. */
  readonly tariff: Wording | null;
  /** Languages that its driver prefers, best first; empty: not known. */
  readonly languages: readonly string[];
  /** Ends at (station wall ms): plug-in countdown; null where none runs. */
  readonly connectDeadlineMs: number | null;
  /** The driver may ask for more time this many times. */
  readonly extensionsLeft: number;
  readonly powerW: number;
  /** EVSE import register. */
  readonly meterWh: number;
  /** Total over the phases from charging profiles; null: none. */
  readonly limitW: number | null;
  readonly limitReason: 'profile' | 'site' | 'cable' | 'vehicle' | 'heat' | null;
  /** Wall ms at which that limit rises; null: not known. */
  readonly limitUntilMs: number | null;
  readonly currentA: readonly number[];
  readonly voltageV: readonly number[];
  readonly temperatureC: number | null;
  readonly socPercent: number | null;
  readonly transaction: TransactionView | null;
  /** The ended transaction, until the driver leaves. */
  readonly summary: SummaryView | null;
  /** The ended transaction is hidden from others until its own token is shown again or the cable is out. */
  readonly receiptHidden: boolean;
  readonly fault: { readonly code: string; readonly info: string | null } | null;
  readonly reservedUntilMs: number | null;
  /** Whom it is kept for, masked; null: not reserved. */
  readonly reservedFor: string | null;
  /** The controller behind it. */
  readonly controller: {
    readonly link: 'up' | 'down';
    readonly detail: string | null;
    readonly vendor: string;
    readonly model: string;
    readonly firmware: string | null;
    readonly failsafe: string;
    readonly refusal: string | null;
    readonly contactorClosed: boolean;
    /** Driver-specific key figures for the technician, already formatted (e.g. OpenEVSE flags, counters). */
    readonly facts: readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[];
  };
}

export interface MessageView {
  readonly id: number;
  readonly priority: 'AlwaysFront' | 'InFront' | 'NormalCycle';
  /** The outlet that it is about; null: everybody. */
  readonly evseId: number | null;
  readonly kind: 'text' | 'link';
  /** Plain text: nothing in it is markup. */
  readonly text: string;
  readonly language: string | null;
  /** Messages of one group are one message in several languages. */
  readonly group: string;
}

export interface TransactionView {
  readonly id: string;
  readonly chargingState: string;
  readonly startedMs: number | null;
  readonly elapsedS: number;
  readonly energyWh: number;
  readonly seqNo: number;
  /** Running cost: what the CSMS told, and what that makes by now; null: not known. */
  readonly cost: number | null;
  /** What standing idle costs per hour, and from when (wall ms); null: nothing that is known. */
  readonly idleFee: IdleFeeView | null;
  /** Mean W of equal stretches since its begin, or since this run's, the newest last. */
  readonly powerCurve: { readonly stretchS: number; readonly powerW: readonly number[] };
}

export interface IdleFeeView { readonly fromMs: number; readonly hourPrice: number }

export interface SummaryView {
  readonly transactionId: string;
  readonly energyWh: number;
  readonly elapsedS: number;
  readonly startWh: number;
  readonly endWh: number;
  /** The final cost, told by the CSMS; null: not (yet) known. */
  readonly cost: number | null;
  /** While `cost` isn't known: what it has come to, idle time included; null: that isn't known either. */
  readonly costSoFar: number | null;
  /** Breakdown of the final cost, or what to say instead of it. */
  readonly costText: Wording | null;
  /** The address of the invoice, for a QR code. */
  readonly qrText: string | null;
  /** While the cable is still in and idling goes on to cost. */
  readonly idleFee: IdleFeeView | null;
  /** Wall ms at which privacy takes it off the screen. */
  readonly untilMs: number;
  /** What the meter has signed, for a QR code: Transparenzsoftware's XML with both readings and the key; null: it doesn't sign. */
  readonly signedText: string | null;
  readonly stoppedReason: string;
}

export interface AuthorizationView {
  readonly state: 'checking' | 'accepted' | 'refused' | 'noAnswer';
  readonly masked: string;
  /** IdTokenEnumType. */
  readonly type: string;
  /** AuthorizationStatus when refused. */
  readonly status: string | null;
  readonly evseId: number | null;
}
