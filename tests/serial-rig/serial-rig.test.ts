import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launch, newProfile } from '../fixtures/chromium.ts';
import { rigObstacle, SerialRig } from './serial-rig.ts';

const obstacle = rigObstacle();
if (obstacle !== null && process.env['CI'] !== undefined) throw new Error(`the serial rig must run here: ${obstacle}`);

/** Runs in the page: opens the only port and notes what it reads. */
async function openPort(): Promise<void> {
  const [port] = await navigator.serial.getPorts();
  if (port === undefined) throw new Error('no port');
  await port.open({ baudRate: 115_200 });
  const state = { text: '', failure: '' };
  Object.assign(window, { port, state });
  const reader = port.readable?.getReader();
  void (async () => {
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) return;
      state.text += new TextDecoder().decode(piece.value);
    }
  })().catch((thrown: unknown) => (state.failure = String(thrown)));
}

describe.skipIf(obstacle !== null)(`serial rig${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, () => {
  const server = createServer((_request, response) => response.end('<!doctype html>'));
  let rig: SerialRig;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    rig = await SerialRig.start(origin);
    context = await launch(newProfile(), rig.browser(chromiumPath()));
    page = await context.newPage();
    await page.goto(origin);
  });
  afterAll(async () => {
    await context?.close();
    rig?.stop();
    server.close();
  });

  it('carries bytes both ways through the real Web Serial API, and a pulled plug ends it', async () => {
    const adapter = await rig.plug('ttyUSB0', { vid: '0403', pid: '6001', serial: 'A1', product: 'Test adapter' });
    adapter.onBytes = (bytes) => adapter.send(Buffer.concat([Buffer.from('heard:'), bytes]));
    await page.waitForFunction(async () => (await navigator.serial.getPorts()).length === 1);
    await page.evaluate(openPort);
    await page.evaluate(async () => {
      const writer = (window as unknown as { port: SerialPort }).port.writable?.getWriter();
      await writer?.write(new TextEncoder().encode('hello'));
    });
    await page.waitForFunction(() => (window as unknown as { state: { text: string } }).state.text === 'heard:hello');
    await adapter.unplug();
    await page.waitForFunction(() => (window as unknown as { state: { failure: string } }).state.failure.includes('device has been lost'));
    expect(await page.evaluate(async () => (await navigator.serial.getPorts()).length)).toBe(0);
  });
});
