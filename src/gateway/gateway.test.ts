import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Gateway } from './gateway.ts';
import { startGateway } from './gateway.ts';
import { SandboxCsms } from './sandbox-csms/sandbox-csms.ts';

let gateway: Gateway;
let csms: SandboxCsms;

beforeEach(async () => {
  const appFolder = mkdtempSync(join(tmpdir(), 'kerbside-app-'));
  mkdirSync(join(appFolder, 'assets'));
  writeFileSync(join(appFolder, 'index.html'), '<!doctype html>hello');
  writeFileSync(join(appFolder, 'assets/station.worker-abc.js'), 'export {};');
  csms = new SandboxCsms();
  gateway = await startGateway({ appFolder, csms, port: 0 });
});
afterEach(() => gateway.close());

/** A request as no browser would send it: fetch would tidy path and Host. */
function raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: gateway.port, path, headers }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject).end();
  });
}

describe('gateway', () => {
  it('sends the policy as a header with the page and with the worker script', async () => {
    for (const path of ['/', '/assets/station.worker-abc.js', '/sandbox']) {
      const policy = (await fetch(gateway.url + path)).headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("script-src 'self';");
      expect(policy, path).not.toContain('unsafe');
    }
  });

  it('lets hashed files be kept for ever and everything else be asked for again', async () => {
    expect((await fetch(`${gateway.url}/assets/station.worker-abc.js`)).headers.get('cache-control')).toContain('immutable');
    const page = await fetch(gateway.url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(gateway.url, { headers: { 'If-None-Match': page.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('names types that a browser accepts for modules', async () => {
    expect((await fetch(`${gateway.url}/assets/station.worker-abc.js`)).headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await fetch(gateway.url)).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('serves nothing outside its folder', async () => {
    for (const path of ['/../package.json', '/%2e%2e/%2e%2e/etc/passwd', '/assets/../../x', '/%00', '/assets']) {
      expect((await raw(path)).status, path).toBe(404);
    }
    expect((await raw('/%zz')).status).toBe(400);
  });

  it('answers only to names of this machine, so that a foreign page cannot bind its own name to this port', async () => {
    expect((await raw('/', { Host: 'evil.example' })).status).toBe(421);
    expect((await raw('/', { Host: `localhost:${gateway.port}` })).status).toBe(200);
  });

  it('takes the next free port when its own is taken', async () => {
    const second = await startGateway({ appFolder: null, csms: new SandboxCsms(), port: gateway.port });
    expect(second.port).toBeGreaterThan(gateway.port);
    await second.close();
    await expect(startGateway({ appFolder: null, csms: new SandboxCsms(), port: gateway.port, furtherPorts: 0 })).rejects.toMatchObject({ code: 'PortTaken' });
  });

  it('takes orders as JSON only and answers a wrong one with a sentence', async () => {
    const order = (body: string, type = 'application/json') => fetch(`${gateway.url}/sandbox/do`, { method: 'POST', headers: { 'Content-Type': type }, body });
    expect((await order('{}', 'text/plain')).status).toBe(415);
    expect(await (await order('{')).json()).toEqual({ ok: false, error: 'That is not JSON.' });
    expect(await (await order('{"do":"fly"}')).json()).toMatchObject({ ok: false });
    expect(await (await order('{"do":"remoteStart","station":"CP9","evse":1}')).json()).toEqual({ ok: false, error: 'CP9 is not connected.' });
    expect(await (await order('{"do":"call","station":"CP9","action":"ClearCache"}')).json()).toEqual({ ok: false, error: 'CP9 is not connected.' });
    expect(await (await order('{"do":"call","station":"CP9","action":"ClearCache","payload":[1]}')).json()).toEqual({ ok: false, error: 'The payload must be a JSON object.' });
    expect(await (await order('{"do":"price","pricePerKwh":"0.25"}')).json()).toEqual({ ok: true, result: null });
    expect(csms.settings.pricePerKwh).toBe(0.25);
    expect(await (await order('{"do":"block","idToken":"DEMO-0003"}')).json()).toMatchObject({ ok: true });
    expect(csms.tokens.find('demo-0003')?.status).toBe('Blocked');
  });

  it('sends a station any request of its edition, and answers what it answered', async () => {
    const station = new WebSocket(`${gateway.csmsUrl}/CP1`, ['ocpp2.0.1']);
    await once(station, 'open');
    station.on('message', (text: Buffer) => {
      const [, id, action, payload] = JSON.parse(text.toString()) as [number, string, string, object];
      station.send(JSON.stringify([3, id, { status: action === 'Reset' && JSON.stringify(payload) === '{"type":"OnIdle"}' ? 'Accepted' : 'Rejected' }]));
    });
    const body = JSON.stringify({ do: 'call', station: 'CP1', action: 'Reset', payload: { type: 'OnIdle' } });
    const answer = await fetch(`${gateway.url}/sandbox/do`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    expect(await answer.json()).toEqual({ ok: true, result: { status: 'Accepted' } });
    station.terminate();
  });

  it('offers a new station the sandbox under the name by which it was itself reached', async () => {
    const setup: unknown = JSON.parse((await raw('/setup-defaults.json', { Host: `localhost:${gateway.port}` })).text);
    expect(setup).toMatchObject({ csmsUrl: `ws://localhost:${gateway.port}/ocpp`, hardware: { kind: 'simulated', evses: 2 }, securityProfile: 0 });
  });

  it('shows a picture of the CSMS', async () => {
    expect(await (await fetch(`${gateway.url}/sandbox/picture?after=0`)).json()).toMatchObject({ running: true, stations: [], transactions: [], frames: [], problems: [] });
  });
});
