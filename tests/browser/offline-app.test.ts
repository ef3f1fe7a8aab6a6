import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { SandboxCsms } from '../../src/gateway/sandbox-csms/sandbox-csms.ts';
import { launch, newProfile } from '../fixtures/chromium.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function bundle(folder: string, entry: string, name: string, define: Record<string, string> = {}): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    define,
    build: { outDir: folder, emptyOutDir: false, copyPublicDir: false, lib: { entry: here(entry), formats: ['es'], fileName: () => name } },
  });
}

/** Puts a build of the app into the folder: its page shows its number. */
async function publish(folder: string, version: number): Promise<void> {
  writeFileSync(join(folder, 'index.html'), `<!doctype html><title>App</title><p>version ${version}</p><script type="module" src="/page.js"></script>`);
  const files = [{ url: 'index.html', revision: String(version) }, { url: 'page.js', revision: '1' }];
  await bundle(folder, '../../workers/service-worker.ts', 'service-worker.js', { 'self.__WB_MANIFEST': JSON.stringify(files) });
}

type InPage = { setBusy(busy: boolean): void };

describe('the app kept offline by its service worker', () => {
  let gateway: Gateway;
  let context: BrowserContext;
  let page: Page;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kerbside-offline-'));
    await bundle(folder, './in-page/offline-app.ts', 'page.js');
    await publish(folder, 1);
    gateway = await startGateway({ appFolder: folder, csms: new SandboxCsms(), port: 0 });
    context = await launch(newProfile());
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(gateway.url);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  });
  afterEach(async () => {
    await context.close();
    await gateway.close();
  });

  it('starts again without any server, and sandbox pages are no part of it', async () => {
    await gateway.close();
    await page.reload();
    expect(await page.textContent('p')).toBe('version 1');
    await expect(page.goto(`${gateway.url}/sandbox`)).rejects.toThrow('ERR_CONNECTION_REFUSED');
  });

  it('holds an update back while a transaction runs, and takes it afterwards', async () => {
    await page.evaluate(() => (globalThis as unknown as InPage).setBusy(true));
    await publish(folder, 2);
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).waiting !== null);
    // Reloading by hand in mid-charge starts the build that is running, not half of the next one.
    await page.reload();
    await page.waitForFunction(() => 'setBusy' in globalThis);
    expect(await page.textContent('p')).toBe('version 1');
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null)).toBe(true);
    await page.evaluate(() => (globalThis as unknown as InPage).setBusy(false));
    await page.waitForFunction(() => document.querySelector('p')?.textContent === 'version 2');
  });

  it('finishes an update begun by another tab only when this one is free too', async () => {
    const other = await context.newPage();
    await other.goto(gateway.url);
    await page.evaluate(() => (globalThis as unknown as InPage).setBusy(true));
    await publish(folder, 2);
    await other.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await other.waitForFunction(async () => (await navigator.serviceWorker.ready).waiting !== null);
    await other.evaluate(() => (globalThis as unknown as InPage).setBusy(false));
    await other.waitForFunction(() => document.querySelector('p')?.textContent === 'version 2');
    expect(await page.textContent('p')).toBe('version 1');
    await page.evaluate(() => (globalThis as unknown as InPage).setBusy(false));
    await page.waitForFunction(() => document.querySelector('p')?.textContent === 'version 2');
  });
});
