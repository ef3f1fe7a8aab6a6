/** What repeated measuring gives: never one number without how far it strays. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @throws RangeError of nothing at all */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new RangeError('nothing was measured');
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? min) + (sorted[Math.ceil(middle)] ?? max)) / 2;
  return { min, median, max };
}

/** Three significant digits, thousands apart: 0.0823, 4.10, 12,300. */
export function digits(value: number): string {
  const whole = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value >= 1000 ? Math.round(Number(value.toPrecision(3))).toLocaleString('en-US') : value.toFixed(Math.min(whole, 4));
}

/** `min | median | max`, as cells of a table. */
export function cells({ min, median, max }: Spread): readonly string[] {
  return [min, median, max].map(digits);
}
