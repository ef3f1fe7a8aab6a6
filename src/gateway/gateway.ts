/**
 * The companion of the tab: one loopback port with the built app at `/`, the sandbox CSMS at `/ocpp/<identity>` and a
 * view of that CSMS at `/sandbox`.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describeError, KerbsideError } from '../base/errors.ts';
import type { SetupConfig } from '../link/commands.ts';
import type { SandboxCsms } from './sandbox-csms/sandbox-csms.ts';
import { serveSandboxView } from './sandbox-view/routes.ts';
import { SECURITY_HEADERS, serveFile } from './static-files.ts';

export interface GatewayOptions {
  /** Folder of the built app; null: only the CSMS. */
  readonly appFolder: string | null;
  readonly csms: SandboxCsms;
  /** First port to try; 0: any free one. */
  readonly port: number;
  /** How many ports after it may be tried when it is taken. */
  readonly furtherPorts?: number;
}

export interface Gateway {
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  /** CSMS endpoint without the station's identity. */
  readonly csmsUrl: string;
  /** Frees the port. The CSMS behind it is stopped and keeps its books. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** @throws KerbsideError `PortTaken` when none of the ports is free */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((request, response) => {
    handle(options, request, response).catch((thrown: unknown) => {
      if (!response.headersSent) answerText(response, 500, describeError(thrown));
      else response.destroy();
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const identity = identityOf(request);
    if (identity === null) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else options.csms.accept(request, socket, head, identity);
  });
  const port = await listen(server, options.port, options.port === 0 ? 0 : (options.furtherPorts ?? 20));
  return {
    port,
    url: `http://${LOOPBACK}:${port}`,
    csmsUrl: `ws://${LOOPBACK}:${port}/ocpp`,
    close: () =>
      new Promise((resolve) => {
        options.csms.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(options: GatewayOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page elsewhere could point a name of its own at this port (DNS rebinding) and would send that name as Host.
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) return answerText(response, 421, 'Only for this machine.');
  const pathname = pathOf(request);
  if (pathname === null) return answerText(response, 400, 'Bad address.');
  if (pathname === '/sandbox' || pathname.startsWith('/sandbox/')) return serveSandboxView(options.csms, pathname, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD') return answerText(response, 405, 'Only GET and HEAD.');
  if (pathname === '/setup-defaults.json') {
    response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    return void response.end(JSON.stringify(demoSetup(options.csms, request.headers.host ?? '')));
  }
  if (options.appFolder !== null && (await serveFile(options.appFolder, pathname, request, response))) return;
  answerText(response, 404, 'There is nothing here. The app is at /, the sandbox CSMS at /sandbox.');
}

/** What a station that has never been set up starts with here: a simulated charger against the sandbox CSMS. */
function demoSetup(csms: SandboxCsms, host: string): SetupConfig {
  return {
    identity: 'KERBSIDE-DEMO',
    csmsUrl: `ws://${host}/ocpp`,
    securityProfile: 0,
    editions: csms.settings.editions,
    hardware: { kind: 'simulated', evses: 2 },
    currency: csms.settings.currency,
  };
}

function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** Decoded path, or null when it can't be decoded. */
function pathOf(request: IncomingMessage): string | null {
  try {
    return decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
  } catch {
    return null;
  }
}

function identityOf(request: IncomingMessage): string | null {
  return /^\/ocpp\/(.+)$/.exec(pathOf(request) ?? '')?.[1] ?? null;
}

function listen(server: Server, port: number, furtherPorts: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code !== 'EADDRINUSE') reject(error);
      else if (furtherPorts === 0) reject(new KerbsideError('PortTaken', `port ${port} is taken`, `Port ${port} is taken. Try another one with --port.`));
      else resolve(listen(server, port + 1, furtherPorts - 1));
    };
    server.once('error', onError);
    server.listen(port, LOOPBACK, () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
