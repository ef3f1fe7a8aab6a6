/** As much of DER as is needed to take bytes out of a certificate exactly as they stand in it. */
import { KerbsideError } from '../../base/errors.ts';

export interface DerItem {
  readonly tag: number;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** The items one after another in these bytes. @throws KerbsideError `BadCertificate` */
export function derItems(bytes: Uint8Array): DerItem[] {
  const items: DerItem[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined) throw truncated();
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4) throw truncated();
    let length = lengthBytes === 0 ? first : 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) throw truncated();
    items.push({ tag, whole: bytes.subarray(at, start + length), content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return items;
}

export interface CertificateBytes {
  readonly issuerName: Uint8Array;
  readonly subjectName: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** The subject's key: the bits of subjectPublicKey alone. */
  readonly keyBits: Uint8Array;
}

/** RFC 5280, 4.1: TBSCertificate, with its optional version. @throws KerbsideError `BadCertificate` */
export function certificateBytes(der: Uint8Array): CertificateBytes {
  const [certificate] = derItems(der);
  const [toBeSigned] = derItems(certificate?.content ?? new Uint8Array());
  const fields = derItems(toBeSigned?.content ?? new Uint8Array());
  const [serial, , issuer, , subject, keyInfo] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  if (serial === undefined || issuer === undefined || subject === undefined || keyInfo === undefined) throw truncated();
  const [, bits] = derItems(keyInfo.content);
  if (bits?.tag !== 0x03) throw truncated();
  return { issuerName: issuer.whole, subjectName: subject.whole, serialNumber: serial.content, keyBits: bits.content.subarray(1) };
}

function truncated(): KerbsideError {
  return new KerbsideError('BadCertificate', 'not a certificate: its encoding is broken');
}
