/**
 * The device model: the station's one configuration (B05, B06; part 1 chapter 4). What differs from its default is kept
 * in the books; blocks read values at the moment of use.
 */
import { describeError, KerbsideError } from '../../base/errors.ts';
import { Signal, type Stop } from '../../base/signal.ts';
import type { Store } from '../../platform/ports.ts';
import type { ComponentRef, VariableRef } from '../types.ts';
import { catalogue } from './catalogue.ts';
import type { Definition } from './definition.ts';
import type { StationFacts, Topology } from './definitions/topology.ts';
import { Entry } from './entry.ts';
import { nameOf, parseName } from './names.ts';
import type {
  AttributeType, DeviceModelApi, GetResult, InspectedVariable, ReportedVariable, SetResult, Settings, VariableAddress,
} from './types.ts';
import { illegal, listItems, type Illegal } from './validate.ts';

export interface DeviceModelDeps {
  readonly topology: Topology;
  readonly facts: StationFacts;
  readonly store: Store;
  /** Of a product built on this one. */
  readonly ownDefinitions?: readonly Definition[];
}

export class DeviceModel implements DeviceModelApi, Settings {
  private readonly entries = new Map<string, Entry>();
  private readonly changes = new Signal<string>();

  private constructor(private readonly store: Store, definitions: readonly Definition[]) {
    for (const definition of definitions) {
      const entry = new Entry(definition);
      this.entries.set(entry.name.toLowerCase(), entry);
    }
  }

  static async load({ topology, facts, store, ownDefinitions = [] }: DeviceModelDeps): Promise<DeviceModel> {
    const model = new DeviceModel(store, [...catalogue(topology, facts), ...ownDefinitions]);
    for (const [key, value] of await store.entries('variables')) {
      const [name = '', type = 'Actual'] = key.split('#');
      model.entries.get(name.toLowerCase())?.restore(type as AttributeType, value);
    }
    return model;
  }

  // ---------------------------------------------------------------- for the CSMS

  get({ component, variable, attributeType = 'Actual' }: VariableAddress): GetResult {
    const found = this.find(component, variable);
    if (typeof found === 'string') return { status: found, reasonCode: 'NotFound' };
    const mutability = found.mutability(attributeType);
    if (mutability === undefined) return { status: 'NotSupportedAttributeType', reasonCode: 'UnsupportedParam' };
    if (mutability === 'WriteOnly') return { status: 'Rejected', reasonCode: 'WriteOnly' };
    return { status: 'Accepted', value: found.told(attributeType) ?? '' };
  }

  async set({ component, variable, attributeType = 'Actual' }: VariableAddress, value: string, { byKey = false } = {}): Promise<SetResult> {
    const found = this.find(component, variable);
    if (typeof found === 'string') return { status: found, reasonCode: 'NotFound' };
    const mutability = found.mutability(attributeType);
    if (mutability === undefined) return { status: 'NotSupportedAttributeType', reasonCode: 'UnsupportedParam' };
    if (mutability === 'ReadOnly' && !(byKey && found.definition.keyWritable === true)) return { status: 'Rejected', reasonCode: 'ReadOnly' };
    const wrong = illegal(found.definition, value) ?? (attributeType === 'Actual' ? found.check?.(value) : null) ?? null;
    if (wrong !== null) return { status: 'Rejected', reasonCode: wrong.reasonCode, reason: wrong.reason };
    try {
      await this.persist(found, value, attributeType);
    } catch (error) {
      return { status: 'Rejected', reasonCode: 'OutOfStorage', reason: describeError(error).slice(0, 200) };
    }
    if (attributeType === 'Actual') found.value = value;
    else found.others.set(attributeType, value);
    this.changes.emit(found.name);
    return { status: 'Accepted' };
  }

  all(): ReportedVariable[] {
    return [...this.entries.values()].map((entry) => entry.reported());
  }

  /** What a monitor is set on (N04.FR.03, N04.FR.04). */
  inspect(component: ComponentRef, variable: VariableRef): InspectedVariable | 'UnknownComponent' | 'UnknownVariable' {
    const found = this.find(component, variable);
    if (typeof found === 'string') return found;
    const { name, definition, characteristics } = found;
    return { name, component: found.component, variable: found.variable, mutability: definition.mutability, characteristics, current: () => found.read() };
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

  /** What was set as an attribute beside Actual; undefined: nothing, or no such attribute. */
  attribute(name: string, type: Exclude<AttributeType, 'Actual'>): string | undefined {
    return this.lookUp(name)?.others.get(type);
  }

  onChange(prefix: string, listener: (name: string) => void): Stop {
    return this.changes.on((name) => {
      if (name.startsWith(prefix)) listener(name);
    });
  }

  /** A live value, read from the block that knows it; undefined where it doesn't know: then what was set holds. */
  provide(name: string, value: () => string | undefined): void {
    this.entry(name).provide = value;
  }

  /** A value that holds for now, before what was set, and isn't written; null: what was set holds again. */
  overlay(name: string, value: string | null): void {
    const entry = this.entry(name);
    if (entry.overlay === (value ?? undefined)) return;
    entry.overlay = value ?? undefined;
    this.changes.emit(entry.name);
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
    entry.value = value;
    this.changes.emit(entry.name);
  }

  /** Back to the default. @throws KerbsideError `UnknownVariable` */
  async unset(name: string): Promise<void> {
    const entry = this.entry(name);
    await this.store.commit([{ op: 'delete', collection: 'variables', key: entry.name }]);
    entry.value = entry.definition.value;
    this.changes.emit(entry.name);
  }

  private persist(entry: Entry, value: string, type: AttributeType = 'Actual'): Promise<void> {
    return this.store.commit([{ op: 'put', collection: 'variables', key: entry.keyOf(type), value }]);
  }

  private text(name: string, fallback: string | undefined): string {
    const entry = this.lookUp(name);
    const value = entry?.read();
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
    const known = [...this.entries.values()].some((other) => sameComponent(other.component, component));
    return known ? 'UnknownVariable' : 'UnknownComponent';
  }
}

function sameComponent(a: ComponentRef, b: ComponentRef): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && (a.instance ?? '').toLowerCase() === (b.instance ?? '').toLowerCase()
    && a.evse === b.evse && a.connector === b.connector;
}
