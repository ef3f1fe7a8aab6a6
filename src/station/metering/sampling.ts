/** From a meter reading to the sampled values of the configured measurands (J01, J02; 1.6 section 3.16). */
import type { ChargerFacts, MeterReading, SignedReading } from '../../hardware/charger.ts';
import type { MeterValue, ReadingContext, SampledValue, Timestamp } from '../types.ts';
import { registerWh } from '../transactions/draft.ts';

export interface SamplingInput {
  readonly reading: MeterReading;
  readonly facts: ChargerFacts;
  /** What the EVSE offers at most now, per phase; 0 while it withholds energy. */
  readonly offeredA: number;
  /** On so many phases; absent: all that there are. */
  readonly offeredPhases?: number;
  /** Register at the previous sample of the same series, for Energy.Active.Import.Interval; null: none yet. */
  readonly previousWh: number | null;
  /** Registers per phase are wanted beside the total (RegisterValuesWithoutPhases is false). */
  readonly phaseRegisters?: boolean;
  /** Goes with the register; null or absent: none. */
  readonly signed?: SignedReading | null;
}

/** Measurands that a controller of this kind can answer. Others are refused when configured (B05.FR.08). */
export const SUPPORTED_MEASURANDS = [
  'Energy.Active.Import.Register', 'Energy.Active.Import.Interval', 'Power.Active.Import', 'Power.Offered',
  'Current.Import', 'Current.Offered', 'Voltage', 'Frequency', 'SoC', 'Temperature',
] as const;

type Draft = Omit<SampledValue, 'context'>;

/** Null when nothing is configured or the meter gives none of it. */
export function sample(
  measurands: readonly string[], context: ReadingContext, timestamp: Timestamp, input: SamplingInput,
): MeterValue | null {
  const sampledValues = measurands.flatMap((measurand) => values(measurand, input)).map((value) => ({ ...value, context }));
  return sampledValues.length === 0 ? null : { timestamp, sampledValues };
}

function values(measurand: string, input: SamplingInput): Draft[] {
  const { reading, facts, offeredA, offeredPhases = facts.phases, previousWh } = input;
  switch (measurand) {
    case 'Energy.Active.Import.Register': {
      const phases = input.phaseRegisters === true ? (reading.phaseEnergyImportWh ?? []).map(Math.floor) : [];
      return [
        { ...outlet(measurand, registerWh(reading), 'Wh'), ...(input.signed == null ? {} : { signed: input.signed }) },
        ...perPhase(measurand, phases, 'Wh', (n) => `L${n}`),
      ];
    }
    case 'Energy.Active.Import.Interval':
      return [outlet(measurand, Math.max(0, registerWh(reading) - (previousWh ?? registerWh(reading))), 'Wh')];
    case 'Power.Active.Import': return [outlet(measurand, round(reading.powerW, 1), 'W')];
    case 'Power.Offered': return [outlet(measurand, Math.round(offeredA * facts.nominalVoltageV * offeredPhases), 'W')];
    case 'Current.Import': return perPhase(measurand, reading.currentA, 'A', (n) => `L${n}`);
    case 'Current.Offered': return [outlet(measurand, round(offeredA, 1), 'A')];
    case 'Voltage': return perPhase(measurand, reading.voltageV, 'V', (n) => `L${n}-N`);
    case 'Frequency': return reading.frequencyHz === undefined ? [] : [outlet(measurand, round(reading.frequencyHz, 2), 'Hertz')];
    case 'SoC': return reading.socPercent === undefined ? [] : [{ ...outlet(measurand, Math.round(reading.socPercent), 'Percent'), location: 'EV' }];
    case 'Temperature': return reading.temperatureC === undefined ? [] : [{ ...outlet(measurand, round(reading.temperatureC, 1), 'Celsius'), location: 'Body' }];
    default: return [];
  }
}

function outlet(measurand: string, value: number, unit: string): Draft {
  return { measurand, value, unit, location: 'Outlet' };
}

/** J01.FR.11, J02.FR.07: phases as the meter numbers them; ConnectorPhaseRotation says how they lie in the grid. */
function perPhase(measurand: string, amounts: readonly number[], unit: string, name: (n: number) => string): Draft[] {
  return amounts.map((value, index) => ({ ...outlet(measurand, round(value, 1), unit), phase: name(index + 1) }));
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
