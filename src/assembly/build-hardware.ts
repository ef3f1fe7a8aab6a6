/** From a hardware profile to what the station drives: ports by their names, lines that devices share, a charger for each EVSE. */
import type { Log } from '../base/log.ts';
import type { Charger, DriverMemory } from '../hardware/charger.ts';
import { createCharger, type ChargerConfig } from '../hardware/chargers.ts';
import { InstalledCharger } from '../hardware/installation/installed-charger.ts';
import { NamedPorts } from '../hardware/installation/named-ports.ts';
import type { ExpectedDevice } from '../hardware/installation/recognise.ts';
import { Buses, parseSettings } from '../hardware/serial/buses.ts';
import type { EvseProfile, HardwareProfile } from '../link/hardware-profile.ts';
import type { Ports, Store, Stored } from '../platform/ports.ts';
import type { Journal } from '../station/journal.ts';

export type HardwarePorts = Pick<Ports, 'clock' | 'random' | 'crypto' | 'serial'>;

export interface BuiltEvse { readonly evseId: number; readonly charger: Charger }

export interface BuiltHardware {
  readonly chargers: readonly BuiltEvse[];
  /** null: this host has no serial ports. */
  readonly buses: Buses | null;
}

/** @throws KerbsideError as `createCharger` */
export async function buildHardware(ports: HardwarePorts, profile: HardwareProfile, memoryOf: (key: string) => DriverMemory, log: Log): Promise<BuiltHardware> {
  const { clock, random, crypto } = ports;
  const serial = ports.serial === null ? null : new NamedPorts({
    serial: ports.serial, ports: profile.ports, log,
    recognise: async (name, hostPortId) => {
      // Only where ports must be told apart are the devices' modules needed this early.
      const { recognise } = await import('../hardware/installation/recognise.ts');
      return ports.serial === null ? null : recognise({ serial: ports.serial, clock }, hostPortId, expectedAt(profile, name));
    },
  });
  const buses = serial === null ? null : new Buses(clock, serial);
  const chargers = await Promise.all(profile.evses.map(async (evse): Promise<BuiltEvse> => {
    const driver = await createCharger(chargerConfig(profile, evse), { clock, random, serial, buses, memory: memoryOf(memoryKey(evse)), log, crypto });
    return { evseId: evse.id, charger: installed(driver, evse) };
  }));
  return { chargers, buses };
}

/** Of before there were profiles, so that registers go on after an update. */
function memoryKey({ id, controller }: EvseProfile): string {
  return `${controller.kind === 'modbus' ? controller.model : controller.kind}-${id}`;
}

/** In the books. */
export function driverMemory(store: Store, journal: Journal, key: string): DriverMemory {
  return {
    load: async () => (await store.get('drivers', key)) ?? null,
    save: async (value: unknown) => {
      journal.put('drivers', key, value as Stored);
      await journal.durable();
    },
  };
}

function chargerConfig(profile: HardwareProfile, { id, controller }: EvseProfile): ChargerConfig {
  if (controller.kind !== 'modbus') return { ...controller, evseId: id };
  const line = lineOf(profile, controller.portId);
  return { ...controller, evseId: id, ...(line === undefined ? {} : { line: parseSettings(line) }) };
}

function lineOf(profile: HardwareProfile, portId: string): string | undefined {
  return profile.ports.find((port) => port.id === portId)?.line;
}

function expectedAt(profile: HardwareProfile, portId: string): readonly ExpectedDevice[] {
  return profile.evses.flatMap((evse): ExpectedDevice[] => {
    const { controller } = evse;
    if (controller.kind === 'simulated' || controller.portId !== portId) return [];
    const config = chargerConfig(profile, evse);
    return config.kind === 'simulated' ? [] : [config];
  });
}

/** A controller that nothing is known to stand before is driven as it is. */
function installed(driver: Charger, { breakerA, cableA, phases, connector }: EvseProfile): Charger {
  if (breakerA === undefined && cableA === undefined && phases === undefined && connector === undefined) return driver;
  return new InstalledCharger(driver, {
    ...(breakerA === undefined ? {} : { breakerA }), ...(cableA === undefined ? {} : { cableA }),
    ...(phases === undefined ? {} : { phases }), ...(connector === undefined ? {} : { connector }),
  });
}
