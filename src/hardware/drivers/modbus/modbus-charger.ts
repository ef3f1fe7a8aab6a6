/** A charge controller on a Modbus line. */
import type { Log } from '../../../base/log.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { DriverMemory } from '../../charger.ts';
import type { BusLease } from '../../serial/buses.ts';
import { toHex } from '../../serial/framing.ts';
import { ModbusDevice } from '../../serial/modbus-device.ts';
import { PolledCharger } from '../polled/polled-charger.ts';
import type { ModbusModel } from './modbus-model.ts';

export interface ModbusChargerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: DriverMemory;
  readonly lease: BusLease;
  readonly model: ModbusModel;
  /** Of this controller on its line; absent: as it leaves the factory. */
  readonly unit?: number;
  /** A meter stands beside it: what it says of energy isn't billed. */
  readonly metered?: boolean;
}

export class ModbusCharger extends PolledCharger<ModbusDevice> {
  constructor({ unit, ...deps }: ModbusChargerDeps) {
    const { lease, model } = deps;
    const ascii = model.device.variant === 'ascii';
    super({
      ...deps,
      device: new ModbusDevice(lease.bus, { ...model.device, ...(unit === undefined ? {} : { unit }) }),
      decode: ascii ? (bytes) => new TextDecoder().decode(bytes).trim() : toHex,
    });
  }
}
