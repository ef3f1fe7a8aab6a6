/** One variable as it stands: what it is, what is set, who provides it. */
import type { ComponentRef, VariableRef } from '../types.ts';
import type { Definition } from './definition.ts';
import { nameOf } from './names.ts';
import type { AttributeType, Characteristics, Mutability, ReportedVariable } from './types.ts';
import { illegal, type Illegal } from './validate.ts';

export class Entry {
  readonly component: ComponentRef;
  readonly variable: VariableRef;
  readonly name: string;
  /** In effect, or what was set last and isn't overlaid. */
  value: string | undefined;
  /** Holds for the time being, unwritten. */
  overlay: string | undefined;
  provide: (() => string | undefined) | undefined;
  check: ((value: string) => Illegal | null) | undefined;
  /** Target, MinSet, MaxSet, where the variable has them. */
  readonly others = new Map<AttributeType, string | undefined>();

  constructor(readonly definition: Definition) {
    const { component, componentInstance, evse, connector, variable, instance } = definition;
    this.component = {
      name: component,
      ...(componentInstance === undefined ? {} : { instance: componentInstance }),
      ...(evse === undefined ? {} : { evse }),
      ...(connector === undefined ? {} : { connector }),
    };
    this.variable = { name: variable, ...(instance === undefined ? {} : { instance }) };
    this.name = nameOf(this.component, this.variable);
    this.value = definition.value;
    for (const { type, value } of definition.attributes ?? []) this.others.set(type, value);
  }

  /** The store key of an attribute. */
  keyOf(type: AttributeType): string {
    return type === 'Actual' ? this.name : `${this.name}#${type}`;
  }

  /** Takes a value of the books, if it is legal here: a version before or after this one may have written it. */
  restore(type: AttributeType, value: unknown): void {
    if (typeof value !== 'string' || illegal(this.definition, value) !== null) return;
    if (type === 'Actual') this.value = value;
    else if (this.others.has(type)) this.others.set(type, value);
  }

  /** What is in effect. */
  read(): string | undefined {
    return this.provide?.() ?? this.overlay ?? this.value;
  }

  /** What a CSMS is told. */
  told(type: AttributeType): string | undefined {
    return type === 'Actual' ? this.read() : this.others.get(type);
  }

  /** Undefined: it hasn't got such an attribute. */
  mutability(type: AttributeType): Mutability | undefined {
    return type === 'Actual' ? this.definition.mutability : this.definition.attributes?.find((attribute) => attribute.type === type)?.mutability;
  }

  reported(): ReportedVariable {
    const { definition } = this;
    const types: readonly AttributeType[] = ['Actual', ...this.others.keys()];
    return {
      component: this.component,
      variable: this.variable,
      keyWritable: definition.keyWritable === true,
      attributes: types.map((type) => {
        const mutability = this.mutability(type) ?? 'ReadOnly';
        const value = mutability === 'WriteOnly' ? undefined : this.told(type); // B07.FR.03
        return {
          type, mutability, persistent: true, constant: type === 'Actual' && definition.constant === true,
          ...(value === undefined ? {} : { value }),
        };
      }),
      characteristics: this.characteristics,
    };
  }

  get characteristics(): Characteristics {
    const { definition } = this;
    return {
      dataType: definition.dataType, supportsMonitoring: this.supportsMonitoring,
      ...(definition.unit === undefined ? {} : { unit: definition.unit }),
      ...(definition.minLimit === undefined ? {} : { minLimit: definition.minLimit }),
      ...(definition.maxLimit === undefined ? {} : { maxLimit: definition.maxLimit }),
      ...(definition.valuesList === undefined ? {} : { valuesList: definition.valuesList }),
    };
  }

  /** What lives or can be set can be watched; the clock alone changes all the time and tells nothing. */
  private get supportsMonitoring(): boolean {
    const { constant, dataType, mutability } = this.definition;
    return constant !== true && dataType !== 'dateTime' && (mutability !== 'ReadOnly' || this.provide !== undefined);
  }
}
