/** Section 4.2. */
import type { BootNotificationRequest, BootNotificationResponse } from '../../ocpp/v16/index.ts';
import type { Call } from '../../csms/edition.ts';
import type { BootAnswer, BootInfo } from '../../station/csms-port.ts';

export async function sendBoot(call: Call, boot: BootInfo): Promise<BootAnswer> {
  const { status, currentTime, interval } = (await call('BootNotification', bootNotification(boot))) as BootNotificationResponse;
  return { status, currentTimeMs: Date.parse(currentTime), intervalS: interval };
}

function bootNotification(boot: BootInfo): BootNotificationRequest {
  return {
    chargePointVendor: boot.vendorName.slice(0, 20),
    chargePointModel: boot.model.slice(0, 20),
    ...(boot.serialNumber === undefined ? {} : { chargePointSerialNumber: boot.serialNumber.slice(0, 25) }),
    ...(boot.firmwareVersion === undefined ? {} : { firmwareVersion: boot.firmwareVersion.slice(0, 50) }),
    ...(boot.meterType === undefined ? {} : { meterType: boot.meterType.slice(0, 25) }),
    ...(boot.meterSerialNumber === undefined ? {} : { meterSerialNumber: boot.meterSerialNumber.slice(0, 25) }),
  };
}
