/** What is wrong with a hardware profile, in words. Pure: whoever imports, edits or runs one asks here first. */
import { KerbsideError } from '../base/errors.ts';
import { METERS, MODBUS_CONTROLLERS } from './hardware.ts';
import { CONNECTOR_TYPES, EARTHINGS, PHASE_ROTATIONS, PROFILE_VERSION, type HardwareProfile } from './hardware-profile.ts';
import { isOneOf, isRecord, type Raw } from './raw.ts';

/** IEC 61851-1: a car can't be offered less. */
const LEAST_A = 6;
const MOST_A = 80;
const MOST_SUPPLY_A = 2000;
const MOST_EVSES = 8;
/** As technicians write it. */
const LINE = /^(\d{3,6}) (7|8)(N|E|O)(1|2)$/;
const PORT_KINDS: readonly unknown[] = ['pn532', 'rdm6300', 'twn4'];

/** One device on a line: how it is called in a sentence, and what it wants. */
interface OnLine { readonly name: string; readonly model?: string; readonly unit: number | null; readonly line: string | null; readonly alone: boolean }

/** @throws KerbsideError `InvalidProfile`: all that is wrong, a sentence each */
export function checkProfile(value: unknown): asserts value is HardwareProfile {
  const problems = profileProblems(value);
  if (problems.length > 0) throw new KerbsideError('InvalidProfile', problems.join(' '), problems.join(' '));
}

/** @throws KerbsideError `InvalidProfile` */
export function importProfile(text: string): HardwareProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KerbsideError('InvalidProfile', 'not JSON', 'This file is no hardware profile: it isn\'t even JSON.');
  }
  checkProfile(value);
  return value;
}

export function exportProfile(profile: HardwareProfile): string {
  return `${JSON.stringify(profile, null, 2)}\n`;
}

/** Empty: nothing is wrong. */
export function profileProblems(value: unknown): string[] {
  if (!isRecord(value) || value['kind'] !== 'profile') return ['This is no hardware profile.'];
  if (value['version'] !== PROFILE_VERSION) return [`This profile is of version ${String(value['version'])}; this station reads version ${PROFILE_VERSION}.`];
  const { name, supply, ports, evses, readers } = value;
  if (typeof name !== 'string' || name.length > 100) return ['The profile needs a name of at most 100 characters.'];
  if (!isRecord(supply) || !Array.isArray(ports) || !Array.isArray(evses) || !Array.isArray(readers)) return ['The profile needs supply, ports, evses and readers.'];
  const all = [ports, evses, readers].flat();
  if (!all.every(isRecord)) return ['Each port, EVSE and reader of the profile must be an object.'];
  return [
    ...supplyProblems(supply), ...portProblems(ports as Raw[]), ...evsesProblems(evses as Raw[], supply), ...readersProblems(readers as Raw[], evses.length),
    ...wiringProblems(ports as Raw[], evses as Raw[], readers as Raw[]),
  ];
}

function supplyProblems(supply: Raw): string[] {
  const { breakerA, phases, earthing } = supply;
  return [
    ...(breakerA === undefined || isWithin(breakerA, LEAST_A, MOST_SUPPLY_A) ? [] : [`The station's breaker is given in amperes, ${LEAST_A} to ${MOST_SUPPLY_A}.`]),
    ...(phases === 1 || phases === 3 ? [] : ['The supply has 1 or 3 phases.']),
    ...(isOneOf(EARTHINGS, earthing) ? [] : [`The earthing is one of ${EARTHINGS.join(', ')}.`]),
  ];
}

function portProblems(ports: readonly Raw[]): string[] {
  return ports.flatMap((port) => {
    const { id, usbVendorId, usbProductId, serialNumber, seenAs, line } = port;
    if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,30}$/.test(id)) return ['Each port needs an id of letters, digits, - and _.'];
    if (ports.filter((other) => other['id'] === id).length > 1) return [`Two ports are called ${id}.`];
    const usb = (part: unknown): boolean => part === undefined || isWithin(part, 0, 0xffff);
    const named = (part: unknown): boolean => part === undefined || (typeof part === 'string' && part !== '' && part.length <= 200);
    if (!usb(usbVendorId) || !usb(usbProductId)) return [`The USB ids of port ${id} are numbers from 0 to 65535.`];
    if (!named(serialNumber) || !named(seenAs)) return [`The serial number and name of port ${id} are texts.`];
    if (usbVendorId === undefined && serialNumber === undefined && seenAs === undefined) return [`Nothing says which port ${id} is: give its USB ids, its serial number, or the name that it has here.`];
    return line === undefined || (typeof line === 'string' && LINE.test(line)) ? [] : [`The settings of port ${id} are written like 19200 8E1.`];
  });
}

