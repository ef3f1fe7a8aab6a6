/**
 * L01, L02; 1.6 sections 4.5, 5.19 and the security whitepaper: download, verify, install, restart into the new version.
 * Everything decided is in the books before it is done, so an update goes on after a restart at any moment. Nothing here
 * ends a transaction: the update waits, or (if told to) restarts with it in the books.
 */
import { describeError, KerbsideError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps, Trigger } from '../block.ts';
import type { FirmwareApi, FirmwareStatus, UpdateAnswer, UpdateRequest } from './api.ts';
import { download } from './download.ts';
import type { SignerTrust } from './signer-trust.ts';
import type { StoredUpdate, Told, UpdateRecord } from './update-record.ts';

const KEY = 'firmware';
/** A clock that is set anew must not make an update miss its time by more than this. */
const LOOK_AGAIN_MS = 60_000;
/** How long the last status messages may take to get out before the restart. */
const DELIVERY_MS = 5000;

export type FirmwareDeps = Pick<BlockDeps,
  'clock' | 'journal' | 'time' | 'settings' | 'log' | 'http' | 'outbox' | 'evses' | 'securityEvents' | 'triggers' | 'firmware' | 'withhold' | 'reboot' | 'changed'>;

export class Firmware implements Block, FirmwareApi {
  /** The station serves nobody new, because of an update. */
  updating = false;
  private current: UpdateRecord | null = null;
  private told: Told | null = null;
  /** Set once the answer is out, or the station has started. */
  private begun = false;
  /** The next status is told even if the one before was the same: it is a new update's. */
  private afresh = false;
  private working: AbortController | null = null;
  private stopTimer: Stop = () => {};
  private stopped = false;

  constructor(private readonly deps: FirmwareDeps, private readonly trust: SignerTrust) {
    deps.triggers.set('FirmwareStatusNotification', this.trigger(null));
    deps.triggers.set('SignedFirmwareStatusNotification', this.trigger('signed'));
    deps.triggers.set('PlainFirmwareStatusNotification', this.trigger('plain'));
  }

  async load(store: Store): Promise<void> {
    const stored = (await store.get('meta', KEY)) as unknown as StoredUpdate | undefined;
    this.current = stored?.update ?? null;
    this.told = stored?.told ?? null;
  }

  /** The station has started: what runs now is healthy. */
  started(): void {
    void this.resume().catch((error: unknown) => this.deps.log('error', 'firmware', describeError(error)));
  }

  changed(): void {
    this.step();
  }

  stop(): void {
    this.stopped = true;
    this.stopTimer();
    this.working?.abort();
  }

  /** Between the begin of an installation and its restart: no moment for another one. */
  get installing(): boolean {
    return this.current?.phase === 'installing' || this.current?.phase === 'restarting';
  }

  /** The last that the CSMS was told; null: of no update yet. */
  get lastStatus(): FirmwareStatus | null {
    return this.told?.status ?? null;
  }

  get allowsUnsigned(): boolean {
    return this.deps.settings.boolean('Kerbside.AllowUnsignedFirmware', false);
  }

