/** Makes the driver for a meter as a set-up names it. */
import type { Log } from '../base/log.ts';
import type { Clock } from '../platform/ports.ts';
import { meterModel } from './drivers/meters/models.ts';
import { ModbusMeter, unknownMeter } from './drivers/meters/modbus-meter.ts';
import type { Meter, MeterPlace } from './meter.ts';
import { parseSettings, type Buses } from './serial/buses.ts';

/** @throws KerbsideError `UnknownMeter` | `BadLineSettings` | `SettingsDisagree` */
export function createMeter(config: MeterPlace & { readonly model: string }, deps: {
  readonly clock: Clock; readonly log: Log; readonly buses: Buses;
}): Meter {
  const { clock, log, buses } = deps;
  const model = meterModel(config.model);
  if (model === undefined) throw unknownMeter(config.model);
  const lease = buses.lease(config.portId, config.line === undefined ? model.line : parseSettings(config.line));
  return new ModbusMeter({ clock, log, model, lease, ...(config.unit === undefined ? {} : { unit: config.unit }) });
}
