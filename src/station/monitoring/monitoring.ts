/** Block N: monitors of variables, their events, their reports (N02 to N08). */
import { describeError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Store } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { CsmsPort } from '../csms-port.ts';
import { paginate } from '../device-model/reports.ts';
import type { InspectedVariable } from '../device-model/types.ts';
import { nextBoundary } from '../metering/aligned.ts';
import type { Reason } from '../types.ts';
import type { MonitoringApi, MonitoringBase, MonitorRequest, SetMonitorResult } from './api.ts';
import { EventNumbers } from './event-numbers.ts';
import { EventSender, type Occurrence } from './event-sender.ts';
import { factoryMonitors, hardWiredNotifications } from './factory.ts';
import { judge } from './judge.ts';
import { MonitorBook } from './monitor-book.ts';
import { isNumeric, isPeriodic, isSeverity, suits, type Monitor } from './monitor.ts';
import { selectMonitors } from './report.ts';
import { look, type WatchState } from './watch.ts';

/** Most values announce their changes; the others are looked at this often. */
const LOOK_EVERY_MS = 5000;
const MOST_CUSTOM = 500;
const DISABLED: Reason = { reasonCode: 'NotEnabled', additionalInfo: 'MonitoringCtrlr.Enabled is false' };

interface Watch {
  readonly monitor: Monitor;
  readonly variable: InspectedVariable;
  state: WatchState;
  stopTimer: Stop;
}

/** A transaction that ends at this very moment: what its end changes is still its doing. */
interface Ending { readonly evseId: number; readonly transactionId: string }

export class Monitoring implements Block, MonitoringApi {
  private readonly book: MonitorBook;
  private readonly numbers: EventNumbers;
  private readonly sender: EventSender;
  private watches = new Map<number, Watch>();
  private notifications: readonly Monitor[] = [];
  private running = false;
  private reporting = false;
  private stopLooking: Stop = () => {};

  constructor(private readonly deps: BlockDeps) {
    this.book = new MonitorBook(deps.journal);
    this.numbers = new EventNumbers(deps.journal);
    this.sender = new EventSender(deps, this.numbers, () => this.book.level);
    deps.settings.onChange('', (name) => {
      if (name === 'MonitoringCtrlr.Enabled') this.startAfresh();
      this.look();
    });
    deps.onEnded.on(({ evseId, ended }) => this.look({ evseId, transactionId: ended.transaction.id }));
  }

  async load(store: Store): Promise<void> {
    const { settings, evses } = this.deps;
    await this.numbers.load(store);
    this.notifications = hardWiredNotifications(settings);
    await this.book.load(store, factoryMonitors(settings, evses.map(({ id }) => id)), (monitor) => {
      const variable = settings.inspect(monitor.component, monitor.variable);
      return typeof variable !== 'string' && suits(monitor.type, variable);
    });
  }

  started(): void {
    this.running = true;
    this.sync();
    this.lookAgainLater();
  }

  ready(): void {
    // The clock may just have been set.
    for (const watch of this.watches.values()) if (watch.monitor.type === 'PeriodicClockAligned') this.arm(watch);
    this.look();
  }

  changed(): void {
    this.look();
  }

  stop(): void {
    this.running = false;
    this.stopLooking();
    for (const { stopTimer } of this.watches.values()) stopTimer();
  }

  // ---------------------------------------------------------------- for variables

  get base(): MonitoringBase {
    return this.book.base;
  }

  get level(): number {
    return this.book.level;
  }

  get monitors(): readonly Monitor[] {
    return this.enabled ? this.book.active() : [];
  }

  get activeMonitors(): number {
    return this.enabled ? this.book.active().length : 0;
  }

  // ---------------------------------------------------------------- for the CSMS

