/** The technician's test button for an esp32-evse by AT commands: reads once, changes nothing. */
import type { Clock, SerialPorts } from '../../../platform/ports.ts';
import { AtDevice } from '../../serial/at-device.ts';
import { Buses } from '../../serial/buses.ts';
import type { ChargerTest } from '../../test-charger.ts';
import { testController } from '../polled/test-controller.ts';
import { ESP32_EVSE_LINE, esp32EvseAt } from './esp32-evse-at.ts';

export async function testEsp32Evse(deps: { readonly serial: SerialPorts; readonly clock: Clock }, portId: string): Promise<ChargerTest> {
  const lease = new Buses(deps.clock, deps.serial).lease(portId, ESP32_EVSE_LINE);
  return testController(esp32EvseAt(), new AtDevice(lease.bus), lease, 'Set one of its serial interfaces to AT commands, and check the power.');
}
