import { JoinedPorts } from '../joined-ports.ts';
import type { Clock, SerialPorts } from '../ports.ts';
import { BrowserSerialPorts } from './browser-serial-ports.ts';
import { LazyUsbPorts } from './usb/lazy-usb-ports.ts';

/**
 * Every way in which this browser reaches a serial line; null: none. Both are offered where both exist: on Android there is
 * a Web Serial that sees no wired adapter.
 */
export function browserPorts(clock: Clock): SerialPorts | null {
  const kinds: SerialPorts[] = [
    ...(BrowserSerialPorts.available() ? [new BrowserSerialPorts(clock)] : []),
    ...(LazyUsbPorts.available() ? [new LazyUsbPorts(clock)] : []),
  ];
  return kinds.length === 0 ? null : new JoinedPorts(kinds);
}
