/** The device model's vocabulary and what others may do with it (B05..B08; OCPP 2.0.1 part 1 chapter 4). */
import type { Stop } from '../../base/signal.ts';
import type { ComponentRef, VariableRef } from '../types.ts';

export type DataType = 'string' | 'decimal' | 'integer' | 'dateTime' | 'boolean' | 'OptionList' | 'SequenceList' | 'MemberList';
export type Mutability = 'ReadOnly' | 'WriteOnly' | 'ReadWrite';
export type AttributeType = 'Actual' | 'Target' | 'MinSet' | 'MaxSet';

export interface Characteristics {
  readonly dataType: DataType;
  readonly unit?: string;
  readonly minLimit?: number;
  readonly maxLimit?: number;
  readonly valuesList?: readonly string[];
  readonly supportsMonitoring: boolean;
}

export interface ReportedVariable {
  readonly component: ComponentRef;
  readonly variable: VariableRef;
  readonly attributes: readonly {
    readonly type: AttributeType;
    readonly mutability: Mutability;
    /** Absent for WriteOnly and unset. */
    readonly value?: string;
    readonly persistent: boolean;
    readonly constant: boolean;
  }[];
  readonly characteristics: Characteristics;
  /** 1.6's key for it may be changed, though 2.x only reads it. */
  readonly keyWritable: boolean;
}

/** A variable as those see it who watch it. */
export interface InspectedVariable {
  readonly name: VariableName;
  readonly component: ComponentRef;
  readonly variable: VariableRef;
  readonly mutability: Mutability;
  readonly characteristics: Characteristics;
  /** Actual value now, of a WriteOnly variable as well: for comparing, never for telling. */
  readonly current: () => string | undefined;
}

/** Never RebootRequired: settings are read when they are used. */
export type AttributeStatus = 'Accepted' | 'Rejected' | 'UnknownComponent' | 'UnknownVariable' | 'NotSupportedAttributeType';

export interface VariableAddress {
  readonly component: ComponentRef;
  readonly variable: VariableRef;
  readonly attributeType?: AttributeType;
}
export interface GetResult { readonly status: AttributeStatus; readonly value?: string; readonly reasonCode?: string; readonly reason?: string }
export interface SetResult { readonly status: AttributeStatus; readonly reasonCode?: string; readonly reason?: string }

/** What bridges use. Names compare case-insensitively. */
export interface DeviceModelApi {
  get(address: VariableAddress): GetResult;
  /**
   * Resolves when the value is on disk and in effect. `byKey`: a 1.6 key, which may change what 2.x only reads.
   */
  set(address: VariableAddress, value: string, options?: { readonly byKey?: boolean }): Promise<SetResult>;
  all(): ReportedVariable[];
}

/** `Component.Variable` or `Component.Variable[instance]`, or with an instance on the component: `Component[inst].Variable`. */
export type VariableName = string;

/** What the blocks use: typed reads of variables that exist by construction. Read at the moment of use, never copied. */
export interface Settings {
  boolean(name: VariableName, fallback?: boolean): boolean;
  /** Integer or decimal, in the variable's unit. */
  number(name: VariableName, fallback?: number): number;
  string(name: VariableName, fallback?: string): string;
  list(name: VariableName): readonly string[];
  /** Calls back after any change of a variable whose `Component.Variable[instance]` starts with `prefix`. */
  onChange(prefix: string, listener: (name: VariableName) => void): Stop;
}
