/**
 * What the station asks of the CSMS, edition-free: the port that an edition bridge fulfils. Requests reject with
 * `CsmsError`; the station decides what that means.
 */
import { KerbsideError } from '../base/errors.ts';
import type { ContractProof, Iso15118Csms } from './iso15118/csms.ts';
import type { OcspData, SigningUse } from './certificates/api.ts';
import type { Report } from './reports.ts';
import type { IdToken, IdTokenInfo } from './types.ts';

export type BootReason =
  | 'ApplicationReset' | 'FirmwareUpdate' | 'LocalReset' | 'PowerUp' | 'RemoteReset' | 'ScheduledReset' | 'Triggered' | 'Unknown' | 'Watchdog';

export interface BootAnswer {
  readonly status: 'Accepted' | 'Pending' | 'Rejected';
  readonly currentTimeMs: number;
  readonly intervalS: number;
}

/** What the CSMS's answer to a delivered report tells the station. */
export interface DeliveryAnswer {
  /** TransactionEventResponse.idTokenInfo, or StartTransaction.conf / StopTransaction.conf idTagInfo. */
  readonly idTokenInfo?: IdTokenInfo;
  readonly totalCost?: number;
  readonly chargingPriority?: number;
  readonly updatedPersonalMessage?: IdTokenInfo['personalMessage'];
  /** For the receipt: where the invoice is (California pricing 4.1). */
  readonly qrText?: string;
}

/** Why a request to the CSMS got no usable answer. */
export class CsmsError extends KerbsideError {
  constructor(
    readonly kind:
      | 'callError' // the CSMS answered CALLERROR
      | 'badAnswer' // it answered something that isn't valid
      | 'timeout' // no answer within MessageTimeout, link still alive
      | 'connectionLost' // the link went away before an answer: counts no attempt
      | 'notConnected'
      | 'notSupported', // this edition has no such message
    message: string,
    readonly errorCode?: string,
  ) {
    super(`Csms.${kind}`, message);
  }
}

export interface CsmsPort {
  readonly edition: string;
  bootNotification(boot: BootInfo): Promise<BootAnswer>;
  heartbeat(): Promise<{ currentTimeMs: number }>;
  /** C01; with `contract` C07: a certificate status other than Accepted makes the token Invalid. */
  authorize(token: IdToken, contract?: ContractProof): Promise<IdTokenInfo>;
  /** Absent: this edition has no words for it. */
  readonly iso15118?: Iso15118Csms;
  dataTransfer(request: DataTransferRequest): Promise<DataTransferAnswer>;
  /** A02, A03. `csr`: PKCS#10, PEM. */
  signCertificate(use: SigningUse, csr: string): Promise<'Accepted' | 'Rejected'>;
  /** M06: an OCSPResponse (DER, base64); null: the CSMS has none. Absent: this edition has no words for it. */
  certificateStatus?(certificate: OcspData): Promise<string | null>;
  /**
   * Delivers one report; resolves when the CSMS has answered (or the bridge decided that this edition has nothing to
   * send for it: then at once, with an empty answer).
   */
  deliver(report: Report, delivery: { readonly offline: boolean }): Promise<DeliveryAnswer>;
}

export interface BootInfo {
  readonly reason: BootReason;
  readonly vendorName: string;
  readonly model: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
  readonly meterType?: string;
  readonly meterSerialNumber?: string;
}

export interface DataTransferRequest {
  readonly vendorId: string;
  readonly messageId?: string;
  readonly data?: unknown;
  /** From the CSMS only: our transaction behind an id in `data`, which 1.6 gives as its own number. */
  readonly transactionOf?: (id: unknown) => string | undefined;
}
export interface DataTransferAnswer {
  readonly status: 'Accepted' | 'Rejected' | 'UnknownMessageId' | 'UnknownVendorId';
  readonly data?: unknown;
}
