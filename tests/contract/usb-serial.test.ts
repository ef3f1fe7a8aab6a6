import { describe, expect, it, test } from 'vitest';
import { BrowserSerialPorts } from '../../src/platform/browser/browser-serial-ports.ts';
import { LazyUsbPorts } from '../../src/platform/browser/usb/lazy-usb-ports.ts';
import { UsbSerialPorts } from '../../src/platform/browser/usb/usb-serial-ports.ts';
import { JoinedPorts } from '../../src/platform/joined-ports.ts';
import type { SerialSettings } from '../../src/platform/ports.ts';
import { VirtualClock } from '../../src/platform/virtual/virtual-clock.ts';
import { CdcModel, Ch34xModel, Cp210xModel, FtdiModel } from '../fixtures/usb/chip-models.ts';
import { FakeUsb, FakeUsbDevice, type ChipModel } from '../fixtures/usb/fake-usb.ts';
import { FakeSerial } from './fake-web-serial.ts';
import { serialContract, type SerialWorld } from './serial.contract.ts';

interface UsbWorld extends SerialWorld {
  readonly usb: FakeUsb;
  readonly device: SerialWorld['device'];
  readonly adapter: FakeUsbDevice;
  readonly ports: UsbSerialPorts;
}

async function worldWith(model: ChipModel): Promise<UsbWorld> {
  const usb = new FakeUsb();
  const adapter = usb.plug(new FakeUsbDevice(model));
  const ports = new UsbSerialPorts(new VirtualClock(), usb as unknown as USB);
  const [info] = await ports.list();
  return {
    usb, adapter, ports,
    device: {
      id: info?.id ?? 'not listed',
      send: (bytes) => adapter.send(bytes),
      received: () => Uint8Array.from(adapter.received),
      unplug: () => usb.unplug(adapter),
      replug: () => void usb.plug(adapter),
      hangUp: () => {
        adapter.denied = true;
        adapter.lose('NetworkError', 'A transfer error has occurred.');
      },
      occupy: () => void (adapter.denied = true),
    },
    until: async (condition) => {
      for (let i = 0; i < 1000 && !condition(); i++) await new Promise((resolve) => setImmediate(resolve));
      if (!condition()) expect.fail('it never happened');
    },
    end: async () => undefined,
  };
}

const CHIPS: readonly (readonly [string, () => ChipModel & { readonly signals: number }])[] = [
  ['FTDI FT232R', () => new FtdiModel(0x6001)], ['FTDI FT232H', () => new FtdiModel(0x6014)], ['CP210x', () => new Cp210xModel()],
  ['CH34x', () => new Ch34xModel()], ['CDC-ACM', () => new CdcModel()],
];
for (const [name, model] of CHIPS) serialContract(`UsbSerialPorts with ${name}`, () => worldWith(model()));
// As in a browser that has both, with the drivers fetched when the first device may be used.
serialContract('JoinedPorts of Web Serial and WebUSB', async () => {
  const world = await worldWith(new FtdiModel());
  const clock = new VirtualClock();
  return { ...world, ports: new JoinedPorts([new BrowserSerialPorts(clock, new FakeSerial() as unknown as Serial), new LazyUsbPorts(clock, world.usb as unknown as USB)]) };
});

const LINES: readonly SerialSettings[] = [
  { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 }, { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 },
  { baudRate: 57_600, dataBits: 8, parity: 'none', stopBits: 2 }, { baudRate: 9600, dataBits: 7, parity: 'odd', stopBits: 1 }, { baudRate: 2400, dataBits: 8, parity: 'none', stopBits: 1 },
];

