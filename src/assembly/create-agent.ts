/** The agent that hosts run: keeps one run of the station going, and starts the next after a reset. */
import type { LogLine } from '../base/log.ts';
import { describeError, KerbsideError } from '../base/errors.ts';
import { Signal } from '../base/signal.ts';
import type { SimulationControls } from '../hardware/charger.ts';
import { driverOf } from '../hardware/installation/installed-charger.ts';
import type { ExternalLimitCommand, QueueEntry, TokenDecision, VariableEntry } from '../link/commands.ts';
import type { LineView } from '../link/commissioning.ts';
import { isSimulated, profileOf } from '../link/hardware-profile.ts';
import type { StationSnapshot } from '../link/snapshot.ts';
import type { Ports } from '../platform/ports.ts';
import type { BootReason } from '../station/csms-port.ts';
import type { DeviceModel } from '../station/device-model/device-model.ts';
import { parseName } from '../station/device-model/names.ts';
import type { SetResult } from '../station/device-model/types.ts';
import type { OutboxRecord } from '../station/reports.ts';
import type { Certificates } from '../station/certificates/certificates.ts';
import type { Station } from '../station/station.ts';
import type { SecurityLogLine } from '../station/security/security-events.ts';
import type { IdToken } from '../station/types.ts';
import type { AgentDetail } from './agent-detail.ts';
import type { Agent, AgentOptions, FrameSeen, SerialSeen } from './agent.ts';
import { agentDetail } from './detail.ts';
import { controllerFacts, lineViews } from './controller-facts.ts';
import { emptySnapshot } from './empty-snapshot.ts';
import { LAZY, type Loaders } from './loaders.ts';
import { PowerCurves } from './power-curve.ts';
import { startRun, type Run } from './run.ts';
import { buildSnapshot, type BooksView } from './snapshot.ts';
import { MODEL, VENDOR } from './topology.ts';

declare const __KERBSIDE_VERSION__: string | undefined;
const BUILD = typeof __KERBSIDE_VERSION__ === 'string' ? __KERBSIDE_VERSION__ : '0.1.0';

/** Snapshots are published at most this often. */
const PUBLISH_MS = 200;
const USAGE_EVERY_MS = 60_000;
const GRACEFUL_MS = 10_000;
const NEARLY_FULL = 0.9;
const RETRY_RESTART_MS = 2000;

export function createAgent(ports: Ports, options: AgentOptions, load: Loaders = LAZY): StationAgent {
  return new StationAgent(ports, options, load);
}

export class StationAgent implements Agent {
  private readonly snapshots = new Signal<StationSnapshot>();
  private readonly frames = new Signal<FrameSeen>();
  private readonly serialLines = new Signal<SerialSeen>();
  private readonly logLines = new Signal<LogLine>();
  private current: Run | null = null;
  /** Version that runs. */
  private firmware = BUILD;
  private revision = 0;
  private readonly powerCurves = new PowerCurves();
  private publishing = false;
  private stopped = false;
  private restarting: Promise<void> | null = null;
  private books: BooksView = { usedBytes: 0, quotaBytes: null, persisted: null, warning: null };

  constructor(private readonly ports: Ports, private readonly options: AgentOptions, private readonly load: Loaders) {}

  readonly onSnapshot: Agent['onSnapshot'] = (listener) => this.snapshots.on(listener);
  readonly onFrame: Agent['onFrame'] = (listener) => this.frames.on(listener);
  readonly onSerial: Agent['onSerial'] = (listener) => this.serialLines.on(listener);
  readonly onLog: Agent['onLog'] = (listener) => this.logLines.on(listener);

  async start(): Promise<void> {
    this.stopped = false;
    this.current = await this.newRun();
    this.watchUsage();
    this.publishSoon();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.restarting;
    await this.current?.stop(true);
    this.current = null;
  }

