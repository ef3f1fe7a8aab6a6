/** Live values of the device model: read when asked for, from the block that knows. */
import type { DeviceModel } from '../station/device-model/device-model.ts';
import { isTimeZone } from '../station/screen-time.ts';
import type { Station } from '../station/station.ts';
import type { StationTime } from '../station/time.ts';
import { connectorStatus } from '../station/transactions/levels.ts';
import type { ConnectorStatus } from '../station/types.ts';

export function provideVariables(deviceModel: DeviceModel, station: Station, time: StationTime, activeSlot: () => number, usedPercent: () => string | null): void {
  deviceModel.provide('ClockCtrlr.DateTime', () => new Date(time.nowMs()).toISOString());
  deviceModel.registerCheck('ClockCtrlr.TimeZone', (zone) => (zone === '' || isTimeZone(zone) ? null : { reasonCode: 'InvalidValue', reason: 'no time zone by that name' }));
  deviceModel.provide('AuthCacheCtrlr.Entries', () => String(station.cache.size));
  deviceModel.provide('AuthCacheCtrlr.Storage', () => String(station.cache.bytes));
  deviceModel.provide('LocalAuthListCtrlr.Entries', () => String(station.blocks.localList.size));
  deviceModel.provide('LocalAuthListCtrlr.Storage', () => String(station.blocks.localList.bytes));
  deviceModel.provide('SecurityCtrlr.CertificateEntries', () => String(station.certificates.entries));
  deviceModel.provide('DisplayMessageCtrlr.DisplayMessages', () => String(station.blocks.display.count));
  deviceModel.provide('SmartChargingCtrlr.Entries[ChargingProfiles]', () => String(station.blocks.smartCharging.entries));
  deviceModel.provide('SmartChargingCtrlr.Phases3to1', () => String(station.evses.every((evse) => evse.charger.facts.phaseSwitching === true)));
  deviceModel.provide('OCPPCommCtrlr.ActiveNetworkProfile', () => String(activeSlot()));
  // All outlets in one state: so is the station. Else it is Available, to whom its free outlet serves.
  deviceModel.provide('ChargingStation.AvailabilityState', () => {
    const [state = 'Available', ...others] = station.availability.stationOperative
      ? [...new Set(station.evses.map((evse) => deviceModel.string(`EVSE(${evse.id}).AvailabilityState`, 'Available')))] : ['Unavailable'];
    return others.length === 0 ? state : 'Available';
  });
  deviceModel.provide('MonitoringCtrlr.MonitoringBase', () => station.monitoring.base);
  deviceModel.provide('MonitoringCtrlr.MonitoringLevel', () => String(station.monitoring.level));
  deviceModel.provide('MonitoringCtrlr.ActiveMonitoringBase', () => station.monitoring.base);
  deviceModel.provide('MonitoringCtrlr.ActiveMonitoringLevel', () => String(station.monitoring.level));
  deviceModel.provide('MonitoringCtrlr.ActiveMonitors', () => String(station.monitoring.activeMonitors));
  deviceModel.provide('Kerbside.QueuedMessages', () => String(station.outbox.queued));
  deviceModel.provide('Kerbside.ParkedMessages', () => String(station.outbox.parked.size));
  deviceModel.provide('Kerbside.StoreUsage', () => usedPercent() ?? '');
  for (const evse of station.evses) {
    if (deviceModel.has(`ConnectedEV(${evse.id}).VehicleID`)) {
      deviceModel.provide(`ConnectedEV(${evse.id}).VehicleID`, () => station.blocks.iso15118.vehicleId(evse.id) ?? '');
      deviceModel.provide(`ConnectedEV(${evse.id}).Available`, () => String(station.blocks.iso15118.vehicleId(evse.id) !== null));
    }
    const status = (connectorId: number): ConnectorStatus => (evse.hardware === null ? 'Unavailable'
      : connectorStatus(evse.record, evse.hardware, connectorId, station.inService(evse)));
    deviceModel.provide(`SmartChargingCtrlr(${evse.id}).ACPhaseSwitchingSupported`, () => String(evse.charger.facts.phaseSwitching === true && evse.charger.facts.fixedSinglePhase !== true));
    if (deviceModel.has(`FiscalMetering(${evse.id}).PublicKey`)) deviceModel.provide(`FiscalMetering(${evse.id}).PublicKey`, () => evse.charger.facts.meterPublicKey ?? '');
    deviceModel.provide(`EVSE(${evse.id}).Power`, () => String(Math.round(evse.hardware?.meter.powerW ?? 0)));
    deviceModel.provide(`EVSE(${evse.id}).AvailabilityState`, () => worst(evse.connectorIds.map(status)));
    const phases = (): string => String(evse.charger.facts.phases);
    deviceModel.provide(`EVSE(${evse.id}).SupplyPhases`, phases);
    for (const { id: connectorId, type } of evse.charger.facts.connectors) {
      const name = `Connector(${evse.id}/${connectorId}).AvailabilityState`;
      if (!deviceModel.has(name)) continue;
      deviceModel.provide(name, () => status(connectorId));
      deviceModel.provide(`Connector(${evse.id}/${connectorId}).ConnectorType`, () => evse.charger.facts.connectors.find(({ id }) => id === connectorId)?.type ?? type);
      deviceModel.provide(`Connector(${evse.id}/${connectorId}).SupplyPhases`, phases);
      deviceModel.provide(`Connector(${evse.id}/${connectorId}).ChargeProtocol`, () => chargeProtocol(
        deviceModel.has(`ConnectedEV(${evse.id}).VehicleID`), station.blocks.iso15118.vehicleId(evse.id),
        evse.hardware?.connectors.some(({ id, plugged }) => plugged && id === connectorId) === true,
      ));
    }
  }
}

/** What car and connector speak; where a controller can do both, that shows only with a car. */
function chargeProtocol(speaks: boolean, vehicleId: string | null, plugged: boolean): string {
  if (!speaks) return 'CPPWM';
  if (!plugged) return 'Undetermined';
  return vehicleId === null ? 'CPPWM' : 'ISO15118';
}

/** An EVSE is what its connectors are: one that is in use or broken speaks for it. */
function worst(states: readonly ConnectorStatus[]): ConnectorStatus {
  const order: readonly ConnectorStatus[] = ['Faulted', 'Occupied', 'Reserved', 'Unavailable', 'Available'];
  return order.find((state) => states.includes(state)) ?? 'Unavailable';
}
