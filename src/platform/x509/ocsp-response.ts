/** OCSP answers (RFC 6960, 4.2.1), taken apart; who signed them is checked by whoever knows certificates. */
import { hexOf } from '../../base/hex.ts';
import type { HashAlgorithm } from '../ports.ts';
import { derItems, type DerItem } from './der.ts';

export interface OcspStatus {
  /** Null: named by a hash that OCPP doesn't use. */
  readonly hashAlgorithm: HashAlgorithm | null;
  /** Hex, lower case. */
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  /** Without leading zeros. */
  readonly serialNumber: string;
  readonly status: 'Good' | 'Revoked' | 'Unknown';
  /** ms since 1970: it holds from then, until then. */
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number | null;
}

export interface OcspAnswer {
  readonly statuses: readonly OcspStatus[];
  /** The bytes that are signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Certificates that came with it, DER. */
  readonly certificates: readonly Uint8Array[];
}

const SUCCESSFUL = 0;
/** id-pkix-ocsp-basic. */
const BASIC = '2b0601050507300101';
const HASHES: Readonly<Record<string, HashAlgorithm>> = {
  '608648016503040201': 'SHA256', '608648016503040202': 'SHA384', '608648016503040203': 'SHA512',
};
const EXPLICIT_0 = 0xa0;
const GENERALIZED_TIME = 0x18;

/** Null: it isn't a successful basic answer. @throws KerbsideError `BadCertificate`: its encoding is broken */
export function readOcspResponse(der: Uint8Array): OcspAnswer | null {
  const [responseStatus, responseBytes] = inside(derItems(der)[0]);
  if (responseStatus?.content[0] !== SUCCESSFUL) return null;
  const [type, response] = inside(inside(responseBytes)[0]);
  if (type === undefined || hexOf(type.content) !== BASIC || response === undefined) return null;
  const [data, , signature, certificates] = inside(derItems(response.content)[0]);
  if (data === undefined || signature === undefined) return null;
  // version [0], responderID [1] or [2], producedAt, then the list.
  const responses = inside(data).find(({ tag }) => tag === 0x30);
  return {
    statuses: inside(responses).map(single).filter((status) => status !== null),
    signed: data.whole,
    signature: signature.content.subarray(1), // how many bits of the last byte aren't used: none
    certificates: inside(inside(certificates)[0]).map(({ whole }) => whole),
  };
}

function single(item: DerItem): OcspStatus | null {
  const [id, status, thisUpdate, ...more] = inside(item);
  const [algorithm, nameHash, keyHash, serialNumber] = inside(id);
  if (status === undefined || thisUpdate === undefined || nameHash === undefined || keyHash === undefined || serialNumber === undefined) return null;
  const thisUpdateMs = timeOf(thisUpdate);
  const nextUpdate = inside(more.find(({ tag }) => tag === EXPLICIT_0))[0];
  const nextUpdateMs = nextUpdate === undefined ? null : timeOf(nextUpdate);
  if (thisUpdateMs === null || (nextUpdate !== undefined && nextUpdateMs === null)) return null;
  return {
    hashAlgorithm: HASHES[hexOf(inside(algorithm)[0]?.content ?? new Uint8Array())] ?? null,
    issuerNameHash: hexOf(nameHash.content), issuerKeyHash: hexOf(keyHash.content), serialNumber: hexOf(serialNumber.content).replace(/^0+(?=.)/, ''),
    status: (status.tag & 0x1f) === 0 ? 'Good' : (status.tag & 0x1f) === 1 ? 'Revoked' : 'Unknown',
    thisUpdateMs, nextUpdateMs,
  };
}

function inside(item: DerItem | undefined): DerItem[] {
  return item === undefined ? [] : derItems(item.content);
}

/** `YYYYMMDDHHMMSSZ`, the only form that DER and RFC 5280 allow. */
function timeOf({ tag, content }: DerItem): number | null {
  const match = tag === GENERALIZED_TIME ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(String.fromCharCode(...content)) : null;
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
