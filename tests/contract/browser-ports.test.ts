import { afterEach, expect, it, vi } from 'vitest';
import { browserPorts } from '../../src/platform/browser/browser-ports.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { FakeSerial } from './fake-web-serial.ts';

afterEach(() => vi.unstubAllGlobals());

const SETTINGS = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;

it('a browser without Web Serial and WebUSB reaches no port', () => {
  vi.stubGlobal('navigator', {});
  expect(browserPorts(new VirtualClock())).toBeNull();
});

it('what comes and goes is told before anybody has asked for a port; then it is listed and opened', async () => {
  const serial = new FakeSerial();
  vi.stubGlobal('navigator', { serial });
  const ports = browserPorts(new VirtualClock());
  if (ports === null) throw new RangeError('no ports');
  let changes = 0;
  const stop = ports.onChange(() => (changes += 1));
  const port = serial.plug(0x0403, 0x6001);
  expect(changes).toBe(1);
  const [found] = await ports.list();
  expect(found).toMatchObject({ usbVendorId: 0x0403, usbProductId: 0x6001 });
  const line = await ports.open(found?.id ?? '', SETTINGS);
  await line.close();
  serial.unplug(port);
  expect(changes).toBe(2); // once each, also when what speaks with ports is there
  expect(await ports.list()).toEqual([]);
  await expect(ports.open(found?.id ?? '', SETTINGS)).rejects.toMatchObject({ code: 'PortGone' });
  stop();
  serial.replug(port);
  expect(changes).toBe(2);
});
