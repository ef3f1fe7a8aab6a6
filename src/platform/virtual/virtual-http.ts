/** A file server in the test's hand, on virtual time. */
import { KerbsideError } from '../../base/errors.ts';
import type { Clock, Http, HttpRequest, HttpResponse } from '../ports.ts';

export interface VirtualHttpAnswer {
  readonly status: number;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 50 ms. */
  readonly delayMs?: number;
}

export class VirtualHttp implements Http {
  /** Every request, in order. */
  readonly requests: HttpRequest[] = [];
  /** `unreachable`: as if nobody listened; `silent`: never answers. Default: unreachable. */
  answer: (request: HttpRequest) => VirtualHttpAnswer | 'unreachable' | 'silent' = () => 'unreachable';

  constructor(private readonly clock: Clock) {}

  fetch(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    if (!/^https?:\/\//.test(request.url)) return Promise.reject(new KerbsideError('HttpBadUrl', 'only http and https addresses can be used'));
    this.requests.push(request);
    const answer = this.answer(request);
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new KerbsideError('HttpAborted', 'given up')));
      if (answer === 'silent') {
        this.clock.after(request.timeoutMs, () => reject(new KerbsideError('HttpTimeout', `no answer within ${request.timeoutMs} ms`)));
        return;
      }
      if (answer === 'unreachable') {
        this.clock.after(50, () => reject(new KerbsideError('HttpUnreachable', 'nobody answers')));
        return;
      }
      const headers = new Headers(answer.headers ?? {});
      const body = answer.body ?? new Uint8Array();
      this.clock.after(answer.delayMs ?? 50, () => {
        if (body.length > (request.maxBytes ?? Number.POSITIVE_INFINITY)) reject(new KerbsideError('HttpTooLarge', `more than ${request.maxBytes} bytes`));
        else resolve({ status: answer.status, header: (name) => headers.get(name), body });
      });
    });
  }
}
