/**
 * The device model: the station's one configuration (B05, B06; part 1 chapter 4). What differs from its default is kept
 * in the books; blocks read values at the moment of use.
 */
import { describeError, KerbsideError } from '../../base/errors.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { Store } from '../../platform/ports.ts';
import type { ComponentRef, VariableRef } from '../types.ts';
import type { Definition } from './definition.ts';
import { communication } from './definitions/communication.ts';
import { localList } from './definitions/local-list.ts';
import { topology, type StationFacts, type Topology } from './definitions/topology.ts';
import { transactions } from './definitions/transactions.ts';
import { nameOf, parseName } from './names.ts';
import type { DeviceModelApi, GetResult, ReportedVariable, SetResult, Settings, VariableAddress } from './types.ts';
import { illegal, listItems, type Illegal } from './validate.ts';

export interface DeviceModelDeps {
  readonly topology: Topology;
  readonly facts: StationFacts;
  readonly store: Store;
}

interface Entry {
  readonly definition: Definition;
  readonly name: string;
  value: string | undefined;
  provide: (() => string) | undefined;
  check: ((value: string) => Illegal | null) | undefined;
}

export class DeviceModel implements DeviceModelApi, Settings {
  private readonly entries = new Map<string, Entry>();
  private readonly changes = new Signal<string>();

  private constructor(private readonly store: Store, definitions: readonly Definition[]) {
    for (const definition of definitions) {
      const name = nameOf(componentOf(definition), variableOf(definition));
      this.entries.set(name.toLowerCase(), { definition, name, value: definition.value, provide: undefined, check: undefined });
    }
  }

  static async load({ topology: where, facts, store }: DeviceModelDeps): Promise<DeviceModel> {
    const model = new DeviceModel(store, [...communication, ...transactions, ...localList, ...topology(where, facts)]);
    for (const [key, value] of await store.entries('variables')) {
      const entry = model.entries.get(key.toLowerCase());
      // A value that a newer or older version wrote and that isn't legal here: the default serves.
      if (entry !== undefined && typeof value === 'string' && illegal(entry.definition, value) === null) entry.value = value;
    }
    return model;
  }

  // ---------------------------------------------------------------- for the CSMS

  get(address: VariableAddress): GetResult {
    const found = this.find(address.component, address.variable);
    if (typeof found === 'string') return { status: found, reasonCode: 'NotFound' };
    if ((address.attributeType ?? 'Actual') !== 'Actual') return { status: 'NotSupportedAttributeType', reasonCode: 'UnsupportedParam' };
    if (found.definition.mutability === 'WriteOnly') return { status: 'Rejected', reasonCode: 'WriteOnly' };
    return { status: 'Accepted', value: read(found) ?? '' };
  }

  async set(address: VariableAddress, value: string): Promise<SetResult> {
    const found = this.find(address.component, address.variable);
    if (typeof found === 'string') return { status: found, reasonCode: 'NotFound' };
    if ((address.attributeType ?? 'Actual') !== 'Actual') return { status: 'NotSupportedAttributeType', reasonCode: 'UnsupportedParam' };
    if (found.definition.mutability === 'ReadOnly') return { status: 'Rejected', reasonCode: 'ReadOnly' };
    const wrong = illegal(found.definition, value) ?? found.check?.(value) ?? null;
    if (wrong !== null) return { status: 'Rejected', reasonCode: wrong.reasonCode, reason: wrong.reason };
    try {
      await this.persist(found, value);
    } catch (error) {
      return { status: 'Rejected', reasonCode: 'OutOfMemory', reason: describeError(error).slice(0, 200) };
    }
    if (found.definition.rebootRequired === true) return { status: 'RebootRequired' };
    this.apply(found, value);
    return { status: 'Accepted' };
  }

  all(): ReportedVariable[] {
    return [...this.entries.values()].map((entry) => {
      const { definition } = entry;
      const value = definition.mutability === 'WriteOnly' ? undefined : read(entry);
      return {
        component: componentOf(definition),
        variable: variableOf(definition),
        attributes: [{
          type: 'Actual' as const, mutability: definition.mutability, persistent: true, constant: definition.constant === true,
          ...(value === undefined ? {} : { value }),
        }],
        characteristics: {
          dataType: definition.dataType, supportsMonitoring: false,
          ...(definition.unit === undefined ? {} : { unit: definition.unit }),
          ...(definition.minLimit === undefined ? {} : { minLimit: definition.minLimit }),
          ...(definition.maxLimit === undefined ? {} : { maxLimit: definition.maxLimit }),
          ...(definition.valuesList === undefined ? {} : { valuesList: definition.valuesList }),
        },
      };
    });
  }

