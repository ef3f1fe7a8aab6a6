/** The adapters that can be driven over WebUSB. */
import { cdcAcm } from './cdc-acm.ts';
import { ch34x } from './ch34x.ts';
import type { UsbChip } from './chip.ts';
import { cp210x } from './cp210x.ts';
import { ftdi } from './ftdi.ts';

/** Those with ids of their own first: a newer chip of theirs may be of the class as well. */
const CHIPS: readonly UsbChip[] = [ftdi, cp210x, ch34x, cdcAcm];

/** Undefined: nobody here knows how to speak to it. */
export function chipOf(device: USBDevice): UsbChip | undefined {
  return CHIPS.find((chip) => chip.matches(device) && chip.place(device) !== null);
}

/** What a person is offered to choose from. */
export const USB_FILTERS: readonly USBDeviceFilter[] = [
  { vendorId: 0x0403 }, { vendorId: 0x10c4 }, { vendorId: 0x1a86 }, { vendorId: 0x4348 }, { classCode: 2 }, { classCode: 10 },
];
