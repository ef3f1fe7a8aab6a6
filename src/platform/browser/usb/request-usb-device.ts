import { USB_FILTERS } from './chips.ts';

/**
 * Asks the person at the screen to choose a USB adapter for this origin. From the page only, and in answer to a click. The
 * worker then finds it in `SerialPorts.list`. Answers false if nothing was chosen or there is no WebUSB.
 */
export async function requestUsbDevice(): Promise<boolean> {
  const usb = (globalThis.navigator as Partial<Navigator> | undefined)?.usb as USB | undefined;
  if (usb === undefined) return false;
  try {
    await usb.requestDevice({ filters: [...USB_FILTERS] });
    return true;
  } catch {
    return false; // NotFoundError: the dialog was dismissed; SecurityError: not allowed here
  }
}
