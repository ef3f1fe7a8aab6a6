import { describeError, KerbsideError } from '../../base/errors.ts';
import { Signal } from '../../base/signal.ts';
import type { Clock, SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../ports.ts';
import { serialErrors } from '../serial-errors.ts';
import { BrowserClock } from './browser-clock.ts';
import { WebSerialLine } from './web-serial-line.ts';

/** With the default of 255 a burst at 115200 Bd overruns the buffer whenever the worker is busy for 20 ms. */
const BUFFER_BYTES = 65_536;
/** Opening takes milliseconds; a driver that hangs must not hang us. */
const OPEN_TIMEOUT_MS = 5000;

/** Web Serial. Works in a page and in a dedicated worker; only a page can ask the user for a new port. */
export class BrowserSerialPorts implements SerialPorts {
  private readonly ids = new WeakMap<SerialPort, string>();
  /** The latest line on each port: a new one waits until it has let go. */
  private readonly lines = new WeakMap<SerialPort, WebSerialLine>();
  private readonly changed = new Signal<void>();

  constructor(
    private readonly clock: Clock = new BrowserClock(),
    private readonly serial: Serial = navigator.serial,
  ) {
    const tell = (): void => this.changed.emit();
    serial.addEventListener('connect', tell);
    serial.addEventListener('disconnect', tell);
  }

  /** Whether this browser has Web Serial here; without, don't construct one. */
  static available(): boolean {
    return (globalThis.navigator as Partial<Navigator> | undefined)?.serial !== undefined;
  }

  readonly onChange = (listener: () => void): (() => void) => this.changed.on(listener);

  async list(): Promise<SerialPortInfo[]> {
    return (await this.named()).map(([id, port]) => describe(id, port.getInfo()));
  }

  async open(portId: string, settings: SerialSettings): Promise<SerialLine> {
    const port = (await this.named()).find(([id]) => id === portId)?.[1];
    if (port === undefined) throw serialErrors.gone(`no port ${portId} among those allowed`);
    await this.lines.get(port)?.released();
    await this.openPort(port, portId, settings);
    // Some boards reset on DTR, some adapters power their line driver from it. Where it can't be set, it can't.
    await port.setSignals({ dataTerminalReady: false, requestToSend: false }).catch(() => undefined);
    if (port.readable === null || port.writable === null) {
      await port.close().catch(() => undefined);
      throw serialErrors.gone(`port ${portId} was lost while opening`);
    }
    const line = new WebSerialLine(port, this.clock);
    this.lines.set(port, line);
    return line;
  }

  private async openPort(port: SerialPort, portId: string, settings: SerialSettings): Promise<void> {
    const opening = port.open({ ...settings, bufferSize: BUFFER_BYTES, flowControl: 'none' });
    const late = new Promise<never>((_, reject) => {
      const stop = this.clock.after(OPEN_TIMEOUT_MS, () => {
        reject(serialErrors.busy(`port ${portId} didn’t open within ${OPEN_TIMEOUT_MS} ms`));
        opening.then(() => port.close()).catch(() => undefined);
      });
      opening.then(stop, stop);
    });
    try {
      await Promise.race([opening, late]);
    } catch (error) {
      if (error instanceof KerbsideError) throw error;
      throw this.explain(error, port, portId);
    }
  }

  private explain(error: unknown, port: SerialPort, portId: string): KerbsideError {
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    const detail = `port ${portId}: ${name}: ${describeError(error)}`;
    // TypeError: settings that the browser knows not to work.
    if (name === 'SecurityError' || name === 'TypeError') return serialErrors.refused(detail, error);
    // The browser says NetworkError for a port in use, a missing right, and a device that has just gone.
    if (name === 'NetworkError' && port.connected === false) return serialErrors.gone(detail, error);
    return serialErrors.busy(detail, error);
  }

  /**
   * The browser tells vendor and product, no serial number: equal adapters are told apart by the order in which they
   * were seen. A port keeps its id as long as the browser keeps its object, over unplugging where it can.
   */
  private async named(): Promise<[id: string, port: SerialPort][]> {
    const ports = await this.serial.getPorts();
    const taken = new Set(ports.map((port) => this.ids.get(port)));
    return ports.map((port) => {
      let id = this.ids.get(port);
      for (let ordinal = 1; id === undefined; ordinal++) {
        const candidate = `${baseId(port.getInfo())}#${ordinal}`;
        if (!taken.has(candidate)) id = candidate;
      }
      taken.add(id);
      this.ids.set(port, id);
      return [id, port];
    });
  }
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');

function baseId(info: ReturnType<SerialPort['getInfo']>): string {
  if (info.usbVendorId === undefined) return 'port';
  return `usb-${hex(info.usbVendorId)}-${hex(info.usbProductId ?? 0)}`;
}

/** Names of the USB bridges that charge controllers, meters and readers come with. */
const VENDORS: Readonly<Record<number, string>> = {
  0x0403: 'FTDI',
  0x10c4: 'Silicon Labs CP210x',
  0x1a86: 'WCH CH34x',
  0x067b: 'Prolific PL2303',
  0x2341: 'Arduino',
  0x239a: 'Adafruit',
  0x303a: 'Espressif',
  0x2e8a: 'Raspberry Pi',
  0x0483: 'STMicroelectronics',
};

function describe(id: string, info: ReturnType<SerialPort['getInfo']>): SerialPortInfo {
  const { usbVendorId, usbProductId } = info;
  if (usbVendorId === undefined) return { id, label: `Serial port ${id.split('#')[1] ?? ''}` };
  const label = `${VENDORS[usbVendorId] ?? 'USB serial'} (${hex(usbVendorId)}:${hex(usbProductId ?? 0)})`;
  return { id, label, usbVendorId, ...(usbProductId === undefined ? {} : { usbProductId }) };
}