  // ---------------------------------------------------------------- for blocks

  boolean(name: string, fallback?: boolean): boolean {
    const value = this.text(name, fallback?.toString());
    return value === 'true';
  }

  number(name: string, fallback?: number): number {
    return Number(this.text(name, fallback?.toString()));
  }

  string(name: string, fallback?: string): string {
    return this.text(name, fallback);
  }

  list(name: string): readonly string[] {
    return listItems(this.text(name, ''));
  }

  /** A WriteOnly value, for whoever must use it; never for a log or a report. */
  secret(name: string): string | undefined {
    return this.entry(name).value;
  }

  onChange(prefix: string, listener: (name: string) => void): Stop {
    return this.changes.on((name) => {
      if (name.startsWith(prefix)) listener(name);
    });
  }

  /** A live value, read from the block that knows it. */
  provide(name: string, value: () => string): void {
    this.entry(name).provide = value;
  }

  /** The value that holds while nobody has set one. */
  setDefault(name: string, value: string): void {
    const entry = this.entry(name);
    if (entry.value === entry.definition.value) entry.value = value;
  }

  /** A condition beyond the variable's own limits, e.g. that a slot of a priority list is filled (B10.FR.02). */
  registerCheck(name: string, check: (value: string) => Illegal | null): void {
    this.entry(name).check = check;
  }

  // ---------------------------------------------------------------- for the factory

  has(name: string): boolean {
    return this.lookUp(name) !== undefined;
  }

  /** Past mutability. @throws KerbsideError `UnknownVariable` | `InvalidValue` */
  async factorySet(name: string, value: string): Promise<void> {
    const entry = this.entry(name);
    const wrong = illegal(entry.definition, value);
    if (wrong !== null) throw new KerbsideError('InvalidValue', `${name}: ${wrong.reason}`);
    if (entry.value === value) return;
    await this.persist(entry, value);
    this.apply(entry, value);
  }

  /** Back to the default. @throws KerbsideError `UnknownVariable` */
  async unset(name: string): Promise<void> {
    const entry = this.entry(name);
    await this.store.commit([{ op: 'delete', collection: 'variables', key: entry.name }]);
    entry.value = entry.definition.value;
    this.changes.emit(entry.name);
  }

  private apply(entry: Entry, value: string): void {
    entry.value = value;
    this.changes.emit(entry.name);
  }

  private persist(entry: Entry, value: string): Promise<void> {
    return this.store.commit([{ op: 'put', collection: 'variables', key: entry.name, value }]);
  }

  private text(name: string, fallback: string | undefined): string {
    const entry = this.lookUp(name);
    const value = entry === undefined ? undefined : read(entry);
    if (value !== undefined) return value;
    if (fallback !== undefined) return fallback;
    throw new KerbsideError('UnknownVariable', `${name} has no value`);
  }

  private entry(name: string): Entry {
    const entry = this.lookUp(name);
    if (entry === undefined) throw new KerbsideError('UnknownVariable', `no such variable: ${name}`);
    return entry;
  }

  private lookUp(name: string): Entry | undefined {
    const exact = this.entries.get(name.toLowerCase());
    if (exact !== undefined) return exact;
    const parsed = parseName(name);
    if (parsed === null || parsed.variable.instance !== undefined) return undefined;
    const prefix = `${name.toLowerCase()}[`;
    return [...this.entries.values()].find((entry) => entry.definition.mainInstance === true && entry.name.toLowerCase().startsWith(prefix));
  }

  /** B05.FR.04/.05, B06.FR.06/.07/.15: which part of the name isn't known. */
  private find(component: ComponentRef, variable: VariableRef): Entry | 'UnknownComponent' | 'UnknownVariable' {
    const entry = this.entries.get(nameOf(component, variable).toLowerCase());
    if (entry !== undefined) return entry;
    const known = [...this.entries.values()].some(({ definition }) => sameComponent(componentOf(definition), component));
    return known ? 'UnknownVariable' : 'UnknownComponent';
  }
}

function read(entry: Entry): string | undefined {
  return entry.provide?.() ?? entry.value;
}

function componentOf({ component, componentInstance, evse, connector }: Definition): ComponentRef {
  return {
    name: component,
    ...(componentInstance === undefined ? {} : { instance: componentInstance }),
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
  };
}

function variableOf({ variable, instance }: Definition): VariableRef {
  return { name: variable, ...(instance === undefined ? {} : { instance }) };
}

function sameComponent(a: ComponentRef, b: ComponentRef): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && (a.instance ?? '').toLowerCase() === (b.instance ?? '').toLowerCase()
    && a.evse === b.evse && a.connector === b.connector;
}
