/**
 * A02, A03; 1.6 security whitepaper: the station makes a key pair and a signing request, the CSMS brings the certificate.
 * What is asked for survives a restart; the certificate is taken only if it is for that very key.
 */
import { describeError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { SigningSubject, Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps, Trigger } from '../block.ts';
import type { CsmsPort } from '../csms-port.ts';
import type { Reason } from '../types.ts';
import type { CertificateSigningApi, SigningUse } from './api.ts';
import type { Certificates } from './certificates.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import { verifySigned } from './verify-signed.ts';

const PENDING_KEY = 'pending/';

/** What was asked for and hasn't come yet. */
interface Pending {
  readonly use: SigningUse;
  readonly keyName: string;
  readonly csr: string;
  /** The CSMS has accepted the request so many times (A02.FR.17). */
  readonly accepted: number;
}

export class CertificateSigning implements Block, CertificateSigningApi {
  private readonly pending = new Map<SigningUse, Pending>();
  private readonly timers = new Map<SigningUse, Stop>();
  private readonly sending = new Set<SigningUse>();

  constructor(private readonly deps: BlockDeps, private readonly certificates: Certificates, private readonly watch: ExpiryWatch) {
    for (const [message, use] of [['SignChargingStationCertificate', 'ChargingStationCertificate'], ['SignV2GCertificate', 'V2GCertificate'], ['SignCombinedCertificate', 'Combined']] as const) {
      deps.triggers.set(message, () => this.trigger(use));
    }
    watch.onExpiring.on((use) => {
      if (!this.pending.has(use)) void this.request(use); // A03.FR.02
    });
  }

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('certificates')) {
      if (!key.startsWith(PENDING_KEY)) continue;
      const pending = value as unknown as Pending;
      this.pending.set(pending.use, pending);
    }
  }

  ready(): void {
    this.watch.check();
    for (const { use, accepted } of this.pending.values()) {
      if (accepted === 0) void this.send(use);
      else if (!this.timers.has(use)) this.awaitAnswer(use);
    }
  }

  stop(): void {
    for (const stop of this.timers.values()) stop();
    this.watch.stop();
  }

  /** A new key pair, and the request for its certificate. Resolves when the CSMS has answered or can't be reached. */
  async request(use: SigningUse): Promise<void> {
    const { keys, x509, random, log } = this.deps;
    this.end(use);
    const keyName = `${use}-${random.uuid()}`;
    try {
      const csr = await x509.signingRequest(this.subject(use), await keys.create(keyName)); // A02.FR.02, A02.FR.03
      this.note({ use, keyName, csr, accepted: 0 });
      await this.send(use);
    } catch (error) {
      log('error', 'certificates', `no signing request could be made: ${describeError(error)}`);
    }
  }

  async signed(chainPem: string, use: SigningUse): ReturnType<CertificateSigningApi['signed']> {
    const { settings, time, crypto, keys, securityEvents, link } = this.deps;
    const maxSize = settings.number('SecurityCtrlr.MaxCertificateChainSize', 10_000);
    if (chainPem.length > maxSize) return refused('TooLargeElement', `at most ${maxSize} characters`); // A02.FR.16
    // Without a type it is for whatever was asked for, a request for both uses first.
    const pending = this.pending.get(use) ?? (use === 'Combined' ? (this.pending.get('ChargingStationCertificate') ?? this.pending.get('V2GCertificate')) : undefined);
    if (pending === undefined) return this.invalid(use, 'none was asked for');
    const verdict = await verifySigned({ crypto, keys, certificates: this.certificates, subject: this.subject(pending.use) }, pending.use, pending.keyName, chainPem);
    if (!verdict.ok) {
      await this.discard(pending); // A02.FR.07, A02.FR.20
      return this.invalid(pending.use, verdict.detail);
    }
    this.forget(pending.use);
    const [leaf] = verdict.chain;
    await this.certificates.own.add({
      uses: pending.use === 'Combined' ? ['ChargingStationCertificate', 'V2GCertificate'] : [pending.use],
      chainPem, keyName: pending.keyName, notBeforeMs: leaf?.notBeforeMs ?? 0, notAfterMs: leaf?.notAfterMs ?? 0,
      hashes: await this.certificates.chainHashes(verdict.chain, 0), children: await this.certificates.childHashes(verdict.chain), installedMs: time.nowMs(),
      ocsp: await this.certificates.ocspData(verdict.chain),
    });
    securityEvents.record('ReconfigurationOfSecurityParameters', `${pending.use} renewed`);
    this.watch.renewed(pending.use);
    // A02.FR.08: only security profile 3 shows it to the CSMS.
    if (pending.use !== 'V2GCertificate' && settings.number('SecurityCtrlr.SecurityProfile', 0) === 3) link.reconnect();
    return { status: 'Accepted' };
  }

  private trigger(use: SigningUse): ReturnType<Trigger> {
    if (use !== 'ChargingStationCertificate' && !this.watch.speaksWithCars) {
      return { status: 'NotImplemented', reason: { reasonCode: 'UnsupportedRequest', additionalInfo: 'no controller here speaks ISO 15118' } };
    }
    return { status: 'Accepted', send: () => void this.request(use) };
  }

  /** A00.FR.511; for cars ISO 15118-2, annex B. */
  private subject(use: SigningUse): SigningSubject {
    const { settings } = this.deps;
    const text = (name: string): string => settings.string(name, '');
    const forCars = use === 'V2GCertificate';
    const seccId = forCars ? text('ISO15118Ctrlr.SeccId') : '';
    const organization = (forCars ? text('ISO15118Ctrlr.OrganizationName') : '') || text('SecurityCtrlr.OrganizationName');
    const country = forCars ? text('ISO15118Ctrlr.CountryName') : '';
    return {
      commonName: seccId || text('ChargingStation.SerialNumber'),
      ...(organization === '' ? {} : { organization }), ...(country === '' ? {} : { country }), ...(forCars ? { domainComponent: 'CPO' } : {}),
    };
  }

  private async send(use: SigningUse): Promise<void> {
    const port: CsmsPort | null = this.deps.csms();
    const pending = this.pending.get(use);
    if (pending === undefined || port === null || this.sending.has(use)) return;
    this.sending.add(use);
    try {
      const status = await port.signCertificate(use, pending.csr);
      if (this.pending.get(use) !== pending) return;
      if (status === 'Rejected') await this.rejected(pending);
      else {
        this.note({ ...pending, accepted: pending.accepted + 1 });
        this.awaitAnswer(use);
      }
    } catch (error) {
      this.deps.log('warn', 'certificates', `SignCertificate got no answer: ${describeError(error)}`);
      // While the link is gone it waits for the next one; a CSMS that can't make anything of it is not asked again.
      if (this.deps.csms() !== null && this.pending.get(use) === pending) await this.discard(pending);
    } finally {
      this.sending.delete(use);
    }
  }

  private async rejected(pending: Pending): Promise<void> {
    this.deps.log('warn', 'certificates', `the CSMS won't sign a ${pending.use}`);
    await this.discard(pending);
    // A02.FR.21: without a certificate there is no Plug & Charge; the next start tries again.
    if (pending.use === 'V2GCertificate' && this.deps.settings.has('ISO15118Ctrlr.PnCEnabled')) this.deps.settings.overlay('ISO15118Ctrlr.PnCEnabled', 'false');
  }

  /** A02.FR.17 to FR.19: asked again after a wait that doubles each time, until it has doubled so many times. */
  private awaitAnswer(use: SigningUse): void {
    const { settings, clock } = this.deps;
    const doublings = (this.pending.get(use)?.accepted ?? 1) - 1;
    const repeatTimes = settings.number('SecurityCtrlr.CertSigningRepeatTimes', 3);
    this.timers.get(use)?.();
    this.timers.delete(use);
    if (repeatTimes === 0 || doublings > repeatTimes) return;
    const waitMs = settings.number('SecurityCtrlr.CertSigningWaitMinimum', 60) * 1000 * 2 ** doublings;
    this.timers.set(use, clock.after(waitMs, () => {
      this.timers.delete(use);
      void this.send(use);
    }));
  }

  private invalid(use: SigningUse, detail: string): { readonly status: 'Rejected'; readonly reason: Reason } {
    this.deps.securityEvents.record('InvalidChargingStationCertificate', `${use}: ${detail}`); // A02.FR.07
    return refused('InvalidCertificate', detail);
  }

  private note(pending: Pending): void {
    this.pending.set(pending.use, pending);
    this.deps.journal.put('certificates', PENDING_KEY + pending.use, pending as unknown as Stored);
  }

  /** What was asked for before is no longer wanted. */
  private end(use: SigningUse): void {
    const before = this.pending.get(use);
    if (before !== undefined) void this.discard(before);
  }

  private async discard({ use, keyName }: Pending): Promise<void> {
    this.forget(use);
    await this.deps.keys.delete(keyName);
  }

  private forget(use: SigningUse): void {
    this.timers.get(use)?.();
    this.timers.delete(use);
    this.pending.delete(use);
    this.deps.journal.delete('certificates', PENDING_KEY + use);
  }
}

function refused(reasonCode: string, additionalInfo: string): { readonly status: 'Rejected'; readonly reason: Reason } {
  return { status: 'Rejected', reason: { reasonCode, additionalInfo } };
}
