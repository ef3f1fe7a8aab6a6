/**
 * N01; 1.6 GetDiagnostics, and GetLog of the security whitepaper: the log as one file, put on the server that the CSMS
 * names. The request is in the books, so that a restart in the middle doesn't swallow it.
 */
import { describeError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps, Trigger } from '../block.ts';
import type { LogAnswer, LogRequest, LogsApi, LogType, UploadStatus } from './api.ts';
import { diagnosticsText, logText } from './diagnostics-file.ts';
import type { BookLine } from './log-book.ts';
import { redact } from './redact.ts';
import { upload } from './upload.ts';

/** What the station chooses where the CSMS leaves it the choice. */
const OWN_RETRIES = 3;
const OWN_INTERVAL_S = 30;
const KEY = 'logUpload';

interface Job {
  readonly request: LogRequest;
  readonly fileName: string;
}

type LogsDeps = Pick<BlockDeps, 'clock' | 'journal' | 'time' | 'settings' | 'log' | 'http' | 'outbox' | 'evses' | 'edition' | 'triggers' | 'logBook' | 'securityEvents'>;

export class Logs implements Block, LogsApi {
  private job: Job | null = null;
  private status: UploadStatus = 'Idle';
  private running: { readonly abort: AbortController; stopWaiting: Stop } | null = null;

  constructor(private readonly deps: LogsDeps) {
    deps.triggers.set('LogStatusNotification', this.trigger('log'));
    deps.triggers.set('DiagnosticsStatusNotification', this.trigger('diagnostics'));
  }

  async load(store: Store): Promise<void> {
    this.job = ((await store.get('meta', KEY)) as unknown as Job | undefined) ?? null;
    await this.deps.logBook.load(store);
  }

  /** An upload that a restart cut short begins anew. */
  started(): void {
    if (this.job !== null) this.begin(this.job);
  }

  stop(): void {
    this.halt();
    void this.deps.logBook.flush();
  }

  async getLog(request: LogRequest): Promise<LogAnswer> {
    // 1.6 GetDiagnostics can't refuse: there a status message says that it failed.
    if (request.requestId !== null && !/^https?:\/\//i.test(request.location)) {
      return { status: 'Rejected', reason: { reasonCode: 'UnsupportedParam', additionalInfo: 'only http and https addresses can be used' } };
    }
    const lines = await this.lines(request);
    if (lines.length === 0) return { status: 'Rejected', reason: { reasonCode: 'NotFound', additionalInfo: 'no line of that time' } }; // N01.FR.05
    const cancelled = this.job;
    const job: Job = { request, fileName: this.fileName(request.type) };
    this.halt();
    this.job = job;
    this.deps.journal.put('meta', KEY, job as unknown as Stored);
    await this.deps.journal.durable();
    return {
      status: cancelled === null ? 'Accepted' : 'AcceptedCanceled', // N01.FR.12
      fileName: job.fileName,
      begin: () => {
        if (cancelled !== null) this.tell('AcceptedCanceled', cancelled.request); // N01.FR.20
        if (this.job === job) this.begin(job);
      },
    };
  }

  private begin(job: Job): void {
    const running = { abort: new AbortController(), stopWaiting: () => {} };
    this.running = running;
    void this.run(job, running).catch((error: unknown) => this.deps.log('debug', 'logs', `the upload ended: ${describeError(error)}`));
  }

  private async run(job: Job, running: NonNullable<Logs['running']>): Promise<void> {
    const { request, fileName } = job;
    const { signal } = running.abort;
    this.tell('Uploading', request);
    const bytes = new TextEncoder().encode(await this.text(request));
    const retries = request.retries ?? OWN_RETRIES;
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) await this.wait((request.retryIntervalS ?? OWN_INTERVAL_S) * 1000, running);
      if (signal.aborted) return;
      const { outcome, detail } = await upload(this.deps.http, { location: request.location, fileName, bytes, contentType: 'text/plain; charset=utf-8' }, signal);
      if (signal.aborted) return;
      this.deps.log(outcome === 'Uploaded' ? 'info' : 'warn', 'logs', `${fileName}: ${outcome}, ${detail}`);
      const last = outcome === 'Uploaded' || attempt === retries || (request.retries === undefined && outcome !== 'UploadFailure');
      if (last) this.done();
      this.tell(outcome, request);
      if (last) return;
    }
  }

  private done(): void {
    this.job = null;
    this.running = null;
    this.deps.journal.delete('meta', KEY);
  }

  private halt(): void {
    this.running?.abort.abort();
    this.running?.stopWaiting();
    this.running = null;
  }

  private wait(delayMs: number, running: NonNullable<Logs['running']>): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.deps.clock.after(delayMs, resolve);
      running.stopWaiting = () => {
        stop();
        resolve();
      };
    });
  }

  private tell(status: UploadStatus, { requestId }: LogRequest): void {
    this.status = status;
    this.deps.outbox.add({ kind: 'logStatus', status, requestId, form: requestId === null ? 'diagnostics' : 'log' });
  }

  /** F06, N01.FR.13: what is under way, or Idle without an id. */
  private trigger(form: 'log' | 'diagnostics'): Trigger {
    return () => ({
      status: 'Accepted',
      send: () => {
        const request = this.job?.request;
        const own = request !== undefined && (request.requestId === null) === (form === 'diagnostics');
        this.deps.outbox.add({ kind: 'logStatus', status: own ? this.status : 'Idle', requestId: own ? request.requestId : null, form });
      },
    });
  }

  private async text(request: LogRequest): Promise<string> {
    const lines = await this.lines(request);
    return request.type === 'DiagnosticsLog' ? diagnosticsText(this.deps, lines) : logText(lines);
  }

  private async lines({ type, oldestMs, latestMs }: LogRequest): Promise<BookLine[]> {
    if (type === 'DiagnosticsLog') return this.deps.logBook.read(oldestMs, latestMs);
    return this.deps.securityEvents.lines().map(({ type: event, wallMs, critical, techInfo }): BookLine => ({
      atMs: wallMs ?? 0, level: critical ? 'warn' : 'info', source: 'security', text: redact(techInfo === undefined ? event : `${event}, ${techInfo}`),
    })).filter(({ atMs }) => atMs >= (oldestMs ?? Number.NEGATIVE_INFINITY) && atMs <= (latestMs ?? Number.POSITIVE_INFINITY));
  }

  private fileName(type: LogType): string {
    const identity = this.deps.settings.string('SecurityCtrlr.Identity', 'station').replace(/[^\w.-]/g, '_').slice(0, 48);
    const moment = new Date(this.deps.time.nowMs()).toISOString().replace(/[-:]|\.\d+/g, '');
    return `${identity}-${type === 'DiagnosticsLog' ? 'diagnostics' : 'security'}-${moment}.log`;
  }
}
