/**
 * What is bolted to the wall, in one document: which controller serves which EVSE, which meter and reader stand beside
 * it, through which ports they are reached, and what breaker and cable allow. Exported, imported, versioned.
 */
import type { HardwareConfig, MeterConfig, ModbusModel, ReaderConfig } from './hardware.ts';

export const PROFILE_VERSION = 1;

/** What a set-up names: the short forms of one kind of hardware each, or a profile. */
export type StationHardware = HardwareConfig | HardwareProfile;

export interface HardwareProfile {
  readonly kind: 'profile';
  readonly version: typeof PROFILE_VERSION;
  readonly name: string;
  readonly supply: SupplyProfile;
  readonly ports: readonly PortProfile[];
  /** EVSE 1, 2, … in this order. */
  readonly evses: readonly EvseProfile[];
  readonly readers: readonly ReaderConfig[];
}

export interface SupplyProfile {
  /** The breaker in front of the whole station, A per phase; absent: each EVSE has its own, and nothing is shared. */
  readonly breakerA?: number;
  readonly phases: 1 | 3;
  readonly earthing: Earthing;
}

/** IEC 60364-1; it decides what must be measured before the station serves (see the commissioning checklist). */
export const EARTHINGS = ['TN-S', 'TN-C-S', 'TT', 'IT', 'unknown'] as const;
export type Earthing = (typeof EARTHINGS)[number];

/**
 * A port by what it is, not by where it is plugged in: ids that hold now (`usb-1a86-7523#1`) may name another tomorrow.
 * Where several fit, the one at which the devices of this port answer is it.
 */
export interface PortProfile {
  /** By which the devices of this profile name it (their `portId`). */
  readonly id: string;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
  /** Of the adapter, where the platform tells it. */
  readonly serialNumber?: string;
  /** As the host called it when the profile was made. Alone, the only criterion; else it decides where nothing else does. */
  readonly seenAs?: string;
  /** All devices of the line run at this, e.g. `19200 8E1`; absent: at what they leave the factory with. */
  readonly line?: string;
}

export interface EvseProfile {
  readonly id: number;
  readonly controller: ControllerProfile;
  /** Beside the controller; its register is what is billed. */
  readonly meter?: MeterConfig;
  /** The breaker in front of this EVSE, A per phase. */
  readonly breakerA?: number;
  /** What its cable (or socket and wiring) bears, A per phase. */
  readonly cableA?: number;
  /** Wired phases. */
  readonly phases?: 1 | 3;
  /** Which phase of the supply is at its L1, L2, L3. */
  readonly phaseRotation?: PhaseRotation;
  /** In place of what its controller guesses. */
  readonly connector?: ConnectorType;
}

export const CONNECTOR_TYPES = ['cType2', 'sType2', 'cType1', 'cCCS2', 'cCCS1', 'sType3', 'cTesla', 'Other1PhMax16A'] as const;
/** OCPP ConnectorEnumType of the connectors that Kerbside meets. */
export type ConnectorType = (typeof CONNECTOR_TYPES)[number];

export const PHASE_ROTATIONS = ['RST', 'RTS', 'SRT', 'STR', 'TRS', 'TSR'] as const;
export type PhaseRotation = (typeof PHASE_ROTATIONS)[number];

export interface SimulatedController {
  readonly kind: 'simulated';
  /** Its meter signs what it reads. */
  readonly signs?: boolean;
  /** Wired, default 3. */
  readonly phases?: 1 | 3;
  /** Can connect the car to one of three, default true. */
  readonly phaseSwitching?: boolean;
  /** Default one type 2 with a lock. */
  readonly connectors?: readonly { readonly type: ConnectorType; readonly canLock: boolean }[];
}

export type ControllerProfile =
  | SimulatedController
  | { readonly kind: 'openevse' | 'esp32-evse-at'; readonly portId: string }
  | { readonly kind: 'modbus'; readonly model: ModbusModel; readonly portId: string; readonly unit?: number };

/** Set-ups of before there were profiles, and profiles as they are. */
export function profileOf(hardware: StationHardware | (SimulatedController & { readonly evses: number })): HardwareProfile {
  if (hardware.kind === 'profile') return hardware;
  const base = { kind: 'profile', version: PROFILE_VERSION, name: '', supply: { phases: 3, earthing: 'unknown' }, readers: [] } as const;
  if (hardware.kind === 'simulated') {
    const { evses, ...controller } = hardware;
    return { ...base, ports: [], evses: Array.from({ length: evses }, (_, index) => ({ id: index + 1, controller })) };
  }
  return { ...base, ports: [portOf('port', { id: hardware.portId })], evses: [{ id: 1, controller: { ...hardware, portId: 'port' } }] };
}

/** How a port that the host lists now is written into a profile. */
export function portOf(id: string, port: { readonly id: string; readonly usbVendorId?: number; readonly usbProductId?: number; readonly serialNumber?: string }): PortProfile {
  const { usbVendorId, usbProductId, serialNumber } = port;
  return {
    id, seenAs: port.id,
    ...(usbVendorId === undefined ? {} : { usbVendorId }), ...(usbProductId === undefined ? {} : { usbProductId }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

/** `simulated`: every EVSE is; then there is nothing to plug in, and a drawer plays driver and car. */
export function isSimulated(hardware: Parameters<typeof profileOf>[0]): boolean {
  return profileOf(hardware).evses.every(({ controller }) => controller.kind === 'simulated');
}
