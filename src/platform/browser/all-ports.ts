import { JoinedPorts } from '../joined-ports.ts';
import type { Clock, SerialPorts } from '../ports.ts';
import { BrowserSerialPorts } from './browser-serial-ports.ts';
import { LazyUsbPorts } from './usb/lazy-usb-ports.ts';

/** Every way in which this browser reaches a serial line. Both are offered where both exist: on Android there is a Web Serial that sees no wired adapter. */
export function allPorts(clock: Clock): SerialPorts {
  return new JoinedPorts([
    ...(BrowserSerialPorts.available() ? [new BrowserSerialPorts(clock)] : []),
    ...(LazyUsbPorts.available() ? [new LazyUsbPorts(clock)] : []),
  ]);
}
