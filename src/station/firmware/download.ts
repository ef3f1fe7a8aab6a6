/** The file, with the attempts that the request allows (L01.FR.30). */
import { describeError, KerbsideError } from '../../base/errors.ts';
import type { Http } from '../../platform/ports.ts';
import type { UpdateRequest } from './api.ts';

/** What the station chooses where the CSMS leaves it the choice. */
const OWN_RETRIES = 3;
const OWN_INTERVAL_S = 30;
const TIMEOUT_MS = 600_000;
/** Some ten times the app's size. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface DownloadDeps {
  readonly http: Http;
  /** Resolves after that long, or as soon as `signal` gives it up. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly failed: (why: string) => void;
}

/** Null: every attempt failed. Rejects only when `signal` gave it up. */
export async function download(deps: DownloadDeps, request: UpdateRequest, signal: AbortSignal): Promise<Uint8Array | null> {
  const retries = request.retries ?? OWN_RETRIES;
  for (let attempt = 0; attempt <= retries; attempt++) {
    if (attempt > 0) await deps.wait((request.retryIntervalS ?? OWN_INTERVAL_S) * 1000, signal);
    signal.throwIfAborted();
    try {
      const response = await deps.http.fetch({ method: 'GET', url: request.location, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }, signal);
      if (response.status >= 200 && response.status < 300) return response.body;
      deps.failed(`the server answered ${response.status}`);
      if (request.retries === undefined && response.status >= 400 && response.status < 500) return null; // the same again would be answered the same
    } catch (error) {
      if (signal.aborted) throw error;
      deps.failed(describeError(error));
      if (error instanceof KerbsideError && (error.code === 'HttpBadUrl' || error.code === 'HttpTooLarge')) return null;
    }
  }
  return null;
}
