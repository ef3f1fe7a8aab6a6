/** Reads the import register out of the meter values of either edition. */
export interface SampledValue {
  /** A number in 2.x, text in 1.6. */
  readonly value: number | string;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  /** 1.6 */
  readonly unit?: string;
  /** 2.x */
  readonly unitOfMeasure?: { readonly unit?: string; readonly multiplier?: number };
}

export interface MeterValue {
  readonly timestamp: string;
  readonly sampledValue: readonly SampledValue[];
}

/** @returns Wh of the newest import register sample over all phases; null: there is none */
export function importRegisterWh(meterValues: readonly MeterValue[] | undefined): number | null {
  const samples = (meterValues ?? []).flatMap((meterValue) => meterValue.sampledValue);
  const register = samples.findLast(
    (sample) => (sample.measurand ?? 'Energy.Active.Import.Register') === 'Energy.Active.Import.Register' && sample.phase === undefined,
  );
  if (register === undefined) return null;
  const unit = register.unitOfMeasure?.unit ?? register.unit ?? 'Wh';
  const scale = (unit === 'kWh' ? 1000 : 1) * 10 ** (register.unitOfMeasure?.multiplier ?? 0);
  const wh = Number(register.value) * scale;
  return Number.isFinite(wh) ? wh : null;
}
