/** What one kind of meter needs beyond the loop that all of them share. */
import type { SerialSettings } from '../../../platform/ports.ts';
import type { ChargerFault, MeterReading } from '../../charger.ts';
import type { MeterFacts, MeterSigning } from '../../meter.ts';
import type { ModbusDevice, ModbusDeviceOptions } from '../../serial/modbus-device.ts';
import type { Clock } from '../../../platform/ports.ts';
import type { Value } from './registers.ts';

type Measured = Omit<MeterReading, 'atMonotonicMs' | 'signed' | 'socPercent'>;
type Single = { [K in keyof Measured as NonNullable<Measured[K]> extends number ? K : never]: Measured[K] };
type PerPhase = { [K in keyof Measured as NonNullable<Measured[K]> extends readonly number[] ? K : never]: Measured[K] };

/** Where each quantity is; what isn't named the meter doesn't give. Wh, W, A, V, Hz, var, varh. */
export type MeterMap =
  & { readonly [K in keyof Single]?: Value } & { readonly [K in keyof PerPhase]?: readonly Value[] }
  & { readonly energyImportWh: Value; readonly currentA: readonly Value[]; readonly voltageV: readonly Value[] };

export interface MeterModel {
  /** As it leaves the factory; a set-up may say otherwise. */
  readonly line: SerialSettings;
  readonly device: ModbusDeviceOptions;
  readonly pollMs: number;
  /** What is known before it has been asked. */
  readonly facts: Omit<MeterFacts, 'signs' | 'measures'>;
  /** Function code that its registers answer to. */
  readonly fn: 3 | 4;
  readonly map: MeterMap;
  /** Registers in one request at most. */
  readonly mostWords: number;
  /** Registers without a meaning that a request may run over; 0: each would be refused. */
  readonly gapWords: number;
  /**
   * The same registers with more digits, where the meter has them: taken only while they agree with `map` within
   * `agreeWh`, so that a firmware that means something else by them isn't billed by.
   */
  readonly fine?: { readonly agreeWh: number; readonly map: Pick<MeterMap, 'energyImportWh' | 'energyExportWh'> };
  /** Reads only. What it answers is added to `facts`. @throws KerbsideError `WrongDevice` when something else answers there */
  identify(device: ModbusDevice): Promise<Partial<MeterFacts>>;
  /** Faults that the meter knows of itself. */
  faults?(device: ModbusDevice): Promise<readonly ChargerFault[]>;
  signing?(device: ModbusDevice, clock: Clock): MeterSigning;
}