function evsesProblems(evses: readonly Raw[], supply: Raw): string[] {
  if (evses.length === 0 || evses.length > MOST_EVSES) return [`A station has 1 to ${MOST_EVSES} EVSEs.`];
  return evses.flatMap((evse, index) => {
    const { id, controller, breakerA, cableA, phases, phaseRotation, connector } = evse;
    const who = `EVSE ${index + 1}`;
    if (id !== index + 1) return [`EVSEs are numbered 1, 2, … in their order; number ${index + 1} says ${String(id)}.`];
    if (!isRecord(controller)) return [`${who} has no controller.`];
    const real = controller['kind'] !== 'simulated';
    const amperes = (value: unknown, what: string): string[] => {
      if (value === undefined) return real ? [`${who}: what ${what} bears must be known, in amperes.`] : [];
      return isWithin(value, LEAST_A, MOST_A) ? [] : [`${who}: ${what} bears ${LEAST_A} to ${MOST_A} A.`];
    };
    return [
      ...controllerProblems(controller, who), ...amperes(breakerA, 'the breaker'), ...amperes(cableA, 'the cable'), ...meterProblems(evse['meter'], controller, who),
      ...(phases === undefined || phases === 1 || phases === 3 ? [] : [`${who} is wired with 1 or 3 phases.`]),
      ...(phases === 3 && supply['phases'] === 1 ? [`${who} can't have three phases: the supply has one.`] : []),
      ...(phaseRotation === undefined || isOneOf(PHASE_ROTATIONS, phaseRotation) ? [] : [`${who}: the rotation of phases is one of ${PHASE_ROTATIONS.join(', ')}.`]),
      ...(connector === undefined || isOneOf(CONNECTOR_TYPES, connector) ? [] : [`${who}: no such type of connector: ${String(connector)}.`]),
    ];
  });
}

function controllerProblems(controller: Raw, who: string): string[] {
  const { kind, model, portId, unit, connectors } = controller;
  if (kind === 'simulated') {
    const fine = connectors === undefined || (Array.isArray(connectors) && connectors.length > 0 && connectors.every((one) => isRecord(one) && isOneOf(CONNECTOR_TYPES, one['type']) && typeof one['canLock'] === 'boolean'));
    return fine ? [] : [`${who}: its connectors can't be read.`];
  }
  if (kind !== 'openevse' && kind !== 'esp32-evse-at' && kind !== 'modbus') return [`${who}: no such kind of controller: ${String(kind)}.`];
  if (typeof portId !== 'string') return [`${who}: its controller names no port.`];
  if (kind === 'modbus' && !MODBUS_CONTROLLERS.some((one) => one.model === model)) return [`${who}: there is no driver for ${String(model)}.`];
  return unit === undefined || isWithin(unit, 1, 247) ? [] : [`${who}: a bus number is from 1 to 247.`];
}

function meterProblems(meter: unknown, controller: Raw, who: string): string[] {
  if (meter === undefined) {
    const blind = controller['kind'] === 'modbus' && MODBUS_CONTROLLERS.some((one) => one.model === controller['model'] && 'measures' in one);
    return blind ? [`${who}: its controller measures nothing, so it needs a meter.`] : [];
  }
  if (!isRecord(meter)) return [`${who}: its meter can't be read.`];
  const { model, portId, unit, line } = meter;
  if (!METERS.some((one) => one.model === model)) return [`${who}: there is no driver for a meter ${String(model)}.`];
  if (typeof portId !== 'string') return [`${who}: its meter names no port.`];
  if (line !== undefined && !(typeof line === 'string' && LINE.test(line))) return [`${who}: the meter's settings are written like 9600 8N1.`];
  return unit === undefined || isWithin(unit, 1, 247) ? [] : [`${who}: the meter's bus number is from 1 to 247.`];
}

