/** WCH CH340 and CH341. Those before version 0x30 know 8N1 only, and don't say so. */
import { KerbsideError } from '../../../base/errors.ts';
import type { SerialSettings } from '../../ports.ts';
import { serialErrors } from '../../serial-errors.ts';
import { bulkPlace, isOneOf, tell, type UsbChip } from './chip.ts';

const IDS = [[0x1a86, [0x7523, 0x5523, 0x7522]], [0x4348, [0x5523]]] as const;
const REQUEST = { version: 0x5f, writeRegister: 0x9a, init: 0xa1, modemControl: 0xa4 } as const;
/** Two registers a request: prescaler with divisor, line control with its second one. */
const REGISTER = { speed: 0x1312, lineControl: 0x2518 } as const;
const LINE = { enable: 0xc0, twoStopBits: 0x04, parity: 0x08, even: 0x10 } as const;
/** Else it sends a byte only when 32 have come. */
const AT_ONCE = 0x80;
/** The chip wants them inverted: DTR 0x20 and RTS 0x40 low. */
const DTR_RTS_LOW = 0xffff;
const FIRST_WITH_LINE_CONTROL = 0x30;
const CLOCK_HZ = 48_000_000;

export const ch34x: UsbChip = {
  name: 'WCH CH34x',
  matches: (device) => isOneOf(device, IDS),
  place: (device) => bulkPlace(device),
  configure: async (device, _place, settings) => {
    const send = async (request: number, value: number, index: number): Promise<void> => {
      await tell(device, { requestType: 'vendor', recipient: 'device', request, value, index });
    };
    const { data } = await device.controlTransferIn({ requestType: 'vendor', recipient: 'device', request: REQUEST.version, value: 0, index: 0 }, 2);
    const version = data?.getUint8(0) ?? 0;
    if (version < FIRST_WITH_LINE_CONTROL && !isPlain(settings)) throw tooOld(version);
    const divisor = divisorOf(settings.baudRate);
    await send(REQUEST.init, 0, 0);
    await send(REQUEST.writeRegister, REGISTER.speed, divisor | AT_ONCE);
    await send(REQUEST.writeRegister, REGISTER.lineControl, lineControlOf(settings));
    await send(REQUEST.modemControl, DTR_RTS_LOW, 0);
  },
  payload: (packet) => packet,
};

function isPlain({ dataBits, parity, stopBits }: SerialSettings): boolean {
  return dataBits === 8 && parity === 'none' && stopBits === 1;
}

function tooOld(version: number): KerbsideError {
  return new KerbsideError('PortRefused', `CH34x of version 0x${version.toString(16)} ignores its line control`,
    'This CH340 is too old for parity or two stop bits: it would send 8N1 all the same. Use a newer adapter, or one with an FTDI or CP210x chip.');
}

function lineControlOf({ dataBits, parity, stopBits }: SerialSettings): number {
  return LINE.enable | (dataBits - 5) | (stopBits === 2 ? LINE.twoStopBits : 0) | (parity === 'none' ? 0 : LINE.parity) | (parity === 'even' ? LINE.even : 0);
}

/** Prescaler 0 to 3, and a base clock of half the speed (`halved` 0) or the whole of it. */
function clockDivisor(prescaler: number, halved: number): number {
  return 1 << (12 - 3 * prescaler - halved);
}

/** The highest base clock whose divisor fits eight bits, then the nearer of two divisors. As Linux finds it. */
function divisorOf(baudRate: number): number {
  let prescaler = 3;
  while (prescaler >= 0 && baudRate <= CLOCK_HZ / (clockDivisor(prescaler, 1) * 512)) prescaler -= 1;
  if (prescaler < 0 || baudRate > 3_000_000) throw serialErrors.refused(`the CH34x can't do ${baudRate} Bd`);
  let whole = 1;
  let clock = clockDivisor(prescaler, whole);
  let divisor = Math.floor(CLOCK_HZ / (clock * baudRate));
  if (divisor < 9 || divisor > 255) {
    divisor = Math.floor(divisor / 2);
    clock *= 2;
    whole = 0;
  }
  const above = CLOCK_HZ / (clock * divisor) - baudRate;
  const below = baudRate - CLOCK_HZ / (clock * (divisor + 1));
  if (above >= below) divisor += 1;
  if (whole === 1 && divisor % 2 === 0) {
    divisor /= 2;
    whole = 0;
  }
  return ((0x100 - divisor) << 8) | (whole << 2) | prescaler;
}
