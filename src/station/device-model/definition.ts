import type { AttributeType, Characteristics, Mutability } from './types.ts';

/** An attribute beside Actual that a variable has. */
export interface AttributeDefinition {
  readonly type: Exclude<AttributeType, 'Actual'>;
  readonly mutability: Mutability;
  readonly value?: string;
}

/** One standardised (or Kerbside's own) variable, as data. */
export interface Definition extends Omit<Characteristics, 'supportsMonitoring'> {
  readonly component: string;
  readonly componentInstance?: string;
  readonly evse?: number;
  readonly connector?: number;
  readonly variable: string;
  readonly instance?: string;
  readonly mutability: Mutability;
  /** Absent: unset until somebody sets or provides it. */
  readonly value?: string;
  /** Beside Actual, e.g. the MaxSet of a power that only the hardware knows. */
  readonly attributes?: readonly AttributeDefinition[];
  /** ReadOnly in the device model, but 1.6 has a key for it that may be changed. */
  readonly keyWritable?: boolean;
  /** Can never change on this station. */
  readonly constant?: boolean;
  /** `Component.Variable` without instance means this instance. */
  readonly mainInstance?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** What a string must look like. */
  readonly pattern?: RegExp;
  /** A list that may not be empty. */
  readonly nonEmpty?: boolean;
}

type Options = Partial<Omit<Definition, 'component' | 'variable'>>;

/** `[variable, dataType, value, options]` rows of one component. */
export type Row = readonly [variable: string, dataType: Definition['dataType'], value: string | undefined, options?: Options];

/** Rows are ReadWrite unless they say otherwise. */
export function rows(component: string, list: readonly Row[], where: Options = {}): Definition[] {
  return list.map(([variable, dataType, value, options = {}]) => ({
    component, variable, dataType, mutability: 'ReadWrite', ...(value === undefined ? {} : { value }), ...where, ...options,
  }));
}

export const READ_ONLY: Options = { mutability: 'ReadOnly' };
export const CONSTANT: Options = { mutability: 'ReadOnly', constant: true };
