/**
 * What the station has to tell the CSMS, edition-free. Records of this shape lie in the outbox until they are answered;
 * the edition bridge renders them into wire messages when they are sent. Rendering is a pure function of the record and
 * what `BridgeMemory` keeps, so that a message sent again has the same content.
 */
import type {
  ChargingState, ConnectorPhase, ConnectorStatus, IdToken, MeterValue, StoppedReason, Timestamp, TriggerReason,
} from './types.ts';
import type { ChargingProfile, ChargingSchedule, LimitSource } from './smart-charging/profile.ts';
import type { FaultCode } from '../hardware/charger.ts';
import type { FirmwareStatus } from './firmware/api.ts';
import type { UploadStatus } from './logs/api.ts';

/** OCPP 2.0.1 TransactionEventRequest, as a fact (E01..E15). */
export interface TransactionEventReport {
  readonly kind: 'transactionEvent';
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly timestamp: Timestamp;
  readonly triggerReason: TriggerReason;
  readonly seqNo: number;
  readonly transactionId: string;
  readonly evseId: number;
  readonly connectorId: number | null;
  /** Send the `evse` field: in the first event after the EV connected (E01.FR.16). */
  readonly firstWithEvse: boolean;
  readonly chargingState?: ChargingState;
  readonly stoppedReason?: StoppedReason;
  readonly idToken?: IdToken;
  readonly remoteStartId?: number;
  readonly reservationId?: number;
  readonly timeSpentChargingS?: number;
  readonly numberOfPhasesUsed?: number;
  readonly cableMaxCurrentA?: number;
  readonly meterValues?: readonly MeterValue[];
  /** Happened while the CSMS couldn't be reached. */
  readonly offline: boolean;
  /**
   * What a 1.6 bridge needs beyond: the transaction's token at this moment, the register, and whether this event closes
   * 1.6's transaction window (authorised and plugged: StartTransaction).
   */
  readonly registerWh: number;
  readonly activeIdToken: IdToken | null;
  /** This event is the one at which both authorization and cable are there for the first time. */
  readonly powerPathClosed: boolean;
}

/** Clock-aligned values outside a transaction, or as the edition wants it (J01). */
export interface MeterValuesReport {
  readonly kind: 'meterValues';
  readonly evseId: number;
  readonly connectorId: number | null;
  readonly transactionId: string | null;
  readonly meterValues: readonly MeterValue[];
}

/** One connector's status; `evseId` 0: the station itself (1.6 connector 0). Coalesces per connector. */
export interface StatusReport {
  readonly kind: 'status';
  readonly evseId: number;
  readonly connectorId: number;
  readonly status: ConnectorStatus;
  readonly phase: ConnectorPhase;
  readonly fault: { readonly code: FaultCode; readonly vendorCode?: string; readonly info?: string } | null;
  readonly info?: string;
  readonly timestamp: Timestamp;
}

/** A04: critical ones are queued with guaranteed delivery. */
export interface SecurityEventReport {
  readonly kind: 'securityEvent';
  readonly type: string;
  readonly critical: boolean;
  readonly techInfo?: string;
  readonly timestamp: Timestamp;
}

/** One part of a device-model report (B07). */
export interface DeviceModelReport {
  readonly kind: 'deviceModel';
  readonly requestId: number;
  readonly seqNo: number;
  readonly tbc: boolean;
  readonly generatedAt: Timestamp;
  readonly items: readonly import('./device-model/types.ts').ReportedVariable[];
}

/** 1.6 with the pricing extension: the cable is out after the end (California pricing 3.4.3). */
export interface ConnectorUnpluggedReport {
  readonly kind: 'connectorUnplugged';
  readonly evseId: number;
  readonly transactionId: string;
  readonly timestamp: Timestamp;
}

/** One part of the answer to GetDisplayMessages (O03, O04). */
export interface DisplayMessagesReport {
  readonly kind: 'displayMessages';
  readonly requestId: number;
  readonly tbc: boolean;
  readonly messages: readonly import('./display/api.ts').DisplayMessage[];
}

/** One event of a component's variable (N07, N08, G05). */
export interface NotifiedEvent {
  readonly eventId: number;
  readonly timestamp: Timestamp;
  readonly trigger: 'Alerting' | 'Delta' | 'Periodic';
  /** Event that caused this one. */
  readonly cause?: number;
  readonly actualValue: string;
  readonly component: import('./types.ts').ComponentRef;
  readonly variable: import('./types.ts').VariableRef;
  readonly variableMonitoringId?: number;
  readonly eventNotificationType: 'HardWiredNotification' | 'HardWiredMonitor' | 'PreconfiguredMonitor' | 'CustomMonitor';
  readonly techCode?: string;
  readonly techInfo?: string;
  readonly cleared?: boolean;
  readonly transactionId?: string;
}

export interface NotifyEventReport {
  readonly kind: 'notifyEvent';
  /** Severe enough to wait for a CSMS that can't be reached (MonitoringCtrlr.OfflineQueuingSeverity). */
  readonly keep: boolean;
  readonly events: readonly NotifiedEvent[];
}

