/** Security whitepaper: the certificates that the CSMS installs, lists and deletes. */
import type {
  CertificateHashDataType, CertificateSignedRequest, CertificateSignedResponse, SignCertificateResponse, DeleteCertificateRequest, DeleteCertificateResponse, GetInstalledCertificateIdsRequest, GetInstalledCertificateIdsResponse,
  InstallCertificateRequest, InstallCertificateResponse,
} from '../../ocpp/v16/index.ts';
import type { Call } from '../../csms/edition.ts';
import { CsmsError } from '../../station/csms-port.ts';
import type { SigningUse } from '../../station/certificates/api.ts';
import type { StationApi } from '../../station/api.ts';
import { on, type BlockHandlers } from '../handlers.ts';
import { signV2gCertificate } from './plug-and-charge.ts';

/** 1.6 calls the CSMS a Central System. */
const USES = { CentralSystemRootCertificate: 'CSMSRootCertificate', ManufacturerRootCertificate: 'ManufacturerRootCertificate' } as const;

export const certificateHandlers: BlockHandlers = ({ station }) => [
  ['InstallCertificate', on((request: InstallCertificateRequest) => install(station, request))],
  ['DeleteCertificate', on((request: DeleteCertificateRequest) => deleteCertificate(station, request))],
  ['CertificateSigned', on((request: CertificateSignedRequest) => signed(station, request))],
  ['GetInstalledCertificateIds', on((request: GetInstalledCertificateIdsRequest) => installedIds(station, request))],
];

async function install(station: StationApi, { certificateType, certificate }: InstallCertificateRequest): Promise<InstallCertificateResponse> {
  return { status: (await station.certificates.install(USES[certificateType], certificate)).status };
}

async function deleteCertificate(station: StationApi, { certificateHashData }: DeleteCertificateRequest): Promise<DeleteCertificateResponse> {
  return { status: (await station.certificates.delete(certificateHashData)).status };
}

async function signed(station: StationApi, { certificateChain }: CertificateSignedRequest): Promise<CertificateSignedResponse> {
  return { status: (await station.signing.signed(certificateChain, 'ChargingStationCertificate')).status };
}

/** The whitepaper knows the Charge Point's certificate only; the one for cars goes by the Plug & Charge note. */
export async function signCertificate(call: Call, use: SigningUse, csr: string): Promise<'Accepted' | 'Rejected'> {
  if (use === 'V2GCertificate') return signV2gCertificate(call, csr);
  if (use === 'Combined') throw new CsmsError('notSupported', `1.6 has no ${use}`);
  return ((await call('SignCertificate', { csr })) as SignCertificateResponse).status;
}

function installedIds(station: StationApi, { certificateType }: GetInstalledCertificateIdsRequest): GetInstalledCertificateIdsResponse {
  const [first, ...others] = station.certificates.installed([USES[certificateType]]).map(({ hash }): CertificateHashDataType => {
    const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = hash;
    return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
  });
  return first === undefined ? { status: 'NotFound' } : { status: 'Accepted', certificateHashData: [first, ...others] };
}
