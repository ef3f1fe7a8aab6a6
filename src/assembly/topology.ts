/** What the device model says of a station's build. */
import type { MeterBuild } from '../station/device-model/definitions/topology.ts';
import type { DeviceModelDeps } from '../station/device-model/device-model.ts';

export const VENDOR = 'Kerbside';
export const MODEL = 'Kerbside Station';

export function deviceModelDeps(build: {
  readonly evses: number;
  readonly connectors?: readonly string[];
  readonly phases: number;
  readonly maxPowerW: number;
  readonly iso15118: boolean;
  readonly meter?: MeterBuild;
  readonly identity: string;
  readonly firmware: string;
}): Omit<DeviceModelDeps, 'store'> {
  return {
    topology: {
      iso15118: build.iso15118,
      ...(build.meter === undefined ? {} : { meter: build.meter }),
      evses: Array.from({ length: build.evses }, (_, index) => ({
        id: index + 1, phases: build.phases, maxPowerW: build.maxPowerW, connectors: (build.connectors ?? ['cType2']).map((type, at) => ({ id: at + 1, type })),
      })),
    },
    facts: { vendorName: VENDOR, model: MODEL, firmwareVersion: build.firmware, serialNumber: build.identity },
  };
}
