/** Chains and trust: does this certificate lead to one of these roots, and is everything on the way valid now? */
import type { X509, X509Certificate } from '../../platform/ports.ts';

/** From the leaf to the root. */
export type Chain = readonly X509Certificate[];

export type ChainCheck =
  | { readonly ok: true; readonly chain: Chain }
  | { readonly ok: false; readonly why: ChainFault; readonly detail: string };
export type ChainFault =
  | 'Unreadable' | 'NotYetValid' | 'Expired' | 'UnknownIssuer' | 'BadSignature' | 'NotACertificateAuthority' | 'PathTooLong' | 'WrongKeyUsage' | 'WeakKey';

/** RSA below 2048 and curves below 224 bits give less than 112 bits of security (A00.FR.501, A00.FR.502). */
const MIN_BITS = { EC: 224, RSA: 2048, other: 0 } as const;

/**
 * Builds the path from the first certificate through the rest, in whatever order they are, to one of the roots, and
 * checks it (RFC 5280, 6: signatures, validity at this moment, authorities, path length, key usage).
 * @param certificates the leaf first; intermediates, and perhaps the root itself, after it
 */
export async function checkChain(x509: X509, certificates: readonly X509Certificate[], roots: readonly X509Certificate[], nowMs: number): Promise<ChainCheck> {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) return fault('Unreadable', 'there is no certificate');
  if (leaf.keyUsage !== null && !leaf.isCa && !leaf.keyUsage.includes('digitalSignature')) return fault('WrongKeyUsage', `${leaf.subject} may not sign`);
  const chain = [leaf];
  for (;;) {
    const last = chain[chain.length - 1] ?? leaf;
    const wrong = ownFault(last, nowMs) ?? (chain.length > 1 ? authorityFault(last, chain.length - 2) : null);
    if (wrong !== null) return wrong;
    if (roots.some((root) => same(root, last))) return { ok: true, chain };
    const root = await issuerAmong(x509, last, roots);
    const issuer = root.found ?? (await issuerAmong(x509, last, others.filter((other) => !chain.includes(other)))).found;
    if (issuer !== null) chain.push(issuer);
    else if (root.named) return fault('BadSignature', `${last.subject} isn't signed by ${last.issuer}`);
    else return fault('UnknownIssuer', `${last.issuer} isn't trusted here`);
  }
}

/** A root or sub-CA on its own: readable is given, so: an authority, strong enough, valid now? Null: yes. */
export function authorityProblem(certificate: X509Certificate, nowMs: number): Extract<ChainCheck, { ok: false }> | null {
  return ownFault(certificate, nowMs) ?? authorityFault(certificate, 0);
}

export function same(a: X509Certificate, b: X509Certificate): boolean {
  return a.pem === b.pem;
}

async function issuerAmong(x509: X509, certificate: X509Certificate, candidates: readonly X509Certificate[]): Promise<{ found: X509Certificate | null; named: boolean }> {
  let named = false;
  for (const candidate of candidates) {
    if (candidate.subject !== certificate.issuer) continue;
    named = true;
    if (await x509.isSignedBy(certificate, candidate)) return { found: candidate, named };
  }
  return { found: null, named };
}

function ownFault({ subject, notBeforeMs, notAfterMs, key }: X509Certificate, nowMs: number): Extract<ChainCheck, { ok: false }> | null {
  if (nowMs < notBeforeMs) return fault('NotYetValid', `${subject} is valid from ${new Date(notBeforeMs).toISOString()}`);
  if (nowMs > notAfterMs) return fault('Expired', `${subject} expired ${new Date(notAfterMs).toISOString()}`);
  return key.bits < MIN_BITS[key.type] ? fault('WeakKey', `${subject} has a key of ${key.bits} bits`) : null;
}

/** @param below how many authorities stand between this one and the leaf */
function authorityFault({ subject, isCa, keyUsage, pathLength }: X509Certificate, below: number): Extract<ChainCheck, { ok: false }> | null {
  if (!isCa || (keyUsage !== null && !keyUsage.includes('keyCertSign'))) return fault('NotACertificateAuthority', `${subject} may not sign certificates`);
  return pathLength !== null && below > pathLength ? fault('PathTooLong', `${subject} allows ${pathLength} authorities below it`) : null;
}

function fault(why: ChainFault, detail: string): Extract<ChainCheck, { ok: false }> {
  return { ok: false, why, detail };
}
