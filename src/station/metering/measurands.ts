/** Which measurands a station's meters can answer. Others are refused when configured (B05.FR.08; 1.6 section 3.16.4). */

/** What every outlet can. */
export const SUPPORTED_MEASURANDS = [
  'Energy.Active.Import.Register', 'Energy.Active.Import.Interval', 'Power.Active.Import', 'Power.Offered',
  'Current.Import', 'Current.Offered', 'Voltage', 'Frequency', 'SoC', 'Temperature',
] as const;

/** What takes a meter that gives more, and the quantity that it takes. */
const WITH: Readonly<Record<string, string>> = {
  'Energy.Active.Export.Register': 'energyExportWh', 'Energy.Active.Export.Interval': 'energyExportWh', 'Energy.Active.Net': 'energyExportWh',
  'Power.Active.Export': 'energyExportWh', 'Current.Export': 'energyExportWh',
  'Energy.Reactive.Import.Register': 'reactiveImportVarh', 'Energy.Reactive.Import.Interval': 'reactiveImportVarh',
  'Energy.Reactive.Export.Register': 'reactiveExportVarh', 'Energy.Reactive.Export.Interval': 'reactiveExportVarh', 'Energy.Reactive.Net': 'reactiveExportVarh',
  'Energy.Apparent.Net': 'apparentVah',
  'Power.Reactive.Import': 'reactivePowerVar', 'Power.Reactive.Export': 'reactivePowerVar', 'Power.Factor': 'powerFactor',
};

/** @param measures quantities of `MeterReading` that a meter of the station gives */
export function measurandsWith(measures: readonly string[]): readonly string[] {
  return [...SUPPORTED_MEASURANDS, ...Object.keys(WITH).filter((measurand) => measures.includes(WITH[measurand] ?? ''))];
}
