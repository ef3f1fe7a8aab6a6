import { Signal } from '../../../base/signal.ts';
import type { Clock, SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../../ports.ts';
import { serialErrors } from '../../serial-errors.ts';

/** WebUSB adapters, whose drivers are loaded only once this origin may use a USB device. */
export class LazyUsbPorts implements SerialPorts {
  private readonly changed = new Signal<void>();
  private loaded: Promise<SerialPorts> | null = null;

  constructor(private readonly clock: Clock, private readonly usb: USB = navigator.usb) {
    for (const event of ['connect', 'disconnect'] as const) usb.addEventListener(event, () => this.changed.emit());
  }

  static available(): boolean {
    return (globalThis.navigator as Partial<Navigator> | undefined)?.usb !== undefined;
  }

  readonly onChange: SerialPorts['onChange'] = (listener) => this.changed.on(listener);

  async list(): Promise<SerialPortInfo[]> {
    return (await this.usb.getDevices()).length === 0 ? [] : (await this.load()).list();
  }

  async open(portId: string, settings: SerialSettings): Promise<SerialLine> {
    if ((await this.usb.getDevices()).length === 0) throw serialErrors.gone(`no USB device ${portId}: this origin may use none`);
    return (await this.load()).open(portId, settings);
  }

  private load(): Promise<SerialPorts> {
    this.loaded ??= import('./usb-serial-ports.ts').then(({ UsbSerialPorts }) => new UsbSerialPorts(this.clock, this.usb));
    return this.loaded;
  }
}
