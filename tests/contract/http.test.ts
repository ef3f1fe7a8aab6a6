/** The http port, against a real server on this machine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchHttp } from '../../src/platform/fetch-http.ts';

interface Seen { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: string }

let server: Server;
let origin: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let seen: Seen[];
const http = new FetchHttp();

beforeEach(async () => {
  seen = [];
  answer = (_, response) => void response.end('hello');
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('FetchHttp', () => {
  it('N01.FR.14, N01.FR.19 brings a file with its headers, by PUT and by POST', async () => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Disposition': 'attachment; filename="a.log"' };
    for (const method of ['PUT', 'POST'] as const) {
      const body = new TextEncoder().encode('line 1\nline 2\n');
      expect((await http.fetch({ method, url: `${origin}/logs/a.log`, headers, body, timeoutMs: 5000 })).status).toBe(200);
    }
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['PUT', '/logs/a.log', 'line 1\nline 2\n'], ['POST', '/logs/a.log', 'line 1\nline 2\n'],
    ]);
    expect(seen[1]?.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'content-disposition': 'attachment; filename="a.log"', 'content-length': '14' });
  });

  it('fetches bytes as they are, with the answer\'s headers', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    answer = (_, response) => void response.writeHead(200, { 'X-Version': '2' }).end(bytes);
    const response = await http.fetch({ method: 'GET', url: `${origin}/bundle.zip`, timeoutMs: 5000, maxBytes: 300_000 });
    expect(Buffer.from(response.body).equals(Buffer.from(bytes))).toBe(true);
    expect(response.header('x-version')).toBe('2');
  });

  it.each([404, 403, 500])('%i is an answer, not a failure', async (status) => {
    answer = (_, response) => void response.writeHead(status).end('no');
    expect(await http.fetch({ method: 'GET', url: origin, timeoutMs: 5000 })).toMatchObject({ status });
  });

  it('user and password of the address go as HTTP Basic, and never in the address', async () => {
    await http.fetch({ method: 'PUT', url: `${origin.replace('//', '//ann:p%C3%A4ss@')}/x`, body: new Uint8Array(1), timeoutMs: 5000 });
    expect(seen[0]?.url).toBe('/x');
    await http.fetch({ method: 'GET', url: origin.replace('//', '//ann:100%@'), timeoutMs: 5000 });
    expect(seen.map(({ headers }) => Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString())).toEqual(['ann:päss', 'ann:100%']);
  });

  it('refuses more bytes than allowed, told or untold', async () => {
    answer = (_, response) => void response.end(Buffer.alloc(100_000));
    await expect(http.fetch({ method: 'GET', url: origin, timeoutMs: 5000, maxBytes: 99_999 })).rejects.toMatchObject({ code: 'HttpTooLarge' });
    answer = (_, response) => {
      response.write(Buffer.alloc(60_000));
      response.end(Buffer.alloc(60_000));
    };
    await expect(http.fetch({ method: 'GET', url: origin, timeoutMs: 5000, maxBytes: 99_999 })).rejects.toMatchObject({ code: 'HttpTooLarge' });
  });

  it('gives a server up that doesn\'t answer, or stops in the middle', async () => {
    answer = () => undefined;
    await expect(http.fetch({ method: 'GET', url: origin, timeoutMs: 100 })).rejects.toMatchObject({ code: 'HttpTimeout' });
    answer = (_, response) => void response.write('a');
    await expect(http.fetch({ method: 'GET', url: origin, timeoutMs: 100 })).rejects.toMatchObject({ code: 'HttpTimeout' });
  });

  it('stops when it is given up', async () => {
    answer = () => given.abort();
    const given = new AbortController();
    await expect(http.fetch({ method: 'GET', url: origin, timeoutMs: 5000 }, given.signal)).rejects.toMatchObject({ code: 'HttpAborted' });
    expect(seen).toHaveLength(1);
  });

  it('says when nobody is there, when the connection breaks, and when it can\'t go there', async () => {
    answer = (request) => void request.socket.destroy();
    await expect(http.fetch({ method: 'GET', url: origin, timeoutMs: 5000 })).rejects.toMatchObject({ code: 'HttpUnreachable' });
    await expect(http.fetch({ method: 'GET', url: 'http://127.0.0.1:1/', timeoutMs: 5000 })).rejects.toMatchObject({ code: 'HttpUnreachable' });
    for (const url of ['ftp://files.example/', 'file:///etc/passwd', 'nonsense']) {
      await expect(http.fetch({ method: 'GET', url, timeoutMs: 5000 })).rejects.toMatchObject({ code: 'HttpBadUrl' });
    }
  });
});
