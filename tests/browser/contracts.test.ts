import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/gateway.ts';
import { SandboxCsms } from '../../src/gateway/sandbox-csms/sandbox-csms.ts';
import { launch, newProfile } from '../fixtures/chromium.ts';
import type { InPageResult } from './in-page/vitest-in-page.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BUDGET_MS = 120_000;

/** Bundles the suites for the page and runs them there, on the origin of a gateway as the app would. */
async function runInChromium(): Promise<InPageResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-contracts-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { vitest: here('./in-page/vitest-in-page.ts') } },
    build: { outDir: folder, emptyOutDir: false, lib: { entry: here('./in-page/contracts.ts'), formats: ['es'], fileName: () => 'contracts.js' } },
  });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Contracts</title><script type="module" src="/contracts.js"></script>');
  const gateway = await startGateway({ appFolder: folder, csms: new SandboxCsms(), port: 0 });
  const context = await launch(newProfile());
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(BUDGET_MS);
    await page.goto(gateway.url);
    await page.waitForFunction(() => 'runContracts' in globalThis);
    return await page.evaluate(() => (globalThis as unknown as { runContracts(): Promise<InPageResult[]> }).runContracts());
  } finally {
    await context.close();
    await gateway.close();
  }
}

const results = await runInChromium();

describe('contracts in a real Chromium', () => {
  it('all ran', () => expect(results.length).toBeGreaterThan(20));
  for (const { name, failure } of results) it(name, () => expect(failure).toBeNull());
});
