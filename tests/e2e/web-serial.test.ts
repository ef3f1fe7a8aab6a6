/** A whole charge through the real Web Serial API: the built app in Chromium, an emulated OpenEVSE behind a fake adapter. */
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { startGateway } from '../../src/gateway/gateway.ts';
import { energyWh } from '../../src/gateway/sandbox-csms/books.ts';
import { SandboxCsms } from '../../src/gateway/sandbox-csms/sandbox-csms.ts';
import { NodeClock } from '../../src/platform/node/node-clock.ts';
import { chromiumPath } from '../fixtures/chromium.ts';
import { OpenEvseEmulator } from '../fixtures/openevse-emulator.ts';
import { RunningApp } from '../fixtures/running-app.ts';
import type { FakeAdapter } from '../serial-rig/serial-rig.ts';
import { rigObstacle, SerialRig } from '../serial-rig/serial-rig.ts';

const obstacle = rigObstacle();
if (obstacle !== null && process.env['CI'] !== undefined) throw new Error(`the serial rig must run here: ${obstacle}`);

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const ADAPTER = { vid: '0403', pid: '6001', serial: 'A1', product: 'Test adapter' };

let clean: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  const steps = clean;
  clean = [];
  for (const step of steps.reverse()) await step();
});

it.skipIf(obstacle !== null)(`a charge on an OpenEVSE by Web Serial, its adapter pulled in the middle: the books have the car’s energy${obstacle === null ? '' : ` (skipped: ${obstacle})`}`, async () => {
  const csms = new SandboxCsms();
  const gateway = await startGateway({ appFolder: DIST, csms, port: 0 });
  const rig = await SerialRig.start(gateway.url);
  clean.push(() => rig.stop());
  const app = await RunningApp.start({ gateway, csms, browser: rig.browser(chromiumPath()) });
  clean.push(() => app.close());

  let adapter: FakeAdapter | null = null;
  const emulator = new OpenEvseEmulator({ clock: new NodeClock(), write: (bytes) => adapter?.send(bytes), lifetimeWh: 12_345 });
  const plugAdapter = async (): Promise<void> => {
    adapter = await rig.plug('ttyUSB0', ADAPTER);
    adapter.onBytes = (bytes) => emulator.receive(bytes);
  };
  const pullAdapter = async (): Promise<void> => {
    await adapter?.unplug();
    adapter = null;
  };
  await plugAdapter();

  const station = app.remote(await app.openTab());
  await station.ready();
  await expect.poll(() => station.do('serialPorts'), { timeout: 15_000 }).toHaveLength(1);
  const portId = (await station.do('serialPorts'))[0]?.id ?? '';
  expect(await station.do('testCharger', portId)).toMatchObject({ ok: true });
  const setup = await station.do('readSetup');
  if (setup === null) throw new Error('the demonstration has no set-up');
  await station.do('saveSetup', { ...setup, hardware: { kind: 'openevse', portId } });
  await station.until('runs the OpenEVSE', ({ evses, csms: { boot } }) => boot === 'Accepted' && evses.length === 1 && evses[0]?.state !== 'unavailable');

  emulator.car.plug();
  await station.untilEvse(1, 'plugged in', (evse) => evse.connectors[0]?.plugged === true);
  await station.do('presentToken', { value: 'DEMO-0001', type: 'ISO14443', evse: 1 });
  await expect.poll(() => emulator.controller.state, { timeout: 15_000 }).toBe(0x02); // enabled
  emulator.car.startDrawing(16);
  await station.untilEvse(1, 'charging', (evse) => evse.state === 'charging' && evse.powerW > 3000);
  await station.untilEvse(1, 'charged 3 Wh', (evse) => (evse.transaction?.energyWh ?? 0) >= 3);

  await pullAdapter();
  await new Promise((resolve) => setTimeout(resolve, 3000)); // the car goes on charging
  await plugAdapter();
  const beforeWh = emulator.deliveredWh;
  await station.untilEvse(1, 'charging on', (evse) => evse.state === 'charging' && (evse.transaction?.energyWh ?? 0) >= beforeWh);

  await station.do('presentToken', { value: 'DEMO-0001', type: 'ISO14443', evse: 1 });
  await expect.poll(() => emulator.controller.relayClosed, { timeout: 15_000 }).toBe(false);
  emulator.car.stopDrawing();
  emulator.car.unplug();
  await station.untilEvse(1, 'ended', (evse) => evse.transaction === null && evse.connectors[0]?.status === 'Available');
  await station.until('outbox empty', (snapshot) => snapshot.books.queued === 0);

  const { transactions, problems } = csms.books();
  expect(problems).toEqual([]);
  expect(transactions).toHaveLength(1);
  const [record] = transactions;
  if (record === undefined) return;
  expect(record.idToken).toBe('DEMO-0001');
  expect(record.endedAt).not.toBeNull();
  expect(record.startWh).toBe(12_345);
  expect(Math.abs(energyWh(record) - emulator.deliveredWh)).toBeLessThanOrEqual(1);
});
