/** Makes the driver for what is bolted to the wall. */
import type { Log } from '../base/log.ts';
import { KerbsideError } from '../base/errors.ts';
import type { Clock, Random, SerialPorts, SerialSettings } from '../platform/ports.ts';
import type { Charger, DriverMemory, SimulatedConnector } from './charger.ts';
import type { Buses } from './serial/buses.ts';

export type ChargerConfig =
  | { readonly kind: 'simulated'; readonly evseId: number; readonly connectors?: readonly SimulatedConnector[]; readonly signs?: boolean;
    readonly phases?: 1 | 3; readonly phaseSwitching?: boolean }
  | { readonly kind: 'openevse'; readonly evseId: number; readonly portId: string }
  | { readonly kind: 'esp32-evse-at'; readonly evseId: number; readonly portId: string; readonly metered?: boolean }
  | { readonly kind: 'modbus'; readonly evseId: number; readonly model: string; readonly portId: string; readonly unit?: number;
    /** Of its line, where others than the factory's were set. */
    readonly line?: SerialSettings;
    /** A meter stands beside it (`MeteredCharger`): it needn't measure. */
    readonly metered?: boolean };

export type LoadSimulated = () => Promise<typeof import('./drivers/simulated/simulated-charger.ts')>;

export interface ChargerDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** null: this host has no serial ports. */
  readonly serial: SerialPorts | null;
  /** Lines that several devices share; null with `serial`. */
  readonly buses: Buses | null;
  readonly memory: DriverMemory;
  readonly log: Log;
  readonly crypto: Crypto;
  readonly loadSimulated: LoadSimulated;
}

/** @throws KerbsideError `NoSerial` where the configuration wants a port and the host has none. */
export async function createCharger(config: ChargerConfig, deps: ChargerDeps): Promise<Charger> {
  const { clock, random, serial, memory, log } = deps;
  // A station with one charger never loads another's driver.
  if (config.kind === 'simulated') return new (await deps.loadSimulated()).SimulatedCharger({ clock, random, memory, crypto: deps.crypto, options: config });
  if (serial === null || deps.buses === null) {
    throw new KerbsideError('NoSerial', 'the host has no serial ports', 'This device can\'t reach serial ports: use Chrome or Edge on a desktop.');
  }
  if (config.kind === 'modbus') {
    const { createModbusCharger } = await import('./drivers/modbus/create.ts');
    return createModbusCharger(config, { clock, log, memory, buses: deps.buses });
  }
  if (config.kind === 'esp32-evse-at') {
    const { createEsp32Evse } = await import('./drivers/esp32-evse/create.ts');
    return createEsp32Evse(config, { clock, log, memory, buses: deps.buses });
  }
  const { OpenEvseCharger } = await import('./drivers/openevse/openevse-charger.ts');
  return new OpenEvseCharger({ clock, serial, memory, log, portId: config.portId });
}