  async update(request: UpdateRequest): Promise<UpdateAnswer> {
    const { log, securityEvents } = this.deps;
    if ((await this.deps.firmware?.ready()) !== true) return refused('UnsupportedRequest', 'this host can\'t install');
    const signed = request.signingCertificate !== undefined || request.signature !== undefined;
    if (!signed && !this.allowsUnsigned) return refused('MissingParam', 'an update needs signingCertificate and signature');
    // 1.6 UpdateFirmware can't refuse: there a status message says that the download failed.
    if (request.requestId !== null && !/^https?:\/\//i.test(request.location)) return refused('InvalidURL', 'only http and https addresses can be used');
    if (signed) {
      const objection = await this.trust.objection(request.signingCertificate ?? ''); // L01.FR.21
      if (objection !== null) {
        const { status, detail } = objection;
        log('warn', 'firmware', `the signing certificate isn't taken: ${detail}`);
        securityEvents.record('InvalidFirmwareSigningCertificate', detail); // L01.FR.02
        return { status, reason: { reasonCode: 'InvalidCertificate', additionalInfo: detail } }; // L01.FR.22
      }
    }
    if (this.installing) return refused('FwUpdateInProgress', 'the update is being installed'); // L01.FR.27
    const cancelled = this.current !== null; // L01.FR.24
    this.working?.abort();
    this.working = null;
    this.begun = false;
    this.afresh = true;
    this.withhold(false);
    const update: UpdateRecord = { request, phase: 'toDownload' };
    this.record(update);
    await this.deps.journal.durable();
    return {
      status: cancelled ? 'AcceptedCanceled' : 'Accepted',
      begin: () => {
        if (this.current !== update) return;
        this.begun = true;
        this.step();
      },
    };
  }

  // ---------------------------------------------------------------- the way of an update

  /** After a start: an update that was to become active has, or hasn't; any other goes on. */
  private async resume(): Promise<void> {
    const { firmware, log } = this.deps;
    const state = await firmware?.state();
    if (this.stopped || firmware === null || state === undefined) return;
    this.begun = true;
    const { current } = this;
    const arrived = state.trial || (current?.version !== undefined && state.version === current.version);
    if (state.trial || state.rolledBack !== null) await firmware.confirm();
    if (current !== null && (current.phase === 'restarting' || current.phase === 'installing') && arrived) return this.installed(state.version);
    if (current?.phase === 'restarting' || (current !== null && state.rolledBack !== null)) {
      log('error', 'firmware', `version ${state.rolledBack ?? current.version ?? 'unknown'} didn't start; the one before runs again`);
      return this.end('InstallationFailed');
    }
    if (current?.phase === 'downloading') this.record({ request: current.request, phase: 'toDownload' });
    if (current?.phase === 'installing') this.record({ request: current.request, phase: 'toInstall' });
    this.step();
  }

  /** Looks what can be done now, and does it. Called whenever something may have changed. */
  private step(): void {
    const { current } = this;
    if (current === null || !this.begun || this.stopped) return;
    const nowMs = this.deps.time.nowMs();
    const idle = this.idle;
    const during = this.deps.settings.string('Kerbside.FirmwareDuringTransactions', 'Download');
    const { retrieveMs, installMs } = current.request;
    switch (current.phase) {
      case 'toDownload':
        if (nowMs >= retrieveMs && (idle || during !== 'Nothing')) return void this.work(current, (signal) => this.download(current, signal));
        this.tell(current.paused === true ? 'DownloadPaused' : 'DownloadScheduled'); // L01.FR.13, .14
        return this.wait(retrieveMs);
      case 'downloading':
        if (!idle && during === 'Nothing') this.pause(current);
        return;
      case 'toInstall':
        if (nowMs >= (installMs ?? 0) && (idle || during === 'All')) return void this.work(current, () => this.install(current)); // L01.FR.05, .06
        this.tell('InstallScheduled'); // L01.FR.16, .34
        return this.wait(installMs ?? 0);
      case 'installing': case 'restarting': return;
    }
  }

  /** For a time, or for the last car: then no other begins, unless new sessions are allowed (L01.FR.07). */
  private wait(untilMs: number): void {
    const leftMs = untilMs - this.deps.time.nowMs();
    this.withhold(leftMs <= 0 && !this.deps.settings.boolean('ChargingStation.AllowNewSessionsPendingFirmwareUpdate', false));
    this.stopTimer();
    this.stopTimer = leftMs > 0 ? this.deps.clock.after(Math.min(leftMs, LOOK_AGAIN_MS), () => this.step()) : () => {};
  }

  private async download(update: UpdateRecord, signal: AbortSignal): Promise<void> {
    const { request } = update;
    const { http, log, firmware } = this.deps;
    const downloading = this.record({ request, phase: 'downloading' });
    this.tell('Downloading');
    const bytes = await download({
      http, wait: (delayMs, given) => this.sleep(delayMs, given), failed: (why) => log('warn', 'firmware', `download: ${why}`),
    }, request, signal);
    if (this.current !== downloading) return;
    if (bytes === null) return this.end('DownloadFailed'); // L01.FR.30
    this.tell('Downloaded');
    if (request.signingCertificate !== undefined) {
      const genuine = await this.trust.verify(request.signingCertificate, request.signature ?? '', bytes); // L01.FR.04
      if (this.current !== downloading) return;
      if (!genuine) {
        this.end('InvalidSignature');
        this.deps.securityEvents.record('InvalidFirmwareSignature'); // L01.FR.03
        return;
      }
      this.tell('SignatureVerified');
    }
    try {
      await firmware?.stage(bytes);
    } catch (error) {
      log('error', 'firmware', `the download couldn't be kept: ${describeError(error)}`);
      return this.current === downloading ? this.end('InstallationFailed') : undefined;
    }
    if (this.current === downloading) this.record({ request, phase: 'toInstall' });
  }

  private async install(update: UpdateRecord): Promise<void> {
    const { request } = update;
    const { firmware, log, journal } = this.deps;
    if (firmware === null) return;
    this.record({ request, phase: 'installing' });
    this.tell('Installing');
    this.withhold(true);
    await journal.durable();
    let version: string;
    try {
      version = await firmware.install();
    } catch (error) {
      log('error', 'firmware', `it isn't installed: ${describeError(error)}`);
      await firmware.discard().catch(() => undefined);
      const broken = error instanceof KerbsideError && error.code === 'FirmwareBroken';
      return this.end(broken ? 'InstallVerificationFailed' : 'InstallationFailed'); // L01.FR.29
    }
    if (this.stopped) return;
    await firmware.activate();
    await this.restart({ request, phase: 'restarting', version });
  }

  private async restart(update: UpdateRecord): Promise<void> {
    const { journal, outbox, log, reboot } = this.deps;
    this.record(update);
    if (this.idle) this.tell('InstallRebooting'); // L01.FR.32a
    log('info', 'firmware', `restarting into version ${update.version ?? 'unknown'}`);
    await journal.durable();
    await outbox.drained(DELIVERY_MS);
    if (!this.stopped) reboot('FirmwareUpdate');
  }

  /** The new version speaks (L01.FR.28, .31). */
  private installed(version: string | null): void {
    this.deps.log('info', 'firmware', `version ${version ?? 'unknown'} is installed and runs`);
    this.end('Installed');
    this.deps.securityEvents.record('FirmwareUpdated', version ?? undefined);
  }

  /** A session began, and this station does nothing else meanwhile. */
  private pause({ request }: UpdateRecord): void {
    this.working?.abort();
    this.working = null;
    this.record({ request, phase: 'toDownload', paused: true });
    this.step();
  }

  private end(status: FirmwareStatus): void {
    this.tell(status);
    this.record(null);
    this.stopTimer();
    this.withhold(false);
  }

  /** One piece of work at a time; whatever it left is looked at when it is done. */
  private async work(update: UpdateRecord, job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.working !== null) return;
    const working = new AbortController();
    this.working = working;
    this.stopTimer();
    try {
      await job(working.signal);
    } catch (error) {
      if (!working.signal.aborted) {
        this.deps.log('error', 'firmware', describeError(error));
        if (this.current !== null && this.current.request === update.request) this.end('InstallationFailed');
      }
    }
    if (this.working !== working) return;
    this.working = null;
    this.step();
  }

