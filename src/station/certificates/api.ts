import type { CertificateHash } from '../../platform/ports.ts';
import type { Reason } from '../types.ts';

/** The certificates that others rely on this station to trust. 1.6 calls the first CentralSystemRootCertificate. */
export const ROOT_USES = ['CSMSRootCertificate', 'ManufacturerRootCertificate', 'MORootCertificate', 'V2GRootCertificate'] as const;
export type RootUse = (typeof ROOT_USES)[number];
/** The station's own; each has a private key here and a chain of the CSMS's making. */
export type OwnUse = 'ChargingStationCertificate' | 'V2GCertificate';

/** What a signing request is for: one of them, or one certificate for both. */
export type SigningUse = OwnUse | 'Combined';

/** OCSPRequestDataType: what an OCSP responder must know of a certificate. */
export interface OcspData extends CertificateHash { readonly responderUrl: string }

export interface InstalledCertificate {
  readonly use: RootUse | 'V2GCertificateChain';
  readonly hash: CertificateHash;
  /** The sub-CAs below which a V2G certificate stands (M03.FR.05). */
  readonly children: readonly CertificateHash[];
}

export interface CertificatesApi {
  /** M05. Resolves when the certificate is on the disk. */
  install(use: RootUse, pem: string): Promise<{ readonly status: 'Accepted' | 'Rejected' | 'Failed'; readonly reason?: Reason }>;
  /** M04. */
  delete(hash: CertificateHash): Promise<{ readonly status: 'Accepted' | 'Failed' | 'NotFound'; readonly reason?: Reason }>;
  /** M03. Without `uses`: all. */
  installed(uses?: readonly InstalledCertificate['use'][]): readonly InstalledCertificate[];
}

export interface CertificateSigningApi {
  /**
   * A02, A03: the CSMS brings a certificate that was asked for.
   * @param chainPem the certificate, then its issuers
   */
  signed(chainPem: string, use: SigningUse): Promise<{ readonly status: 'Accepted' | 'Rejected'; readonly reason?: Reason }>;
}
