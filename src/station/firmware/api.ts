import type { Reason } from '../types.ts';

/** FirmwareStatusEnumType. */
export type FirmwareStatus =
  | 'Downloaded' | 'DownloadFailed' | 'Downloading' | 'DownloadScheduled' | 'DownloadPaused' | 'Idle' | 'InstallationFailed' | 'Installing'
  | 'Installed' | 'InstallRebooting' | 'InstallScheduled' | 'InstallVerificationFailed' | 'InvalidSignature' | 'SignatureVerified';

export interface UpdateRequest {
  /** Null: 1.6 UpdateFirmware, which has no ids. */
  readonly requestId: number | null;
  readonly location: string;
  /** Not before, wall ms. */
  readonly retrieveMs: number;
  readonly installMs?: number;
  /** Further attempts after a failed download; absent: the station's choice. */
  readonly retries?: number;
  readonly retryIntervalS?: number;
  /** PEM. Absent together with `signature`: an update without protection (L02). */
  readonly signingCertificate?: string;
  /** Base64, over the whole file. */
  readonly signature?: string;
}

export interface UpdateAnswer {
  readonly status: 'Accepted' | 'Rejected' | 'AcceptedCanceled' | 'InvalidCertificate' | 'RevokedCertificate';
  readonly reason?: Reason;
  /** To be called when the answer is out: the update starts, with its status messages. */
  readonly begin?: () => void;
}

export interface FirmwareApi {
  /** L01, L02; 1.6 UpdateFirmware, and SignedUpdateFirmware of the security whitepaper. Resolves when the request is on the disk. */
  update(request: UpdateRequest): Promise<UpdateAnswer>;
  /** Whether updates that nobody has signed are taken (L02; 1.6 UpdateFirmware). */
  readonly allowsUnsigned: boolean;
}
