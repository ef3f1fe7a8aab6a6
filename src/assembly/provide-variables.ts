/** Live values of the device model: read when asked for, from the block that knows. */
import type { DeviceModel } from '../station/device-model/device-model.ts';
import type { Station } from '../station/station.ts';
import type { StationTime } from '../station/time.ts';

export function provideVariables(deviceModel: DeviceModel, station: Station, time: StationTime): void {
  deviceModel.provide('ClockCtrlr.DateTime', () => new Date(time.nowMs()).toISOString());
  deviceModel.provide('AuthCacheCtrlr.Entries', () => String(station.cache.size));
}