describe.each(CHIPS)('%s', (_name, make) => {
  it.each(LINES)('is set to $baudRate $dataBits $parity $stopBits', async (settings) => {
    const model = make();
    const { ports, device } = await worldWith(model);
    await ports.open(device.id, settings);
    const { baudRate, ...format } = model.line ?? expect.fail('not set up');
    const { baudRate: wanted, ...wantedFormat } = settings;
    expect(format).toEqual(wantedFormat);
    // Both ends together may be off by half a bit in ten: 2 % each.
    expect(Math.abs(baudRate / wanted - 1)).toBeLessThan(0.01);
  });

  it('keeps eight transfers in flight', async () => {
    const { ports, device, adapter, until } = await worldWith(make());
    const line = await ports.open(device.id, LINES[0] as SerialSettings);
    let heard = 0;
    line.onBytes((bytes) => (heard += bytes.length));
    for (let round = 0; round < 5; round++) adapter.send(new Uint8Array(600));
    await until(() => heard === 3000);
    expect(adapter.mostInFlight).toBe(8);
    expect(adapter.inFlight).toBe(8);
  });

  it('goes on after a stall, and is lost after babble', async () => {
    const { ports, device, adapter, until } = await worldWith(make());
    const line = await ports.open(device.id, LINES[0] as SerialSettings);
    let heard = '';
    const lost: string[] = [];
    line.onBytes((bytes) => (heard += new TextDecoder().decode(bytes)));
    line.onLost((why) => lost.push(why));
    adapter.disturb('stall');
    await until(() => adapter.calls.includes('clearHalt in 2'));
    await until(() => adapter.inFlight === 8);
    adapter.send(new TextEncoder().encode('on'));
    await until(() => heard === 'on');
    adapter.disturb('babble');
    await until(() => lost.length > 0);
    expect(lost).toEqual(['failed']);
  });

  it('that the system\'s driver keeps is said in words', async () => {
    const { ports, device, adapter } = await worldWith(make());
    adapter.kernelHolds = true;
    await expect(ports.open(device.id, LINES[0] as SerialSettings)).rejects.toMatchObject({ code: 'PortBusy', sentence: expect.stringContaining('system\'s own driver') as string });
    expect(adapter.opened).toBe(false);
    adapter.kernelHolds = false;
    await ports.open(device.id, LINES[0] as SerialSettings);
  });
});

// A CDC device has no speed of its own.
describe.each(CHIPS.slice(0, 4))('%s', (_name, make) => {
  it('refuses a speed that it hasn\'t got, and lets go of the device', async () => {
    const { ports, device, adapter } = await worldWith(make());
    await expect(ports.open(device.id, { baudRate: 12_000_000, dataBits: 8, parity: 'none', stopBits: 1 })).rejects.toMatchObject({ code: 'PortRefused' });
    expect(adapter.opened).toBe(false);
  });
});