/** One part of a report of monitors (N02), grouped by variable. */
export interface MonitoringReport {
  readonly kind: 'monitoringReport';
  readonly requestId: number;
  readonly seqNo: number;
  readonly tbc: boolean;
  readonly generatedAt: Timestamp;
  readonly monitors: readonly import('./monitoring/monitor.ts').Monitor[];
}

/** One part of what is known of a customer (N09, N10). */
export interface CustomerInformationReport {
  readonly kind: 'customerInformation';
  readonly requestId: number;
  readonly seqNo: number;
  readonly tbc: boolean;
  readonly generatedAt: Timestamp;
  /** Up to 512 characters. */
  readonly data: string;
}

/** N01: how the upload of a log fares. `requestId` null: none is under way, or 1.6 GetDiagnostics, which has no ids. */
export interface LogStatusReport {
  readonly kind: 'logStatus';
  readonly status: UploadStatus;
  readonly requestId: number | null;
  /** 1.6 tells the two apart: LogStatusNotification, DiagnosticsStatusNotification. */
  readonly form: 'log' | 'diagnostics';
}

/** L01, L02: how an update fares. `requestId` null: none is under way, or 1.6 UpdateFirmware, which has no ids. */
export interface FirmwareStatusReport {
  readonly kind: 'firmwareStatus';
  readonly status: FirmwareStatus;
  readonly requestId: number | null;
  /** 1.6 tells the two apart: SignedFirmwareStatusNotification, FirmwareStatusNotification. */
  readonly form: 'signed' | 'plain';
}

/** H04, H01.FR.16: a reservation ended without having been used. */
export interface ReservationStatusReport {
  readonly kind: 'reservationStatus';
  readonly reservationId: number;
  readonly status: 'Expired' | 'Removed';
}

/** K09: some of the installed profiles, of one source and place. */
export interface ChargingProfilesReport {
  readonly kind: 'chargingProfiles';
  readonly requestId: number;
  readonly source: LimitSource;
  readonly evseId: number;
  readonly tbc: boolean;
  readonly profiles: readonly ChargingProfile[];
}

/** K11, K12: something outside OCPP limits an EVSE, or (null) the whole station. */
export interface ChargingLimitReport {
  readonly kind: 'chargingLimit';
  readonly source: LimitSource;
  readonly evseId: number | null;
  readonly gridCritical?: boolean;
  readonly schedules?: readonly ChargingSchedule[];
}

/** K13: it doesn't any more. */
export interface ChargingLimitClearedReport {
  readonly kind: 'chargingLimitCleared';
  readonly source: LimitSource;
  readonly evseId: number | null;
}

/** 1.6 section 3.5.2: the CSMS said of a token what its own list doesn't say. */
export interface LocalListConflictReport {
  readonly kind: 'localListConflict';
  readonly stationOperative: boolean;
  readonly timestamp: Timestamp;
}

export type Report =
  | ChargingProfilesReport | ChargingLimitReport | ChargingLimitClearedReport
  | TransactionEventReport | MeterValuesReport | StatusReport | SecurityEventReport | DeviceModelReport | NotifyEventReport
  | LogStatusReport | FirmwareStatusReport
  | ReservationStatusReport
  | ConnectorUnpluggedReport
  | DisplayMessagesReport
  | LocalListConflictReport
  | MonitoringReport | CustomerInformationReport;

/** What the outbox takes; the rest is sent by whoever makes it. */
export type QueuedReport = Exclude<
  Report, StatusReport | DeviceModelReport | MonitoringReport | CustomerInformationReport | ChargingProfilesReport>;

/**
 * Transaction messages keep their order among themselves; what must arrive is kept on the disk; what only matters now
 * is sent in order while the link is up, and forgotten without it unless OCPPCommCtrlr.QueueAllMessages says otherwise.
 */
const DELIVERY: Readonly<Record<QueuedReport['kind'], DeliveryClass>> = {
  transactionEvent: 'transaction',
  meterValues: 'transaction',
  securityEvent: 'guaranteed',
  notifyEvent: 'volatile',
  logStatus: 'guaranteed',
  firmwareStatus: 'guaranteed',
  connectorUnplugged: 'transaction',
  displayMessages: 'volatile',
  reservationStatus: 'guaranteed',
  chargingLimit: 'guaranteed',
  chargingLimitCleared: 'guaranteed',
  localListConflict: 'volatile',
};

export function deliveryOf(report: QueuedReport): DeliveryClass {
  if (report.kind === 'securityEvent' && !report.critical) return 'volatile'; // A04.FR.02 asks it of critical ones only
  if (report.kind === 'notifyEvent' && report.keep) return 'guaranteed';
  return DELIVERY[report.kind];
}

/** How the outbox treats a report. */
export type DeliveryClass =
  | 'transaction' // durable, in order, never dropped; attempts counted only while connected
  | 'guaranteed' // durable, unordered against transactions
  | 'volatile'; // dropped while offline unless QueueAllMessages

export interface OutboxRecord {
  /** Ascending; its 16-digit decimal form is the store key. */
  readonly sequence: number;
  readonly delivery: DeliveryClass;
  readonly report: Report;
  /** Processing failures so far (CALLERROR, or no answer while the link was alive). */
  readonly attempts: number;
  /** Why the last attempt failed, for the technician. */
  readonly lastError?: string;
}
