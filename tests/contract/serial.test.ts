import { expect, test } from 'vitest';
import { BrowserSerialPorts } from '../../src/platform/browser/browser-serial-ports.ts';
import type { SerialSettings } from '../../src/platform/ports.ts';
import { SeededRandom } from '../../src/platform/virtual/seeded-random.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { VirtualSerialPorts } from '../../src/platform/virtual/virtual-serial-ports.ts';
import { FakeSerial, type FakePort } from './fake-web-serial.ts';
import { serialContract, type SerialWorld } from './serial.contract.ts';

const SETTINGS: SerialSettings = { baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1 };

function virtualWorld(random?: SeededRandom): () => Promise<SerialWorld> {
  return async () => {
    const clock = new VirtualClock();
    const ports = new VirtualSerialPorts(random === undefined ? { clock } : { clock, random });
    const device = ports.plug();
    const received: number[] = [];
    device.received.on((bytes) => received.push(...bytes));
    return {
      ports,
      device: {
        id: device.info.id,
        send: (bytes) => device.send(bytes),
        received: () => Uint8Array.from(received),
        unplug: () => device.unplug(),
        replug: () => device.replug(),
        hangUp: () => device.hangUp(),
        occupy: () => device.failNextOpens(1),
      },
      until: async (condition) => {
        if (!(await clock.advanceUntil(condition, 60_000))) expect.fail('it never happened');
      },
      end: async () => undefined,
    };
  };
}

interface FakeWorld extends SerialWorld {
  readonly serial: FakeSerial;
  readonly port: FakePort;
  readonly clock: VirtualClock;
  readonly ports: BrowserSerialPorts;
}

async function fakeWorld(): Promise<FakeWorld> {
  const clock = new VirtualClock();
  const serial = new FakeSerial();
  const port = serial.plug(0x0403, 0x6001);
  return {
    serial,
    port,
    clock,
    ports: new BrowserSerialPorts(clock, serial as unknown as Serial),
    device: {
      id: 'usb-0403-6001#1',
      send: (bytes) => port.send(bytes),
      received: () => Uint8Array.from(port.received),
      unplug: () => serial.unplug(port),
      replug: () => serial.replug(port),
      hangUp: () => {
        port.blocked = true;
        port.loseStreams();
      },
      occupy: () => void (port.blocked = true),
    },
    until: async (condition) => {
      for (let i = 0; i < 1000 && !condition(); i++) await new Promise((resolve) => setImmediate(resolve));
      if (!condition()) expect.fail('it never happened');
    },
    end: async () => undefined,
  };
}

serialContract('VirtualSerialPorts', virtualWorld());
serialContract('VirtualSerialPorts in random pieces', virtualWorld(new SeededRandom(11)));
serialContract('BrowserSerialPorts', fakeWorld);

test('opens with the settings, a large buffer, and DTR and RTS low', async () => {
  const { ports, port, device } = await fakeWorld();
  await ports.open(device.id, SETTINGS);
  expect(port.calls).toEqual([
    `open ${JSON.stringify({ ...SETTINGS, bufferSize: 65536, flowControl: 'none' })}`,
    `setSignals ${JSON.stringify({ dataTerminalReady: false, requestToSend: false })}`,
  ]);
});

test('a port without control signals opens all the same', async () => {
  const { ports, port, device } = await fakeWorld();
  port.hasSignals = false;
  await expect(ports.open(device.id, SETTINGS)).resolves.toBeDefined();
});

test.each(['BufferOverrunError', 'BreakError', 'FramingError', 'ParityError'])('the line survives a %s', async (name) => {
  const { ports, port, device, until } = await fakeWorld();
  const line = await ports.open(device.id, SETTINGS);
  const lost: string[] = [];
  let text = '';
  line.onBytes((bytes) => (text += new TextDecoder().decode(bytes)));
  line.onLost((why) => lost.push(why));
  for (let i = 0; i < 3; i++) {
    device.send(new TextEncoder().encode('a'));
    await until(() => text.length === i + 1);
    port.disturb(name);
  }
  device.send(new TextEncoder().encode('b'));
  await until(() => text === 'aaab');
  expect(lost).toEqual([]);
});

test('any other error of the stream loses the line as failed, and the port is closed', async () => {
  const { ports, port, device, until } = await fakeWorld();
  const line = await ports.open(device.id, SETTINGS);
  const lost: string[] = [];
  line.onLost((why, detail) => lost.push(`${why} ${detail}`));
  port.fail('UnknownError');
  await until(() => lost.length > 0 && port.calls.includes('close'));
  expect(lost).toEqual(['failed UnknownError: it failed']);
});

test('after a loss the port is closed exactly once', async () => {
  const { ports, port, device, serial, until } = await fakeWorld();
  const line = await ports.open(device.id, SETTINGS);
  serial.unplug(port);
  await until(() => port.calls.includes('close'));
  await line.close();
  expect(port.calls.filter((call) => call === 'close')).toHaveLength(1);
});

test('closing doesn’t wait for bytes that the device never takes', async () => {
  const { ports, port, device, clock, until } = await fakeWorld();
  const line = await ports.open(device.id, SETTINGS);
  port.takesBytes = false;
  const stuck = line.write(Uint8Array.of(1)).catch((error: { code: string }) => error.code);
  let closed = false;
  void line.close().then(() => (closed = true));
  await clock.advance(2000);
  await until(() => closed);
  void stuck;
});

test('an opening that hangs is given up, and closed if it comes through after all', async () => {
  const { ports, port, device, clock, until } = await fakeWorld();
  let comeThrough: () => void = () => undefined;
  port.open = () => new Promise<void>((resolve) => (comeThrough = resolve));
  const opening = ports.open(device.id, SETTINGS);
  const outcome = expect(opening).rejects.toMatchObject({ code: 'PortBusy' });
  await clock.advance(5000);
  await outcome;
  comeThrough();
  await until(() => port.calls.includes('close'));
});

test('line settings that the browser can’t do are refused', async () => {
  const { ports, port, device } = await fakeWorld();
  port.open = async () => Promise.reject(new TypeError('not supported'));
  await expect(ports.open(device.id, SETTINGS)).rejects.toMatchObject({ code: 'PortRefused' });
});

test('equal adapters have ids of their own, kept while another comes and goes', async () => {
  const { ports, serial, port } = await fakeWorld();
  const second = serial.plug(0x0403, 0x6001);
  serial.plug(0x1a86, 0x7523);
  serial.plug(0, 0);
  expect((await ports.list()).map(({ id }) => id)).toEqual(['usb-0403-6001#1', 'usb-0403-6001#2', 'usb-1a86-7523#1', 'port#1']);
  serial.unplug(port);
  expect((await ports.list()).map(({ id }) => id)).toEqual(['usb-0403-6001#2', 'usb-1a86-7523#1', 'port#1']);
  serial.replug(port);
  expect((await ports.list()).map(({ id }) => id)).toContain('usb-0403-6001#1');
  expect(second.connected).toBe(true);
});

test('VirtualSerialPorts: bytes take the time that the baud rate wants', async () => {
  const clock = new VirtualClock();
  const ports = new VirtualSerialPorts({ clock });
  const device = ports.plug();
  const line = await ports.open(device.info.id, SETTINGS);
  let atMs = 0;
  line.onBytes(() => (atMs = clock.monotonicMs()));
  device.send(new Uint8Array(96));
  await clock.advance(1000);
  expect(atMs).toBeCloseTo((96 * 11 * 1000) / 9600, 6); // start, eight, parity, stop
});
