/** One attempt to put a file on a server over HTTP(S) (N01.FR.14, .18 to .21). */
import { KerbsideError } from '../../base/errors.ts';
import type { Http } from '../../platform/ports.ts';
import type { UploadStatus } from './api.ts';

export interface UploadFile {
  readonly location: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export type UploadOutcome = Extract<UploadStatus, 'Uploaded' | 'UploadFailure' | 'BadMessage' | 'PermissionDenied' | 'NotSupportedOperation'>;

const TIMEOUT_MS = 120_000;

/** PUT first; a server that doesn't know it gets a POST. Rejects only when `signal` gave it up. */
export async function upload(http: Http, file: UploadFile, signal: AbortSignal): Promise<{ readonly outcome: UploadOutcome; readonly detail: string }> {
  const status = await send(http, 'PUT', file, signal);
  const known = typeof status === 'number' && (status === 404 || status === 405 || status === 501) ? await send(http, 'POST', file, signal) : status;
  return typeof known === 'number' ? { outcome: outcomeOf(known), detail: `the server answered ${known}` } : { outcome: 'UploadFailure', detail: known.message };
}

async function send(http: Http, method: 'PUT' | 'POST', file: UploadFile, signal: AbortSignal): Promise<number | KerbsideError> {
  const directory = file.location.endsWith('/');
  const headers = {
    'Content-Type': file.contentType,
    ...(method === 'POST' ? { 'Content-Disposition': `attachment; filename="${file.fileName}"` } : {}),
  };
  try {
    const url = directory ? file.location + encodeURIComponent(file.fileName) : file.location;
    return (await http.fetch({ method, url, headers, body: file.bytes, timeoutMs: TIMEOUT_MS, maxBytes: 65_536 }, signal)).status;
  } catch (error) {
    if (error instanceof KerbsideError && error.code !== 'HttpAborted') return error;
    throw error;
  }
}

function outcomeOf(status: number): UploadOutcome {
  if (status >= 200 && status < 300) return 'Uploaded';
  if (status === 401 || status === 403) return 'PermissionDenied';
  if (status === 405 || status === 501) return 'NotSupportedOperation';
  return status >= 400 && status < 500 ? 'BadMessage' : 'UploadFailure';
}