function readersProblems(readers: readonly Raw[], evses: number): string[] {
  return readers.flatMap((reader) => {
    const { kind, evse, portId, format } = reader;
    if (evse !== undefined && !isWithin(evse, 1, evses)) return [`A reader is for EVSE ${String(evse)}, which this profile doesn't have.`];
    if (PORT_KINDS.includes(kind)) return typeof portId === 'string' ? [] : [`The reader ${String(kind)} names no port.`];
    if (kind === 'webNfc') return [];
    if (kind !== 'keyboard') return [`No such kind of reader: ${String(kind)}.`];
    return isRecord(format) && isOneOf(['decimal', 'hexadecimal'], format['digits']) && isOneOf(['asRead', 'reversed'], format['byteOrder']) ? [] : ['How the keyboard reader writes a number can\'t be read.'];
  });
}

/** Who shares a line: ports that exist, one bus number each, the same settings, nobody else where a device wants to be alone. */
function wiringProblems(ports: readonly Raw[], evses: readonly Raw[], readers: readonly Raw[]): string[] {
  const lines = new Map<string, OnLine[]>(ports.map((port) => [String(port['id']), []]));
  const problems: string[] = [];
  const put = (portId: unknown, device: OnLine): void => {
    if (typeof portId !== 'string') return; // told already
    const line = lines.get(portId);
    if (line === undefined) problems.push(`${device.name} is at port ${portId}, which the profile doesn't describe.`);
    else line.push(device);
  };
  for (const evse of evses) {
    const { id, controller, meter } = evse;
    const who = `EVSE ${String(id)}`;
    if (isRecord(controller) && controller['kind'] === 'openevse') put(controller['portId'], { name: `The OpenEVSE of ${who}`, unit: null, line: null, alone: true });
    if (isRecord(controller) && controller['kind'] === 'esp32-evse-at') put(controller['portId'], { name: `The esp32-evse of ${who}`, unit: null, line: null, alone: true });
    if (isRecord(controller) && controller['kind'] === 'modbus') {
      const known = MODBUS_CONTROLLERS.find((one) => one.model === controller['model']);
      put(controller['portId'], { name: `The controller of ${who}`, model: String(controller['model']), unit: numberOr(controller['unit'], known !== undefined && 'unit' in known ? Number(known.unit) : 1), line: known?.line ?? null, alone: false });
    }
    if (isRecord(meter)) {
      const known = METERS.find((one) => one.model === meter['model']);
      put(meter['portId'], { name: `The meter of ${who}`, unit: numberOr(meter['unit'], known?.unit ?? 1), line: typeof meter['line'] === 'string' ? meter['line'] : (known?.line ?? null), alone: false });
    }
  }
  for (const reader of readers) if (PORT_KINDS.includes(reader['kind'])) put(reader['portId'], { name: `The reader ${String(reader['kind'])}`, unit: null, line: null, alone: true });
  for (const port of ports) problems.push(...lineProblems(port, lines.get(String(port['id'])) ?? []));
  return problems;
}

function lineProblems(port: Raw, devices: readonly OnLine[]): string[] {
  const [first] = devices;
  if (first === undefined) return [`Nothing is at port ${String(port['id'])}.`];
  const loner = devices.find(({ alone }) => alone);
  if (loner !== undefined && devices.length > 1) return [`${loner.name} needs port ${String(port['id'])} for itself.`];
  const twice = devices.find((device, index) => devices.slice(0, index).some((other) => other.unit === device.unit && !areOneBox(device, other)));
  if (twice !== undefined && loner === undefined) return [`${twice.name} has the bus number of another device on port ${String(port['id'])}: ${twice.unit}.`];
  if (port['line'] !== undefined) return [];
  const other = devices.find(({ line }) => line !== first.line);
  return other === undefined ? [] : [`On one line all run at the same settings: ${first.name} wants ${first.line}, ${other.name} ${other.line}. Set the devices alike, and the settings of port ${String(port['id'])} to that.`];
}

/** Two connectors of one box answer to one number. */
function areOneBox(a: OnLine, b: OnLine): boolean {
  return [a.model, b.model].sort().join() === 'pracht-alpha,pracht-alpha-2';
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** A whole number, bounds included. */
function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
