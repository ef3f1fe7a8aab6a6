/** Files over HTTP(S) by `fetch`: the same in the tab's worker and in Node. */
import { describeError, KerbsideError } from '../base/errors.ts';
import type { Http, HttpRequest, HttpResponse } from './ports.ts';

export class FetchHttp implements Http {
  async fetch(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const { url, authorization } = withoutCredentials(checkUrl(request.url));
    const timeout = AbortSignal.timeout(request.timeoutMs);
    try {
      const response = await fetch(url, {
        method: request.method,
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        headers: { ...(authorization === null ? {} : { Authorization: authorization }), ...request.headers },
        ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> }),
        credentials: 'omit',
        cache: 'no-store',
      });
      const body = await readBody(response, request.maxBytes ?? Number.POSITIVE_INFINITY);
      return { status: response.status, header: (name) => response.headers.get(name), body };
    } catch (error) {
      if (error instanceof KerbsideError) throw error;
      if (signal?.aborted === true) throw new KerbsideError('HttpAborted', 'given up');
      if (timeout.aborted) throw new KerbsideError('HttpTimeout', `no answer within ${request.timeoutMs} ms`);
      throw new KerbsideError('HttpUnreachable', describeError(error));
    }
  }
}

/** @throws KerbsideError `HttpBadUrl` */
export function checkUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new KerbsideError('HttpBadUrl', 'only http and https addresses can be used');
  return parsed;
}

/** `fetch` refuses an address with user and password in it; the server gets them as it would have: HTTP Basic, UTF-8. */
function withoutCredentials(parsed: URL): { readonly url: string; readonly authorization: string | null } {
  if (parsed.username === '' && parsed.password === '') return { url: parsed.href, authorization: null };
  const text = `${decoded(parsed.username)}:${decoded(parsed.password)}`;
  const bare = new URL(parsed);
  bare.username = '';
  bare.password = '';
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return { url: bare.href, authorization: `Basic ${btoa(bytes)}` };
}

/** A percent sign that stands for itself is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let total = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.length;
    if (total > maxBytes) {
      await reader.cancel();
      throw new KerbsideError('HttpTooLarge', `more than ${maxBytes} bytes`);
    }
    parts.push(value);
  }
  const body = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}
