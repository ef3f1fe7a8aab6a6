/**
 * Block M: the certificates that this station holds, kept over restarts (M03 to M05; 1.6 security whitepaper, 2.3).
 *
 * What other blocks need:
 * - `check(pem, uses)`: is this chain (leaf first) signed, step by step, by an installed root of one of these uses, and
 *   valid at the station's present time? Answers the chain from leaf to root, or why not.
 * - `roots(use)`: the installed roots of a use, e.g. to tell an EV which MO roots are known.
 * - `ocspData(chain)`: what an OCSP request says of every certificate of a checked chain but its root (C07, M06).
 * - `own`: the station's own certificates and their keys.
 */
import { describeError } from '../../base/errors.ts';
import type { CertificateHash, HashAlgorithm, Store, Stored, X509Certificate } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Reason } from '../types.ts';
import { ROOT_USES, type CertificatesApi, type InstalledCertificate, type OcspData, type RootUse } from './api.ts';
import { CERTIFICATE_ENTRIES } from './capacity.ts';
import { authorityProblem, checkChain, type Chain, type ChainCheck } from './chain.ts';
import { OwnCertificates } from './own-certificates.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['SHA256', 'SHA384', 'SHA512'];
const ROOT_KEY = 'root/';

/** As it lies in the books. Its names are reckoned once: the issuer of a cross-signed root may be gone later. */
interface InstalledRoot {
  readonly use: RootUse;
  readonly pem: string;
  readonly hashes: readonly CertificateHash[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly installedMs: number;
  /** M05.FR.12: the root that a new one replaces, until the new one has shown that it works. */
  readonly fallback?: boolean;
}

export type CertificateDeps = Pick<BlockDeps, 'journal' | 'settings' | 'time' | 'x509' | 'keys' | 'log' | 'link' | 'securityEvents'>;

export class Certificates implements Block, CertificatesApi {
  readonly own: OwnCertificates;
  private readonly rootsByKey = new Map<string, InstalledRoot>();
  /** Read once, when first needed: the X.509 chunk isn't loaded for a station without certificates. */
  private readonly parsed = new Map<string, X509Certificate>();

  private store: Store | null = null;

  constructor(private readonly deps: CertificateDeps) {
    this.own = new OwnCertificates(deps);
  }

  async load(store: Store): Promise<void> {
    this.store = store;
    for (const [key, value] of await store.entries('certificates')) {
      if (key.startsWith(ROOT_KEY)) this.rootsByKey.set(key, value as unknown as InstalledRoot);
    }
    await this.own.load(store);
  }

  /** For the technician: what is held, without a key. */
  get overview(): readonly { readonly use: string; readonly serialNumber: string; readonly notBeforeMs: number; readonly notAfterMs: number; readonly own: boolean }[] {
    const line = (use: string, { hashes, notBeforeMs, notAfterMs }: Pick<InstalledRoot, 'hashes' | 'notBeforeMs' | 'notAfterMs'>, own: boolean) =>
      ({ use, serialNumber: hashes[0]?.serialNumber ?? '', notBeforeMs, notAfterMs, own });
    return [...this.own.all.map((each) => line(each.uses.join(', '), each, true)), ...[...this.rootsByKey.values()].map((root) => line(root.use, root, false))];
  }

  /** SecurityCtrlr.CertificateEntries. */
  get entries(): number {
    return this.rootsByKey.size + this.own.all.length;
  }

  /** @throws KerbsideError if the X.509 part can't be loaded */
  async roots(use: RootUse): Promise<readonly X509Certificate[]> {
    return Promise.all(this.installedRoots(use).map((root) => this.read(root.pem)));
  }

