/** From a hardware profile to what the station drives: ports by their names, lines that devices share, a charger for each EVSE. */
import type { Log } from '../base/log.ts';
import type { Charger, DriverMemory } from '../hardware/charger.ts';
import { createCharger, type ChargerConfig, type LoadSimulated } from '../hardware/chargers.ts';
import { InstalledCharger } from '../hardware/installation/installed-charger.ts';
import type { ExpectedDevice } from '../hardware/installation/recognise.ts';
import type { Buses } from '../hardware/serial/buses.ts';
import { parseSettings } from '../hardware/serial/line-settings.ts';
import type { EvseProfile, HardwareProfile } from '../link/hardware-profile.ts';
import type { Ports, SerialPorts, Store, Stored } from '../platform/ports.ts';
import type { Journal } from '../station/journal.ts';

export type HardwarePorts = Pick<Ports, 'clock' | 'random' | 'crypto' | 'serial'>;

export interface BuiltEvse { readonly evseId: number; readonly charger: Charger }

export interface BuiltHardware {
  readonly chargers: readonly BuiltEvse[];
  /** null: this host has no serial ports, or nothing of the profile is at one. */
  readonly buses: Buses | null;
}

/** @throws KerbsideError as `createCharger` */
export async function buildHardware(ports: HardwarePorts, profile: HardwareProfile, memoryOf: (key: string) => DriverMemory, log: Log, loadSimulated: LoadSimulated): Promise<BuiltHardware> {
  const { clock, random, crypto } = ports;
  const { serial, buses } = profile.ports.length === 0 ? NO_LINES : await lines(ports, profile, log);
  const chargers = await Promise.all(profile.evses.map(async (evse): Promise<BuiltEvse> => {
    const driver = await createCharger(chargerConfig(profile, evse), { clock, random, serial, buses, memory: memoryOf(memoryKey(evse)), log, crypto, loadSimulated });
    const metered = evse.meter === undefined || buses === null ? driver : await besideMeter(driver, profile, evse, { clock, log, buses, memoryOf });
    return { evseId: evse.id, charger: installed(metered, evse) };
  }));
  return { chargers, buses };
}

interface Lines { readonly serial: SerialPorts | null; readonly buses: Buses | null }
const NO_LINES: Lines = { serial: null, buses: null };

/** The ports of this host by the profile's names, and who shares them. */
export async function lines({ clock, serial: host }: HardwarePorts, profile: HardwareProfile, log: Log): Promise<Lines> {
  if (host === null) return NO_LINES;
  const [{ NamedPorts }, { Buses: Lent }] = await Promise.all([import('../hardware/installation/named-ports.ts'), import('../hardware/serial/buses.ts')]);
  const serial = new NamedPorts({
    serial: host, ports: profile.ports, log,
    recognise: async (name, hostPortId) => {
      // Only where ports must be told apart are the devices' modules needed this early.
      const { recognise } = await import('../hardware/installation/recognise.ts');
      return recognise({ serial: host, clock }, hostPortId, expectedAt(profile, name));
    },
  });
  return { serial, buses: new Lent(clock, serial) };
}

/** Its register is the outlet's, whatever controller and meter are fitted: so is the place where it is kept. */
async function besideMeter(charger: Charger, profile: HardwareProfile, { id, meter, controller, phases }: EvseProfile, deps: {
  readonly clock: HardwarePorts['clock']; readonly log: Log; readonly buses: Buses; readonly memoryOf: (key: string) => DriverMemory;
}): Promise<Charger> {
  if (meter === undefined) return charger;
  const { clock, log, buses, memoryOf } = deps;
  // A station without a meter never loads their drivers.
  const [{ createMeter }, { MeteredCharger }] = await Promise.all([import('../hardware/meters.ts'), import('../hardware/metered-charger.ts')]);
  const line = lineOf(profile, meter.portId);
  return new MeteredCharger({
    clock, log, charger, memory: memoryOf(`register-${id}`),
    meter: createMeter({ ...(line === undefined ? {} : { line }), ...meter }, { clock, log, buses }),
    sharedLine: controller.kind !== 'simulated' && controller.portId === meter.portId,
    ...(phases === undefined ? {} : { phases }),
  });
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

function chargerConfig(profile: HardwareProfile, { id, controller, meter }: EvseProfile): ChargerConfig {
  if (controller.kind !== 'modbus') return { ...controller, evseId: id };
  const line = lineOf(profile, controller.portId);
  return { ...controller, evseId: id, metered: meter !== undefined, ...(line === undefined ? {} : { line: parseSettings(line) }) };
}

/** As a set-up says that a port runs; undefined: as its devices leave the factory. */
export function lineOf(profile: HardwareProfile, portId: string): string | undefined {
  return profile.ports.find((port) => port.id === portId)?.line;
}

function expectedAt(profile: HardwareProfile, portId: string): readonly ExpectedDevice[] {
  return profile.evses.flatMap((evse): ExpectedDevice[] => {
    const { controller, meter } = evse;
    const line = lineOf(profile, portId);
    const meters: ExpectedDevice[] = meter?.portId !== portId ? [] : [{ ...(line === undefined ? {} : { line }), ...meter, kind: 'meter' }];
    if (controller.kind === 'simulated' || controller.portId !== portId) return meters;
    const config = chargerConfig(profile, evse);
    return config.kind === 'simulated' ? meters : [config, ...meters];
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
