/** Who may sign firmware, and whether they did (L01.FR.04, .12, .21; certificates by RFC 5280). */
import type { X509 } from '../../platform/ports.ts';
import type { Certificates } from '../certificates/certificates.ts';

export class SignerTrust {
  constructor(private readonly certificates: Certificates, private readonly x509: X509) {}

  /** Why one of the manufacturer's roots doesn't vouch for it now; null: it does. `pem`: the signer first, then its issuers. */
  async objection(pem: string): Promise<string | null> {
    const checked = await this.certificates.check(pem, ['ManufacturerRootCertificate']);
    return checked.ok ? null : checked.detail;
  }

  /** @param signature base64, over all bytes, by the certificate's key with SHA-256 */
  async verify(pem: string, signature: string, bytes: Uint8Array): Promise<boolean> {
    const [signer] = await this.x509.parse(pem);
    const raw = fromBase64(signature);
    return signer !== undefined && raw !== null && this.x509.verifySignature(signer, bytes, raw);
  }
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, '')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
