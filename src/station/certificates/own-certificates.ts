/**
 * The station's own certificates: for the CSMS (ChargingStationCertificate) and for cars (V2GCertificate), each with a
 * private key in the key store. A renewed one stands beside the one before it until a connection has shown which works
 * (A02.FR.10, A02.FR.28).
 */
import { describeError } from '../../base/errors.ts';
import type { CertificateHash, Store, Stored } from '../../platform/ports.ts';
import type { BlockDeps } from '../block.ts';
import type { OcspData, OwnUse } from './api.ts';

const OWN_KEY = 'own/';
/** Of each use, the newest ones. */
const KEPT = 2;

export interface OwnCertificate {
  readonly uses: readonly OwnUse[];
  /** Leaf first, as the CSMS sent it. */
  readonly chainPem: string;
  /** Of its private key in the key store. */
  readonly keyName: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SHA256 first; of the leaf. */
  readonly hashes: readonly CertificateHash[];
  /** SHA256, of the sub-CAs between leaf and root (M03.FR.05). */
  readonly children: readonly CertificateHash[];
  readonly installedMs: number;
  /** What OCSP asks of leaf and sub-CAs (M06). */
  readonly ocsp: readonly OcspData[];
}

export class OwnCertificates {
  /** Newest first, by installation. */
  private records: OwnCertificate[] = [];
  /** Private keys in readable form, where the host has one: TLS must have them at hand. */
  private readonly pems = new Map<string, string>();

  constructor(private readonly deps: Pick<BlockDeps, 'journal' | 'keys' | 'log'>) {}

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('certificates')) {
      if (key.startsWith(OWN_KEY)) this.records.push(value as unknown as OwnCertificate);
    }
    this.records.sort((a, b) => b.installedMs - a.installedMs);
    await Promise.all(this.records.map((record) => this.readPem(record.keyName)));
  }

  get all(): readonly OwnCertificate[] {
    return this.records;
  }

  /** Newest installed first. */
  of(use: OwnUse): readonly OwnCertificate[] {
    return this.records.filter(({ uses }) => uses.includes(use));
  }

  /** A02.FR.15: of those valid now the newest, by the start of its validity. */
  newestValid(use: OwnUse, nowMs: number): OwnCertificate | null {
    const valid = this.of(use).filter(({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs <= notAfterMs);
    return [...valid].sort((a, b) => b.notBeforeMs - a.notBeforeMs)[0] ?? null;
  }

  /** Null: this host can't use the key for TLS. */
  pemOf({ keyName }: OwnCertificate): string | null {
    return this.pems.get(keyName) ?? null;
  }

  /** Resolves when it is on the disk. */
  async add(record: OwnCertificate): Promise<void> {
    await this.readPem(record.keyName);
    this.records.unshift(record);
    this.deps.journal.put('certificates', OWN_KEY + record.keyName, record as unknown as Stored);
    for (const use of record.uses) for (const old of this.of(use).slice(KEPT)) await this.remove(old);
    await this.deps.journal.durable();
  }

  /** With its private key. */
  async remove(record: OwnCertificate): Promise<void> {
    this.records = this.records.filter((other) => other !== record);
    this.pems.delete(record.keyName);
    this.deps.journal.delete('certificates', OWN_KEY + record.keyName);
    await this.deps.journal.durable();
    await this.deps.keys.delete(record.keyName);
  }

  private async readPem(keyName: string): Promise<void> {
    try {
      const pem = await this.deps.keys.pem(keyName);
      if (pem !== null) this.pems.set(keyName, pem);
    } catch (error) {
      this.deps.log('error', 'certificates', `the private key ${keyName} can't be read: ${describeError(error)}`);
    }
  }
}
