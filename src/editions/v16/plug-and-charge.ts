/**
 * Plug & Charge with 1.6: messages of 2.0.1's shape as JSON text in DataTransfer (application note "ISO 15118 Plug &
 * Charge with OCPP 1.6").
 */
import type { Call } from '../../csms/edition.ts';
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
