import type { Reason } from '../types.ts';

export type LogType = 'DiagnosticsLog' | 'SecurityLog';

export interface LogRequest {
  readonly type: LogType;
  /** Null: 1.6 GetDiagnostics, which has no ids. */
  readonly requestId: number | null;
  readonly location: string;
  /** Only lines from this moment on, wall ms. */
  readonly oldestMs?: number;
  readonly latestMs?: number;
  /** Further attempts after a failed one; absent: the station's choice. */
  readonly retries?: number;
  readonly retryIntervalS?: number;
}

export interface LogAnswer {
  readonly status: 'Accepted' | 'Rejected' | 'AcceptedCanceled';
  readonly fileName?: string;
  readonly reason?: Reason;
  /** To be called when the answer is out: the upload starts, with its status messages. */
  readonly begin?: () => void;
}

export interface LogsApi {
  /** N01; 1.6 GetDiagnostics, and GetLog of the security whitepaper. Resolves when the request is on the disk. */
  getLog(request: LogRequest): Promise<LogAnswer>;
}

/** UploadLogStatusEnumType. */
export type UploadStatus =
  | 'BadMessage' | 'Idle' | 'NotSupportedOperation' | 'PermissionDenied' | 'Uploaded' | 'UploadFailure' | 'Uploading' | 'AcceptedCanceled';
