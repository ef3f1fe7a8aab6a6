/** Live values of what is bolted to the wall, as each EVSE's controller reported it last. */
import type { ChargerState, FaultCode } from '../hardware/charger.ts';
import type { DeviceModel } from '../station/device-model/device-model.ts';
import { PHASES } from '../station/device-model/definitions/hardware.ts';
import { listItems } from '../station/device-model/validate.ts';
import type { Evse } from '../station/evse.ts';

export function provideHardware(deviceModel: DeviceModel, evses: readonly Evse[]): void {
  const any = (code: FaultCode): string => String(evses.some((evse) => has(evse.hardware, code)));
  deviceModel.provide('ChargingStation.Problem', () => String(evses.some((evse) => evse.faulted)));
  deviceModel.provide('TokenReader.Problem', () => any('ReaderFailure'));
  for (const evse of evses) provideEvse(deviceModel, evse);
  // 1.6 ConnectorPhaseRotation: one item for each outlet, and one for the grid's connection (0).
  deviceModel.registerCheck('Kerbside.ConnectorPhaseRotation', (value) => {
    const places = listItems(value).map((item) => Number(item.split('.')[0]));
    return new Set(places).size === places.length && places.every((place) => place <= evses.length) ? null
      : { reasonCode: 'InvalidValue', reason: 'one item for each outlet that there is' };
  });
}

function provideEvse(deviceModel: DeviceModel, evse: Evse): void {
  const provide = (component: string, variable: string, read: (state: ChargerState) => string | number | boolean | undefined): void => {
    const name = `${component}(${evse.id}).${variable}`;
    if (deviceModel.has(name)) deviceModel.provide(name, () => (evse.hardware === null ? undefined : text(read(evse.hardware))));
  };
  const fault = (component: string, variable: string, code: FaultCode): void => provide(component, variable, (state) => has(state, code));
  provide('EVSE', 'Problem', () => evse.faulted);
  for (const [index, phase] of PHASES.entries()) {
    provide('EVSE', `ACCurrent[${phase}]`, ({ meter }) => meter.currentA[index]);
    provide('EVSE', `ACVoltage[${phase}]`, ({ meter }) => meter.voltageV[index]);
  }
  provide('EVSE', 'Frequency', ({ meter }) => meter.frequencyHz);
  provide('Controller', 'Problem', ({ link, refusal, faults }) => link === 'down' || refusal !== undefined || faults.some(({ code }) => code === 'InternalError'));
  const { charger } = evse;
  provide('Controller', 'Manufacturer', () => charger.facts.vendor);
  provide('Controller', 'Model', () => charger.facts.model);
  provide('Controller', 'SerialNumber', () => charger.facts.serialNumber);
  provide('Controller', 'FirmwareVersion', () => charger.facts.firmware);
  provide('FiscalMetering', 'EnergyImportRegister', ({ meter }) => meter.energyImportWh);
  fault('FiscalMetering', 'Problem', 'PowerMeterFailure');
  provide('PowerContactor', 'Active', ({ contactorClosed }) => contactorClosed);
  fault('PowerContactor', 'Problem', 'PowerSwitchFailure');
  fault('RCD', 'Tripped', 'GroundFailure');
  fault('OverCurrentProtection', 'Tripped', 'OverCurrentFailure');
  provide('CPPWMController', 'State', ({ connectors }) => connectors.find(({ plugged }) => plugged)?.pilot ?? connectors[0]?.pilot);
  fault('CPPWMController', 'Problem', 'EVCommunicationError');
  provide('TemperatureSensor', 'Available', ({ meter }) => meter.temperatureC !== undefined);
  provide('TemperatureSensor', 'Temperature', ({ meter }) => meter.temperatureC);
  fault('TemperatureSensor', 'Problem', 'HighTemperature');
  provide('BayOccupancySensor', 'Available', ({ bayOccupied }) => bayOccupied !== null);
  provide('BayOccupancySensor', 'Active', ({ bayOccupied }) => bayOccupied ?? false);
  for (const { id } of charger.facts.connectors) provideConnector(deviceModel, evse, id);
}

function provideConnector(deviceModel: DeviceModel, evse: Evse, connectorId: number): void {
  const provide = (component: string, variable: string, read: (state: ChargerState) => string | boolean | undefined): void => {
    const name = `${component}(${evse.id}/${connectorId}).${variable}`;
    if (deviceModel.has(name)) deviceModel.provide(name, () => (evse.hardware === null ? undefined : text(read(evse.hardware))));
  };
  const own = (state: ChargerState): ChargerState['connectors'][number] | undefined => state.connectors.find(({ id }) => id === connectorId);
  provide('Connector', 'Problem', (state) => (own(state)?.faults.length ?? 0) > 0);
  provide('Connector', 'PhaseRotation', () => deviceModel.list('Kerbside.ConnectorPhaseRotation').find((item) => item.startsWith(`${evse.id}.`))?.split('.')[1]);
  provide('ConnectorPlugRetentionLock', 'Available', () => evse.charger.facts.connectors.find(({ id }) => id === connectorId)?.canLock ?? false);
  provide('ConnectorPlugRetentionLock', 'Active', (state) => own(state)?.locked ?? false);
  provide('ConnectorPlugRetentionLock', 'Problem', (state) => own(state)?.faults.some(({ code }) => code === 'ConnectorLockFailure') ?? false);
}

function has(state: ChargerState | null, code: FaultCode): boolean {
  return state !== null && [...state.faults, ...state.connectors.flatMap(({ faults }) => faults)].some((fault) => fault.code === code);
}

/** Thousandths at most: no binary fraction such as 0.30000000000000004. */
function text(value: string | number | boolean | undefined): string | undefined {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  return value?.toString();
}