  // ---------------------------------------------------------------- small parts

  private get idle(): boolean {
    return this.deps.evses.every(({ record }) => record.transaction === null && record.authorization === null);
  }

  private withhold(withheld: boolean): void {
    if (this.updating === withheld) return;
    this.updating = withheld;
    this.deps.withhold(withheld);
  }

  private sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.deps.clock.after(delayMs, resolve);
      signal.addEventListener('abort', () => {
        stop();
        resolve();
      });
    });
  }

  private record(update: UpdateRecord | null): UpdateRecord | null {
    this.current = update;
    this.save();
    return update;
  }

  private save(): void {
    const stored: StoredUpdate = { update: this.current, told: this.told };
    this.deps.journal.put('meta', KEY, stored as unknown as Stored);
  }

  /** One message for each state that the update enters (L01.FR.01, .10). */
  private tell(status: FirmwareStatus): void {
    const request = this.current?.request;
    if (request === undefined) return;
    const form = request.requestId === null ? 'plain' : 'signed';
    if (!this.afresh && this.told?.status === status && this.told.requestId === request.requestId && this.told.form === form) return;
    this.afresh = false;
    this.told = { status, requestId: request.requestId, form };
    this.save();
    this.deps.outbox.add({ kind: 'firmwareStatus', ...this.told });
  }

  /** F06, L01.FR.25, .26: the last one told; Idle after Installed. Null: in the form of the last one. */
  private trigger(form: Told['form'] | null): Trigger {
    return () => ({
      status: 'Accepted',
      send: () => {
        const { told } = this;
        const idle = told === null || told.status === 'Installed' || (form !== null && told.form !== form);
        this.deps.outbox.add({ kind: 'firmwareStatus', ...(idle ? { status: 'Idle', requestId: null, form: form ?? 'signed' } : told) });
      },
    });
  }
}

function refused(reasonCode: string, additionalInfo: string): UpdateAnswer {
  return { status: 'Rejected', reason: { reasonCode, additionalInfo } };
}
