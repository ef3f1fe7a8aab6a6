/** What the books hold of an update, so that it goes on after a restart at any moment. */
import type { FirmwareStatus, UpdateRequest } from './api.ts';

export interface UpdateRecord {
  readonly request: UpdateRequest;
  readonly phase:
    | 'toDownload' // waits for its time, or for cars to go; a download that a restart cut short comes here again
    | 'downloading'
    | 'toInstall' // downloaded, verified and put aside
    | 'installing'
    | 'restarting'; // the next start shall be the new version
  /** A session's beginning stopped the download. */
  readonly paused?: boolean;
  /** Known once it is installed. */
  readonly version?: string;
}

/** What the CSMS was told last. */
export interface Told {
  readonly status: FirmwareStatus;
  readonly requestId: number | null;
  readonly form: 'signed' | 'plain';
}

export interface StoredUpdate {
  readonly update: UpdateRecord | null;
  readonly told: Told | null;
}
