/** An esp32-evse by AT commands. */
import type { Log } from '../../../base/log.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { DriverMemory } from '../../charger.ts';
import { AtDevice } from '../../serial/at-device.ts';
import type { Buses } from '../../serial/buses.ts';
import { PolledCharger } from '../polled/polled-charger.ts';
import { ESP32_EVSE_LINE, esp32EvseAt } from './esp32-evse-at.ts';

/** @throws KerbsideError `SettingsDisagree` */
export function createEsp32Evse(config: { readonly portId: string; readonly metered?: boolean }, deps: {
  readonly clock: Clock; readonly log: Log; readonly memory: DriverMemory; readonly buses: Buses;
}): PolledCharger<AtDevice> {
  const { clock, log, memory, buses } = deps;
  const lease = buses.lease(config.portId, ESP32_EVSE_LINE);
  return new PolledCharger({
    clock, log, memory, model: esp32EvseAt(), lease, device: new AtDevice(lease.bus), metered: config.metered === true,
    decode: (bytes) => new TextDecoder().decode(bytes).trim(),
  });
}
