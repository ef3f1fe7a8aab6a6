/** What a simulated wall box is, and how it is wired. */
import type { ChargerFacts, Offer, SimulatedConnector } from '../../charger.ts';

export interface SimulatedChargerOptions {
  readonly evseId: number;
  /** Default: one type 2 with a lock. */
  readonly connectors?: readonly SimulatedConnector[];
  readonly phases?: 1 | 3;
  /** Can connect the car to one phase of its choice. Default: yes, where there are three. */
  readonly phaseSwitching?: boolean;
  /** Per phase, A. Default 32 (22 kW on three phases). */
  readonly maxCurrentA?: number;
  readonly nominalVoltageV?: number;
  /** Its meter signs every reading. */
  readonly signs?: boolean;
}

/** IEC 61851-1: a pilot can't ask for less. */
export const MIN_CURRENT_A = 6;
const ONE_CONNECTOR: readonly SimulatedConnector[] = [{ type: 'cType2', canLock: true }];

export function simulatedFacts({ evseId, connectors = ONE_CONNECTOR, phases = 3, phaseSwitching = true, maxCurrentA = 32, nominalVoltageV = 230 }: SimulatedChargerOptions): ChargerFacts {
  return {
    vendor: 'Kerbside', model: 'Simulated charger', firmware: '1', serialNumber: `SIM-${evseId}`,
    phases, nominalVoltageV, minCurrentA: MIN_CURRENT_A, maxCurrentA, phaseSwitching: phases === 3 && phaseSwitching,
    connectors: connectors.map((connector, index) => ({ ...connector, id: index + 1 })),
    failsafe: { onHostDeath: 'stops', sentence: 'The simulation ends with the station: no energy flows without it.' },
  };
}

/** Indices of the phases that a car is connected to. */
export function connectedPhases({ phases, phaseToUse = 1 }: Offer, facts: ChargerFacts): number[] {
  const count = facts.phaseSwitching === true ? Math.min(phases ?? facts.phases, facts.phases) : facts.phases;
  if (count === 1 && facts.phases === 3) return [phaseToUse - 1];
  return Array.from({ length: count }, (_, index) => index);
}
