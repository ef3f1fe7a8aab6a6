/** M06: the OCSP answers for the station's V2G certificates, asked of the CSMS, kept, and asked anew every week. */
import { describeError } from '../../base/errors.ts';
import type { Stop } from '../../base/signal.ts';
import type { Store, Stored } from '../../platform/ports.ts';
import type { Block, BlockDeps } from '../block.ts';
import type { OcspData } from './api.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import type { OwnCertificates } from './own-certificates.ts';

const OCSP_KEY = 'ocsp/';
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A day before the week is over, so that a bad day doesn't break M06.FR.10. */
const REFRESH_AFTER_MS = WEEK_MS - DAY_MS;

interface CachedStatus {
  /** OCSPResponse, DER, base64. */
  readonly result: string;
  readonly askedMs: number;
}

export class OcspCache implements Block {
  private readonly cached = new Map<string, CachedStatus>();
  private stopTimer: Stop = () => {};
  private asking = false;

  constructor(private readonly deps: BlockDeps, private readonly own: OwnCertificates, watch: ExpiryWatch) {
    watch.onRenewed.on((use) => {
      if (use !== 'ChargingStationCertificate') void this.refresh(true); // M06.FR.07
    });
  }

  async load(store: Store): Promise<void> {
    for (const [key, value] of await store.entries('certificates')) {
      if (key.startsWith(OCSP_KEY)) this.cached.set(key, value as unknown as CachedStatus);
    }
  }

  ready(): void {
    void this.refresh(false);
  }

  stop(): void {
    this.stopTimer();
  }

  /** The answer for one certificate of a V2G chain, to be stapled; null: none yet. */
  statusOf(certificate: OcspData): string | null {
    return this.cached.get(keyOf(certificate))?.result ?? null;
  }

  /** @param all also those that aren't old yet */
  private async refresh(all: boolean): Promise<void> {
    this.stopTimer();
    this.stopTimer = this.deps.clock.after(DAY_MS, () => void this.refresh(false));
    const wanted = this.own.of('V2GCertificate')[0]?.ocsp ?? [];
    this.dropOthers(wanted);
    if (this.asking) return;
    this.asking = true;
    try {
      for (const certificate of wanted) {
        const age = this.deps.time.nowMs() - (this.cached.get(keyOf(certificate))?.askedMs ?? Number.NEGATIVE_INFINITY);
        if (all || age >= REFRESH_AFTER_MS) await this.ask(certificate);
      }
    } finally {
      this.asking = false;
    }
  }

  private async ask(certificate: OcspData): Promise<void> {
    const port = this.deps.csms();
    if (port?.certificateStatus === undefined) return;
    try {
      const result = await port.certificateStatus(certificate);
      if (result === null) {
        this.deps.log('warn', 'certificates', `the CSMS has no OCSP answer for certificate ${certificate.serialNumber}`);
        return;
      }
      const status: CachedStatus = { result, askedMs: this.deps.time.nowMs() };
      this.cached.set(keyOf(certificate), status);
      this.deps.journal.put('certificates', keyOf(certificate), status as unknown as Stored);
    } catch (error) {
      this.deps.log('warn', 'certificates', `GetCertificateStatus got no answer: ${describeError(error)}`);
    }
  }

  private dropOthers(wanted: readonly OcspData[]): void {
    const keys = new Set(wanted.map(keyOf));
    for (const key of this.cached.keys()) {
      if (keys.has(key)) continue;
      this.cached.delete(key);
      this.deps.journal.delete('certificates', key);
    }
  }
}

function keyOf({ issuerKeyHash, serialNumber }: OcspData): string {
  return `${OCSP_KEY}${issuerKeyHash}/${serialNumber}`;
}
