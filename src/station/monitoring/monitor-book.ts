/** All monitors there are, as the books keep them (N07.FR.13): custom ones whole, of the factory's what differs. */
import type { Store, Stored } from '../../platform/ports.ts';
import type { Journal } from '../journal.ts';
import type { MonitoringBase } from './api.ts';
import { FIRST_CUSTOM_ID } from './factory.ts';
import { LEAST_SEVERE, type Monitor } from './monitor.ts';

const STATE_KEY = 'state';

interface State {
  readonly base: MonitoringBase;
  readonly level: number;
  readonly nextId: number;
  /** Preconfigured monitors that the CSMS cleared since it set the base. */
  readonly cleared: readonly number[];
  /** Monitors whose exceeded threshold the CSMS has been told of (N07.FR.14). */
  readonly alerting: readonly number[];
}

const FRESH: State = { base: 'HardWiredOnly', level: LEAST_SEVERE, nextId: FIRST_CUSTOM_ID, cleared: [], alerting: [] };

export class MonitorBook {
  private state: State = FRESH;
  private readonly custom = new Map<number, Monitor>();
  private factory: readonly Monitor[] = [];

  constructor(private readonly journal: Journal) {}

  /** @param stillThere whether a stored monitor's variable exists and can be monitored; the others are forgotten (N04) */
  async load(store: Store, factory: readonly Monitor[], stillThere: (monitor: Monitor) => boolean): Promise<void> {
    this.factory = factory;
    for (const [key, value] of await store.entries('monitors')) {
      if (key === STATE_KEY) {
        this.state = { ...FRESH, ...(value as Partial<State>) };
        continue;
      }
      const monitor = value as unknown as Monitor;
      if (typeof monitor?.id === 'number' && stillThere(monitor)) this.custom.set(monitor.id, monitor);
      else this.journal.delete('monitors', key);
    }
  }

  get base(): MonitoringBase {
    return this.state.base;
  }

  get level(): number {
    return this.state.level;
  }

  /** In ascending order of their ids: hard-wired, preconfigured, custom. */
  active(): Monitor[] {
    const { base, cleared } = this.state;
    const factory = this.factory.filter(({ id, origin }) => !this.custom.has(id)
      && (origin === 'HardWiredMonitor' || (base !== 'HardWiredOnly' && !cleared.includes(id))));
    return [...factory, ...this.custom.values()].sort((a, b) => a.id - b.id);
  }

  find(id: number): Monitor | undefined {
    return this.active().find((monitor) => monitor.id === id);
  }

  get customCount(): number {
    return this.custom.size;
  }

  add(monitor: Omit<Monitor, 'id' | 'origin'>): Monitor {
    const id = this.state.nextId;
    this.change({ nextId: id + 1 });
    return this.put({ ...monitor, id, origin: 'CustomMonitor' });
  }

  /** N04.FR.12, N04.FR.15. */
  replace(id: number, monitor: Omit<Monitor, 'id' | 'origin'>): Monitor {
    return this.put({ ...monitor, id, origin: 'CustomMonitor' });
  }

  remove(id: number): void {
    this.setAlerting(id, false);
    if (this.factory.some((monitor) => monitor.id === id)) this.change({ cleared: [...this.state.cleared, id] });
    if (this.custom.delete(id)) this.journal.delete('monitors', String(id));
  }

  /** N03.FR.03 to FR.05. */
  setBase(base: MonitoringBase): void {
    if (base !== 'All') {
      for (const id of this.custom.keys()) this.journal.delete('monitors', String(id));
      this.custom.clear();
    }
    this.change({ base, cleared: [] });
    const left = new Set(this.active().map(({ id }) => id));
    this.change({ alerting: this.state.alerting.filter((id) => left.has(id)) });
  }

  setLevel(level: number): void {
    this.change({ level });
  }

  isAlerting(id: number): boolean {
    return this.state.alerting.includes(id);
  }

  setAlerting(id: number, alerting: boolean): void {
    if (this.isAlerting(id) === alerting) return;
    this.change({ alerting: alerting ? [...this.state.alerting, id] : this.state.alerting.filter((other) => other !== id) });
  }

  private put(monitor: Monitor): Monitor {
    this.custom.set(monitor.id, monitor);
    this.journal.put('monitors', String(monitor.id), monitor as unknown as Stored);
    return monitor;
  }

  private change(part: Partial<State>): void {
    this.state = { ...this.state, ...part };
    this.journal.put('monitors', STATE_KEY, this.state as unknown as Stored);
  }
}
