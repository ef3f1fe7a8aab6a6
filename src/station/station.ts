/** The assembly of the station's blocks: edition-free, on ports only. */
import { describeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { Signal } from '../base/signal.ts';
import type { Charger } from '../hardware/charger.ts';
import type { Clock, FirmwareInstaller, Http, Keys, Random, Store, X509 } from '../platform/ports.ts';
import type { ProvisioningApi, Reason, StationApi, TransactionsApi } from './api.ts';
import { Authorization } from './authorization/authorization.ts';
import type { AuthorizationCache } from './authorization/cache.ts';
import type { Reader, ReaderView } from './authorization/reader.ts';
import { Availability } from './availability/availability.ts';
import { StatusReporter } from './availability/status.ts';
import type { Block, BlockDeps } from './block.ts';
import { createBlocks, type Blocks } from './blocks.ts';
import type { BootReason, CsmsPort } from './csms-port.ts';
import { CustomerInformation } from './customer-information/customer-information.ts';
import { customerSources } from './customer-information/sources.ts';
import { DataTransfer } from './data-transfer/data-transfer.ts';
import type { DeviceModel } from './device-model/device-model.ts';
import { Evse } from './evse.ts';
import type { Journal } from './journal.ts';
import type { Link } from './link.ts';
import type { LogBook } from './logs/log-book.ts';
import { AlignedSampler } from './metering/aligned.ts';
import { Outbox } from './outbox/outbox.ts';
import { Boot } from './provisioning/boot.ts';
import { bootInfo, maxPowerW } from './provisioning/station-facts.ts';
import type { NetworkProfiles } from './provisioning/network-profiles.ts';
import { Provisioning } from './provisioning/provisioning.ts';
import { Reset } from './provisioning/reset.ts';
import { RemoteControl } from './remote-control/remote-control.ts';
import { SecurityEvents } from './security/security-events.ts';
import { currentStatus } from './availability/current-status.ts';
import { SignedRecords } from './metering/signed-record.ts';
import { Summaries } from './tariff-cost/summaries.ts';
import { TariffCost } from './tariff-cost/tariff-cost.ts';
import type { StationTime } from './time.ts';
import { readTxConfig } from './transactions/config.ts';
import { History } from './transactions/history.ts';
import type { EvseRecord } from './transactions/state.ts';

export interface StationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly journal: Journal;
  readonly time: StationTime;
  readonly deviceModel: DeviceModel;
  readonly chargers: readonly { readonly evseId: number; readonly charger: Charger }[];
  readonly log: Log;
  readonly logBook: LogBook;
  readonly http: Http;
  readonly crypto: Crypto;
  readonly x509: X509;
  readonly keys: Keys;
  readonly firmware: FirmwareInstaller | null;
  readonly bootReason: BootReason;
  /** Edition that rules while none is negotiated. */
  readonly assumedEdition: string;
  readonly vendorName: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly serialNumber: string;
  /** C16.FR.01: somebody can choose on a display what a master pass ends. */
  readonly masterPassChoice: boolean;
  readonly link: Link;
  readonly onLine: (evseId: number, direction: 'in' | 'out', bytes: Uint8Array, decoded: string) => void;
  /** Ends this run; the host starts the next. */
  readonly reboot: (reason: BootReason) => void;
}

export class Station implements StationApi {
  readonly evses: readonly Evse[];
  readonly outbox: Outbox;
  readonly boot: Boot;
  readonly authorization: Authorization;
  readonly availability: Availability;
  readonly provisioning: ProvisioningApi;
  readonly remoteControl: RemoteControl;
  readonly tariffCost: TariffCost;
  readonly dataTransfer = new DataTransfer();
  readonly customerInformation: CustomerInformation;
  readonly history: History;
  readonly reset: Reset;
  readonly blocks: Blocks;
  private readonly onStarted: BlockDeps['onStarted'] = new Signal();
  private readonly onEnded: BlockDeps['onEnded'] = new Signal();
  /** Something that screens show may have changed. */
  readonly onChange = new Signal<void>();
  readonly summaries: Summaries;
  private readonly signedRecords: SignedRecords;
  private edition: string;
  private readonly statusReporter: StatusReporter;
  private readonly aligned: AlignedSampler;
  readonly securityEvents: SecurityEvents;

