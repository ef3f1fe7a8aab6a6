/** The draft of a hardware profile while it is put together, and what is still missing of it. Pure. */
import type { DeviceTest, DeviceUnderTest, FoundDevice, HostPort } from '../../link/commissioning.ts';
import { PROFILE_VERSION, portOf, type Earthing, type EvseProfile, type HardwareProfile, type PortProfile } from '../../link/hardware-profile.ts';
import type { MeterModel, ModbusModel } from '../../link/hardware.ts';
import { profileProblems } from '../../link/profile-check.ts';

export type Tests = Readonly<Record<string, DeviceTest>>;

export function emptyProfile(): HardwareProfile {
  return { kind: 'profile', version: PROFILE_VERSION, name: '', supply: { phases: 3, earthing: 'TN-S' }, ports: [], evses: [], readers: [] };
}

/** A controller becomes an EVSE; a meter goes to the first EVSE that has none; a reader is for whoever comes. */
export function withFound(profile: HardwareProfile, port: HostPort, found: FoundDevice): HardwareProfile {
  const { profile: wired, portId } = withPort(profile, port);
  const unit = found.unit === undefined ? {} : { unit: found.unit };
  switch (found.kind) {
    case 'controller': {
      const controller = found.model === 'openevse' || found.model === 'esp32-evse-at' ? { kind: found.model, portId } as const : { kind: 'modbus', model: found.model as ModbusModel, portId, ...unit } as const;
      return { ...wired, evses: [...wired.evses, { id: wired.evses.length + 1, controller, phases: wired.supply.phases, phaseRotation: 'RST' }] };
    }
    case 'meter': {
      const evse = wired.evses.find(({ meter }) => meter === undefined);
      return evse === undefined ? profile : withEvse(wired, evse.id, { meter: { model: found.model as MeterModel, portId, ...unit } });
    }
    case 'reader': return { ...wired, readers: [...wired.readers, { kind: found.model as 'pn532' | 'rdm6300' | 'twn4', portId }] };
  }
}

/** What answers at this port is in the profile already. */
export function isKnown(profile: HardwareProfile, port: HostPort, found: FoundDevice): boolean {
  const known = profile.ports.find((candidate) => candidate.seenAs === port.id);
  if (known === undefined) return false;
  const at = (device: { portId?: string; unit?: number } | undefined): boolean => device?.portId === known.id && (found.unit === undefined || device.unit === found.unit);
  if (found.kind === 'reader') return profile.readers.some((reader) => 'portId' in reader && reader.portId === known.id);
  return profile.evses.some(({ controller, meter }) => (found.kind === 'meter' ? at(meter) : controller.kind !== 'simulated' && at(controller)));
}

/** Readers that nobody answers for: those that talk only when a card comes, and those without a port. */
export function withReader(profile: HardwareProfile, kind: 'rdm6300' | 'keyboard' | 'webNfc', port: HostPort | undefined): HardwareProfile {
  switch (kind) {
    case 'webNfc': return { ...profile, readers: [...profile.readers, { kind }] };
    case 'keyboard': return { ...profile, readers: [...profile.readers, { kind, format: { digits: 'hexadecimal', byteOrder: 'asRead' } }] };
    case 'rdm6300': {
      if (port === undefined) return profile;
      const { profile: wired, portId } = withPort(profile, port);
      return { ...wired, readers: [...wired.readers, { kind, portId }] };
    }
  }
}

/** @param line undefined: as the devices leave the factory */
export function withLine(profile: HardwareProfile, portId: string, line: string | undefined): HardwareProfile {
  return { ...profile, ports: profile.ports.map((port) => (port.id === portId ? cleaned({ ...port, line }) as PortProfile : port)) };
}

function withPort(profile: HardwareProfile, port: HostPort): { profile: HardwareProfile; portId: string } {
  const known = profile.ports.find((candidate) => candidate.seenAs === port.id);
  if (known !== undefined) return { profile, portId: known.id };
  let number = 1;
  while (profile.ports.some(({ id }) => id === `port${number}`)) number += 1;
  const made: PortProfile = portOf(`port${number}`, port);
  return { profile: { ...profile, ports: [...profile.ports, made] }, portId: made.id };
}

export function withSimulated(profile: HardwareProfile): HardwareProfile {
  return { ...profile, evses: [...profile.evses, { id: profile.evses.length + 1, controller: { kind: 'simulated' } }] };
}

