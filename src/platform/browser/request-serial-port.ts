/**
 * Asks the person at the screen to choose a serial port for this origin. From the page only, and in answer to a click.
 * The worker then finds it in `SerialPorts.list`. Answers false if nothing was chosen or there is no Web Serial.
 */
export async function requestSerialPort(filters: readonly SerialPortFilter[] = []): Promise<boolean> {
  const serial = (globalThis.navigator as Partial<Navigator> | undefined)?.serial as Serial | undefined;
  if (serial === undefined) return false;
  try {
    await serial.requestPort({ filters: [...filters] });
    return true;
  } catch {
    return false; // NotFoundError: the dialog was dismissed; SecurityError: not allowed here
  }
}

/** Whether this browser has WebUSB. */
export function canRequestUsb(): boolean {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.usb !== undefined;
}
