/** A03: own certificates that end within a month are renewed in time. */
import { Signal, type Stop } from '../../base/signal.ts';
import type { BlockDeps } from '../block.ts';
import type { OwnUse, SigningUse } from './api.ts';
import type { OwnCertificates } from './own-certificates.ts';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;

export class ExpiryWatch {
  /** This one ends soon: now is the time to ask for the next. */
  readonly onExpiring = new Signal<OwnUse>();
  /** One was installed. */
  readonly onRenewed = new Signal<SigningUse>();
  private stopTimer: Stop = () => {};

  constructor(private readonly deps: Pick<BlockDeps, 'clock' | 'time' | 'settings' | 'csms'>, private readonly own: OwnCertificates) {}

  /** A controller here speaks ISO 15118: only then are there certificates for cars. */
  get speaksWithCars(): boolean {
    return this.deps.settings.boolean('ISO15118Ctrlr.Available', false);
  }

  /** Now, and then every day. Nothing is asked for while nobody can be asked. */
  check(): void {
    this.stopTimer();
    this.stopTimer = this.deps.clock.after(DAY_MS, () => this.check());
    if (this.deps.csms() === null) return;
    // Errata 2025-01: a certificate that no connection uses needs no renewal.
    if (this.deps.settings.number('SecurityCtrlr.SecurityProfile', 0) === 3) this.look('ChargingStationCertificate');
    if (this.speaksWithCars && this.deps.settings.boolean('ISO15118Ctrlr.V2GCertificateInstallationEnabled', false)) this.look('V2GCertificate');
  }

  renewed(use: SigningUse): void {
    this.onRenewed.emit(use);
  }

  stop(): void {
    this.stopTimer();
  }

  private look(use: OwnUse): void {
    const newest = this.own.of(use)[0];
    if (newest !== undefined && newest.notAfterMs - this.deps.time.nowMs() < MONTH_MS) this.onExpiring.emit(use);
  }
}
