/** Speed, parity and stop bits of a line, as text and back. */
import { KerbsideError } from '../../base/errors.ts';
import type { SerialSettings } from '../../platform/ports.ts';

/** As technicians write it: `19200 8E1`. */
export function describeSettings({ baudRate, dataBits, parity, stopBits }: SerialSettings): string {
  return `${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}

/** The reverse. @throws KerbsideError `BadLineSettings` */
export function parseSettings(text: string): SerialSettings {
  const [, baud = '', data, parity = '', stop] = /^(\d{3,6}) ([78])([NEO])([12])$/.exec(text) ?? [];
  const baudRate = Number(baud);
  if (!(baudRate >= 300 && baudRate <= 921_600)) throw new KerbsideError('BadLineSettings', text, `“${text}” isn't a line setting. It should look like 9600 8N1.`);
  return { baudRate, dataBits: data === '7' ? 7 : 8, parity: PARITIES[parity] ?? 'none', stopBits: stop === '2' ? 2 : 1 };
}

const PARITIES: Readonly<Record<string, SerialSettings['parity']>> = { N: 'none', E: 'even', O: 'odd' };
