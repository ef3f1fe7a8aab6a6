/** What the station asks of the CSMS for a car that speaks ISO 15118. An edition bridge fulfils it. */
import type { EvCertificateAnswer, EvCertificateRequest, EvChargingNeeds } from '../../hardware/secc.ts';
import type { Schedule } from './schedule.ts';

/** What the CSMS needs to ask an OCSP responder about one certificate of a chain (OCSPRequestDataType). */
export interface OcspRequestData {
  readonly hashAlgorithm: 'SHA256' | 'SHA384' | 'SHA512';
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
  readonly responderUrl: string;
}

/** What goes with an eMAID that a car has presented (C07). */
export interface ContractProof {
  /** Null: the chain is such that none can be made. */
  readonly ocsp: readonly OcspRequestData[] | null;
  /** C07.FR.06: the CSMS shall look at the chain itself. */
  readonly chainPem: string | null;
}

export interface Iso15118Csms {
  /** K15 to K17; absent: the edition has no smart charging with the car (1.6). */
  readonly negotiation?: Negotiation;
  /** M01, M02. @throws CsmsError */
  evCertificate(request: EvCertificateRequest): Promise<EvCertificateAnswer>;
}

export interface Negotiation {
  /** K15.FR.01. @throws CsmsError */
  needs(evseId: number, needs: EvChargingNeeds, departureMs: number | null): Promise<'Accepted' | 'Rejected' | 'Processing'>;
  /** K15.FR.10. @throws CsmsError */
  schedule(evseId: number, timeBaseMs: number, schedule: Schedule): Promise<'Accepted' | 'Rejected'>;
}
