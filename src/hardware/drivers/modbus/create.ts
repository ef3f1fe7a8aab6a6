/** A Modbus controller as the set-up names it. */
import { KerbsideError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Clock, SerialSettings } from '../../../platform/ports.ts';
import type { DriverMemory } from '../../charger.ts';
import type { Buses } from '../../serial/buses.ts';
import { ModbusCharger } from './modbus-charger.ts';
import { controllerModel } from './models.ts';

/** @throws KerbsideError `UnknownController` | `NeedsMeter` | `SettingsDisagree` */
export function createModbusCharger(config: {
  readonly model: string; readonly portId: string; readonly unit?: number; readonly line?: SerialSettings; readonly metered?: boolean;
}, deps: {
  readonly clock: Clock; readonly log: Log; readonly memory: DriverMemory; readonly buses: Buses;
}): ModbusCharger {
  const { clock, log, memory, buses } = deps;
  const model = controllerModel(config.model);
  if (model === undefined) throw new KerbsideError('UnknownController', `no driver for ${config.model}`, 'There is no driver for this controller.');
  if (!model.measures && config.metered !== true) {
    throw new KerbsideError('NeedsMeter', `${config.model} measures nothing`, `The ${model.facts.model} measures no energy, and no meter is set up beside it.`);
  }
  return new ModbusCharger({
    clock, log, memory, model, metered: config.metered === true, lease: buses.lease(config.portId, config.line ?? model.line), ...(config.unit === undefined ? {} : { unit: config.unit }),
  });
}
