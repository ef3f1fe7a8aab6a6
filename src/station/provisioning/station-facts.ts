/** What the station says of itself when it boots, and what its operator lets each outlet draw. */
import type { BootInfo } from '../csms-port.ts';
import type { DeviceModel } from '../device-model/device-model.ts';
import type { Evse } from '../evse.ts';

/** B01.FR.01; 1.6 section 4.2. The controller of the first outlet is its meter, too. */
export function bootInfo(
  { vendorName, model, serialNumber, firmwareVersion }: Omit<BootInfo, 'reason'>, evses: readonly Evse[],
): Omit<BootInfo, 'reason'> {
  const facts = evses[0]?.charger.facts;
  return {
    vendorName, model,
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
    ...(facts === undefined ? {} : { meterType: `${facts.vendor} ${facts.model}` }),
    ...(facts?.serialNumber === undefined ? {} : { meterSerialNumber: facts.serialNumber }),
  };
}

/** EVSE.Power MaxSet, W over all phases; null: nothing set. */
export function maxPowerW(deviceModel: DeviceModel, evseId: number): number | null {
  const set = deviceModel.attribute(`EVSE(${evseId}).Power`, 'MaxSet');
  return set === undefined ? null : Number(set);
}
