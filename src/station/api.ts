/**
 * What a CSMS may ask of the station, edition-free: one interface per functional block. The edition bridges call these;
 * the blocks implement them. Nothing here throws for a refusal: refusals are results with a reason.
 */
import type { CustomerInformationApi } from './customer-information/api.ts';
import type { DataTransferAnswer, DataTransferRequest } from './csms-port.ts';
import type { DeviceModelApi } from './device-model/types.ts';
import type { CertificatesApi, CertificateSigningApi } from './certificates/api.ts';
import type { DisplayApi } from './display/api.ts';
import type { FirmwareApi } from './firmware/api.ts';
import type { LocalListApi } from './local-list/api.ts';
import type { LogsApi } from './logs/api.ts';
import type { ReservationApi } from './reservation/api.ts';
import type { MonitoringApi } from './monitoring/api.ts';
import type { ChargingProfile, SmartChargingApi } from './smart-charging/api.ts';
import type { SecurityApi } from './security/api.ts';
import type { ComponentRef, IdToken, Reason, StoppedReason, VariableRef } from './types.ts';

export type { Reason } from './types.ts';

export interface RemoteStartRequest {
  readonly idToken: IdToken;
  readonly evseId?: number;
  readonly connectorId?: number;
  readonly remoteStartId?: number;
  readonly groupIdToken?: IdToken;
  /** A TxProfile; a station without smart charging ignores it (F01.FR.12, K05). */
  readonly chargingProfile?: ChargingProfile;
}
export interface RemoteStartAnswer { readonly status: 'Accepted' | 'Rejected'; readonly transactionId?: string; readonly reason?: Reason }

export interface RemoteControlApi {
  /** F01, F02; 1.6 RemoteStartTransaction. */
  requestStart(request: RemoteStartRequest): RemoteStartAnswer;
  /** F03. */
  requestStop(transactionId: string): { readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason };
  /** F05. `NotSupported`: no lock fitted. 1.6 ends a running transaction first (reason UnlockCommand): `stopRunning`. */
  unlock(evseId: number, connectorId: number, options: { readonly stopRunning: boolean }): Promise<
    'Unlocked' | 'UnlockFailed' | 'OngoingAuthorizedTransaction' | 'UnknownConnector' | 'NotSupported'>;
  /** F06, by the message's name in 2.x spelling. The bridge sends the answer first, then runs `send` if accepted. */
  trigger(what: string, target?: { readonly evseId?: number; readonly connectorId?: number }): {
    readonly status: 'Accepted' | 'Rejected' | 'NotImplemented'; readonly reason?: Reason; readonly send?: () => void };
}
export interface ProvisioningApi {
  /** B11, B12. The answer goes out before anything happens. `evseId` absent: the whole station. */
  /** `stopReason` of the transactions that an Immediate reset ends (1.6 tells soft from hard). */
  reset(type: 'Immediate' | 'OnIdle', evseId?: number, stopReason?: StoppedReason): { readonly status: 'Accepted' | 'Rejected' | 'Scheduled'; readonly reason?: Reason };
  /** B07. The parts follow as `deviceModel` reports. */
  baseReport(requestId: number, base: 'ConfigurationInventory' | 'FullInventory' | 'SummaryInventory'):
    'Accepted' | 'Rejected' | 'NotSupported' | 'EmptyResultSet';
  /** B08. */
  report(requestId: number, criteria: readonly string[] | undefined,
    variables: readonly { readonly component: ComponentRef; readonly variable?: VariableRef }[] | undefined):
    'Accepted' | 'Rejected' | 'NotSupported' | 'EmptyResultSet';
  /** B09. */
  setNetworkProfile(slot: number, profile: NetworkProfile): Promise<{ readonly status: 'Accepted' | 'Rejected' | 'Failed'; readonly reason?: Reason }>;
}

export interface NetworkProfile {
  /** CSMS endpoint without the identity. */
  readonly csmsUrl: string;
  readonly securityProfile: 0 | 1 | 2 | 3;
  readonly messageTimeoutS: number;
  readonly ocppInterface: string;
}

export interface AvailabilityApi {
  /** G03, G04; resolves when it is on the disk. No `evseId`: the whole station. */
  change(operational: boolean, target: { readonly evseId?: number; readonly connectorId?: number }):
    Promise<{ readonly status: 'Accepted' | 'Rejected' | 'Scheduled'; readonly reason?: Reason }>;
}

export interface AuthorizationApi {
  /** C11. */
  clearCache(): Promise<{ readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason }>;
}

export interface TransactionsApi {
  /** E14. */
  status(transactionId?: string): { readonly ongoing?: boolean; readonly messagesInQueue: boolean };
  /** The running transaction of an EVSE, for 1.6's numeric ids. */
  runningOn(evseId: number): string | null;
}

export interface TariffCostApi {
  /** I02. `customData`: of the pricing extension. False: no such transaction. */
  costUpdated(transactionId: string, totalCost: number, customData?: unknown): boolean;
}

export interface DataTransferApi {
  receive(request: DataTransferRequest): Promise<DataTransferAnswer>;
}

export interface StationApi {
  readonly evses: readonly { readonly id: number; readonly connectorIds: readonly number[] }[]; // in order, EVSE 1 first
  readonly deviceModel: DeviceModelApi;
  readonly provisioning: ProvisioningApi;
  readonly remoteControl: RemoteControlApi;
  readonly availability: AvailabilityApi;
  readonly authorization: AuthorizationApi;
  readonly transactions: TransactionsApi;
  readonly tariffCost: TariffCostApi;
  readonly dataTransfer: DataTransferApi;
  readonly localList: LocalListApi;
  readonly logs: LogsApi;
  readonly firmware: FirmwareApi;
  readonly certificates: CertificatesApi;
  readonly signing: CertificateSigningApi;
  readonly security: SecurityApi;
  readonly display: DisplayApi;
  readonly reservation: ReservationApi;
  readonly monitoring: MonitoringApi;
  readonly customerInformation: CustomerInformationApi;
  readonly smartCharging: SmartChargingApi;
  /** B02.FR.05: before the CSMS accepted us, remote start and stop are Rejected. */
  readonly bootStatus: 'Accepted' | 'Pending' | 'Rejected' | null;
}
