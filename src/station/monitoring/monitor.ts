/** What a monitor is, and which ones a variable takes (OCPP 2.0.1 part 1, section 4.4; N04). Pure. */
import type { DataType, InspectedVariable } from '../device-model/types.ts';
import type { ComponentRef, Reason, VariableRef } from '../types.ts';

export type MonitorType = 'UpperThreshold' | 'LowerThreshold' | 'Delta' | 'Periodic' | 'PeriodicClockAligned';

/** `HardWiredNotification` isn't a monitor to the CSMS: it is told, but neither listed nor numbered. */
export type MonitorOrigin = 'HardWiredNotification' | 'HardWiredMonitor' | 'PreconfiguredMonitor' | 'CustomMonitor';

export interface Monitor {
  readonly id: number;
  readonly origin: MonitorOrigin;
  readonly component: ComponentRef;
  readonly variable: VariableRef;
  readonly type: MonitorType;
  /** Threshold or difference in the variable's unit; interval in s for the periodic types. */
  readonly value: number;
  /** 0 (danger) to 9 (debug). */
  readonly severity: number;
  /** Only while a transaction runs where the component is. */
  readonly transaction: boolean;
}

export const LEAST_SEVERE = 9;

export function isSeverity(severity: number): boolean {
  return Number.isInteger(severity) && severity >= 0 && severity <= LEAST_SEVERE;
}

export function isThreshold(type: MonitorType): boolean {
  return type === 'UpperThreshold' || type === 'LowerThreshold';
}

export function isPeriodic(type: MonitorType): boolean {
  return type === 'Periodic' || type === 'PeriodicClockAligned';
}

export function isNumeric(dataType: DataType): boolean {
  return dataType === 'integer' || dataType === 'decimal';
}

/** The combinations of monitor and data type. */
export function suits(type: MonitorType, { characteristics }: InspectedVariable): boolean {
  const { dataType, supportsMonitoring } = characteristics;
  if (!supportsMonitoring) return false;
  if (isThreshold(type)) return isNumeric(dataType);
  return type === 'Delta' || dataType !== 'dateTime';
}

/** N04.FR.06, N04.FR.14, N04.FR.20: null if the value makes sense, else why not. */
export function wrongValue(type: MonitorType, value: number, { characteristics }: InspectedVariable): Reason | null {
  if (isThreshold(type)) {
    const { minLimit, maxLimit } = characteristics;
    const inside = (minLimit === undefined || value >= minLimit) && (maxLimit === undefined || value <= maxLimit);
    return inside ? null : { reasonCode: 'ValueOutOfRange', additionalInfo: `between ${minLimit ?? 'any'} and ${maxLimit ?? 'any'}` };
  }
  if (value < 0) return { reasonCode: 'ValuePositiveOnly' };
  if (value === 0) return { reasonCode: 'ValueZeroNotAllowed' };
  // A timer of less than a second would only be noise.
  if (isPeriodic(type) && value < 1) return { reasonCode: 'ValueTooLow', additionalInfo: 'at least 1 s' };
  return null;
}
