/** SmartChargingCtrlr.LimitChangeSignificance: did a limit change by more than so many percent of what it was (SC.03)? */
export function significant(before: number, after: number, percent: number): boolean {
  if (before === after) return false;
  if (!Number.isFinite(before) || !Number.isFinite(after) || before === 0) return true;
  return (Math.abs(after - before) / before) * 100 > percent;
}