  constructor(private readonly deps: StationDeps, readonly profiles: NetworkProfiles, records: ReadonlyMap<number, EvseRecord>) {
    const { clock, random, journal, time, log, deviceModel: settings } = deps;
    this.edition = deps.assumedEdition;
    this.outbox = new Outbox({ clock, journal, time, settings, log });
    this.history = new History(journal);
    this.evses = deps.chargers.map(({ evseId, charger }) => new Evse(evseId, charger, {
      clock, random, journal, time, outbox: this.outbox, settings, log,
      txConfig: () => readTxConfig(settings, this.edition),
      online: () => this.boot.acceptedPort !== null,
      beforePlugged: (evse) => this.authorization.beforePlugged(evse),
      maxPowerW: (id) => maxPowerW(deps.deviceModel, id),
      limit: (evse) => this.blocks.smartCharging.limit(evse),
    }, records.get(evseId) ?? null));
    this.boot = new Boot({
      clock, settings, time, log, info: () => bootInfo(deps, this.evses), clockSet: (steppedMs) => this.clockSet(steppedMs),
      setHeartbeatInterval: (seconds) => {
        deps.deviceModel.factorySet('OCPPCommCtrlr.HeartbeatInterval', String(seconds)).catch((error: unknown) => {
          log('warn', 'boot', `the heartbeat interval of ${seconds} s wasn't taken: ${describeError(error)}`);
        });
      },
    }, deps.bootReason);
    this.availability = new Availability(this.evses, journal, () => this.changed());
    this.securityEvents = new SecurityEvents(this.outbox, journal, time);
    const triggers: BlockDeps['triggers'] = new Map();
    this.blocks = createBlocks({
      clock, random, journal, time, log,
      settings: deps.deviceModel,
      logBook: deps.logBook,
      http: deps.http,
      crypto: deps.crypto,
      x509: deps.x509,
      keys: deps.keys,
      outbox: this.outbox,
      evses: this.evses,
      securityEvents: this.securityEvents,
      link: deps.link,
      profiles,
      csms: () => this.boot.acceptedPort,
      stationOperative: () => this.availability.stationOperative,
      inService: () => this.availability.stationOperative, // a reset passes: it ends no reservation (B11.FR.05)
      present: (...token) => this.reader.present(...token),
      edition: () => this.edition,
      changed: () => this.changed(),
      firmware: deps.firmware, withhold: (withheld) => this.availability.withhold(withheld), reboot: deps.reboot,
      onStarted: this.onStarted, onEnded: this.onEnded, triggers,
    });
    const inService = (evse: Evse): boolean => this.inService(evse);
    const mayBegin = (evse: Evse): boolean => this.inService(evse) && !this.reset.restarting;
    this.authorization = new Authorization({
      clock, random, settings, journal, log,
      inService: mayBegin,
      reservations: this.blocks.reservation,
      nowMs: () => time.nowMs(),
      evses: this.evses,
      localList: this.blocks.localList,
      csms: () => this.boot.acceptedPort,
      edition: () => this.edition,
      mayServeUnaccepted: () => this.boot.status === 'Accepted' || settings.boolean('TxCtrlr.TxBeforeAcceptedEnabled', true),
      masterPassChoice: deps.masterPassChoice,
      reopenReceipt: (token, evseIds) => this.summaries.reopen(token, evseIds),
      onListConflict: () => this.outbox.add({ kind: 'localListConflict', stationOperative: this.availability.stationOperative, timestamp: time.stamp() }),
      onChange: () => this.onChange.emit(), sessionMoves: (from, to) => this.blocks.smartCharging.sessionMoves(from, to),
    });
    this.customerInformation = new CustomerInformation({ journal, time, csms: () => this.boot.acceptedPort, log, evses: this.evses },
      customerSources({ cache: this.cache, localList: this.blocks.localList, history: this.history, reservations: this.blocks.reservation, outbox: this.outbox, evses: this.evses }));
    this.statusReporter = new StatusReporter({
      clock, settings, log, current: () => currentStatus(this.evses, this.availability.stationOperative, inService, time),
    });
    this.reset = new Reset({
      clock, log, evses: this.evses, outbox: this.outbox, reboot: deps.reboot, changed: () => this.changed(),
      prevented: () => this.resetPrevented(),
    });
    this.remoteControl = new RemoteControl({
      clock, settings, authorizer: this.authorization.authorizer, masterPass: this.authorization.masterPass, boot: this.boot, status: this.statusReporter, evses: this.evses, inService: mayBegin, reservations: this.blocks.reservation,
      smartCharging: this.blocks.smartCharging,
      sendMeterValues: (evseId) => void this.sendMeterValues(evseId), hasMeterValues: () => this.triggeredMeasurands().length > 0, triggers,
    });
    this.tariffCost = new TariffCost({
      clock, time, settings, journal, log,
      evses: this.evses,
      outbox: this.outbox,
      csms: () => this.boot.acceptedPort,
      edition: () => this.edition,
      stationOperative: () => this.availability.stationOperative,
      onStarted: this.onStarted,
      onEnded: this.onEnded,
      dataTransfer: this.dataTransfer,
      final: (transactionId, final) => this.summaries.final(transactionId, final),
      pricedAfterEnd: (evseId, transactionId) => this.summaries.priced(evseId, transactionId),
    });
    this.signedRecords = new SignedRecords(journal);
    this.summaries = new Summaries({
      clock,
      history: this.history,
      evses: this.evses,
      changed: () => this.onChange.emit(),
      offline: () => this.boot.acceptedPort === null,
      costOf: (evseId, transactionId) => this.tariffCost.costOf(evseId, transactionId),
      endsWithBay: () => readTxConfig(settings, this.edition).stopPoints.includes('ParkingBayOccupancy'),
      priced: (evseId) => this.tariffCost.isPriced(evseId),
      signed: (evse, transactionId) => this.signedRecords.ended(evse, transactionId),
      same: (a, b) => this.authorization.same(a, b),
    });
    this.aligned = new AlignedSampler({ clock, time, settings, evses: this.evses, edition: () => this.edition, report: (report) => this.outbox.add(report) });
    this.provisioning = new Provisioning({
      deviceModel: deps.deviceModel, time, log, profiles, reset: this.reset,
      connected: () => this.boot.connectedPort,
    });
    this.listen();
  }

