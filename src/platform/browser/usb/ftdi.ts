/** FTDI FT232R, FT232H, FT-X, and the first line of the FT2232 and FT4232. */
import type { SerialSettings } from '../../ports.ts';
import { serialErrors } from '../../serial-errors.ts';
import { bulkPlace, isOneOf, tell, type UsbChip } from './chip.ts';

const IDS = [[0x0403, [0x6001, 0x6010, 0x6011, 0x6014, 0x6015]]] as const;
/** Chips with more lines than one number them, and carry the divisor's top bit a byte higher. */
const NUMBERED: readonly number[] = [0x6010, 0x6011, 0x6014];
const REQUEST = { reset: 0, modemControl: 1, flowControl: 2, baudRate: 3, data: 4, latency: 9 } as const;
const RESET = { all: 0, purgeReceived: 1, purgeToSend: 2 } as const;
/** Both lines low: some boards reset on DTR. */
const DTR_RTS_LOW = 0x0300;
const NO_FLOW_CONTROL = 0;
/** With the 16 ms of the factory each answer of a Modbus device comes that much later. */
const LATENCY_MS = 2;
/** Every packet begins with modem and line status. */
const STATUS_BYTES = 2;
const PARITY = { none: 0, odd: 1, even: 2 } as const;
/** Eighths of the divisor, as the chip numbers them. */
const EIGHTHS = [0, 3, 2, 4, 1, 5, 6, 7] as const;
const CLOCK_HZ = 24_000_000;
const MOST_BAUD = 3_000_000;
const LEAST_BAUD = 184;

export const ftdi: UsbChip = {
  name: 'FTDI',
  matches: (device) => isOneOf(device, IDS),
  place: (device) => bulkPlace(device),
  configure: async (device, { dataInterface }, settings) => {
    const numbered = NUMBERED.includes(device.productId);
    const line = numbered ? dataInterface + 1 : 0;
    const send = async (request: number, value: number, index = line): Promise<void> => {
      await tell(device, { requestType: 'vendor', recipient: 'device', request, value, index });
    };
    const divisor = divisorOf(settings.baudRate);
    const top = divisor >>> 16;
    await send(REQUEST.reset, RESET.all);
    await send(REQUEST.modemControl, DTR_RTS_LOW);
    await send(REQUEST.flowControl, NO_FLOW_CONTROL);
    await send(REQUEST.baudRate, divisor & 0xffff, numbered ? (top << 8) | line : top);
    await send(REQUEST.data, dataOf(settings));
    await send(REQUEST.latency, LATENCY_MS);
    await send(REQUEST.reset, RESET.purgeReceived);
    await send(REQUEST.reset, RESET.purgeToSend);
  },
  payload: (packet) => packet.subarray(STATUS_BYTES),
};

function dataOf({ dataBits, parity, stopBits }: SerialSettings): number {
  return dataBits | (PARITY[parity] << 8) | ((stopBits === 2 ? 2 : 0) << 11);
}

/** In eighths, with the chip's two exceptions at the top. */
function divisorOf(baudRate: number): number {
  if (!(baudRate >= LEAST_BAUD && baudRate <= MOST_BAUD)) throw serialErrors.refused(`the FTDI chip can't do ${baudRate} Bd`);
  const eighths = Math.round(CLOCK_HZ / baudRate);
  const divisor = (eighths >> 3) | ((EIGHTHS[eighths & 7] ?? 0) << 14);
  return divisor === 1 ? 0 : divisor === 0x4001 ? 1 : divisor;
}
