/** X.509 through @peculiar/x509. Nothing but `LazyX509` imports this, so that it stays a chunk of its own. */
import { KerbsideError } from '../../base/errors.ts';
import type { CertificateHash, HashAlgorithm, SigningSubject, X509, X509Certificate } from '../ports.ts';
import { certificateBytes, derItems } from './der.ts';
import { readOcspResponse, type OcspAnswer } from './ocsp-response.ts';
import { provideReflectMetadata } from './reflect-metadata.ts';

type Library = typeof import('@peculiar/x509');

const DIGESTS: Readonly<Record<HashAlgorithm, string>> = { SHA256: 'SHA-256', SHA384: 'SHA-384', SHA512: 'SHA-512' };
/** KeyUsage bits, RFC 5280, 4.2.1.3. */
const USAGES = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly'];
const CURVE_BITS: Readonly<Record<string, number>> = { 'P-256': 256, 'K-256': 256, 'P-384': 384, 'P-521': 521 };
const CURVE_HASH: Readonly<Record<number, string>> = { 256: 'SHA-256', 384: 'SHA-384', 521: 'SHA-512' };
/** id-kp-OCSPSigning: the issuer lets this one speak for it (RFC 6960, 4.2.2.2). */
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
/** Clocks differ. */
const CLOCK_TOLERANCE_MS = 300_000;
/** A block's lines may be broken by real line breaks, none at all, or by `\n` written out. */
const BLOCK = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g;

export async function createX509(crypto: Crypto): Promise<X509> {
  provideReflectMetadata();
  return new PeculiarX509(await import('@peculiar/x509'), crypto);
}

class PeculiarX509 implements X509 {
  constructor(private readonly library: Library, private readonly crypto: Crypto) {}

  parse(pem: string): Promise<readonly X509Certificate[]> {
    return attempt(() => {
      const blocks = [...pem.matchAll(BLOCK)].map((match) => (match[1] ?? '').replace(/\\n|\\r|\s/g, ''));
      if (blocks.length === 0) throw badCertificate('no PEM certificate in it');
      return blocks.map((base64) => this.read(fromBase64(base64)));
    });
  }

  isSignedBy(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
    return safely(async () => {
      if (!sameBytes(certificateBytes(certificate.der).issuerName, certificateBytes(issuer.der).subjectName)) return false;
      const publicKey = new this.library.PublicKey(issuer.publicKey as BufferSource);
      return new this.library.X509Certificate(certificate.der as BufferSource).verify({ publicKey, signatureOnly: true }, this.crypto);
    });
  }

  async hash(certificate: X509Certificate, issuer: X509Certificate, algorithm: HashAlgorithm): Promise<CertificateHash> {
    const digest = async (bytes: Uint8Array): Promise<string> => hex(new Uint8Array(await this.crypto.subtle.digest(DIGESTS[algorithm], bytes as BufferSource)));
    return {
      hashAlgorithm: algorithm,
      issuerNameHash: await digest(certificateBytes(certificate.der).issuerName),
      issuerKeyHash: await digest(certificateBytes(issuer.der).keyBits),
      serialNumber: certificate.serialNumber,
    };
  }

  async signingRequest(subject: SigningSubject, keys: CryptoKeyPair): Promise<string> {
    const { commonName, organization, country, domainComponent } = subject;
    const request = await this.library.Pkcs10CertificateRequestGenerator.create({
      name: [
        { CN: [commonName] }, ...(organization === undefined ? [] : [{ O: [organization] }]),
        ...(country === undefined ? [] : [{ C: [country] }]), ...(domainComponent === undefined ? [] : [{ DC: [domainComponent] }]),
      ],
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    }, this.crypto);
    return request.toString('pem');
  }

  verifySignature(certificate: X509Certificate, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
    return safely(() => (certificate.key.type === 'EC' ? this.verifyEc(certificate, data, signature)
      : certificate.key.type === 'RSA' ? this.verifyRsa(certificate, data, signature) : Promise.resolve(false)));
  }

