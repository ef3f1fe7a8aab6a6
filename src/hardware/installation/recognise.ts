/** Whether the devices that a profile puts at a port answer there. Reads only. */
import type { Clock, SerialPorts, SerialSettings } from '../../platform/ports.ts';
import { testEsp32Evse } from '../drivers/esp32-evse/test-esp32-evse.ts';
import { controllerModel } from '../drivers/modbus/models.ts';
import { meterModel } from '../drivers/meters/models.ts';
import { Buses, parseSettings } from '../serial/buses.ts';
import { ModbusDevice } from '../serial/modbus-device.ts';
import { opened } from '../serial/opened.ts';
import { testCharger } from '../test-charger.ts';

export type ExpectedDevice =
  | { readonly kind: 'openevse' }
  | { readonly kind: 'esp32-evse-at' }
  | { readonly kind: 'modbus'; readonly model: string; readonly unit?: number; readonly line?: SerialSettings }
  | { readonly kind: 'meter'; readonly model: string; readonly unit?: number; readonly line?: string };

/** One try is enough: the station comes back. */
const ATTEMPTS = 1;

/**
 * True: at least one of them answers as it should. Null: none of them can be asked.
 * @throws KerbsideError `PortBusy` | `PortGone` | `PortRefused`
 */
export async function recognise(deps: { readonly serial: SerialPorts; readonly clock: Clock }, hostPortId: string, expected: readonly ExpectedDevice[]): Promise<boolean | null> {
  if (expected.length === 0) return null;
  for (const device of expected) if (await answers(deps, hostPortId, device)) return true;
  return false;
}

async function answers({ serial, clock }: { readonly serial: SerialPorts; readonly clock: Clock }, hostPortId: string, device: ExpectedDevice): Promise<boolean> {
  if (device.kind === 'openevse') return (await testCharger({ serial, clock }, hostPortId)).facts.length > 0;
  if (device.kind === 'esp32-evse-at') return (await testEsp32Evse({ serial, clock }, hostPortId)).facts.length > 0;
  const model = device.kind === 'meter' ? meterModel(device.model) : controllerModel(device.model);
  if (model === undefined) return false;
  const settings = typeof device.line === 'string' ? parseSettings(device.line) : device.line;
  const lease = new Buses(clock, serial).lease(hostPortId, settings ?? model.line);
  try {
    await opened(lease.bus);
    await model.identify(new ModbusDevice(lease.bus, { ...model.device, attempts: ATTEMPTS + (model.device.missesFirst === true ? 1 : 0), ...(device.unit === undefined ? {} : { unit: device.unit }) }));
    return true;
  } catch (error) {
    if (!lease.bus.state.up) throw error;
    return false;
  } finally {
    await lease.release();
  }
}