  snapshot(): StationSnapshot {
    const run = this.current;
    if (run === null) {
      const { identity, csmsUrl, currency } = this.options;
      return emptySnapshot({ identity, vendor: VENDOR, model: MODEL, firmware: this.firmware, hardware: shownHardware(this.options), csmsUrl, currency }, this.revision, this.books);
    }
    const health = run.journal.failure;
    return buildSnapshot({
      revision: this.revision, station: run.station, time: run.time, monotonicMs: this.ports.clock.monotonicMs(),
      identity: this.options.identity, vendor: VENDOR, model: MODEL, firmware: this.firmware,
      hardware: shownHardware(this.options), csms: run.client.view(),
      books: health === null ? this.books : { ...this.books, warning: health.sentence ?? `The station can't write its books: ${health.message}` },
      currency: this.options.currency, powerCurves: this.powerCurves,
      controllerFacts: (evseId) => [...controllerFacts(run.chargers.find((entry) => entry.evseId === evseId)?.charger), ...run.readers.facts(evseId)],
      pageReaders: pageReaders(this.options.hardware),
    });
  }

  /** Unmasked facts for the headless station's owner. */
  detail(): AgentDetail {
    return agentDetail(this.current, this.snapshot());
  }

  presentToken(token: IdToken, evseId?: number): Promise<TokenDecision> {
    if (evseId !== undefined) this.evse(evseId);
    return this.running().station.reader.present(token, evseId);
  }

  refuseCard(why: 'RandomUid' | 'Unreadable', evseId?: number): TokenDecision {
    return this.running().station.reader.unread(why, evseId);
  }

  chooseMasterPass(evseIds: readonly number[]): void {
    this.running().station.authorization.masterPass.chosen(evseIds);
  }

  extendConnectTimeout(evseId: number): void {
    this.evse(evseId).dispatch({ type: 'extend' });
  }

  cancelAuthorization(evseId: number): void {
    this.running().station.reader.cancel(this.evse(evseId));
  }

  dismissSummary(evseId: number): void {
    this.running().station.dismissSummary(evseId);
  }

  /** null: the station is between two runs. */
  get settings(): DeviceModel | null {
    return this.current?.station.deviceModel ?? null;
  }

  get deviceModel(): DeviceModel {
    return this.running().station.deviceModel;
  }

  variables(): VariableEntry[] {
    return this.deviceModel.all().map(({ component, variable, attributes, characteristics }) => {
      const actual = attributes.find((attribute) => attribute.type === 'Actual') ?? attributes[0];
      const place = [component.evse, component.connector].filter((id) => id !== undefined).join('/');
      return {
        component: `${component.name}${component.instance === undefined ? '' : `[${component.instance}]`}${place === '' ? '' : ` (${place})`}`,
        variable: `${variable.name}${variable.instance === undefined ? '' : `[${variable.instance}]`}`,
        value: actual?.mutability === 'WriteOnly' ? null : (actual?.value ?? ''),
        mutability: actual?.mutability ?? 'ReadOnly',
        dataType: characteristics.dataType,
        unit: characteristics.unit ?? null,
        min: characteristics.minLimit ?? null,
        max: characteristics.maxLimit ?? null,
        values: characteristics.valuesList ?? null,
      };
    });
  }

  /** As the technician: by the rules of SetVariables. */
  setVariable(component: string, variable: string, value: string): Promise<SetResult> {
    const parsed = parseName(`${component.replace(' (', '(')}.${variable}`);
    if (parsed === null) return Promise.resolve({ status: 'UnknownVariable' });
    return this.deviceModel.set(parsed, value);
  }

  factorySet(name: string, value: string): Promise<void> {
    return this.deviceModel.factorySet(name, value);
  }

  factoryUnset(name: string): Promise<void> {
    return this.deviceModel.unset(name);
  }

  async setExternalLimit({ source, evse, unit, periods, durationS, gridCritical }: ExternalLimitCommand): Promise<void> {
    const run = this.running();
    run.station.smartCharging.setExternalLimit({
      source, ...(evse === undefined ? {} : { evseId: evse }), ...(gridCritical === undefined ? {} : { gridCritical }),
      schedule: { unit, periods, ...(durationS === undefined ? {} : { durationS }) },
    });
    await run.journal.durable();
  }

