/**
 * Block M: the certificates that this station holds, kept over restarts (M03 to M05; 1.6 security whitepaper, 2.3).
 *
 * What other blocks need:
 * - `check(pem, uses)`: is this chain (leaf first) signed, step by step, by an installed root of one of these uses, and
 *   valid at the station's present time? Answers the chain from leaf to root, or why not.
 * - `roots(use)`: the installed roots of a use, e.g. to tell an EV which MO roots are known.
 * - `ocspData(chain)`: what an OCSP request says of every certificate of a checked chain but its root (C07, M06).
 */
import type { CertificateHash, HashAlgorithm, Store, Stored, X509Certificate } from '../../platform/ports.ts';
import { describeError } from '../../base/errors.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { Reason } from '../types.ts';
import { ROOT_USES, type CertificatesApi, type InstalledCertificate, type RootUse } from './api.ts';
import { CERTIFICATE_ENTRIES } from './capacity.ts';
import { authorityProblem, checkChain, type Chain, type ChainCheck } from './chain.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['SHA256', 'SHA384', 'SHA512'];
const ROOT_KEY = 'root/';

/** As it lies in the books. Its names are reckoned once: the issuer of a cross-signed root may be gone later. */
interface InstalledRoot {
  readonly use: RootUse;
  readonly pem: string;
  readonly hashes: readonly CertificateHash[];
  readonly installedMs: number;
}

/** OCSPRequestDataType. */
export interface OcspData extends CertificateHash { readonly responderUrl: string }

export type CertificateDeps = Pick<BlockDeps, 'journal' | 'settings' | 'time' | 'x509' | 'log'>;

export class Certificates implements Block, CertificatesApi {
  private readonly roots_ = new Map<string, InstalledRoot>();
  /** Read once, when first needed: the X.509 chunk isn't loaded for a station without certificates. */
  private readonly parsed = new Map<string, X509Certificate>();

  constructor(private readonly deps: CertificateDeps) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('certificates')) {
      if (key.startsWith(ROOT_KEY)) this.roots_.set(key, value as unknown as InstalledRoot);
    }
  }

  /** SecurityCtrlr.CertificateEntries. */
  get entries(): number {
    return this.roots_.size;
  }

  /** @throws KerbsideError if the X.509 part can't be loaded */
  async roots(use: RootUse): Promise<readonly X509Certificate[]> {
    return Promise.all([...this.roots_.values()].filter((root) => root.use === use).map((root) => this.read(root.pem)));
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

  async install(use: RootUse, pem: string): ReturnType<CertificatesApi['install']> {
    let certificates: readonly X509Certificate[];
    try {
      certificates = await this.deps.x509.parse(pem);
    } catch (error) {
      return refused('InvalidCertificate', describeError(error)); // M05.FR.07
    }
    const [certificate, ...more] = certificates;
    if (certificate === undefined || more.length > 0) return refused('InvalidCertificate', 'one certificate at a time');
    const problem = authorityProblem(certificate, this.deps.time.nowMs());
    if (problem !== null) return refused('InvalidCertificate', problem.detail); // M05.FR.07
    const issuer = await this.issuerOf(certificate, use);
    if (issuer === null) return refused('InvalidCertificate', `${certificate.issuer}, its issuer, isn't installed`);
    const hashes = await Promise.all(ALGORITHMS.map((algorithm) => this.deps.x509.hash(certificate, issuer, algorithm)));
    const key = keyOf(use, hashes);
    // M05.FR.17: one that is there already is replaced, and takes no more room.
    if (!this.roots_.has(key) && this.entries >= CERTIFICATE_ENTRIES) return refused('OutOfStorage', `room for ${CERTIFICATE_ENTRIES} certificates`); // M05.FR.06
    await this.keep(key, { use, pem: certificate.pem, hashes, installedMs: this.deps.time.nowMs() });
    return { status: 'Accepted' };
  }

  async delete(hash: CertificateHash): ReturnType<CertificatesApi['delete']> {
    const found = [...this.roots_].find(([, root]) => matches(root.hashes, hash));
    if (found === undefined) return { status: 'NotFound' };
    this.roots_.delete(found[0]);
    this.deps.journal.delete('certificates', found[0]);
    await this.deps.journal.durable();
    return { status: 'Accepted' };
  }

  installed(uses: readonly InstalledCertificate['use'][] = [...ROOT_USES, 'V2GCertificateChain']): readonly InstalledCertificate[] {
    return [...this.roots_.values()].filter(({ use }) => uses.includes(use)).flatMap(({ use, hashes: [hash] }) => (
      hash === undefined ? [] : [{ use, hash, children: [] }]));
  }

  /** Itself, for a real root; for a cross-signed one the root that signed it. */
  private async issuerOf(certificate: X509Certificate, use: RootUse): Promise<X509Certificate | null> {
    for (const candidate of [certificate, ...(await this.roots(use))]) {
      if (candidate.subject === certificate.issuer && (await this.deps.x509.isSignedBy(certificate, candidate))) return candidate;
    }
    return null;
  }

  private async keep(key: string, root: InstalledRoot): Promise<void> {
    this.roots_.set(key, root);
    this.deps.journal.put('certificates', key, root as unknown as Stored);
    await this.deps.journal.durable();
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
