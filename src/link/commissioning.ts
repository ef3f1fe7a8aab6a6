/** What the commissioning screens ask of the station while it is out of service. */
import { METERS, MODBUS_CONTROLLERS } from './hardware.ts';

/** A port that the host lets this origin use. */
export interface HostPort {
  readonly id: string;
  readonly label: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
  readonly serialNumber?: string;
}

/** Something that answers at a port. */
export interface FoundDevice {
  readonly kind: 'controller' | 'meter' | 'reader';
  /** As a profile names it; `openevse`, `pn532` … where there is one of the kind. */
  readonly model: string;
  readonly label: string;
  /** Bus number. */
  readonly unit?: number;
  /** What the line must be set to, e.g. `9600 8N1`. */
  readonly line: string;
}

export interface DeviceTest {
  readonly ok: boolean;
  readonly sentence: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly warn?: boolean }[];
}

/** One step of a search: at these settings, whoever speaks like this. */
export interface ProbeStep {
  readonly line: string;
  readonly speech: 'modbus' | 'modbus-ascii' | 'rapi' | 'at' | 'cards';
}

/** `evse`, `reader`: which of the profile, as numbered there; readers from 0. */
export type DeviceUnderTest =
  | { readonly what: 'state' | 'limit' | 'meter'; readonly evse: number }
  | { readonly what: 'card'; readonly reader: number };

/** A line that devices share, as the bench shows it. */
export interface LineView {
  readonly port: string;
  /** E.g. `19200 8E1`. */
  readonly settings: string;
  readonly up: boolean;
  /** Why it is down: `busy` (another program has it), `gone` (nothing is plugged in), `refused`, `opening`, `closed`. */
  readonly reason: string | null;
  readonly detail: string;
  readonly exchanges: number;
  readonly timeouts: number;
  readonly strayBytes: number;
  readonly echoes: number;
  readonly reopenings: number;
}

const ASCII_MODELS: readonly string[] = ['abl'];

/** All that is worth asking at a port, the likeliest first: each takes seconds. */
export function probePlan(): readonly ProbeStep[] {
  const rtu = new Set<string>([...MODBUS_CONTROLLERS.filter(({ model }) => !ASCII_MODELS.includes(model)), ...METERS].map(({ line }) => line));
  const ascii = MODBUS_CONTROLLERS.filter(({ model }) => ASCII_MODELS.includes(model)).map(({ line }): ProbeStep => ({ line, speech: 'modbus-ascii' }));
  return [
    { line: '115200 8N1', speech: 'rapi' }, { line: '115200 8N1', speech: 'at' }, { line: '115200 8N1', speech: 'cards' },
    ...[...rtu].map((line): ProbeStep => ({ line, speech: 'modbus' })), ...ascii,
  ];
}
