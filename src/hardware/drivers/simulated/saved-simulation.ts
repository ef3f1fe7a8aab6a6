/** What a simulated charger keeps over restarts: the world doesn't change because the station was killed. */
import type { ChargerFault } from '../../charger.ts';
import { readKeys, type MeterKeys } from './signing-meter.ts';
import { defaultEv, type EvState } from './simulated-ev.ts';

export interface SimulationState {
  energyWh: number;
  /** Connectors with a cable in a car, the first plugged first. */
  plugged: number[];
  locked: number[];
  faults: ChargerFault[];
  connectorFaults: { connectorId: number; fault: ChargerFault }[];
  bayOccupied: boolean | null;
  needsVentilation: boolean;
  ev: EvState;
  /** Per phase; they add up to what flowed since they are counted. */
  phaseEnergyWh: number[];
  /** Of a meter that signs. */
  meterKeys: MeterKeys | null;
  /** Data sets signed so far. */
  pages: number;
}

export function freshSimulation(energyWh: number, phases: 1 | 3): SimulationState {
  return {
    energyWh, plugged: [], locked: [], faults: [], connectorFaults: [], bayOccupied: null, needsVentilation: false, ev: defaultEv(phases),
    phaseEnergyWh: Array.from({ length: phases }, () => energyWh / phases), meterKeys: null, pages: 0,
  };
}

/** Reads what was saved; whatever is missing or of the wrong shape starts afresh, the rest is kept. */
export function restoreSimulation(saved: unknown, fresh: SimulationState): SimulationState {
  if (typeof saved !== 'object' || saved === null) return fresh;
  const from = saved as Partial<Record<keyof SimulationState, unknown>>;
  return {
    energyWh: isRegister(from.energyWh) ? from.energyWh : fresh.energyWh,
    plugged: numbers(from.plugged),
    locked: numbers(from.locked),
    faults: Array.isArray(from.faults) ? from.faults.filter(isFault) : [],
    connectorFaults: Array.isArray(from.connectorFaults) ? from.connectorFaults.filter(isConnectorFault) : [],
    bayOccupied: typeof from.bayOccupied === 'boolean' ? from.bayOccupied : null,
    needsVentilation: from.needsVentilation === true,
    ev: restoreEv(from.ev, fresh.ev),
    phaseEnergyWh: Array.isArray(from.phaseEnergyWh) && from.phaseEnergyWh.length === fresh.phaseEnergyWh.length && from.phaseEnergyWh.every(isRegister)
      ? [...from.phaseEnergyWh] : fresh.phaseEnergyWh,
    meterKeys: readKeys(from.meterKeys),
    pages: isRegister(from.pages) ? from.pages : 0,
  };
}

function restoreEv(saved: unknown, fresh: EvState): EvState {
  if (typeof saved !== 'object' || saved === null) return fresh;
  const from = saved as Partial<Record<keyof EvState, unknown>>;
  return {
    demandW: isRegister(from.demandW) ? from.demandW : fresh.demandW,
    phases: from.phases === 1 || from.phases === 2 || from.phases === 3 ? from.phases : fresh.phases,
    socPercent: isRegister(from.socPercent) ? Math.min(100, from.socPercent) : fresh.socPercent,
    capacityWh: isRegister(from.capacityWh) && from.capacityWh > 0 ? from.capacityWh : fresh.capacityWh,
    suspended: from.suspended === true,
    tellsSoc: from.tellsSoc === true,
    socForNextCar: from.socForNextCar === true,
  };
}

const isRegister = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.filter((item): item is number => Number.isInteger(item)) : []);

function isFault(value: unknown): value is ChargerFault {
  return typeof value === 'object' && value !== null && typeof (value as { code?: unknown }).code === 'string';
}

function isConnectorFault(value: unknown): value is { connectorId: number; fault: ChargerFault } {
  if (typeof value !== 'object' || value === null) return false;
  const { connectorId, fault } = value as { connectorId?: unknown; fault?: unknown };
  return Number.isInteger(connectorId) && isFault(fault);
}
