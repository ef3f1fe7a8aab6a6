/** What the device model says of a station's build. */
import type { ControllerProfile, HardwareProfile } from '../link/hardware-profile.ts';
import type { Topology } from '../station/device-model/definitions/topology.ts';
import type { DeviceModelDeps } from '../station/device-model/device-model.ts';
import type { BuiltEvse } from './build-hardware.ts';

export const VENDOR = 'Kerbside';
export const MODEL = 'Kerbside Station';

/** Until the controller has told: what hardware of this kind is wired for. */
const SUPPLY: Readonly<Record<ControllerProfile['kind'], { readonly phases: number; readonly maxPowerW: number }>> = {
  simulated: { phases: 3, maxPowerW: 22_080 },
  openevse: { phases: 1, maxPowerW: 19_200 },
  modbus: { phases: 3, maxPowerW: 22_080 },
  'esp32-evse-at': { phases: 3, maxPowerW: 22_080 },
};

export function deviceModelDeps(build: {
  readonly profile: HardwareProfile;
  /** Empty: they aren't built yet. */
  readonly chargers: readonly BuiltEvse[];
  readonly identity: string;
  readonly firmware: string;
}): Omit<DeviceModelDeps, 'store'> {
  const { profile, chargers, identity, firmware } = build;
  const controllers = profile.evses.map(({ controller }) => controller);
  return {
    topology: {
      iso15118: controllers.some(({ kind }) => kind === 'simulated'),
      meter: meterBuild(controllers, chargers),
      ...(profile.supply.breakerA === undefined ? {} : { supplyBreakerA: profile.supply.breakerA }),
      evses: profile.evses.map((evse, index) => evseTopology(evse, chargers[index])),
    },
    facts: { vendorName: VENDOR, model: MODEL, firmwareVersion: firmware, serialNumber: identity },
  };
}

/** What the outlets' meters can do: one that can is enough for the station to have the settings. */
function meterBuild(controllers: readonly ControllerProfile[], chargers: readonly BuiltEvse[]): NonNullable<Topology['meter']> {
  const simulated = controllers.some((controller) => controller.kind === 'simulated');
  const signsReadings = controllers.some((controller) => controller.kind === 'simulated' && controller.signs === true);
  const signsAtEnd = chargers.some(({ charger }) => charger.facts.meterSigns === true);
  const measures = [...new Set(chargers.flatMap(({ charger }) => charger.facts.measures ?? []))];
  return { signs: signsReadings || signsAtEnd, signsAtEnd, perPhase: simulated || measures.includes('phaseEnergyImportWh'), measures };
}

function evseTopology({ id, controller, breakerA, cableA, phases, phaseRotation }: HardwareProfile['evses'][number], built: BuiltEvse | undefined): Topology['evses'][number] {
  const supply = SUPPLY[controller.kind];
  const facts = built?.charger.facts;
  const wired = Math.min(supply.phases, phases ?? 3);
  const installedW = Math.min(breakerA ?? Infinity, cableA ?? Infinity) * (facts?.nominalVoltageV ?? 230) * wired;
  return {
    id, phases: wired, maxPowerW: Math.min(supply.maxPowerW, installedW),
    ...(phaseRotation === undefined ? {} : { phaseRotation }),
    connectors: (facts?.connectors ?? [{ id: 1, type: 'cType2' }]).map((connector) => ({ id: connector.id, type: connector.type })),
  };
}