  get deviceModel(): DeviceModel {
    return this.deps.deviceModel;
  }

  get localList(): Blocks['localList'] {
    return this.blocks.localList;
  }

  get reservation(): Blocks['reservation'] {
    return this.blocks.reservation;
  }

  get firmware(): Blocks['firmware'] {
    return this.blocks.firmware;
  }

  get logs(): Blocks['logs'] {
    return this.blocks.logs;
  }

  get security(): Blocks['security'] { return this.blocks.security; }
  get signing(): Blocks['signing'] { return this.blocks.signing; }
  get certificates(): Blocks['certificates'] { return this.blocks.certificates; }

  get display(): Blocks['display'] {
    return this.blocks.display;
  }

  get monitoring(): Blocks['monitoring'] {
    return this.blocks.monitoring;
  }

  get smartCharging(): Blocks['smartCharging'] {
    return this.blocks.smartCharging;
  }

  get cache(): AuthorizationCache {
    return this.authorization.cache;
  }

  get reader(): Reader {
    return this.authorization.reader;
  }

  get readerView(): ReaderView | null {
    return this.authorization.view;
  }

  get transactions(): TransactionsApi {
    return {
      status: (transactionId) => ({
        ...(transactionId === undefined ? {} : { ongoing: this.evses.some((evse) => evse.record.transaction?.id === transactionId) }),
        messagesInQueue: this.outbox.hasQueued(transactionId),
      }),
      runningOn: (evseId) => this.evses.find((evse) => evse.id === evseId)?.record.transaction?.id ?? null,
    };
  }

  /** A transaction may begin there, as far as the whole station is concerned: it is operative, and no reset is awaited. */
  inService(evse: Evse): boolean {
    return this.availability.stationOperative && !this.reset.outOfService(evse.id);
  }

  get bootStatus(): StationApi['bootStatus'] {
    return this.boot.status;
  }

  /** Reads the books and starts the chargers. */
  async start(): Promise<void> {
    const { store } = this.deps;
    await Promise.all([this.outbox.load(store), this.authorization.load(store), this.history.load(store), this.signedRecords.load(store), this.availability.load(store), this.securityEvents.load(store),
      ...this.eachBlock.map((block) => block.load?.(store))]);
    this.securityEvents.record(this.deps.bootReason === 'PowerUp' ? 'StartupOfTheDevice' : 'ResetOrReboot');
    await Promise.all(this.evses.map((evse) => evse.start((...line) => this.deps.onLine(evse.id, ...line))));
    for (const block of this.eachBlock) block.started?.();
    this.onChange.emit();
  }

  private get eachBlock(): readonly Block[] {
    return [...Object.values(this.blocks), this.tariffCost];
  }

  async stop(): Promise<void> {
    for (const block of this.eachBlock) block.stop?.();
    this.boot.stop();
    this.aligned.stop();
    this.outbox.close();
    await Promise.all(this.evses.map((evse) => evse.stop()));
  }