  async ocspStatus(response: Uint8Array, certificate: X509Certificate, issuer: X509Certificate, nowMs: number): Promise<'Good' | 'Revoked' | null> {
    try {
      const answer = readOcspResponse(response);
      if (answer === null || !(await this.mayAnswer(answer, issuer, nowMs))) return null;
      for (const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber, status, thisUpdateMs, nextUpdateMs } of answer.statuses) {
        if (hashAlgorithm === null || status === 'Unknown' || thisUpdateMs > nowMs + CLOCK_TOLERANCE_MS || (nextUpdateMs !== null && nextUpdateMs < nowMs - CLOCK_TOLERANCE_MS)) continue;
        const wanted = await this.hash(certificate, issuer, hashAlgorithm);
        if (wanted.issuerNameHash === issuerNameHash && wanted.issuerKeyHash === issuerKeyHash && wanted.serialNumber === serialNumber) return status;
      }
      return null;
    } catch {
      return null; // unreadable: it says nothing
    }
  }

  private async mayAnswer({ signed, signature, certificates }: OcspAnswer, issuer: X509Certificate, nowMs: number): Promise<boolean> {
    if (await this.verifySignature(issuer, signed, signature)) return true;
    const { X509Certificate: Certificate, ExtendedKeyUsageExtension } = this.library;
    for (const der of certificates) {
      const delegate = this.read(der);
      const usages = new Certificate(der as BufferSource).getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
      const valid = delegate.notBeforeMs <= nowMs && nowMs <= delegate.notAfterMs;
      if (valid && usages.includes(OCSP_SIGNING) && (await this.isSignedBy(delegate, issuer)) && (await this.verifySignature(delegate, signed, signature))) return true;
    }
    return false;
  }

  private async verifyEc({ publicKey, key }: X509Certificate, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const { subtle } = this.crypto;
    const imported = await subtle.importKey('spki', publicKey as BufferSource, { name: 'ECDSA', namedCurve: `P-${key.bits}` }, false, ['verify']);
    const size = Math.ceil(key.bits / 8);
    const raw = signature.length === 2 * size ? signature : rawEcSignature(signature, size);
    for (const hash of new Set(['SHA-256', CURVE_HASH[key.bits] ?? 'SHA-256'])) {
      if (await subtle.verify({ name: 'ECDSA', hash }, imported, raw as BufferSource, data as BufferSource)) return true;
    }
    return false;
  }

  private async verifyRsa({ publicKey }: X509Certificate, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const { subtle } = this.crypto;
    for (const name of ['RSA-PSS', 'RSASSA-PKCS1-v1_5']) {
      const imported = await subtle.importKey('spki', publicKey as BufferSource, { name, hash: 'SHA-256' }, false, ['verify']);
      if (await subtle.verify({ name, saltLength: 32 }, imported, signature as BufferSource, data as BufferSource)) return true;
    }
    return false;
  }

  private read(der: Uint8Array): X509Certificate {
    const { X509Certificate: Certificate, BasicConstraintsExtension, KeyUsagesExtension, AuthorityInfoAccessExtension } = this.library;
    const parsed = new Certificate(der as BufferSource);
    const constraints = parsed.getExtension(BasicConstraintsExtension);
    const usages = parsed.getExtension(KeyUsagesExtension)?.usages;
    const ocsp = parsed.getExtension(AuthorityInfoAccessExtension)?.ocsp.find(({ type }) => type === 'url');
    return {
      pem: parsed.toString('pem'),
      der,
      subject: parsed.subject,
      issuer: parsed.issuer,
      commonName: parsed.subjectName.getField('CN')[0] ?? null,
      organization: parsed.subjectName.getField('O')[0] ?? null,
      serialNumber: hex(certificateBytes(der).serialNumber).replace(/^0+(?=.)/, ''),
      notBeforeMs: parsed.notBefore.getTime(),
      notAfterMs: parsed.notAfter.getTime(),
      isCa: constraints?.ca === true,
      pathLength: constraints?.pathLength ?? null,
      keyUsage: usages === undefined ? null : USAGES.filter((_, bit) => (usages & (1 << bit)) !== 0),
      ocspUrl: ocsp?.value ?? null,
      key: keyFacts(parsed.publicKey.algorithm),
      publicKey: new Uint8Array(parsed.publicKey.rawData),
    };
  }
}

function keyFacts(algorithm: Algorithm): X509Certificate['key'] {
  const { namedCurve, modulusLength } = algorithm as Partial<EcKeyAlgorithm & RsaKeyAlgorithm>;
  if (namedCurve !== undefined) return { type: 'EC', bits: CURVE_BITS[namedCurve] ?? 0 };
  if (modulusLength !== undefined) return { type: 'RSA', bits: modulusLength };
  return { type: 'other', bits: 0 };
}

/** SEQUENCE { r, s } to r|s, each of `size` bytes. */
function rawEcSignature(der: Uint8Array, size: number): Uint8Array {
  const raw = new Uint8Array(2 * size);
  for (const [index, { content }] of derItems(derItems(der)[0]?.content ?? new Uint8Array()).slice(0, 2).entries()) {
    const digits = content.subarray(Math.max(0, content.length - size));
    raw.set(digits, size * (index + 1) - digits.length);
  }
  return raw;
}

function fromBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** What the library or base64 says of rubbish differs; here it has one name. */
async function attempt<T>(read: () => T): Promise<T> {
  await Promise.resolve();
  try {
    return read();
  } catch (error) {
    throw error instanceof KerbsideError ? error : badCertificate('its encoding can\'t be read');
  }
}

/** A check that can't be made is a check that failed. */
async function safely(check: () => Promise<boolean>): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}

function badCertificate(why: string): KerbsideError {
  return new KerbsideError('BadCertificate', `not a certificate: ${why}`);
}