/** A field that is undefined is taken out. */
export function withEvse(profile: HardwareProfile, id: number, change: { readonly [K in keyof EvseProfile]?: EvseProfile[K] | undefined }): HardwareProfile {
  return { ...profile, evses: profile.evses.map((evse) => (evse.id === id ? cleaned({ ...evse, ...change }) as EvseProfile : evse)) };
}

export function withSupply(profile: HardwareProfile, change: { readonly breakerA?: number | undefined; readonly phases?: 1 | 3; readonly earthing?: Earthing }): HardwareProfile {
  return { ...profile, supply: cleaned({ ...profile.supply, ...change }) as HardwareProfile['supply'] };
}

/** Those behind it move up; ports that nothing is at go. */
export function withoutEvse(profile: HardwareProfile, id: number): HardwareProfile {
  return pruned({ ...profile, evses: profile.evses.filter((evse) => evse.id !== id).map((evse, index) => ({ ...evse, id: index + 1 })) });
}

export function withoutReader(profile: HardwareProfile, index: number): HardwareProfile {
  return pruned({ ...profile, readers: profile.readers.filter((_, at) => at !== index) });
}

export function pruned(profile: HardwareProfile): HardwareProfile {
  const used = new Set([
    ...profile.evses.flatMap(({ controller, meter }) => [...(controller.kind === 'simulated' ? [] : [controller.portId]), ...(meter === undefined ? [] : [meter.portId])]),
    ...profile.readers.flatMap((reader) => ('portId' in reader ? [reader.portId] : [])),
  ]);
  return { ...profile, ports: profile.ports.filter(({ id }) => used.has(id)) };
}

function cleaned(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** What is still wrong, in words; a name is asked for as well, since the printed protocol bears it. */
export function draftProblems(profile: HardwareProfile): string[] {
  return [...(profile.name.trim() === '' ? ['Give the installation a name: the protocol bears it.'] : []), ...profileProblems(profile)];
}

export interface TestDue { readonly key: string; readonly title: string; readonly device: DeviceUnderTest }

/** Every device is tried before anything is saved. */
export function testsDue(profile: HardwareProfile): TestDue[] {
  return [
    ...profile.evses.flatMap(({ id }): TestDue[] => [
      { key: `state-${id}`, title: `EVSE ${id}: read its state`, device: { what: 'state', evse: id } },
      { key: `limit-${id}`, title: `EVSE ${id}: set its limit`, device: { what: 'limit', evse: id } },
      { key: `meter-${id}`, title: `EVSE ${id}: read its meter`, device: { what: 'meter', evse: id } },
    ]),
    ...profile.readers.flatMap((reader, index): TestDue[] => ('portId' in reader ? [{ key: `card-${index}`, title: `Reader ${index + 1}: read a card`, device: { what: 'card', reader: index } }] : [])),
  ];
}

export function allPassed(profile: HardwareProfile, tests: Tests): boolean {
  return testsDue(profile).every(({ key }) => tests[key]?.ok === true);
}

/** A result counts for the profile that it was got with. */
export function testsAfter(before: HardwareProfile, after: HardwareProfile, tests: Tests): Tests {
  const same = (id: number): boolean => JSON.stringify(before.evses.find((evse) => evse.id === id)) === JSON.stringify(after.evses.find((evse) => evse.id === id))
    && JSON.stringify(before.ports) === JSON.stringify(after.ports);
  return Object.fromEntries(Object.entries(tests).filter(([key]) => {
    const [what, number] = key.split('-');
    return what === 'card' ? JSON.stringify(before.readers) === JSON.stringify(after.readers) : same(Number(number));
  }));
}

/** To be measured with an instrument before the station serves, by how it is earthed (IEC 60364-6, IEC 60364-7-722). */
export function measurementsDue({ supply }: HardwareProfile): string[] {
  const everywhere = ['Continuity of the protective conductor, Ω', 'Insulation resistance, MΩ', 'RCD trip time at IΔn, ms', 'RCD trip at DC 6 mA, or the controller\'s own detection proven', 'Rotation of phases at the outlet'];
  switch (supply.earthing) {
    case 'TT': return [...everywhere, 'Resistance of the earth electrode, Ω'];
    case 'IT': return [...everywhere, 'Insulation monitor: alarm proven', 'Controller\'s earth check fits an IT system'];
    case 'TN-C-S': return [...everywhere, 'Loop impedance, Ω', 'Loss of the PEN conductor: protection fitted, or not needed here'];
    case 'TN-S': return [...everywhere, 'Loop impedance, Ω'];
    case 'unknown': return [...everywhere, 'Kind of earthing found out', 'Loop impedance or resistance of the earth electrode, Ω'];
  }
}
