/** Canned data of the technician's stories. */
import type { FoundDevice, HostPort, LineView } from '../../link/commissioning.ts';
import type { HardwareProfile } from '../../link/hardware-profile.ts';
import type { EvseView, StationSnapshot } from '../../link/snapshot.ts';
import type { Tests } from '../view/commissioning.ts';
import type { ChargeProgress } from '../view/test-charge.ts';
import { STORIES } from './stories.ts';

export const TECHNICIAN_STORIES = [
  'commissioning-devices', 'commissioning-wiring', 'commissioning-trials', 'commissioning-charge', 'commissioning-protocol', 'bench-outlet', 'bench-lines', 'bench-terminal',
] as const;

export const PORTS: readonly HostPort[] = [
  { id: 'usb-1a86-7523#1', label: 'WCH CH34x (1a86:7523)', usbVendorId: 0x1a86, usbProductId: 0x7523 },
  { id: 'webusb-0403-6001-A50285BI', label: 'FT232R USB UART (0403:6001, over USB)', usbVendorId: 0x0403, usbProductId: 0x6001, serialNumber: 'A50285BI' },
];
export const FOUND: Readonly<Record<string, readonly FoundDevice[]>> = {
  'usb-1a86-7523#1': [
    { kind: 'controller', model: 'evse-wb', label: 'evracing EVSE-WB', unit: 1, line: '9600 8N1' }, { kind: 'meter', model: 'sdm630', label: 'Eastron SDM630', unit: 11, line: '9600 8N1' },
    { kind: 'meter', model: 'sdm630', label: 'Eastron SDM630', unit: 12, line: '9600 8N1' },
  ],
};
export const DRAFT: HardwareProfile = {
  kind: 'profile', version: 1, name: 'Car park north, bay 4 and 5', supply: { breakerA: 63, phases: 3, earthing: 'TN-S' },
  ports: [{ id: 'port1', usbVendorId: 0x1a86, usbProductId: 0x7523, seenAs: 'usb-1a86-7523#1' }, { id: 'port2', usbVendorId: 0x0403, usbProductId: 0x6001, serialNumber: 'A50285BI', seenAs: 'webusb-0403-6001-A50285BI' }],
  evses: [
    { id: 1, controller: { kind: 'modbus', model: 'evse-wb', portId: 'port1', unit: 1 }, meter: { model: 'sdm630', portId: 'port1', unit: 11 }, breakerA: 32, cableA: 32, phases: 3, phaseRotation: 'RST' },
    { id: 2, controller: { kind: 'modbus', model: 'evse-wb', portId: 'port1', unit: 2 }, meter: { model: 'sdm630', portId: 'port1', unit: 13 }, breakerA: 32, cableA: 20, phases: 3, phaseRotation: 'STR' },
  ],
  readers: [{ kind: 'pn532', portId: 'port2', evse: 2 }],
};
export const UNFINISHED: HardwareProfile = { ...DRAFT, name: '', evses: DRAFT.evses.map(({ cableA: _, ...evse }, index) => (index === 1 ? evse : { ...evse, cableA: 32 })) };
export const TRIALS: Tests = {
  'state-1': { ok: true, sentence: 'evracing EVSE-WB answers.', facts: [{ label: 'Firmware', value: '17' }, { label: 'Current', value: '6 to 32 A, 3 phases' }, { label: 'Connector 1', value: 'pilot A' }, { label: 'If this device stops', value: 'A car that charges goes on at the last current.', warn: true }] },
  'limit-1': { ok: true, sentence: 'The controller took 6 A, 32 A and no energy.', facts: [{ label: '6 A', value: 'taken' }, { label: '32 A', value: 'taken' }, { label: 'No energy', value: 'taken' }] },
  'meter-1': { ok: false, sentence: 'The meter answers, but sees no voltage on L3.', facts: [{ label: 'Register', value: '1234.567 kWh' }, { label: 'Voltage', value: '230.1 / 229.8 / 0.3 V' }] },
};
export const CHARGES: Readonly<Record<number, ChargeProgress>> = {
  1: { done: { up: true, plugged: true, authorized: true, energy: true, counted: true, ended: true, unplugged: true }, mostA: 16.1, startWh: 1_284_310, energyWh: 182, transactionId: '5f1c0a66-2d7e-4c53-9a4b-7a3f6e0c9d11', over: null },
  2: { done: { up: true, plugged: true, authorized: true, energy: true }, mostA: 19.8, startWh: 88_210, energyWh: 4, transactionId: null, over: null },
};
export const LINES: readonly LineView[] = [
  { port: 'port1', settings: '9600 8N1', up: true, reason: null, detail: '', exchanges: 48_211, timeouts: 12, strayBytes: 3, echoes: 0, reopenings: 1 },
  { port: 'port3', settings: '19200 8E1', up: false, reason: 'busy', detail: 'port usb-0403-6001#1 is in use', exchanges: 210, timeouts: 40, strayBytes: 0, echoes: 0, reopenings: 9 },
];

function snapshotOf(name: string): StationSnapshot {
  const found = STORIES.find((story) => story.name === name)?.snapshot ?? STORIES.find(({ snapshot }) => snapshot !== null)?.snapshot;
  return found as StationSnapshot;
}
export const STATION: StationSnapshot = snapshotOf('charging');
const [first] = STATION.evses;
export const BENCH_EVSE: EvseView = {
  ...(first as EvseView), currentA: [15.9, 16, 15.8], voltageV: [230.2, 229.7, 231], limitW: null, limitReason: null, powerW: 11_020,
  connectors: [{ id: 1, type: 'cType2', status: 'Occupied', plugged: true, locked: true, pilot: 'C' }],
  controller: {
    link: 'up', detail: null, vendor: 'Heidelberg', model: 'Energy Control', firmware: 'A1B', failsafe: 'If this device stops, the box stops the car within 10 s.', refusal: null, contactorClosed: true,
    facts: [
      { label: 'State', value: '7' }, { label: 'Watchdog', value: 'stops after 10 s of silence' }, { label: 'Asked / unanswered / stray bytes', value: '48211 / 12 / 3' },
      { label: 'Controller allows', value: '6 to 16 A' }, { label: 'Breaker', value: '20 A' }, { label: 'Cable', value: '20 A' }, { label: 'Wired phases', value: '3' },
    ],
  },
};
