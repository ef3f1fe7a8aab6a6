/** Blocks M and A: the certificates that the CSMS installs, lists and deletes, and those that it signs (A02, A03). */
import type {
  CertificateHashDataChainType, CertificateSignedRequest, CertificateSignedResponse, GetCertificateStatusResponse, SignCertificateResponse, CertificateHashDataType, DeleteCertificateRequest, DeleteCertificateResponse, GetInstalledCertificateIdsRequest,
  GetInstalledCertificateIdsResponse, InstallCertificateRequest, InstallCertificateResponse,
} from '../../ocpp/v201/index.ts';
import type { CertificateHash } from '../../platform/ports.ts';
import type { Call } from '../../csms/edition.ts';
import type { StationApi } from '../../station/api.ts';
import type { OcspData, SigningUse } from '../../station/certificates/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { wireStatusInfo } from './wire.ts';

export const certificateHandlers: BlockHandlers = ({ station }) => [
  ['InstallCertificate', on((request: InstallCertificateRequest) => install(station, request))],
  ['DeleteCertificate', on((request: DeleteCertificateRequest) => deleteCertificate(station, request))],
  ['CertificateSigned', on((request: CertificateSignedRequest) => signed(station, request))],
  ['GetInstalledCertificateIds', on((request: GetInstalledCertificateIdsRequest) => installedIds(station, request))],
];

/** M05. */
async function install(station: StationApi, { certificateType, certificate }: InstallCertificateRequest): Promise<InstallCertificateResponse> {
  const { status, reason } = await station.certificates.install(certificateType, certificate);
  return { status, ...wireStatusInfo(reason) };
}

/** M04. */
async function deleteCertificate(station: StationApi, { certificateHashData }: DeleteCertificateRequest): Promise<DeleteCertificateResponse> {
  const { status, reason } = await station.certificates.delete(fromHash(certificateHashData));
  return { status, ...wireStatusInfo(reason) };
}

/** A02, A03. No type: for both uses. */
async function signed(station: StationApi, { certificateChain, certificateType }: CertificateSignedRequest): Promise<CertificateSignedResponse> {
  const { status, reason } = await station.signing.signed(certificateChain, certificateType ?? 'Combined');
  return { status, ...wireStatusInfo(reason) };
}

/** A02.FR.13. */
export async function signCertificate(call: Call, use: SigningUse, csr: string): Promise<'Accepted' | 'Rejected'> {
  const { status } = (await call('SignCertificate', { csr, ...(use === 'Combined' ? {} : { certificateType: use }) })) as SignCertificateResponse;
  return status;
}

/** M06. */
export async function certificateStatus(call: Call, { responderUrl, ...hash }: OcspData): Promise<string | null> {
  const { status, ocspResult } = (await call('GetCertificateStatus', { ocspRequestData: { ...hash, responderURL: responderUrl } })) as GetCertificateStatusResponse;
  return status === 'Accepted' ? (ocspResult ?? null) : null;
}

/** M03. */
function installedIds(station: StationApi, { certificateType }: GetInstalledCertificateIdsRequest): GetInstalledCertificateIdsResponse {
  const found = station.certificates.installed(certificateType);
  if (found.length === 0) return { status: 'NotFound' };
  const [first, ...others] = found.map(({ use, hash, children: [child, ...rest] }): CertificateHashDataChainType => ({
    certificateType: use, certificateHashData: wireHash(hash),
    ...(child === undefined ? {} : { childCertificateHashData: [child, ...rest].slice(0, 4).map(wireHash) as CertificateHashDataType[] }),
  }));
  return { status: 'Accepted', ...(first === undefined ? {} : { certificateHashDataChain: [first, ...others] }) };
}

export function wireHash({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: CertificateHash): CertificateHashDataType {
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

function fromHash({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: CertificateHashDataType): CertificateHash {
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}
