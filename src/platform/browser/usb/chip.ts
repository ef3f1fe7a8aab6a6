/** What differs between USB serial adapters: how they are told a line's settings, and what they put around its bytes. */
import type { SerialSettings } from '../../ports.ts';
import { serialErrors } from '../../serial-errors.ts';

/** Where on a device the bytes go. */
export interface UsbPlace {
  /** Interfaces to claim, the one with the data last. */
  readonly claims: readonly number[];
  readonly dataInterface: number;
  readonly endpointIn: number;
  readonly endpointOut: number;
  /** Of one IN packet, bytes. */
  readonly packetBytes: number;
}

export interface UsbChip {
  /** As technicians know it. */
  readonly name: string;
  /** The device is one of these: by ids, or by the classes of its interfaces. */
  matches(device: USBDevice): boolean;
  /** Null: it has no interface that could be a serial line. */
  place(device: USBDevice): UsbPlace | null;
  /**
   * The interfaces are claimed. Sets speed, bits, parity, stop bits and the control lines; what lay in its buffers goes.
   * @throws KerbsideError `PortRefused`: the chip can't do these settings
   */
  configure(device: USBDevice, place: UsbPlace, settings: SerialSettings): Promise<void>;
  /** The line's bytes in one IN packet. */
  payload(packet: Uint8Array): Uint8Array;
  /** Before the interfaces are released. */
  shutDown?(device: USBDevice, place: UsbPlace): Promise<void>;
}

/** @throws KerbsideError `PortRefused`: the chip doesn't know the request, or not with these values */
export async function tell(device: USBDevice, setup: USBControlTransferParameters, data?: Uint8Array<ArrayBuffer>): Promise<void> {
  const { status } = await device.controlTransferOut(setup, data);
  if (status !== 'ok') throw serialErrors.refused(`the adapter refuses request 0x${setup.request.toString(16)} with 0x${setup.value.toString(16)}: ${status}`);
}

/** Vendor and product. */
export function isOneOf(device: USBDevice, ids: readonly (readonly [vendor: number, products: readonly number[]])[]): boolean {
  return ids.some(([vendor, products]) => device.vendorId === vendor && products.includes(device.productId));
}

/** The first interface with a bulk endpoint each way, and what else must be claimed with it. */
export function bulkPlace(device: USBDevice, wanted: (alternate: USBAlternateInterface) => boolean = () => true): UsbPlace | null {
  for (const { interfaceNumber, alternates } of interfacesOf(device)) {
    const alternate = alternates.find(wanted);
    const input = alternate?.endpoints.find(({ type, direction }) => type === 'bulk' && direction === 'in');
    const output = alternate?.endpoints.find(({ type, direction }) => type === 'bulk' && direction === 'out');
    if (input === undefined || output === undefined) continue;
    return { claims: [interfaceNumber], dataInterface: interfaceNumber, endpointIn: input.endpointNumber, endpointOut: output.endpointNumber, packetBytes: input.packetSize };
  }
  return null;
}

export function interfacesOf(device: USBDevice): readonly USBInterface[] {
  return (device.configuration ?? device.configurations[0])?.interfaces ?? [];
}