  async setBase(base: MonitoringBase): ReturnType<MonitoringApi['setBase']> {
    if (!this.enabled) return { status: 'Rejected', reason: DISABLED };
    this.book.setBase(base);
    this.sync();
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  async setLevel(severity: number): ReturnType<MonitoringApi['setLevel']> {
    if (!this.enabled) return { status: 'Rejected', reason: DISABLED };
    if (!isSeverity(severity)) return { status: 'Rejected', reason: { reasonCode: 'ValueOutOfRange', additionalInfo: '0 to 9' } };
    this.book.setLevel(severity);
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  async set(requests: readonly MonitorRequest[]): ReturnType<MonitoringApi['set']> {
    const results = requests.map((request) => this.setOne(request));
    await this.deps.journal.durable();
    return { results, afterwards: () => this.look() };
  }

  async clear(ids: readonly number[]): ReturnType<MonitoringApi['clear']> {
    const results = ids.map((id) => {
      const monitor = this.book.find(id);
      if (!this.enabled) return { status: 'Rejected' as const, reason: DISABLED };
      if (monitor === undefined) return { status: 'NotFound' as const, reason: { reasonCode: 'NotFound' } };
      if (monitor.origin === 'HardWiredMonitor') return { status: 'Rejected' as const, reason: { reasonCode: 'ReadOnly', additionalInfo: 'hard-wired' } };
      this.book.remove(id);
      this.sync();
      return { status: 'Accepted' as const };
    });
    await this.deps.journal.durable();
    return results;
  }

  report(...[requestId, criteria, variables]: Parameters<MonitoringApi['report']>): ReturnType<MonitoringApi['report']> {
    if (!this.enabled) return { status: 'Rejected', reason: DISABLED };
    if (this.reporting) return { status: 'Rejected', reason: { reasonCode: 'Unspecified', additionalInfo: 'another report is on its way' } };
    const monitors = selectMonitors(this.book.active(), criteria, variables);
    if (monitors.length === 0) return { status: 'EmptyResultSet', reason: { reasonCode: 'NotFound' } };
    this.reporting = true;
    return { status: 'Accepted', send: () => void this.deliverParts(requestId, monitors) };
  }

  private get enabled(): boolean {
    return this.deps.settings.boolean('MonitoringCtrlr.Enabled', true);
  }

  private setOne(request: MonitorRequest): SetMonitorResult {
    if (!this.enabled) return { status: 'Rejected', reason: DISABLED };
    const judgement = judge(request, this.book.active(), this.deps.settings);
    if ('refusal' in judgement) return judgement.refusal;
    const { variable } = judgement;
    if (request.id === undefined && this.book.customCount >= MOST_CUSTOM) {
      return { status: 'Rejected', reason: { reasonCode: 'OutOfStorage', additionalInfo: `room for ${MOST_CUSTOM} monitors` } };
    }
    const monitor = {
      component: variable.component, variable: variable.variable, type: request.type, value: request.value, severity: request.severity,
      transaction: request.transaction,
    };
    if (request.id === undefined) {
      const { id } = this.book.add(monitor);
      this.sync();
      return { status: 'Accepted', id };
    }
    // N07.FR.11: an alert of the old threshold is judged by the new one; another kind of monitor begins anew.
    if (this.book.find(request.id)?.type !== request.type) this.book.setAlerting(request.id, false);
    this.book.replace(request.id, monitor);
    this.sync();
    return { status: 'Accepted', id: request.id };
  }

  private async deliverParts(requestId: number, monitors: readonly Monitor[]): Promise<void> {
    const { settings, time, csms, log } = this.deps;
    const parts = paginate(monitors, settings.number('DeviceDataCtrlr.ItemsPerMessage[GetReport]', 50));
    const generatedAt = time.stamp();
    try {
      for (const [seqNo, part] of parts.entries()) {
        const port: CsmsPort | null = csms();
        if (port === null) return; // a report that lost its CSMS is asked for again
        await port.deliver({ kind: 'monitoringReport', requestId, seqNo, tbc: seqNo < parts.length - 1, generatedAt, monitors: part }, { offline: false });
      }
    } catch (error) {
      log('warn', 'monitoring', `report ${requestId} ended early: ${describeError(error)}`);
    } finally {
      this.reporting = false;
    }
  }

  // ---------------------------------------------------------------- watching

  /** Watches what is active now; what was watched already goes on as it was. */
  private sync(): void {
    if (!this.running) return;
    const before = this.watches;
    this.watches = new Map();
    for (const monitor of [...this.notifications, ...this.book.active()]) {
      const known = before.get(monitor.id);
      if (known?.monitor === monitor) {
        this.watches.set(monitor.id, known);
        before.delete(monitor.id);
        continue;
      }
      const variable = this.deps.settings.inspect(monitor.component, monitor.variable);
      if (typeof variable === 'string') continue;
      const watch: Watch = { monitor, variable, state: { alerting: this.book.isAlerting(monitor.id), baseline: variable.current() ?? '' }, stopTimer: () => {} };
      this.watches.set(monitor.id, watch);
      this.arm(watch);
    }
    for (const { stopTimer } of before.values()) stopTimer();
  }

  /** Monitoring was switched off and on: what changed meanwhile is no news. */
  private startAfresh(): void {
    for (const watch of this.watches.values()) watch.state = { ...watch.state, baseline: watch.variable.current() ?? '' };
  }

  private lookAgainLater(): void {
    this.stopLooking = this.deps.clock.after(LOOK_EVERY_MS, () => {
      this.look();
      this.lookAgainLater();
    });
  }

  /** N07. What may not be told now is looked at when it may: the CSMS then hears what has changed since it was told last. */
  private look(ending: Ending | null = null): void {
    if (!this.running) return;
    const mayTell = this.sender.mayTell();
    const hysteresisPercent = this.deps.settings.number('MonitoringCtrlr.Hysteresis', 0);
    const occurrences: Occurrence[] = [];
    for (const watch of this.watches.values()) {
      const { monitor, variable } = watch;
      if (isPeriodic(monitor.type) || !mayTell(monitor)) continue;
      if (this.pauses(monitor, ending)) {
        this.keep(watch, { alerting: false, baseline: variable.current() ?? '' });
        continue;
      }
      const { state, event } = look(monitor, isNumeric(variable.characteristics.dataType), watch.state, variable.current() ?? '', hysteresisPercent);
      this.keep(watch, state);
      if (event !== null) occurrences.push(this.occurrence(watch, event.trigger, event.cleared, ending));
    }
    this.sender.tell(occurrences);
  }

  private keep(watch: Watch, state: WatchState): void {
    if (watch.state.alerting !== state.alerting) this.book.setAlerting(watch.monitor.id, state.alerting);
    watch.state = state;
  }

  /** N08: (re)starts the timer of a periodic monitor. */
  private arm(watch: Watch): void {
    const { clock, time } = this.deps;
    const { type, value } = watch.monitor;
    const intervalMs = value * 1000;
    watch.stopTimer();
    if (type === 'Periodic') watch.stopTimer = clock.after(intervalMs, () => this.fire(watch));
    if (type === 'PeriodicClockAligned' && time.synchronised) {
      const now = time.nowMs();
      watch.stopTimer = clock.after(nextBoundary(now, intervalMs) - now, () => this.fire(watch));
    }
  }

  private fire(watch: Watch): void {
    this.arm(watch);
    if (!this.sender.mayTell()(watch.monitor) || this.pauses(watch.monitor, null)) return;
    this.sender.tell([this.occurrence(watch, 'Periodic', false, null)]);
  }

  private occurrence({ monitor, variable }: Watch, trigger: Occurrence['trigger'], cleared: boolean, ending: Ending | null): Occurrence {
    const secret = variable.mutability === 'WriteOnly';
    const actualValue = secret ? '' : (variable.current() ?? '').slice(0, this.deps.settings.number('DeviceDataCtrlr.ReportingValueSize', 2500));
    return { monitor, trigger, cleared, actualValue, transactionId: this.transactionOf(monitor, ending), insist: secret };
  }

  /** A monitor that is only for transactions, while there is none. */
  private pauses(monitor: Monitor, ending: Ending | null): boolean {
    if (!monitor.transaction) return false;
    if (monitor.component.evse !== undefined) return this.transactionOf(monitor, ending) === null;
    return ending === null && this.deps.evses.every(({ record }) => record.transaction === null);
  }

  private transactionOf({ component }: Monitor, ending: Ending | null): string | null {
    const evse = this.deps.evses.find(({ id }) => id === component.evse);
    if (evse === undefined) return null;
    return evse.record.transaction?.id ?? (ending?.evseId === evse.id ? ending.transactionId : null);
  }
}
