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
  /** Registers at the previous sample of the same series, for the intervals; null: none yet. */
  readonly previous: Registers | null;
  /** Registers per phase are wanted beside the total (RegisterValuesWithoutPhases is false). */
  readonly phaseRegisters?: boolean;
  /** Goes with the register; null or absent: none. */
  readonly signed?: SignedReading | null;
}

export type Registers = Pick<MeterReading, 'energyImportWh' | 'energyExportWh' | 'reactiveImportVarh' | 'reactiveExportVarh'>;

export function registersOf(reading: MeterReading): Registers {
  const { energyExportWh, reactiveImportVarh, reactiveExportVarh } = reading;
  return {
    energyImportWh: registerWh(reading), ...(energyExportWh === undefined ? {} : { energyExportWh }),
    ...(reactiveImportVarh === undefined ? {} : { reactiveImportVarh }), ...(reactiveExportVarh === undefined ? {} : { reactiveExportVarh }),
  };
}

type Draft = Omit<SampledValue, 'context'>;

/** Null when nothing is configured or the meter gives none of it. */
export function sample(
  measurands: readonly string[], context: ReadingContext, timestamp: Timestamp, input: SamplingInput,
): MeterValue | null {
  const sampledValues = measurands.flatMap((measurand) => values(measurand, input)).map((value) => ({ ...value, context }));
  return sampledValues.length === 0 ? null : { timestamp, sampledValues };
}

function values(measurand: string, input: SamplingInput): Draft[] {
  const { reading, facts, offeredA, offeredPhases = facts.phases } = input;
  switch (measurand) {
    case 'Energy.Active.Import.Register': return [
      { ...outlet(measurand, registerWh(reading), 'Wh'), ...(input.signed == null ? {} : { signed: input.signed }) },
      ...registersPerPhase(measurand, reading.phaseEnergyImportWh, input),
    ];
    case 'Energy.Active.Export.Register': return [...register(measurand, reading.energyExportWh, 'Wh'), ...registersPerPhase(measurand, reading.phaseEnergyExportWh, input)];
    case 'Energy.Reactive.Import.Register': return register(measurand, reading.reactiveImportVarh, 'varh');
    case 'Energy.Reactive.Export.Register': return register(measurand, reading.reactiveExportVarh, 'varh');
    case 'Energy.Active.Import.Interval': return interval(measurand, 'energyImportWh', 'Wh', input);
    case 'Energy.Active.Export.Interval': return interval(measurand, 'energyExportWh', 'Wh', input);
    case 'Energy.Reactive.Import.Interval': return interval(measurand, 'reactiveImportVarh', 'varh', input);
    case 'Energy.Reactive.Export.Interval': return interval(measurand, 'reactiveExportVarh', 'varh', input);
    case 'Energy.Active.Net': return net(measurand, registerWh(reading), reading.energyExportWh, 'Wh');
    case 'Energy.Reactive.Net': return net(measurand, reading.reactiveImportVarh, reading.reactiveExportVarh, 'varh');
    case 'Energy.Apparent.Net': return register(measurand, reading.apparentVah, 'VAh');
    case 'Power.Active.Import': return power(measurand, reading.powerW, reading.phasePowerW, 'W');
    case 'Power.Active.Export': return reading.energyExportWh === undefined ? [] : power(measurand, -reading.powerW, reading.phasePowerW?.map(negative), 'W');
    case 'Power.Reactive.Import': return power(measurand, reading.reactivePowerVar, reading.phaseReactivePowerVar, 'var');
    case 'Power.Reactive.Export': return power(measurand, reading.reactivePowerVar === undefined ? undefined : -reading.reactivePowerVar, reading.phaseReactivePowerVar?.map(negative), 'var');
    case 'Power.Factor': return factor(measurand, reading);
    case 'Power.Offered': return [outlet(measurand, Math.round(offeredA * facts.nominalVoltageV * offeredPhases), 'W')];
    case 'Current.Import': return perPhase(measurand, currents(reading, 1), 'A', (n) => `L${n}`);
    case 'Current.Export': return reading.energyExportWh === undefined ? [] : perPhase(measurand, currents(reading, -1), 'A', (n) => `L${n}`);
    case 'Current.Offered': return [outlet(measurand, round(offeredA, 1), 'A')];
    case 'Voltage': return perPhase(measurand, reading.voltageV, 'V', (n) => `L${n}-N`);
    case 'Frequency': return reading.frequencyHz === undefined ? [] : [outlet(measurand, round(reading.frequencyHz, 2), 'Hertz')];
    case 'SoC': return reading.socPercent === undefined ? [] : [{ ...outlet(measurand, Math.round(reading.socPercent), 'Percent'), location: 'EV' }];
    case 'Temperature': return reading.temperatureC === undefined ? [] : [{ ...outlet(measurand, round(reading.temperatureC, 1), 'Celsius'), location: 'Body' }];
    default: return [];
  }
}

/** Whole units: what is billed is what both editions can carry. */
function register(measurand: string, amount: number | undefined, unit: string): Draft[] {
  return amount === undefined ? [] : [outlet(measurand, Math.floor(amount + 1e-6), unit)];
}

function registersPerPhase(measurand: string, amounts: readonly number[] | undefined, input: SamplingInput): Draft[] {
  return input.phaseRegisters === true ? perPhase(measurand, (amounts ?? []).map(Math.floor), 'Wh', (n) => `L${n}`) : [];
}

function interval(measurand: string, of: keyof Registers, unit: string, { reading, previous }: SamplingInput): Draft[] {
  const now = registersOf(reading)[of];
  return now === undefined ? [] : register(measurand, Math.max(0, now - (previous?.[of] ?? now)), unit);
}

function net(measurand: string, imported: number | undefined, exported: number | undefined, unit: string): Draft[] {
  return imported === undefined || exported === undefined ? [] : [outlet(measurand, Math.round(imported - exported), unit)];
}

/** One direction of a flow: what goes the other way is none. Phases where the meter tells them apart. */
function power(measurand: string, total: number | undefined, phases: readonly number[] | undefined, unit: string): Draft[] {
  if (total === undefined) return [];
  return [outlet(measurand, round(Math.max(0, total), 1), unit), ...perPhase(measurand, (phases ?? []).map((amount) => Math.max(0, amount)), unit, (n) => `L${n}`)];
}

function negative(amount: number): number {
  return -amount;
}

function factor(measurand: string, { powerFactor, phasePowerFactor = [] }: MeterReading): Draft[] {
  if (powerFactor === undefined) return [];
  return [outlet(measurand, round(powerFactor, 3), ''), ...phasePowerFactor.map((value, index) => ({ ...outlet(measurand, round(value, 3), ''), phase: `L${index + 1}` }))];
}

/** The current of a phase that gives counts as export; a meter that doesn't tell phases apart has one direction. */
function currents({ currentA, phasePowerW, powerW }: MeterReading, direction: 1 | -1): readonly number[] {
  return currentA.map((amperes, index) => {
    const gives = (phasePowerW?.[index] ?? powerW) < 0;
    return gives === (direction < 0) ? amperes : 0;
  });
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
