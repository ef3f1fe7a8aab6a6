/**
 * The monitors that the station comes with. Hard-wired ones tell what no operator may miss and can't be changed;
 * preconfigured ones are a good choice that MonitoringBase All or FactoryDefault switches on. A new station starts with
 * HardWiredOnly: connector status travels by StatusNotification, and telling it twice is up to the operator.
 */
import type { DeviceModel } from '../device-model/device-model.ts';
import { parseName } from '../device-model/names.ts';
import { suits, type Monitor, type MonitorOrigin, type MonitorType } from './monitor.ts';

/** Ids of factory monitors stay the same over restarts and versions: `evse * 100 + n`, or `n` for the station's own. */
const PER_EVSE = 100;
/** Above every id of a factory monitor. */
export const FIRST_CUSTOM_ID = 100_000;

type Row = readonly [n: number, origin: MonitorOrigin, name: string, type: MonitorType, value: number, severity: number];

const STATION: readonly Row[] = [
  [1, 'HardWiredMonitor', 'Kerbside.StoreUsage', 'UpperThreshold', 90, 2],
  [51, 'PreconfiguredMonitor', 'ChargingStation.AvailabilityState', 'Delta', 1, 6],
  [52, 'PreconfiguredMonitor', 'OCPPCommCtrlr.ActiveNetworkProfile', 'Delta', 0.5, 6], // any other slot: more than half a number away
  [53, 'PreconfiguredMonitor', 'Kerbside.QueuedMessages', 'UpperThreshold', 1000, 4],
  [54, 'PreconfiguredMonitor', 'Kerbside.ParkedMessages', 'UpperThreshold', 0, 4],
];

const EVSE: readonly Row[] = [
  [1, 'HardWiredMonitor', 'EVSE({evse}).Problem', 'Delta', 1, 1],
  [51, 'PreconfiguredMonitor', 'EVSE({evse}).AvailabilityState', 'Delta', 1, 6],
  [52, 'PreconfiguredMonitor', 'TemperatureSensor({evse}).Temperature', 'UpperThreshold', 75, 4],
];

/** G05.FR.02. */
const LOCK_SEVERITY = 1;

export function factoryMonitors(model: DeviceModel, evseIds: readonly number[]): Monitor[] {
  return [
    ...STATION.flatMap((row) => built(model, row, 0)),
    ...evseIds.flatMap((evseId) => EVSE.flatMap((row) => built(model, row, evseId))),
  ].sort((a, b) => a.id - b.id);
}

/** What is told without being a monitor; ids below zero, for the station's own use. */
export function hardWiredNotifications(model: DeviceModel): Monitor[] {
  return model.all()
    .filter(({ component, variable }) => component.name === 'ConnectorPlugRetentionLock' && variable.name === 'Problem')
    .map(({ component, variable }, index) => ({
      id: -1 - index, origin: 'HardWiredNotification', component, variable, type: 'Delta', value: 1, severity: LOCK_SEVERITY, transaction: false,
    }));
}

/** Empty where the station has no such variable. */
function built(model: DeviceModel, [n, origin, pattern, type, value, severity]: Row, evseId: number): Monitor[] {
  const parsed = parseName(pattern.replace('{evse}', String(evseId)));
  if (parsed === null) return [];
  const variable = model.inspect(parsed.component, parsed.variable);
  if (typeof variable === 'string' || !suits(type, variable)) return [];
  return [{ id: evseId * PER_EVSE + n, origin, component: variable.component, variable: variable.variable, type, value, severity, transaction: false }];
}
