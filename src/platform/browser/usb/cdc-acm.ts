/** USB's own class for serial lines: microcontrollers (RP2040, ESP32-S3, STM32), Elatec TWN4, CH9102, CP2102C. */
import { bulkPlace, interfacesOf, tell, type UsbChip } from './chip.ts';

const CONTROL_CLASS = 2;
const DATA_CLASS = 10;
const ACM_SUBCLASS = 2;
const REQUEST = { lineCoding: 0x20, controlLineState: 0x22 } as const;
const PARITY = { none: 0, odd: 1, even: 2 } as const;
/** As operating systems do on opening: many a firmware says nothing to a host that holds DTR low, and none resets on both. */
const DTR_RTS_HIGH = 3;

export const cdcAcm: UsbChip = {
  name: 'USB serial',
  matches: (device) => cdcAcm.place(device) !== null,
  place: (device) => {
    const control = interfacesOf(device).find(({ alternates }) => alternates.some(({ interfaceClass, interfaceSubclass }) => interfaceClass === CONTROL_CLASS && interfaceSubclass === ACM_SUBCLASS));
    const data = bulkPlace(device, ({ interfaceClass }) => interfaceClass === DATA_CLASS);
    return control === undefined || data === null ? null : { ...data, claims: [control.interfaceNumber, data.dataInterface] };
  },
  configure: async (device, { claims }, { baudRate, dataBits, parity, stopBits }) => {
    const coding = new Uint8Array(7);
    const view = new DataView(coding.buffer);
    view.setUint32(0, baudRate, true);
    view.setUint8(4, stopBits === 2 ? 2 : 0);
    view.setUint8(5, PARITY[parity]);
    view.setUint8(6, dataBits);
    const to = { requestType: 'class', recipient: 'interface', index: claims[0] ?? 0 } as const;
    await tell(device, { ...to, request: REQUEST.lineCoding, value: 0 }, coding);
    await tell(device, { ...to, request: REQUEST.controlLineState, value: DTR_RTS_HIGH });
  },
  payload: (packet) => packet,
  shutDown: async (device, { claims }) => {
    await tell(device, { requestType: 'class', recipient: 'interface', index: claims[0] ?? 0, request: REQUEST.controlLineState, value: 0 });
  },
};
