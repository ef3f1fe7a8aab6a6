/** NetworkConfiguration: what each slot holds, read from the profiles themselves. */
import type { DeviceModel } from '../station/device-model/device-model.ts';
import type { NetworkProfile } from '../station/api.ts';
import type { NetworkProfiles } from '../station/provisioning/network-profiles.ts';
import { PROFILE_SLOTS } from '../station/provisioning/slots.ts';

export function provideNetworkProfiles(deviceModel: DeviceModel, profiles: NetworkProfiles): void {
  for (const slot of PROFILE_SLOTS) {
    const provide = (variable: string, read: (profile: NetworkProfile) => string): void => {
      const name = `NetworkConfiguration[${slot}].${variable}`;
      const empty = deviceModel.string(name, '');
      deviceModel.provide(name, () => {
        const profile = profiles.get(Number(slot));
        return profile === undefined ? empty : read(profile);
      });
    };
    provide('OcppCsmsUrl', ({ csmsUrl }) => csmsUrl);
    provide('OcppInterface', ({ ocppInterface }) => ocppInterface);
    provide('MessageTimeout', () => String(profiles.messageTimeoutS(Number(slot)) ?? deviceModel.number('OCPPCommCtrlr.MessageTimeout[Default]')));
    provide('SecurityProfile', ({ securityProfile }) => String(securityProfile));
  }
}
