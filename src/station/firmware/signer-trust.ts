/**
 * Who may sign firmware, and whether they did (L01.FR.04, .12, .21; certificates by RFC 5280). Whether a certificate has been
 * revoked since is asked of the CSMS, where the certificate names a responder (2.0.1 part 2, 1.5; 1.6 security whitepaper,
 * L01.FR.25): the station itself never talks to one.
 */
import { describeError } from '../../base/errors.ts';
import type { X509, X509Certificate } from '../../platform/ports.ts';
import type { BlockDeps } from '../block.ts';
import type { Certificates } from '../certificates/certificates.ts';
import type { Chain } from '../certificates/chain.ts';

/** The CSMS waits for our answer meanwhile. */
const STATUS_WITHIN_MS = 8000;

export interface Objection { readonly status: 'InvalidCertificate' | 'RevokedCertificate'; readonly detail: string }

export type TrustDeps = Pick<BlockDeps, 'clock' | 'csms' | 'log' | 'time'> & { readonly x509: X509 };

export class SignerTrust {
  constructor(private readonly certificates: Pick<Certificates, 'check' | 'ocspData'>, private readonly deps: TrustDeps) {}

  /** Why one of the manufacturer's roots doesn't vouch for it now; null: it does. `pem`: the signer first, then its issuers. */
  async objection(pem: string): Promise<Objection | null> {
    const checked = await this.certificates.check(pem, ['ManufacturerRootCertificate']);
    if (!checked.ok) return { status: 'InvalidCertificate', detail: checked.detail };
    const revoked = await this.within(this.revoked(checked.chain));
    return revoked === null ? null : { status: 'RevokedCertificate', detail: `${revoked.subject} has been revoked` };
  }

  /** @param signature base64, over all bytes, by the certificate's key with SHA-256 */
  async verify(pem: string, signature: string, bytes: Uint8Array): Promise<boolean> {
    const [signer] = await this.deps.x509.parse(pem);
    const raw = fromBase64(signature);
    return signer !== undefined && raw !== null && this.deps.x509.verifySignature(signer, bytes, raw);
  }

  /** The first of the chain that its issuer has revoked. No answer is no objection: most manufacturers run no responder. */
  private async revoked(chain: Chain): Promise<X509Certificate | null> {
    const { csms, x509, time, log } = this.deps;
    const asked = await this.certificates.ocspData(chain);
    for (const [index, certificate] of chain.slice(0, -1).entries()) {
      const [wanted, issuer, port] = [asked[index], chain[index + 1], csms()];
      if (certificate.ocspUrl === null || wanted === undefined || issuer === undefined || port?.certificateStatus === undefined) continue;
      try {
        const answer = fromBase64((await port.certificateStatus(wanted)) ?? '');
        const status = answer === null ? null : await x509.ocspStatus(answer, certificate, issuer, time.nowMs());
        if (status === 'Revoked') return certificate;
        if (status === null) log('info', 'firmware', `the CSMS can't say whether ${certificate.subject} has been revoked`);
      } catch (error) {
        log('info', 'firmware', `whether ${certificate.subject} has been revoked isn't known: ${describeError(error)}`);
      }
    }
    return null;
  }

  private within<T>(work: Promise<T>): Promise<T | null> {
    return new Promise((resolve) => {
      const stopTimer = this.deps.clock.after(STATUS_WITHIN_MS, () => resolve(null));
      const done = (result: T | null): void => {
        stopTimer();
        resolve(result);
      };
      void work.then(done, () => done(null));
    });
  }
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
