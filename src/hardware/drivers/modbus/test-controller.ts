/** The technician's test button for a controller on Modbus: reads once, changes nothing. */
import type { Clock, SerialPorts } from '../../../platform/ports.ts';
import { Buses } from '../../serial/buses.ts';
import { ModbusDevice } from '../../serial/modbus-device.ts';
import type { ChargerTest } from '../../test-charger.ts';
import { testController } from '../polled/test-controller.ts';
import { controllerModel } from './models.ts';

export async function testModbusController(deps: { readonly serial: SerialPorts; readonly clock: Clock }, on: {
  readonly model: string; readonly portId: string; readonly unit?: number;
}): Promise<ChargerTest> {
  const model = controllerModel(on.model);
  if (model === undefined) return { ok: false, sentence: 'There is no driver for this controller.', facts: [] };
  const lease = new Buses(deps.clock, deps.serial).lease(on.portId, model.line);
  const device = new ModbusDevice(lease.bus, { ...model.device, ...(on.unit === undefined ? {} : { unit: on.unit }) });
  return testController(model, device, lease, 'Check A and B, the bus number and the power.');
}