  async clearExternalLimit(source: ExternalLimitCommand['source'], evseId?: number): Promise<void> {
    const run = this.running();
    run.station.smartCharging.clearExternalLimit(source, evseId);
    await run.journal.durable();
  }

  /** A04.FR.04, oldest first. */
  securityLog(): readonly SecurityLogLine[] {
    return this.running().station.securityEvents.lines();
  }

  /** What the station holds of certificates, its own and others'. */
  certificates(): Certificates {
    return this.running().station.certificates;
  }

  /** A technician entered the right PIN, or a wrong one. */
  loggedIn(accepted: boolean): void {
    this.current?.station.securityEvents.record(accepted ? 'MaintenanceLoginAccepted' : 'MaintenanceLoginFailed', 'technician\'s PIN');
  }

  /** What runs now, for the technician's pages. @throws KerbsideError `NotRunning` */
  get run(): { readonly station: Station; readonly firmware: string } {
    return { station: this.running().station, firmware: this.firmware };
  }

  lines(): LineView[] {
    return lineViews(this.current?.buses ?? null);
  }

  queue(): QueueEntry[] {
    const { outbox } = this.running().station;
    const entry = (record: OutboxRecord, parked: boolean): QueueEntry => ({
      sequence: record.sequence, parked, kind: record.report.kind, summary: summarise(record),
      attempts: record.attempts, lastError: record.lastError ?? null,
    });
    return [
      ...[...outbox.parked.values()].map((record) => entry(record, true)),
      ...outbox.transactions.records().map((record) => entry(record, false)),
      ...outbox.guaranteed.records().map((record) => entry(record, false)),
    ];
  }

  async retryParked(sequence: number): Promise<void> {
    const run = this.running();
    if (!run.station.outbox.retryParked(sequence)) throw new KerbsideError('NotParked', `message ${sequence} isn't parked`);
    await run.journal.durable();
  }

  reconnect(): void {
    this.current?.client.reconnectNow();
  }

  /** The process stood still (frozen tab, sleeping tablet) or its clock was set: what hung on time is taken up anew. */
  clockGap({ lateMs, wallJumpMs }: { readonly lateMs: number; readonly wallJumpMs: number }): void {
    this.logLines.emit({
      level: 'warn', source: 'clock',
      text: lateMs > Math.abs(wallJumpMs) ? `the station stood still for ${Math.round(lateMs / 1000)} s` : `this device's clock jumped by ${Math.round(wallJumpMs / 1000)} s`,
    });
    // A socket of before the gap is most likely dead without knowing it. The station's own time isn't touched by a clock that was set.
    if (lateMs > 0 && lateMs > Math.abs(wallJumpMs)) this.current?.client.restart();
  }

  resetStation(): void {
    this.running().station.reset.local();
  }

  powerFailing(): Promise<void> {
    return this.running().station.reset.powerFailing();
  }

  async reboot({ offMs, graceful }: { readonly offMs: number; readonly graceful: boolean }): Promise<void> {
    if (graceful) await this.current?.station.outbox.drained(GRACEFUL_MS);
    await this.restart(offMs, null);
  }

  simulation(evseId: number): SimulationControls | null {
    const charger = this.current?.chargers.find((entry) => entry.evseId === evseId)?.charger;
    return charger === undefined ? null : (driverOf(charger).simulation ?? null);
  }

  private async newRun(): Promise<Run> {
    this.firmware = (await this.ports.firmware?.state())?.version ?? BUILD;
    return startRun(this.ports, this.options, (level, source, text) => this.logLines.emit({ level, source, text }), this.firmware, {
      onFrame: (frame) => this.frames.emit(frame),
      onSerial: (line) => this.serialLines.emit(line),
      onChange: () => this.publishSoon(),
      reboot: (reason) => void this.restart(500, reason),
    }, this.load);
  }