  /** The CSMS client has a connection in an edition that it speaks. */
  connected(port: CsmsPort, slotChanged: boolean): void {
    this.edition = port.edition;
    this.deps.journal.put('meta', 'edition', port.edition);
    this.boot.connected(port, slotChanged);
    this.onChange.emit();
  }

  disconnected(): void {
    this.statusReporter.lost();
    for (const block of this.eachBlock) block.lost?.();
    this.outbox.close();
    this.boot.disconnected();
    this.onChange.emit();
  }

  dismissSummary(evseId: number): void {
    this.summaries.dismiss(evseId);
  }

  private listen(): void {
    this.deps.deviceModel.onChange('EVSE(', () => {
      for (const evse of this.evses) evse.limitsChanged();
    });
    this.boot.onReady.on(({ port, fresh }) => this.ready(port, fresh));
    this.boot.onChange.on(() => this.onChange.emit());
    this.outbox.onChange.on(() => this.onChange.emit());
    this.outbox.onAnswer.on(({ report, answer }) => {
      if (report.kind !== 'transactionEvent') return;
      this.tariffCost.answered(report.transactionId, answer, report.eventType === 'Ended');
      if (answer.idTokenInfo === undefined) return;
      const running = this.evses.find((candidate) => candidate.record.transaction?.id === report.transactionId);
      this.authorization.answered(report.idToken ?? report.activeIdToken, answer.idTokenInfo, report.eventType === 'Ended' ? undefined : running);
    });
    for (const evse of this.evses) {
      evse.onChange.on(() => {
        this.summaries.unplugged(evse.id);
        this.changed();
      });
      evse.onStarted.on(({ transactionId }) => {
        this.summaries.forget(evse.id);
        this.signedRecords.started(evse, transactionId);
        this.onStarted.emit({ evseId: evse.id, transactionId });
      });
      evse.onEnded.on((ended) => {
        this.onEnded.emit({ evseId: evse.id, ended });
        this.summaries.ended(evse, ended);
      });
    }
  }

  private changed(): void {
    for (const block of this.eachBlock) block.changed?.();
    this.authorization.check();
    this.statusReporter.refresh();
    this.reset.check();
    this.onChange.emit();
  }

  private ready(port: CsmsPort, fresh: boolean): void {
    const { journal, time } = this.deps;
    journal.put('meta', 'clock', { offsetMs: time.offsetMs, floorMs: Math.round(time.nowMs()) });
    this.statusReporter.ready(port, fresh);
    this.outbox.open(port);
    this.aligned.schedule();
    for (const block of this.eachBlock) block.ready?.(port, fresh);
    this.authorization.check();
  }

  /** F06.FR.06: the aligned measurands; 1.6 section 5.17: the sampled ones. */
  private triggeredMeasurands(): readonly string[] {
    return this.deps.deviceModel.list(this.edition === 'ocpp1.6' ? 'SampledDataCtrlr.TxUpdatedMeasurands' : 'AlignedDataCtrlr.Measurands');
  }

  /** F06: with context Trigger. */
  private async sendMeterValues(evseId: number | undefined): Promise<void> {
    const port = this.boot.connectedPort;
    for (const evse of this.evses) {
      if (port === null || (evseId !== undefined && evseId !== 0 && evse.id !== evseId)) continue;
      const value = evse.meterValue(this.triggeredMeasurands(), 'Trigger');
      if (value === null) continue;
      const transactionId = evse.record.transaction?.id ?? null;
      const connectorId = evse.record.transaction?.connectorId ?? null;
      const report = { kind: 'meterValues', evseId: evse.id, connectorId, transactionId, meterValues: [value] } as const;
      if (this.boot.acceptedPort !== null) this.outbox.add(report);
      else await port.deliver(report, { offline: false }).catch(() => undefined); // Pending: the queue stays shut
    }
  }

  /** A04; ClockCtrlr.TimeAdjustmentReportingThreshold. */
  private clockSet(steppedMs: number): void {
    if (Math.abs(steppedMs) <= this.deps.deviceModel.number('ClockCtrlr.TimeAdjustmentReportingThreshold') * 1000) return;
    this.securityEvents.record('SettingSystemTime', `by ${Math.round(steppedMs / 1000)} s`);
  }

  private resetPrevented(): Reason | null {
    if (this.blocks.firmware.installing) return { reasonCode: 'FwUpdateInProgress' };
    // What isn't on the disk would be lost by a restart.
    return this.deps.journal.failure === null ? null : { reasonCode: 'OutOfStorage', additionalInfo: 'the books can\'t be written' };
  }
}
