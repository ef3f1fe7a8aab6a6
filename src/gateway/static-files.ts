/** Serves the built app from one folder, with the headers that a page and its worker need. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { HEADER_POLICY } from './content-security-policy.ts';

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** On every answer of this program, the worker's script and the sandbox's pages included. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': HEADER_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'serial=(self), usb=(self), camera=(), microphone=(), geolocation=()',
};

/** Vite puts a hash of the content into these names: they never change under one name. */
const HASHED = /^\/assets\//;

/**
 * @param pathname decoded path of the request, starting with `/`
 * @returns false when the folder has no such file (then nothing was answered)
 */
export async function serveFile(folder: string, pathname: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const path = normalize(join(folder, pathname === '/' ? 'index.html' : pathname));
  if (!path.startsWith(normalize(folder) + sep) || path.includes('\0')) return false;
  const file = await stat(path).catch(() => null);
  if (file?.isFile() !== true) return false;
  const etag = `"${file.size.toString(16)}-${Math.trunc(file.mtimeMs).toString(16)}"`;
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Type': MIME[extname(path)] ?? 'application/octet-stream',
    'Cache-Control': HASHED.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
  };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return true;
  }
  response.writeHead(200, { ...headers, 'Content-Length': file.size });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).on('error', () => response.destroy()).pipe(response);
  return true;
}
