/**
 * Serial adapters over WebUSB: where there is no Web Serial, or it doesn't see the adapter (Android). Works in a worker; only
 * a page can ask the user for a new device.
 */
import { describeError, KerbsideError } from '../../../base/errors.ts';
import { Signal } from '../../../base/signal.ts';
import type { Clock, SerialLine, SerialPortInfo, SerialPorts, SerialSettings } from '../../ports.ts';
import { serialErrors } from '../../serial-errors.ts';
import { BrowserClock } from '../browser-clock.ts';
import type { UsbChip } from './chip.ts';
import { chipOf } from './chips.ts';
import { UsbLine } from './usb-line.ts';

interface Named { readonly id: string; readonly device: USBDevice; readonly chip: UsbChip }

export class UsbSerialPorts implements SerialPorts {
  private readonly ids = new WeakMap<USBDevice, string>();
  /** The latest line on each device: a new one waits until it has let go. */
  private readonly lines = new WeakMap<USBDevice, UsbLine>();
  private readonly opening = new WeakSet<USBDevice>();
  private readonly changed = new Signal<void>();

  constructor(private readonly clock: Clock = new BrowserClock(), private readonly usb: USB = navigator.usb) {
    usb.addEventListener('connect', () => this.changed.emit());
    usb.addEventListener('disconnect', ({ device }) => {
      this.lines.get(device)?.unplugged();
      this.changed.emit();
    });
  }

  readonly onChange = (listener: () => void): (() => void) => this.changed.on(listener);

  async list(): Promise<SerialPortInfo[]> {
    return (await this.named()).map(({ id, device, chip }) => {
      const { vendorId, productId, serialNumber, productName } = device;
      const label = `${productName ?? chip.name} (${hex(vendorId)}:${hex(productId)}, over USB)`;
      return { id, label, usbVendorId: vendorId, usbProductId: productId, ...(nothing(serialNumber) ? {} : { serialNumber: serialNumber as string }) };
    });
  }

  async open(portId: string, settings: SerialSettings): Promise<SerialLine> {
    const found = (await this.named()).find(({ id }) => id === portId);
    if (found === undefined) throw serialErrors.gone(`no USB device ${portId} among those allowed`);
    const { device, chip } = found;
    await this.lines.get(device)?.released();
    if (device.opened || this.opening.has(device)) throw serialErrors.busy(`${portId} is open already`);
    this.opening.add(device);
    try {
      const line = await this.openDevice(device, chip, settings);
      this.lines.set(device, line);
      return line;
    } catch (error) {
      await device.close().catch(() => undefined);
      throw error instanceof KerbsideError ? error : explain(error, portId);
    } finally {
      this.opening.delete(device);
    }
  }

  private async openDevice(device: USBDevice, chip: UsbChip, settings: SerialSettings): Promise<UsbLine> {
    await device.open();
    if (device.configuration === null || device.configuration === undefined) await device.selectConfiguration(device.configurations[0]?.configurationValue ?? 1);
    const place = chip.place(device);
    if (place === null) throw serialErrors.refused(`no serial interface on this ${chip.name}`);
    for (const claimed of place.claims) await device.claimInterface(claimed);
    await chip.configure(device, place, settings);
    return new UsbLine(device, chip, place, this.clock);
  }

  /** By serial number where the adapter has one, else by the order in which equal ones were seen. */
  private async named(): Promise<Named[]> {
    const devices = (await this.usb.getDevices()).flatMap((device) => {
      const chip = chipOf(device);
      return chip === undefined ? [] : [{ device, chip }];
    });
    const taken = new Set(devices.map(({ device }) => this.ids.get(device)));
    return devices.map(({ device, chip }) => {
      const base = `webusb-${hex(device.vendorId)}-${hex(device.productId)}`;
      const own = nothing(device.serialNumber) ? undefined : `${base}-${device.serialNumber}`;
      let id = this.ids.get(device) ?? (own === undefined || taken.has(own) ? undefined : own);
      for (let ordinal = 1; id === undefined; ordinal++) {
        const candidate = `${base}#${ordinal}`;
        if (!taken.has(candidate)) id = candidate;
      }
      taken.add(id);
      this.ids.set(device, id);
      return { id, device, chip };
    });
  }
}

/** A system's driver that holds the adapter shows as a refusal to open it (Android, Windows) or to hand over its interface (Linux). */
function explain(error: unknown, portId: string): KerbsideError {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const detail = `${portId}: ${name}: ${describeError(error)}`;
  if (name === 'NotFoundError') return serialErrors.gone(detail, error);
  return new KerbsideError('PortBusy', detail,
    'The adapter is held by this system\'s own driver, or by another program. Close other programs and tabs that use it, unplug it and plug it in again. On a computer choose it as a serial port, not over USB.', { cause: error });
}

/** A descriptor that an adapter doesn't have is undefined, null or empty, as browsers go. */
function nothing(text: string | null | undefined): boolean {
  return text === undefined || text === null || text === '';
}

const hex = (value: number): string => value.toString(16).padStart(4, '0');
