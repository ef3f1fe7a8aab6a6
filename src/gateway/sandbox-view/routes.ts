/** The view of the sandbox CSMS: three static files and two small JSON end points. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describeError, KerbsideError } from '../../base/errors.ts';
import type { SandboxCsms } from '../sandbox-csms/sandbox-csms.ts';
import { SECURITY_HEADERS, serveFile } from '../static-files.ts';
import { perform } from './orders.ts';
import { picture } from './picture.ts';

const FOLDER = fileURLToPath(new URL('./static', import.meta.url));
const MAX_BODY_BYTES = 10_000;

export async function serveSandboxView(csms: SandboxCsms, pathname: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (pathname === '/sandbox/picture' && request.method === 'GET') {
    const after = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('after') ?? 0);
    return answer(response, 200, picture(csms, Number.isFinite(after) ? after : 0));
  }
  if (pathname === '/sandbox/do' && request.method === 'POST') {
    // A foreign page can't send this content type without asking first, and is never allowed to.
    if (request.headers['content-type'] !== 'application/json') return answer(response, 415, { error: 'JSON, please.' });
    try {
      return answer(response, 200, { ok: true, result: (await perform(csms, await readJson(request))) ?? null });
    } catch (thrown) {
      return answer(response, 200, { ok: false, error: thrown instanceof KerbsideError ? (thrown.sentence ?? thrown.message) : describeError(thrown) });
    }
  }
  const file = pathname === '/sandbox' || pathname === '/sandbox/' ? '/index.html' : pathname.slice('/sandbox'.length);
  if (request.method === 'GET' && (await serveFile(FOLDER, file, request, response))) return;
  answer(response, 404, { error: 'There is nothing here.' });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) throw new KerbsideError('BodyTooLong', `more than ${MAX_BODY_BYTES} bytes`, 'That is too long.');
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new KerbsideError('BadOrder', 'not JSON', 'That is not JSON.');
  }
}