  /** A05.FR.02: is there one that is valid now? */
  hasValidRoot(use: RootUse): boolean {
    const nowMs = this.deps.time.nowMs();
    return this.installedRoots(use).some(({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs <= notAfterMs);
  }

  /** PEM, for TLS: the CSMS roots, and apart from them the one that a new one is replacing. */
  csmsRoots(): { readonly current: readonly string[]; readonly fallback: readonly string[] } {
    const roots = this.installedRoots('CSMSRootCertificate');
    const pems = (fallback: boolean): string[] => roots.filter((root) => (root.fallback === true) === fallback).map(({ pem }) => pem);
    return { current: pems(false), fallback: pems(true) };
  }

  /** M05.FR.13: the new root has shown that it works. */
  async dropFallbackRoot(): Promise<void> {
    for (const [key, root] of this.rootsByKey) if (root.fallback === true) this.forget(key);
    await this.deps.journal.durable();
  }

  /** @param pem the leaf first, then its issuers as far as they were given */
  async check(pem: string, uses: readonly RootUse[]): Promise<ChainCheck> {
    let certificates: readonly X509Certificate[];
    try {
      certificates = await this.deps.x509.parse(pem);
    } catch (error) {
      return { ok: false, why: 'Unreadable', detail: describeError(error) };
    }
    const roots = (await Promise.all(uses.map((use) => this.roots(use)))).flat();
    return checkChain(this.deps.x509, certificates, roots, this.deps.time.nowMs());
  }

  /** One entry for each certificate below the root; those that name no responder get an empty address. */
  async ocspData(chain: Chain, algorithm: HashAlgorithm = 'SHA256'): Promise<readonly OcspData[]> {
    return Promise.all(chain.slice(0, -1).map(async (certificate, index) => ({
      ...(await this.deps.x509.hash(certificate, chain[index + 1] ?? certificate, algorithm)), responderUrl: certificate.ocspUrl ?? '',
    })));
  }

  /** Every name of one certificate of a checked chain; SHA256 first. */
  chainHashes(chain: Chain, index: number): Promise<readonly CertificateHash[]> {
    const certificate = chain[index];
    return certificate === undefined ? Promise.resolve([]) : this.hashes(certificate, chain[index + 1] ?? certificate);
  }

  /** The sub-CAs between leaf and root. */
  async childHashes(chain: Chain): Promise<readonly CertificateHash[]> {
    const subCas = chain.slice(1, -1);
    return Promise.all(subCas.map((certificate, index) => this.deps.x509.hash(certificate, chain[index + 2] ?? certificate, 'SHA256')));
  }

  async install(use: RootUse, pem: string): ReturnType<CertificatesApi['install']> {
    const candidate = await this.candidate(pem, use);
    if ('refusal' in candidate) {
      // Security whitepaper, 2.3, and A04: the operator must learn that somebody offered it.
      if (use === 'CSMSRootCertificate') this.deps.securityEvents.record('InvalidCsmsCertificate', candidate.refusal);
      return refused('InvalidCertificate', candidate.refusal); // M05.FR.07
    }
    const { certificate, issuer } = candidate;
    const hashes = await this.hashes(certificate, issuer);
    const key = keyOf(use, hashes);
    const known = this.rootsByKey.has(key);
    if (use === 'CSMSRootCertificate' && this.rootCheck && !known) {
      const before = this.installedRoots(use).find((root) => root.fallback !== true);
      if (before !== undefined && !(await this.deps.x509.isSignedBy(certificate, await this.read(before.pem)))) {
        return refused('InvalidCertificate', 'it isn\'t signed by the root that it would replace'); // M05.FR.11
      }
    }
    // M05.FR.17: one that is there already is replaced, and takes no more room.
    if (!known && this.entries >= CERTIFICATE_ENTRIES) return refused('OutOfStorage', `room for ${CERTIFICATE_ENTRIES} certificates`); // M05.FR.06
    const changes = use === 'CSMSRootCertificate' && this.rootCheck && !known ? this.roomForRoot() : new Map<string, InstalledRoot | null>();
    changes.set(key, {
      use, pem: certificate.pem, hashes, notBeforeMs: certificate.notBeforeMs, notAfterMs: certificate.notAfterMs, installedMs: this.deps.time.nowMs(),
    });
    try {
      await this.commit(changes);
    } catch (error) {
      return failed(describeError(error), 'OutOfStorage'); // M05.FR.03
    }
    this.deps.securityEvents.record('ReconfigurationOfSecurityParameters', `${use} installed: ${certificate.subject}`);
    return { status: 'Accepted' };
  }

  async delete(hash: CertificateHash): ReturnType<CertificatesApi['delete']> {
    const own = this.own.all.find(({ hashes }) => matches(hashes, hash));
    if (own !== undefined) {
      if (own.uses.includes('ChargingStationCertificate')) return failed('it is the charging station\'s own certificate'); // M04.FR.06
      await this.own.remove(own);
      this.deps.securityEvents.record('ReconfigurationOfSecurityParameters', 'V2G certificate deleted');
      return { status: 'Accepted' };
    }
    const found = [...this.rootsByKey].find(([, root]) => matches(root.hashes, hash));
    if (found === undefined) return { status: 'NotFound' };
    const [key, { use }] = found;
    if (use === 'CSMSRootCertificate' && this.isLastThread(key)) return failed('the connection to the CSMS rests on this certificate alone');
    this.forget(key);
    await this.deps.journal.durable();
    this.deps.securityEvents.record('ReconfigurationOfSecurityParameters', `${use} deleted`);
    return { status: 'Accepted' };
  }

  installed(uses: readonly InstalledCertificate['use'][] = [...ROOT_USES, 'V2GCertificateChain']): readonly InstalledCertificate[] {
    const roots = [...this.rootsByKey.values()].map(({ use, hashes }) => ({ use, hash: hashes[0], children: [] }));
    const chains = this.own.of('V2GCertificate').map(({ hashes, children }) => ({ use: 'V2GCertificateChain' as const, hash: hashes[0], children }));
    return [...roots, ...chains].filter(({ use }) => uses.includes(use)).flatMap(({ use, hash, children }) => (hash === undefined ? [] : [{ use, hash, children }]));
  }

  private hashes(certificate: X509Certificate, issuer: X509Certificate): Promise<readonly CertificateHash[]> {
    return Promise.all(ALGORITHMS.map((algorithm) => this.deps.x509.hash(certificate, issuer, algorithm)));
  }

  /** M05.FR.09: one CSMS root, and the one before it while the new one hasn't shown yet that it works. */
  private get rootCheck(): boolean {
    return this.deps.settings.boolean('SecurityCtrlr.AdditionalRootCertificateCheck', false);
  }

  private async candidate(pem: string, use: RootUse): Promise<{ certificate: X509Certificate; issuer: X509Certificate } | { refusal: string }> {
    let certificates: readonly X509Certificate[];
    try {
      certificates = await this.deps.x509.parse(pem);
    } catch (error) {
      return { refusal: describeError(error) };
    }
    const [certificate, ...more] = certificates;
    if (certificate === undefined || more.length > 0) return { refusal: 'one certificate at a time' };
    const problem = authorityProblem(certificate, this.deps.time.nowMs());
    if (problem !== null) return { refusal: problem.detail };
    const issuer = await this.issuerOf(certificate, use);
    return issuer === null ? { refusal: `its issuer ${certificate.issuer} isn't installed, and it isn't its own` } : { certificate, issuer };
  }

  /** Itself, for a real root; for a cross-signed one the root that signed it. */
  private async issuerOf(certificate: X509Certificate, use: RootUse): Promise<X509Certificate | null> {
    for (const candidate of [certificate, ...(await this.roots(use))]) {
      if (candidate.subject === certificate.issuer && (await this.deps.x509.isSignedBy(certificate, candidate))) return candidate;
    }
    return null;
  }

  /** M05.FR.12: the present root becomes the fallback; a fallback of before goes. */
  private roomForRoot(): Map<string, InstalledRoot | null> {
    return new Map([...this.rootsByKey].filter(([, { use }]) => use === 'CSMSRootCertificate')
      .map(([key, root]) => [key, root.fallback === true ? null : { ...root, fallback: true }]));
  }

  /** All or nothing, here and on the disk. Null deletes. @throws KerbsideError of the store */
  private async commit(changes: ReadonlyMap<string, InstalledRoot | null>): Promise<void> {
    await this.store?.commit([...changes].map(([key, root]) => (root === null
      ? { op: 'delete', collection: 'certificates', key } : { op: 'put', collection: 'certificates', key, value: root as unknown as Stored })));
    for (const [key, root] of changes) {
      if (root === null) this.rootsByKey.delete(key);
      else this.rootsByKey.set(key, root);
    }
  }

  /** Without it, no server could be trusted any more, and nobody could reach the station to mend that. */
  private isLastThread(key: string): boolean {
    const { settings, link } = this.deps;
    if (!link.abilities.ownRoots || settings.number('SecurityCtrlr.SecurityProfile', 0) < 2) return false;
    return [...this.rootsByKey].every(([other, { use }]) => other === key || use !== 'CSMSRootCertificate');
  }

  private installedRoots(use: RootUse): InstalledRoot[] {
    return [...this.rootsByKey.values()].filter((root) => root.use === use);
  }

  private forget(key: string): void {
    this.rootsByKey.delete(key);
    this.deps.journal.delete('certificates', key);
  }

  private async read(pem: string): Promise<X509Certificate> {
    const known = this.parsed.get(pem);
    if (known !== undefined) return known;
    const [certificate] = await this.deps.x509.parse(pem);
    if (certificate !== undefined) this.parsed.set(pem, certificate);
    return certificate as X509Certificate; // a text without one doesn't parse
  }
}

/** By what names it, so that the same certificate has one place. */
function keyOf(use: RootUse, [first]: readonly CertificateHash[]): string {
  return `${ROOT_KEY}${use}/${first?.issuerKeyHash ?? ''}/${first?.serialNumber ?? ''}`;
}

/** Hex digits in any case, leading zeros or not. */
function matches(hashes: readonly CertificateHash[], wanted: CertificateHash): boolean {
  const serialNumber = wanted.serialNumber.toLowerCase().replace(/^0+(?=.)/, '');
  return hashes.some((hash) => hash.hashAlgorithm === wanted.hashAlgorithm && hash.serialNumber === serialNumber
    && hash.issuerNameHash === wanted.issuerNameHash.toLowerCase() && hash.issuerKeyHash === wanted.issuerKeyHash.toLowerCase());
}

function refused(reasonCode: string, additionalInfo: string): { readonly status: 'Rejected'; readonly reason: Reason } {
  return { status: 'Rejected', reason: { reasonCode, additionalInfo } };
}

function failed(additionalInfo: string, reasonCode = 'Unspecified'): { readonly status: 'Failed'; readonly reason: Reason } {
  return { status: 'Failed', reason: { reasonCode, additionalInfo } };
}
