/**
 * Plug & Charge with 1.6: messages of 2.0.1's shape as JSON text in DataTransfer (application note "ISO 15118 Plug &
 * Charge with OCPP 1.6").
 */
import type { Call, IncomingAnswer } from '../../csms/edition.ts';
import type { CertificateHash } from '../../platform/ports.ts';
import type { StationApi } from '../../station/api.ts';
import type { OcspData } from '../../station/certificates/api.ts';
import { CsmsError } from '../../station/csms-port.ts';
import type { EvCertificateAnswer, EvCertificateRequest } from '../../station/iso15118/api.ts';
import type { ContractProof } from '../../station/iso15118/csms.ts';
import type { IdToken, IdTokenInfo } from '../../station/types.ts';
import { fitsIdTag, fromIdTagInfo, type IdTagInfo } from './wire.ts';

export const PNC_VENDOR = 'org.openchargealliance.iso15118pnc';

/** A wrapped request. @throws CsmsError `notSupported` where the CSMS doesn't know the note (its section 2.1), `badAnswer` */
export async function wrapped(call: Call, messageId: string, data: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = (await call('DataTransfer', { vendorId: PNC_VENDOR, messageId, data: JSON.stringify(data) })) as { status: string; data?: string };
  if (answer.status !== 'Accepted') throw new CsmsError('notSupported', `the CSMS answered ${answer.status} to a wrapped ${messageId}`);
  const parsed = parseObject(answer.data);
  if (parsed === null) throw new CsmsError('badAnswer', `the answer to a wrapped ${messageId} isn't a JSON object`);
  return parsed;
}

