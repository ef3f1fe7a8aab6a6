/** Bundles a contract suite for a page, and runs it there. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import type { Gateway } from '../../../src/gateway/gateway.ts';
import { startGateway } from '../../../src/gateway/gateway.ts';
import { SandboxCsms } from '../../../src/gateway/sandbox-csms/sandbox-csms.ts';
import type { InPageResult } from './vitest-in-page.ts';

const BUDGET_MS = 120_000;

/** Serves a page that has the suite, on an origin as the app has it. @param entry absolute path of the suite's module */
export async function serveSuite(entry: string): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-suite-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { vitest: fileURLToPath(new URL('./vitest-in-page.ts', import.meta.url)) } },
    build: { outDir: folder, emptyOutDir: false, copyPublicDir: false, lib: { entry, formats: ['es'], fileName: () => 'suite.js' } },
  });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Suite</title><script type="module" src="/suite.js"></script>');
  return startGateway({ appFolder: folder, csms: new SandboxCsms(), port: 0 });
}

/** @param prepare gives the page what the suite needs from outside, before it loads */
export async function runInPage(gateway: Gateway, context: BrowserContext, prepare: (page: Page) => Promise<void> = async () => undefined): Promise<InPageResult[]> {
  const page = await context.newPage();
  page.setDefaultTimeout(BUDGET_MS);
  await prepare(page);
  await page.goto(gateway.url);
  await page.waitForFunction(() => 'runContracts' in globalThis);
  return page.evaluate(() => (globalThis as unknown as { runContracts(): Promise<InPageResult[]> }).runContracts());
}
