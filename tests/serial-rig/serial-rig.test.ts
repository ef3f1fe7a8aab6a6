import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { InPageResult } from '../browser/in-page/vitest-in-page.ts';
import { runInPage, serveSuite } from '../browser/in-page/run-in-page.ts';
import { chromiumPath, launch, newProfile } from '../fixtures/chromium.ts';
import type { FakeAdapter } from './serial-rig.ts';
import { rigObstacle, SerialRig } from './serial-rig.ts';

const obstacle = rigObstacle();
if (obstacle !== null && process.env['CI'] !== undefined) throw new Error(`the serial rig must run here: ${obstacle}`);

const ADAPTER = { vid: '0403', pid: '6001', serial: 'A1', product: 'Test adapter' };

/** Gives the page the device's end of the cable. */
async function exposeRig(page: Page, rig: SerialRig): Promise<void> {
  let adapter: FakeAdapter | null = null;
  const push = (bytes: number[]): void => (globalThis as unknown as { rigReceived: number[] }).rigReceived.push(...bytes) as unknown as void;
  await page.exposeFunction('rigPlug', async () => {
    adapter = await rig.plug('ttyUSB0', ADAPTER);
    adapter.onBytes = (bytes) => void page.evaluate(push, [...bytes]);
  });
  await page.exposeFunction('rigUnplug', async () => {
    // Forgotten first: a test that pulls it and doesn't wait is followed by the end of its world, which pulls what is left.
    const pulled = adapter;
    adapter = null;
    await pulled?.unplug();
  });
  await page.exposeFunction('rigHangUp', () => adapter?.hangUp());
  await page.exposeFunction('rigSend', (bytes: number[]) => adapter?.send(Uint8Array.from(bytes)));
}

async function runOnRig(): Promise<InPageResult[]> {
  const gateway = await serveSuite(fileURLToPath(new URL('./in-page-contract.ts', import.meta.url)));
  const rig = await SerialRig.start(gateway.url);
  const context = await launch(newProfile(), rig.browser(chromiumPath()));
  try {
    return await runInPage(gateway, context, (page) => exposeRig(page, rig));
  } finally {
    await context.close();
    rig.stop();
    await gateway.close();
  }
}

const results = obstacle === null ? await runOnRig() : [];

describe('contract of SerialPorts on a fake USB adapter', () => {
  it.skipIf(obstacle !== null)(`all ran${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => expect(results.length).toBeGreaterThan(10));
  for (const { name, failure } of results) it(name, () => expect(failure).toBeNull());
});