export function parseObject(text: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Section 5: instead of the plain Authorize, whenever a contract identifies the driver. */
export async function authorizeContract(call: Call, { value }: IdToken, { ocsp, chainPem }: ContractProof): Promise<IdTokenInfo> {
  if (!fitsIdTag(value)) return { status: 'Invalid' };
  const { idTokenInfo, certificateStatus } = await wrapped(call, 'Authorize', {
    idToken: value,
    ...(chainPem === null ? {} : { certificate: chainPem }),
    ...(ocsp === null || ocsp.length === 0 ? {} : {
      iso15118CertificateHashData: ocsp.slice(0, 4).map(({ responderUrl, ...hash }) => ({ ...hash, responderURL: responderUrl })),
    }),
  });
  const { status, cacheExpiryDateTime } = (idTokenInfo ?? {}) as { status?: string; cacheExpiryDateTime?: string };
  if (certificateStatus !== undefined && certificateStatus !== 'Accepted') return { status: 'Invalid' };
  if (!STATUSES.has(status ?? '')) throw new CsmsError('badAnswer', 'a wrapped Authorize was answered without a status');
  return fromIdTagInfo({ status: status as IdTagInfo['status'], ...(typeof cacheExpiryDateTime === 'string' ? { expiryDate: cacheExpiryDateTime } : {}) });
}

const STATUSES: ReadonlySet<string> = new Set(['Accepted', 'Blocked', 'ConcurrentTx', 'Expired', 'Invalid']);

/** Section 3.2 (M01, M02). */
export async function evCertificate(call: Call, { action, schemaVersion, exiRequest }: EvCertificateRequest): Promise<EvCertificateAnswer> {
  const { status, exiResponse } = await wrapped(call, 'Get15118EVCertificate', { action, iso15118SchemaVersion: schemaVersion.slice(0, 50), exiRequest });
  return { status: status === 'Accepted' ? 'Accepted' : 'Failed', exiResponse: typeof exiResponse === 'string' ? exiResponse : '' };
}

/** Section 4.4 (M06). */
export async function certificateStatus(call: Call, { responderUrl, ...hash }: OcspData): Promise<string | null> {
  const { status, ocspResult } = await wrapped(call, 'GetCertificateStatus', { ocspRequestData: { ...hash, responderURL: responderUrl } });
  return status === 'Accepted' && typeof ocspResult === 'string' ? ocspResult : null;
}

/** Section 3.1: the certificate that cars see. @throws CsmsError `notSupported`: then it isn't asked for again (section 2.1) */
export async function signV2gCertificate(call: Call, csr: string): Promise<'Accepted' | 'Rejected'> {
  const { status } = await wrapped(call, 'SignCertificate', { csr, certificateType: 'V2GCertificate' });
  return status === 'Accepted' ? 'Accepted' : 'Rejected';
}

type Data = Readonly<Record<string, unknown>>;
interface Wrapped { readonly answer: object; readonly afterwards?: () => void }

/** What the CSMS may wrap. Null: the data isn't what the message wants. */
const MESSAGES: Readonly<Record<string, (station: StationApi, data: Data) => Promise<Wrapped | null>>> = {
  CertificateSigned: async ({ signing }, { certificateChain }) => {
    if (typeof certificateChain !== 'string') return null;
    return { answer: { status: (await signing.signed(certificateChain, 'V2GCertificate')).status } };
  },
  InstallCertificate: async ({ certificates }, { certificateType, certificate }) => {
    const use = ROOTS.find((root) => root === certificateType);
    if (use === undefined || typeof certificate !== 'string') return null;
    return { answer: { status: (await certificates.install(use, certificate)).status } };
  },
  DeleteCertificate: async ({ certificates }, { certificateHashData }) => {
    const hash = hashOf(certificateHashData);
    // Section 2.3: the Central System's own roots are the other messages' business.
    const ours = hash !== null && certificates.installed([...ROOTS, 'V2GCertificateChain']).some((installed) => installed.hash.serialNumber === hash.serialNumber.toLowerCase().replace(/^0+(?=.)/, ''));
    if (hash === null) return null;
    return { answer: { status: ours ? (await certificates.delete(hash)).status : 'NotFound' } };
  },
  GetInstalledCertificateIds: async ({ certificates }, { certificateType }) => {
    const asked = Array.isArray(certificateType) ? certificateType : [...ROOTS, 'V2GCertificateChain'];
    const found = certificates.installed([...ROOTS, 'V2GCertificateChain'] as const).filter(({ use }) => asked.includes(use));
    return { answer: found.length === 0 ? { status: 'NotFound' } : {
      status: 'Accepted',
      certificateHashDataChain: found.map(({ use, hash, children }) => ({
        certificateType: use, certificateHashData: hash, ...(children.length === 0 ? {} : { childCertificateHashData: children.slice(0, 4) }),
      })),
    } };
  },
  // Section 6.9: it has no fields, and asks for nothing but a signing request.
  TriggerMessage: async ({ remoteControl }) => {
    const { status, send } = remoteControl.trigger('SignV2GCertificate');
    return { answer: { status }, ...(send === undefined ? {} : { afterwards: send }) };
  },
};

const ROOTS = ['V2GRootCertificate', 'MORootCertificate'] as const;

export async function receiveWrapped(station: StationApi, messageId: string | undefined, data: string | undefined): Promise<IncomingAnswer> {
  const handle = messageId !== undefined && Object.hasOwn(MESSAGES, messageId) ? MESSAGES[messageId] : undefined;
  if (handle === undefined) return { payload: { status: 'UnknownMessageId' } };
  const parsed = parseObject(data);
  const result = parsed === null ? null : await handle(station, parsed);
  if (result === null) return { payload: { status: 'Rejected' } };
  const { answer, afterwards } = result;
  return { payload: { status: 'Accepted', data: JSON.stringify(answer) }, ...(afterwards === undefined ? {} : { afterwards }) };
}

function hashOf(value: unknown): CertificateHash | null {
  if (typeof value !== 'object' || value === null) return null;
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = value as Record<string, unknown>;
  if (![hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber].every((part) => typeof part === 'string')) return null;
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } as CertificateHash;
}