  /** Ends the run and starts the next; the books tell it why. */
  private async restart(offMs: number, reason: BootReason | null): Promise<void> {
    if (this.restarting !== null) return this.restarting;
    this.restarting = this.cycle(offMs, reason).finally(() => {
      this.restarting = null;
    });
    return this.restarting;
  }

  private async cycle(offMs: number, reason: BootReason | null): Promise<void> {
    const run = this.current;
    if (run === null) return;
    if (reason !== null) run.journal.put('meta', 'bootReason', reason);
    await run.stop(true);
    this.current = null;
    this.publishSoon();
    if (reason === 'FirmwareUpdate' && (await this.ports.firmware?.restart()) === true) return;
    if (offMs > 0) await new Promise<void>((resolve) => void this.ports.clock.after(offMs, resolve));
    if (this.stopped) return;
    this.current = await this.restarted(run.station.deviceModel.number('OCPPCommCtrlr.ResetRetries', 1));
    this.publishSoon();
  }

  /** ResetRetries: so often a restart that fails is tried again. */
  private async restarted(retries: number): Promise<Run> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.newRun();
      } catch (error) {
        this.logLines.emit({ level: 'error', source: 'station', text: `the restart failed: ${describeError(error)}` });
        if (attempt >= retries) throw error;
        await new Promise<void>((resolve) => void this.ports.clock.after(RETRY_RESTART_MS, resolve));
      }
    }
  }

  private running(): Run {
    if (this.current === null) throw new KerbsideError('NotRunning', 'the station isn\'t running', 'The station is starting. Try again in a moment.');
    return this.current;
  }

  private evse(evseId: number): Run['station']['evses'][number] {
    const evse = this.running().station.evses.find((candidate) => candidate.id === evseId);
    if (evse === undefined) throw new KerbsideError('UnknownEvse', `there is no EVSE ${evseId}`);
    return evse;
  }

  private publishSoon(): void {
    if (this.publishing) return;
    this.publishing = true;
    this.ports.clock.after(PUBLISH_MS, () => {
      this.publishing = false;
      this.revision += 1;
      this.notePower();
      this.snapshots.emit(this.snapshot());
    });
  }

  private notePower(): void {
    for (const { id, record, hardware } of this.current?.station.evses ?? []) {
      this.powerCurves.add(id, record.transaction?.id ?? null, hardware?.meter.powerW ?? 0, this.ports.clock.monotonicMs());
    }
  }

  private watchUsage(): void {
    if (this.stopped) return;
    void this.ports.store.usage().then((usage) => {
      const full = usage.quotaBytes !== null && usage.quotaBytes > 0 && usage.usedBytes / usage.quotaBytes > NEARLY_FULL;
      const warning = full ? 'The storage of this device is nearly full.'
        : usage.persisted === false ? 'The browser may clear the station\'s books when space gets short.' : null;
      this.books = { ...usage, warning };
      this.publishSoon();
    }, () => {});
    this.ports.clock.after(USAGE_EVERY_MS, () => this.watchUsage());
  }
}

/** Those that only a page can listen to. */
function pageReaders(hardware: AgentOptions['hardware']): StationSnapshot['readers'] {
  return profileOf(hardware).readers.filter(({ kind }) => kind === 'keyboard' || kind === 'webNfc');
}

function shownHardware({ hardware }: AgentOptions): StationSnapshot['station']['hardware'] {
  return isSimulated(hardware) ? 'simulated' : hardware.kind;
}

function summarise({ report }: OutboxRecord): string {
  switch (report.kind) {
    case 'transactionEvent': return `${report.eventType} ${report.seqNo}, ${report.triggerReason}, ${report.transactionId.slice(0, 8)}`;
    case 'meterValues': return `EVSE ${report.evseId}`;
    case 'securityEvent': return report.type;
    default: return '';
  }
}
