/**
 * What identifies the station to the CSMS and the CSMS to the station, attempt by attempt: passwords (A01), client
 * certificates (A02.FR.28), CSMS roots (M05.FR.13 to FR.16), and what of it fails, as security events (A04).
 */
import type { SocketClose, TlsMaterial } from '../../platform/ports.ts';
import type { FilledSlot, NetworkProfiles } from '../provisioning/network-profiles.ts';
import type { BlockDeps } from '../block.ts';
import type { Certificates } from '../certificates/certificates.ts';
import type { OwnCertificate } from '../certificates/own-certificates.ts';
import type { SecurityEventType } from './event-types.ts';
import type { Password } from './authorization-key.ts';
import type { Passwords } from './passwords.ts';

const INVALID_EVERY_MS = 60_000;

type Slot = Pick<FilledSlot, 'slot' | 'csmsUrl' | 'securityProfile'>;

export interface ConnectionSecurityDeps extends Pick<BlockDeps, 'clock' | 'link' | 'securityEvents'> {
  readonly passwords: Passwords;
  readonly certificates: Certificates;
  readonly profiles: NetworkProfiles;
}

export class ConnectionSecurity {
  /** Told once for each outage: an attempt every few seconds would flood the log. */
  private readonly told = new Set<SecurityEventType>();
  private presented: OwnCertificate | null = null;
  private trusted: 'current' | 'fallback' = 'current';
  private tlsFailures = 0;
  private lastInvalidMs = Number.NEGATIVE_INFINITY;
  /** An attempt at another CSMS than the one that worked last was made in this outage. */
  private migrating = false;

  constructor(private readonly deps: ConnectionSecurityDeps) {}

  next(slot: Slot, round: number): { password?: Password; tls?: TlsMaterial } {
    const password = slot.securityProfile === 1 || slot.securityProfile === 2 ? this.deps.passwords.next() : undefined;
    const tls = /^wss:/i.test(slot.csmsUrl) ? this.tls(slot, round) : undefined;
    return { ...(password === undefined ? {} : { password }), ...(tls === undefined ? {} : { tls }) };
  }

  worked(slot: Slot): void {
    const { passwords, certificates } = this.deps;
    if (slot.securityProfile === 1 || slot.securityProfile === 2) passwords.worked();
    if (this.presented !== null) void this.settleCertificates(this.presented);
    if (/^wss:/i.test(slot.csmsUrl) && this.trusted === 'current' && certificates.csmsRoots().fallback.length > 0) void certificates.dropFallbackRoot(); // M05.FR.13
    this.told.clear();
    this.tlsFailures = 0;
    this.migrating = false;
  }

  failed(_slot: Slot, { kind, tlsFault, detail }: SocketClose): void {
    const { passwords, link } = this.deps;
    passwords.failed(kind === 'unauthorized' || (kind === 'failed' && !link.abilities.anyPassword));
    if (kind === 'unauthorized') this.tell('FailedToAuthenticateAtCsms', detail);
    if (kind !== 'tls') return;
    this.tlsFailures += 1;
    switch (tlsFault) {
      case 'certificate': return this.tell('InvalidCsmsCertificate', detail);
      case 'version': return this.tell('InvalidTLSVersion', detail);
      case 'cipherSuite': return this.tell('InvalidTLSCipherSuite', detail);
      case 'clientCertificate': return this.tell('FailedToAuthenticateAtCsms', detail);
      case undefined: return this.tell('CsmsFailedToAuthenticate', detail);
    }
  }

  /** A CSMS that sends nothing else shall not push everything else out of the log. */
  invalidMessage(why: string): void {
    const nowMs = this.deps.clock.monotonicMs();
    if (nowMs - this.lastInvalidMs < INVALID_EVERY_MS) return;
    this.lastInvalidMs = nowMs;
    this.deps.securityEvents.record('InvalidMessages', why);
  }

  private tls(slot: Slot, round: number): TlsMaterial {
    const { current, fallback } = this.deps.certificates.csmsRoots();
    this.trusted = this.useFallbackRoot(slot, fallback.length > 0) ? 'fallback' : 'current';
    const client = slot.securityProfile === 3 ? this.clientCertificate(round) : undefined;
    return { roots: this.trusted === 'fallback' ? fallback : current, ...(client === undefined ? {} : { client }) };
  }

  /**
   * M05.FR.14: at the same CSMS, after the new root failed, the old one, in turn. M05.FR.15: never at another CSMS.
   * M05.FR.16: on the way back from there at once.
   */
  private useFallbackRoot(slot: Slot, exists: boolean): boolean {
    const last = this.deps.profiles.lastWorking;
    const same = last === null || last.csmsUrl === slot.csmsUrl;
    if (!same) this.migrating = true;
    if (!exists || !same) return false;
    return this.migrating || this.tlsFailures % 2 === 1;
  }

  /** The newest, even if it has expired (A00.FR.430); when the whole list has failed with it, the one before, in turn. */
  private clientCertificate(round: number): TlsMaterial['client'] {
    const usable = this.deps.certificates.own.of('ChargingStationCertificate').filter((record) => this.deps.certificates.own.pemOf(record) !== null);
    this.presented = usable[round % Math.max(1, usable.length)] ?? null;
    const key = this.presented === null ? null : this.deps.certificates.own.pemOf(this.presented);
    if (this.presented === null || key === null) return undefined;
    return { chain: this.presented.chainPem, key };
  }

  /** A02.FR.10: what isn't in use goes; A02.FR.29: the CSMS learns that its new one didn't work. */
  private async settleCertificates(inUse: OwnCertificate): Promise<void> {
    const { certificates, securityEvents } = this.deps;
    this.presented = null;
    for (const other of certificates.own.of('ChargingStationCertificate')) {
      if (other === inUse) continue;
      if (other.installedMs > inUse.installedMs) securityEvents.record('DiscardedRenewedClientCertificate', 'no connection could be made with it');
      await certificates.own.remove(other);
    }
  }

  private tell(type: SecurityEventType, detail: string | undefined): void {
    if (this.told.has(type)) return;
    this.told.add(type);
    this.deps.securityEvents.record(type, detail);
  }
}