describe('what is said to the chips', () => {
  const said = async (model: ChipModel, settings: SerialSettings): Promise<string[]> => {
    const { ports, device, adapter } = await worldWith(model);
    await ports.open(device.id, settings);
    return adapter.calls.filter((call) => call.startsWith('out') || call.startsWith('in'));
  };
  const FAST: SerialSettings = { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 };

  it('FTDI: reset, lines low, no flow control, divisor, format, 2 ms latency, empty buffers', async () => {
    expect(await said(new FtdiModel(), FAST)).toEqual([
      'out device 00 00 00', 'out device 01 300 00', 'out device 02 00 00', 'out device 03 809c 00', 'out device 04 208 00', 'out device 09 02 00', 'out device 00 01 00', 'out device 00 02 00',
    ]);
  });

  it('FTDI with numbered lines: the first is 1', async () => {
    expect((await said(new FtdiModel(0x6014), FAST)).slice(3, 5)).toEqual(['out device 03 809c 01', 'out device 04 208 01']);
  });

  it.each([[9600, '4138'], [38_400, 'c04e'], [57_600, 'c034'], [115_200, '1a'], [230_400, '0d']])('FTDI divisor for %i Bd', async (baudRate, divisor) => {
    expect((await said(new FtdiModel(), { ...FAST, baudRate }))[3]).toBe(`out device 03 ${divisor} 00`);
  });

  it('CP210x: enabled, speed, format, lines low, no flow control, empty buffers', async () => {
    expect(await said(new Cp210xModel(), FAST)).toEqual([
      'out interface 00 01 00', 'out interface 1e 00 00 [00 4b 00 00]', 'out interface 03 820 00', 'out interface 07 300 00', `out interface 13 00 00 [${Array(16).fill('00').join(' ')}]`, 'out interface 12 0f 00',
    ]);
  });

  it('CH34x: version, init, divisor, line control, lines low', async () => {
    expect(await said(new Ch34xModel(), FAST)).toEqual(['in device 5f 00 00', 'out device a1 00 00', 'out device 9a 1312 d982', 'out device 9a 2518 db', 'out device a4 ffff 00']);
  });

  it.each([[9600, 'b282'], [38_400, '6483'], [57_600, '9883'], [115_200, 'cc83'], [230_400, 'e683']])('CH34x divisor for %i Bd', async (baudRate, divisor) => {
    expect((await said(new Ch34xModel(), { ...FAST, baudRate }))[2]).toBe(`out device 9a 1312 ${divisor}`);
  });

  it('CDC-ACM: line coding, then both lines high', async () => {
    expect(await said(new CdcModel(), { ...FAST, stopBits: 2 })).toEqual(['out interface 20 00 00 [00 4b 00 00 02 02 08]', 'out interface 22 03 00']);
  });

  it('DTR and RTS are low where they may reset a board', async () => {
    for (const [, make] of CHIPS.slice(0, 4)) {
      const model = make();
      await said(model, FAST);
      expect(model.signals).toBe(0);
    }
  });
});

test('an old CH340 with parity or two stop bits is refused in words; as 8N1 it works', async () => {
  const { ports, device, adapter } = await worldWith(new Ch34xModel(0x20));
  for (const settings of [{ baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 }, { baudRate: 57_600, dataBits: 8, parity: 'none', stopBits: 2 }] as const) {
    await expect(ports.open(device.id, settings)).rejects.toMatchObject({ code: 'PortRefused', sentence: expect.stringContaining('too old') as string });
  }
  expect(adapter.opened).toBe(false);
  await ports.open(device.id, LINES[0] as SerialSettings);
});

test('a closed CP210x is switched off; the device is let go', async () => {
  const model = new Cp210xModel();
  const { ports, device, adapter } = await worldWith(model);
  const line = await ports.open(device.id, LINES[0] as SerialSettings);
  await line.close();
  expect(model.enabled).toBe(false);
  expect(adapter.opened).toBe(false);
});

test('adapters are named by serial number, equal ones without by their order; others aren\'t listed', async () => {
  const usb = new FakeUsb();
  const ports = new UsbSerialPorts(new VirtualClock(), usb as unknown as USB);
  usb.plug(new FakeUsbDevice(new FtdiModel(), 'A50285BI', 'FT232R USB UART'));
  usb.plug(new FakeUsbDevice(new Ch34xModel()));
  usb.plug(new FakeUsbDevice(new Ch34xModel()));
  usb.plug(new FakeUsbDevice({ ...new Cp210xModel(), vendorId: 0x1234, controlOut: () => false, controlIn: () => null, packet: (bytes) => ({ packet: bytes, taken: bytes.length }), line: null }));
  expect(await ports.list()).toEqual([
    { id: 'webusb-0403-6001-A50285BI', label: 'FT232R USB UART (0403:6001, over USB)', usbVendorId: 0x0403, usbProductId: 0x6001, serialNumber: 'A50285BI' },
    { id: 'webusb-1a86-7523#1', label: 'WCH CH34x (1a86:7523, over USB)', usbVendorId: 0x1a86, usbProductId: 0x7523 },
    { id: 'webusb-1a86-7523#2', label: 'WCH CH34x (1a86:7523, over USB)', usbVendorId: 0x1a86, usbProductId: 0x7523 },
  ]);
});
