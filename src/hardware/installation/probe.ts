/** Who answers at a port, asked with nothing but reads: what isn't known mustn't be changed. */
import { KerbsideError } from '../../base/errors.ts';
import type { Clock, SerialPorts } from '../../platform/ports.ts';
import { METER_NAMES, meterModel } from '../drivers/meters/models.ts';
import { CONTROLLER_NAMES, controllerModel } from '../drivers/modbus/models.ts';
import type { Bus } from '../serial/bus.ts';
import { Buses, describeSettings, parseSettings } from '../serial/buses.ts';
import { ModbusDevice, type ModbusDeviceOptions } from '../serial/modbus-device.ts';
import { ModbusException } from '../serial/modbus-pdu.ts';
import { opened } from '../serial/opened.ts';
import { testEsp32Evse } from '../drivers/esp32-evse/test-esp32-evse.ts';
import { testCharger } from '../test-charger.ts';

export interface ProbeDeps { readonly serial: SerialPorts; readonly clock: Clock }

/** Whatever can be recognised on a Modbus line. */
export interface Recognisable {
  readonly kind: 'controller' | 'meter';
  readonly model: string;
  readonly label: string;
  readonly line: string;
  readonly device: ModbusDeviceOptions;
  identify(device: ModbusDevice): Promise<void>;
}

export interface Found { readonly kind: 'controller' | 'meter' | 'reader'; readonly model: string; readonly label: string; readonly unit?: number; readonly line: string }

/** A device that lives answers within this, whatever it thinks of the question. */
const ALIVE_MS = 300;

export function recognisableControllers(): Recognisable[] {
  return CONTROLLER_NAMES.flatMap((name): Recognisable[] => {
    const model = controllerModel(name);
    if (model === undefined) return [];
    const { facts, line, device } = model;
    return [{ kind: 'controller', model: name, label: `${facts.vendor} ${facts.model}`, line: describeSettings(line), device, identify: (on) => model.identify(on) }];
  });
}

export function recognisableMeters(): Recognisable[] {
  return METER_NAMES.flatMap((name): Recognisable[] => {
    const model = meterModel(name);
    if (model === undefined) return [];
    const { facts, line, device } = model;
    return [{ kind: 'meter', model: name, label: `${facts.vendor} ${facts.model}`, line: describeSettings(line), device, identify: async (on) => void (await model.identify(on)) }];
  });
}

/**
 * At these settings, who of `all` is at one of these bus numbers, or at the one that it leaves the factory with.
 * @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused`
 */
export async function probeModbus({ serial, clock }: ProbeDeps, portId: string, on: {
  readonly line: string; readonly variant: 'rtu' | 'ascii'; readonly units: readonly number[]; readonly all: readonly Recognisable[];
}): Promise<Found[]> {
  const candidates = on.all.filter(({ line, device }) => line === on.line && (device.variant ?? 'rtu') === on.variant);
  const units = [...new Set([...candidates.map(({ device }) => device.unit), ...on.units])].sort((a, b) => a - b);
  const lease = new Buses(clock, serial).lease(portId, parseSettings(on.line));
  try {
    await opened(lease.bus);
    const found: Found[] = [];
    for (const unit of units) {
      if (!(await isAlive(lease.bus, unit, on.variant))) continue;
      for (const candidate of candidates) {
        if (!(await is(candidate, lease.bus, unit))) continue;
        found.push({ kind: candidate.kind, model: candidate.model, label: candidate.label, unit, line: on.line });
      }
    }
    return found;
  } finally {
    await lease.release();
  }
}

/** An exception is an answer, too. */
async function isAlive(bus: Bus, unit: number, variant: 'rtu' | 'ascii'): Promise<boolean> {
  try {
    // The first request after a pause only wakes some devices.
    await new ModbusDevice(bus, { unit, variant, firstByteMs: ALIVE_MS, attempts: variant === 'ascii' ? 2 : 1 }).readHolding(0, 1);
    return true;
  } catch (error) {
    if (error instanceof ModbusException) return true;
    if (error instanceof KerbsideError && error.code === 'PortLost') throw error;
    // A damaged answer, or one of another shape, comes from somebody as well.
    return error instanceof KerbsideError && error.code === 'BadModbusReply';
  }
}

async function is(candidate: Recognisable, bus: Bus, unit: number): Promise<boolean> {
  try {
    await candidate.identify(new ModbusDevice(bus, { ...candidate.device, unit, attempts: 2 }));
    return true;
  } catch (error) {
    if (error instanceof KerbsideError && error.code === 'PortLost') throw error;
    return false;
  }
}

/** @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused` */
export async function probeOpenEvse(deps: ProbeDeps, portId: string): Promise<Found[]> {
  const test = await testCharger(deps, portId);
  if (test.facts.length === 0) return [];
  const firmware = test.facts.find(({ label }) => label === 'Firmware')?.value ?? '';
  return [{ kind: 'controller', model: 'openevse', label: `OpenEVSE ${firmware}`.trim(), line: '115200 8N1' }];
}

/** @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused` */
export async function probeEsp32Evse(deps: ProbeDeps, portId: string): Promise<Found[]> {
  const { facts } = await testEsp32Evse(deps, portId);
  return facts.length === 0 ? [] : [{ kind: 'controller', model: 'esp32-evse-at', label: 'esp32-evse (AT commands)', line: '115200 8N1' }];
}
