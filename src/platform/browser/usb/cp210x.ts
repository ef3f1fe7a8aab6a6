/** Silicon Labs CP2101 to CP2104 and CP2102N. The CP2102C is a CDC device. */
import { serialErrors } from '../../serial-errors.ts';
import { bulkPlace, isOneOf, tell, type UsbChip } from './chip.ts';

const IDS = [[0x10c4, [0xea60, 0xea61, 0xea63]]] as const;
const REQUEST = { enable: 0x00, lineControl: 0x03, modemControl: 0x07, purge: 0x12, flowControl: 0x13, baudRate: 0x1e } as const;
const PARITY = { none: 0, odd: 1, even: 2 } as const;
/** Masks in the high byte, both lines low. */
const DTR_RTS_LOW = 0x0300;
const ALL_BUFFERS = 0x0f;
const MOST_BAUD = 3_000_000;

export const cp210x: UsbChip = {
  name: 'Silicon Labs CP210x',
  matches: (device) => isOneOf(device, IDS),
  place: (device) => bulkPlace(device),
  configure: async (device, { dataInterface }, { baudRate, dataBits, parity, stopBits }) => {
    if (!(baudRate >= 300 && baudRate <= MOST_BAUD)) throw serialErrors.refused(`the CP210x can't do ${baudRate} Bd`);
    const send = async (request: number, value: number, data?: Uint8Array<ArrayBuffer>): Promise<void> => {
      await tell(device, { requestType: 'vendor', recipient: 'interface', request, value, index: dataInterface }, data);
    };
    const rate = new Uint8Array(4);
    new DataView(rate.buffer).setUint32(0, baudRate, true);
    await send(REQUEST.enable, 1);
    await send(REQUEST.baudRate, 0, rate);
    await send(REQUEST.lineControl, (dataBits << 8) | (PARITY[parity] << 4) | (stopBits === 2 ? 2 : 0));
    await send(REQUEST.modemControl, DTR_RTS_LOW);
    await send(REQUEST.flowControl, 0, new Uint8Array(16));
    await send(REQUEST.purge, ALL_BUFFERS);
  },
  payload: (packet) => packet,
  shutDown: async (device, { dataInterface }) => {
    await tell(device, { requestType: 'vendor', recipient: 'interface', request: REQUEST.enable, value: 0, index: dataInterface });
  },
};
