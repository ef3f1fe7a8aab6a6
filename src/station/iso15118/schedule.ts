/** A schedule from now on. */
export interface Schedule {
  readonly durationS: number;
  readonly unit: 'A' | 'W';
  readonly periods: readonly { readonly startS: number; readonly limit: number; readonly numberPhases?: number }[];
}
