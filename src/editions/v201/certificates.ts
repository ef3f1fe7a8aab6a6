/** Block M: the certificates that the CSMS installs, lists and deletes. */
import type {
  CertificateHashDataChainType, CertificateHashDataType, DeleteCertificateRequest, DeleteCertificateResponse, GetInstalledCertificateIdsRequest,
  GetInstalledCertificateIdsResponse, InstallCertificateRequest, InstallCertificateResponse,
} from '../../ocpp/v201/index.ts';
import type { CertificateHash } from '../../platform/ports.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { wireStatusInfo } from './wire.ts';

export const certificateHandlers: BlockHandlers = ({ station }) => [
  ['InstallCertificate', on((request: InstallCertificateRequest) => install(station, request))],
  ['DeleteCertificate', on((request: DeleteCertificateRequest) => deleteCertificate(station, request))],
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
